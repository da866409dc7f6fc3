"""The wire to a row of panels: a TCP gateway, or an RS-485 adapter on a serial port."""

import asyncio
import termios
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

import serial
from serial.rs485 import RS485Settings

CONNECT_S = 5.0
BITS_A_CHARACTER = 11
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
    """The wire of `tcp://HOST:PORT` or `serial:///dev/ttyUSB0?baud=9600&format=8N1&rs485=rts`.

    ValueError for another address. rs485 says who turns the bus from listening to sending and
    back: the adapter itself (nothing to say), the `kernel`, or this program by the line `rts`,
    high while it sends, or `rts-low` the other way round.
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
    rs485 = options.pop("rs485", None)
    if options or not baud.isdecimal() or bits not in BITS or rs485 not in DIRECTIONS:
        raise ValueError(f"panel address {parts.geturl()!r}: baud, format or rs485 is wrong")
    return SerialLink(parts.path, int(baud), bits, rs485)


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


class Direction(Protocol):
    """Who turns a two-wire bus from listening to sending, and back."""

    def listen(self, port: serial.Serial) -> None:
        """The port was opened: hear what comes. OSError or ValueError if it can't."""

    def send(self, port: serial.Serial, data: bytes) -> None:
        """Sends all of it and listens again."""


class OwnDirection:
    """The adapter turns by itself, as most with USB do; or the kernel, with `kernel`."""

    def __init__(self, *, kernel: bool) -> None:
        self._kernel = kernel

    def listen(self, port: serial.Serial) -> None:
        """Nothing, or the kernel's mode."""
        if self._kernel:
            port.rs485_mode = RS485Settings()

    def send(self, port: serial.Serial, data: bytes) -> None:
        """Sends, and waits until it has left the port."""
        port.write(data)
        port.flush()


class RtsDirection:
    """The line RTS turns a converter that can't by itself. high: its level while sending."""

    def __init__(self, *, high: bool) -> None:
        self._high = high

    def listen(self, port: serial.Serial) -> None:
        """Lets go of the bus."""
        port.rts = not self._high

    def send(self, port: serial.Serial, data: bytes) -> None:
        """Takes the bus, sends, and lets go of it as soon as the last stop bit is out."""
        port.rts = self._high
        try:
            port.write(data)
            port.flush()
            # Drivers call a port empty when its last character is still being shifted out.
            time.sleep(BITS_A_CHARACTER / port.baudrate)
        finally:
            port.rts = not self._high


DIRECTIONS: dict[str | None, Direction] = {
    None: OwnDirection(kernel=False),
    "kernel": OwnDirection(kernel=True),
    "rts": RtsDirection(high=True),
    "rts-low": RtsDirection(high=False),
}


class SerialLink:
    """A serial port; pyserial blocks, so each call runs in a thread. rs485: of `DIRECTIONS`."""

    def __init__(
        self,
        device: str,
        baud: int,
        bits: str,
        rs485: str | None,
        opened: Callable[..., serial.Serial] = serial.Serial,
    ) -> None:
        self._device = device
        self._baud = baud
        self._bits = BITS[bits]
        self._direction = DIRECTIONS[rs485]
        self._opened = opened
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
        port = self._opened(
            self._device, self._baud, size, parity, stop,
            write_timeout=CONNECT_S, exclusive=True,
        )  # fmt: skip
        try:
            self._direction.listen(port)
        except (OSError, ValueError):
            port.close()
            raise
        return port

    async def write(self, data: bytes) -> None:
        """Sends all of it, and waits until it has left the port."""
        port = self._port
        if port is None:
            raise LinkError("not connected")
        try:
            await asyncio.to_thread(self._direction.send, port, data)
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
