"""A TCP proxy that can cut the wire at a chosen moment, like a bad network or a fail-over."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

Cut = Callable[[bytes], bool]


class Proxy:
    """Forwards 127.0.0.1:port to a server.

    cut_before: looks at what a client sends and says whether to cut instead of forwarding it.
    cut_after: the same, but it is forwarded and only the server's reply is lost.
    """

    def __init__(self, target_port: int) -> None:
        self.cut_before: Cut | None = None
        self.cut_after: Cut | None = None
        self.port = 0
        self._target = target_port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._wires: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for wire in self._wires:
            wire.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner = await asyncio.open_connection("127.0.0.1", self._target)
        self._wires |= {writer, inner}
        lost = asyncio.Event()
        up = asyncio.create_task(self._up(reader, inner, writer, lost))
        down = asyncio.create_task(self._down(inner_reader, writer, lost))
        self._tasks |= {up, down}

    async def _up(
        self,
        reader: asyncio.StreamReader,
        inner: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
        lost: asyncio.Event,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self.cut_before is not None and self.cut_before(data):
                    self.cut_before = None
                    inner.transport.abort()
                    break
                if self.cut_after is not None and self.cut_after(data):
                    self.cut_after = None
                    lost.set()
                inner.write(data)
                await inner.drain()
            inner.close()
        if not lost.is_set():
            writer.transport.abort()

    async def _down(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if lost.is_set():
                    break
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
