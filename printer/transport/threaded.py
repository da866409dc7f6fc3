"""Blocking drivers (USB, serial, device files) behind the asynchronous `Connection`.

Each connection has a thread of its own, since a driver may hang in the kernel; reads wait in
slices, so that a write never waits long for the thread.
"""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

SLICE_S = 0.1
"""How long a driver's `read` may wait, in seconds."""

_CLOSE_S = 5 * SLICE_S

WRITE_S = 5.0
"""How long a driver waits for a printer that takes no bytes at all, in seconds."""


class Driver(Protocol):
    """A blocking line to a printer. All methods raise `OSError` when it breaks."""

    def write(self, data: bytes) -> None:
        """Send all of `data`."""

    def read(self) -> bytes:
        """Return what comes within `SLICE_S`, empty for nothing."""

    def close(self) -> None:
        """Hang up."""


class ThreadedConnection:
    """A driver, called in its thread."""

    def __init__(self, driver: Driver, thread: ThreadPoolExecutor) -> None:
        self._driver, self._thread = driver, thread

    async def write(self, data: bytes) -> None:
        """Send all of `data`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._driver.write, data)

    async def read(self) -> bytes:
        """Wait for bytes."""
        loop = asyncio.get_running_loop()
        while True:
            if data := await loop.run_in_executor(self._thread, self._driver.read):
                return data

    async def close(self) -> None:
        """Hang up, so that the device is free, but don't wait long for a driver that hangs."""
        with contextlib.suppress(RuntimeError):
            closing = asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            await asyncio.wait({closing}, timeout=_CLOSE_S)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self._driver.close()
