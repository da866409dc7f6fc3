"""A line between a page and the server that can be cut, held and delayed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self


class Line:
    """A TCP proxy in a thread of its own. Used as a context manager."""

    def __init__(self, target: str) -> None:
        host, _, port = target.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._ends: set[asyncio.StreamWriter] = set()
        self._carried: set[asyncio.Task[Any]] = set()
        self._flows = asyncio.Event()
        self._delay_s = 0.0
        self._lag_s: dict[asyncio.StreamWriter, float] = {}
        self._server: asyncio.Server | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open(0))
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """The cable is pulled: all connections end, new ones are refused."""
        self._do(self._close())

    def restore(self) -> None:
        """The cable is back."""
        self._do(self._open(int(self.url.rpartition(":")[2])))

    def hold(self) -> None:
        """Nothing passes any more, and nobody is told: a switch that died."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def delay(self, seconds: float) -> None:
        """Everything from the server comes so much later."""
        self._delay_s = seconds

    def overtake(self, seconds: float) -> None:
        """What present connections bring comes so much later; new ones are prompt, and first."""
        self._loop.call_soon_threadsafe(self._lag, seconds)

    def _lag(self, seconds: float) -> None:
        self._lag_s = dict.fromkeys(self._ends, seconds)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self, port: int) -> None:
        self._delay_s = 0.0
        self._flows.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        bound = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{bound}"

    async def _close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._delay_s = 0.0
        self._flows.set()
        for end in self._ends:
            end.transport.abort()
        for task in self._carried:
            task.cancel()
        await asyncio.gather(*self._carried, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._carry(reader, writer))
        self._carried.add(task)
        task.add_done_callback(self._carried.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            ends.add(far_writer)
            self._ends |= ends
            await asyncio.gather(self._up(reader, far_writer), self._down(far_reader, writer))
        except OSError:
            pass  # one side went away, and so does the other
        finally:
            self._ends -= ends
            for end in ends:
                self._lag_s.pop(end, None)
            for end in ends:
                end.close()

    async def _up(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._flows.wait()
            sink.write(data)
            await sink.drain()
        with suppress(OSError):
            sink.write_eof()

    async def _down(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Each piece leaves `delay` seconds after it came, whenever the one before it left."""
        came: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def listen() -> None:
            data = b"?"
            while data:
                data = await source.read(65536)
                late_s = self._lag_s.get(sink, self._delay_s)
                came.put_nowait((self._loop.time() + late_s, data))

        async def speak() -> None:
            while True:
                due, data = await came.get()
                await asyncio.sleep(due - self._loop.time())
                await self._flows.wait()
                if not data:
                    sink.close()
                    return
                sink.write(data)
                await sink.drain()

        await asyncio.gather(listen(), speak())
