"""The wire to a row of panels: a TCP gateway, or an RS-485 adapter on a serial port."""

import asyncio
import termios
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

import serial
from serial.rs485 import RS485Settings

CONNECT_S = 5.0
BITS = {"8N1": (8, "N", 1), "8E1": (8, "E", 1), "8O1": (8, "O", 1), "8N2": (8, "N", 2)}


class LinkError(OSError):
    """The wire cannot be used now; the message says why."""


class Link(Protocol):
    """A wire that carries bytes both ways. All methods raise LinkError when it fails."""

    async def open(self) -> None:
        """Connects; closes what was open before."""

    async def write(self, data: bytes) -> None:
        """Sends all of it."""

    async def read(self, within_s: float) -> bytes:
        """Waits for bytes; none if the line stays silent for so long."""

    async def close(self) -> None:
        """Ends the connection; harmless if there is none."""


def link_to(url: str) -> Link:
    """The wire of `tcp://HOST:PORT` or `serial:///dev/ttyUSB0?baud=9600&format=8N1&rs485=1`.

    ValueError for another address. `rs485=1` lets the kernel switch a port's direction; most USB
    adapters do that by themselves.
    """
    parts = urlsplit(url)
    if parts.scheme == "tcp" and parts.hostname and parts.port:
        return TcpLink(parts.hostname, parts.port)
    if parts.scheme == "serial" and parts.path:
        return _serial_link(parts)
    raise ValueError(f"panel address {url!r}: tcp://HOST:PORT or serial:///DEVICE expected")


def _serial_link(parts: SplitResult) -> "SerialLink":
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    baud, bits = options.pop("baud", "9600"), options.pop("format", "8N1")
    rs485 = options.pop("rs485", "0")
    if options or not baud.isdecimal() or bits not in BITS or rs485 not in ("0", "1"):
        raise ValueError(f"panel address {parts.geturl()!r}: baud, format or rs485 is wrong")
    return SerialLink(parts.path, int(baud), bits, rs485=rs485 == "1")


class TcpLink:
    """A gateway that passes bytes on to the bus."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> None:
        """Connects within `CONNECT_S`."""
        await self.close()
        try:
            async with asyncio.timeout(CONNECT_S):
                self._streams = await asyncio.open_connection(*self._address)
        except OSError as error:  # TimeoutError is one
            host, port = self._address
            raise LinkError(f"panels at {host}:{port}: {error or 'no answer'}") from error

    async def write(self, data: bytes) -> None:
        """Sends all of it."""
        if self._streams is None:
            raise LinkError("not connected")
        try:
            self._streams[1].write(data)
            async with asyncio.timeout(CONNECT_S):
                await self._streams[1].drain()
        except OSError as error:
            raise LinkError(f"panels: {error or 'nothing is taken'}") from error

    async def read(self, within_s: float) -> bytes:
        """Waits for bytes."""
        if self._streams is None:
            raise LinkError("not connected")
        try:
            async with asyncio.timeout(within_s):
                data = await self._streams[0].read(1024)
        except TimeoutError:
            return b""
        except OSError as error:
            raise LinkError(f"panels: {error}") from error
        if not data:
            raise LinkError("panels: the gateway closed the connection")
        return data

    async def close(self) -> None:
        """Ends the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class SerialLink:
    """A serial port; pyserial blocks, so each call runs in a thread."""

    def __init__(self, device: str, baud: int, bits: str, *, rs485: bool) -> None:
        self._device = device
        self._baud = baud
        self._bits = BITS[bits]
        self._rs485 = rs485
        self._port: serial.Serial | None = None

    async def open(self) -> None:
        """Opens the port for this process alone."""
        await self.close()
        try:
            self._port = await asyncio.to_thread(self._open)
        except (OSError, ValueError, termios.error) as error:  # what the device cannot do
            raise LinkError(f"panels at {self._device}: {error}") from error

    def _open(self) -> serial.Serial:
        size, parity, stop = self._bits
        port = serial.Serial(
            self._device, self._baud, size, parity, stop,
            write_timeout=CONNECT_S, exclusive=True,
        )  # fmt: skip
        if self._rs485:
            port.rs485_mode = RS485Settings()
        return port

    async def write(self, data: bytes) -> None:
        """Sends all of it, and waits until it has left the port."""
        port = self._port
        if port is None:
            raise LinkError("not connected")

        def send() -> None:
            port.write(data)
            port.flush()

        try:
            await asyncio.to_thread(send)
        except OSError as error:
            raise LinkError(f"panels at {self._device}: {error}") from error

    async def read(self, within_s: float) -> bytes:
        """Waits for bytes."""
        port = self._port
        if port is None:
            raise LinkError("not connected")

        def receive() -> bytes:
            port.timeout = within_s
            first: bytes = port.read(1)
            return first + port.read(port.in_waiting) if first else b""

        try:
            return await asyncio.to_thread(receive)
        except OSError as error:
            raise LinkError(f"panels at {self._device}: {error}") from error

    async def close(self) -> None:
        """Closes the port."""
        if self._port is not None:
            port, self._port = self._port, None
            await asyncio.to_thread(port.close)
