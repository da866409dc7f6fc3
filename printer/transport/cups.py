"""A print queue of the system (CUPS), raw: for what has no other way. It acknowledges nothing."""

import asyncio
import shutil

from printer.transport.base import FAST, Acknowledges


class CupsConnection:
    """Hands each ticket to `lp` as one raw job."""

    def __init__(self, queue: str) -> None:
        self._queue = queue

    async def write(self, data: bytes) -> None:
        """Queue the bytes; CUPS says that it took them, not that they were printed."""
        process = await asyncio.create_subprocess_exec(
            "lp",
            *("-d", self._queue, "-o", "raw", "-s"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, errors = await process.communicate(data)
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise OSError(f"lp: {errors.decode('utf-8', 'replace').strip()}")

    async def read(self) -> bytes:
        """CUPS says nothing."""
        return b""

    async def close(self) -> None:
        """Nothing is open."""


class CupsTransport:
    """`cups://queue`."""

    acknowledges = Acknowledges.NEVER
    bytes_per_s = FAST

    def __init__(self, queue: str) -> None:
        self._queue = queue

    async def open(self) -> CupsConnection:
        """Check that CUPS's client is installed."""
        if shutil.which("lp") is None:
            raise FileNotFoundError("lp is not installed (Debian: apt install cups-client)")
        return CupsConnection(self._queue)
