"""Raw TCP, port 9100 by custom: the network printers of most halls."""

import asyncio
import contextlib

from printer.transport.base import FAST, Acknowledges

_CHUNK = 4096


class TcpConnection:
    """A connection by asyncio streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        # Return from a write when the kernel has taken the bytes: its buffer is hidden enough.
        self._writer.transport.set_write_buffer_limits(high=0)

    async def write(self, data: bytes) -> None:
        """Send all of `data`."""
        self._writer.write(data)
        await self._writer.drain()

    async def read(self) -> bytes:
        """Return what has come, empty when the printer hung up."""
        return await self._reader.read(_CHUNK)

    async def close(self) -> None:
        """Close; a printer that is gone or takes no more bytes does not keep us."""
        if self._writer.transport.get_write_buffer_size():
            # A polite end would wait until the printer has taken the rest, perhaps for ever.
            self._writer.transport.abort()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


class TcpTransport:
    """`tcp://host:port`."""

    acknowledges = Acknowledges.PRINTER
    bytes_per_s = FAST

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def open(self) -> TcpConnection:
        """Connect; the caller limits the time."""
        return TcpConnection(*await asyncio.open_connection(self._host, self._port))
