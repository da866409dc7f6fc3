"""A serial port, by pyserial: old printers and the adapters that look like one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

import serial

from printer.transport.base import Acknowledges
from printer.transport.threaded import SLICE_S, WRITE_S, ThreadedConnection

_CHUNK = 4096


class Flow(StrEnum):
    """How a printer with a full buffer says so. A picture is larger than any serial buffer."""

    XONXOFF = "xonxoff"  # in the line; status answers never contain XON or XOFF
    RTSCTS = "rtscts"  # by wire, also for printers with DTR/DSR and the usual cable
    NONE = "none"


class SerialDriver:
    """A port with 8 data bits and no parity."""

    def __init__(self, port: str, baud: int, flow: Flow) -> None:
        # serial.SerialException is an OSError.
        self._port = serial.Serial(
            port,
            baud,
            timeout=SLICE_S,
            xonxoff=flow is Flow.XONXOFF,
            rtscts=flow is Flow.RTSCTS,
        )
        self._bytes_per_s = baud / 10

    def write(self, data: bytes) -> None:
        """Send all of `data`, down to the wire."""
        self._port.write_timeout = WRITE_S + len(data) / self._bytes_per_s
        self._port.write(data)
        self._port.flush()

    def read(self) -> bytes:
        """Return what comes within a slice."""
        first = bytes(self._port.read(1))
        return first + bytes(self._port.read(min(self._port.in_waiting, _CHUNK)))

    def close(self) -> None:
        """Close the port."""
        self._port.close()


class SerialTransport:
    """`serial:///dev/ttyUSB0?baud=19200&flow=xonxoff`."""

    acknowledges = Acknowledges.PRINTER

    def __init__(self, port: str, baud: int, flow: Flow) -> None:
        self._port, self._baud, self._flow = port, baud, flow
        self.bytes_per_s = baud / 10  # a start bit, eight bits, a stop bit

    async def open(self) -> ThreadedConnection:
        """Open the port."""
        thread = ThreadPoolExecutor(1, "printer-serial")
        loop = asyncio.get_running_loop()
        try:
            driver = await loop.run_in_executor(
                thread, SerialDriver, self._port, self._baud, self._flow
            )
        except OSError:
            thread.shutdown(wait=False)
            raise
        return ThreadedConnection(driver, thread)
