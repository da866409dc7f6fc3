"""A line between a page and the server that can be cut, held and delayed."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Self


class Line:
    """A TCP proxy in a thread of its own. Used as a context manager."""

    def __init__(self, target: str) -> None:
        host, _, port = target.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._delay_s = 0.0
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
        """The cable is back, and nothing is held or delayed."""
        self._do(self._open(int(self.url.rpartition(":")[2])))

    def hold(self) -> None:
        """Nothing passes any more, and nobody is told: a switch that died."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def delay(self, seconds: float) -> None:
        """Everything from the server comes so much later."""
        self._delay_s = seconds

    def _do(self, coroutine: object) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)  # type: ignore[arg-type]

    async def _open(self, port: int) -> None:
        self._delay_s = 0.0
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, "127.0.0.1", port)
            bound = self._server.sockets[0].getsockname()[1]
            self.url = f"http://127.0.0.1:{bound}"

    async def _close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = asyncio.current_task()
        assert here is not None
        self._tasks.add(here)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, far_writer, late=False))
                both.create_task(self._pump(far_reader, writer, late=True))
        except* OSError:
            pass  # either side went away: so does the other
        finally:
            self._tasks.discard(here)
            for end in (writer, far_writer):
                end.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, late: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def read() -> None:
            while True:
                data = await source.read(65536)
                queue.put_nowait((loop.time() + (self._delay_s if late else 0), data))
                if not data:
                    return

        reading = loop.create_task(read())
        try:
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self._flows.wait()
                if not data:
                    break
                sink.write(data)
                await sink.drain()
        finally:
            reading.cancel()
            with suppress(OSError, RuntimeError):
                sink.write_eof()
