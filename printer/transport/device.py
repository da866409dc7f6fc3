"""A device file such as /dev/usb/lp0: what Linux makes of a USB printer without a driver."""

import asyncio
import os
import select
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from printer.transport.base import FAST, Acknowledges
from printer.transport.threaded import SLICE_S, WRITE_S, ThreadedConnection

_CHUNK = 4096


class DeviceDriver:
    """A device file, opened for both directions and without blocking."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)

    def write(self, data: bytes) -> None:
        """Send all of `data`, in the pieces that the device takes."""
        rest = memoryview(data)
        while rest:
            _, ready, _ = select.select([], [self._file], [], WRITE_S)
            if not ready:
                raise TimeoutError("the printer takes no bytes")
            rest = rest[os.write(self._file, rest) :]

    def read(self) -> bytes:
        """Return what comes within a slice."""
        ready, _, _ = select.select([self._file], [], [], SLICE_S)
        return os.read(self._file, _CHUNK) if ready else b""

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


class DeviceTransport:
    """`file:///dev/…`."""

    acknowledges = Acknowledges.PRINTER
    bytes_per_s = FAST

    def __init__(self, path: Path) -> None:
        self._path = path

    async def open(self) -> ThreadedConnection:
        """Open the device."""
        thread = ThreadPoolExecutor(1, "printer-device")
        loop = asyncio.get_running_loop()
        try:
            driver = await loop.run_in_executor(thread, DeviceDriver, self._path)
        except OSError:
            thread.shutdown(wait=False)
            raise
        return ThreadedConnection(driver, thread)
