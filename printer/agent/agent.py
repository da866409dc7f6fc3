"""The agent: takes jobs from the server's websocket, prints from its folder, reports by job id.

The network decides nothing here. A job that has arrived is printed with or without it, and its
end is reported when it is back.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from printer.agent.folder import Ended, Folder, Held
from printer.agent.protocol import (
    FromAgent,
    Hello,
    Print,
    ProtocolError,
    Recorded,
    encode,
    from_server,
)
from printer.delivery import Timing
from printer.health import Health
from printer.job import Outcome
from printer.press import Plate
from printer.routes import Route
from printer.worker import Worker

_log = logging.getLogger("kiosk.agent")
_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)


class Socket(Protocol):
    """An open websocket; both methods raise `OSError` when it is closed."""

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Iterate over the frames that come."""

    async def send(self, message: str) -> None:
        """Send a text frame."""


Connect = Callable[[], AbstractAsyncContextManager[Socket]]
"""Opens the websocket to the server; entering raises `OSError` when it can't be reached."""


class Agent:
    """One printer at one kiosk PC. Runs in `run` until cancelled."""

    def __init__(
        self,
        connect: Connect,
        route: Route,
        folder: Folder,
        *,
        clock: Callable[[], int],
        timing: Timing | None = None,
        pauses_s: tuple[float, ...] = _PAUSES_S,
    ) -> None:
        self._connect = connect
        self._folder = folder
        self._clock = clock
        self._pauses_s = pauses_s
        self._out: asyncio.Queue[FromAgent] = asyncio.Queue()
        self._worker = Worker(
            route,
            self,
            draw=_drawn,
            clock=clock,
            poll_s=(timing or Timing()).poll_s,
            on_health=self._healthy,
        )

    async def run(self) -> None:
        """Print and talk to the server until cancelled."""
        waiting, torn = await asyncio.to_thread(self._folder.recover, self._clock())
        if torn:
            self._worker.route.torn()
        for held in waiting:
            self._worker.submit(held)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._worker.run())
            tasks.create_task(self._stay_connected())

    async def sending(self, job: Held) -> bool:
        """Mark the first byte (the worker's journal)."""
        await asyncio.to_thread(self._folder.mark_sent, job.id)
        return True

    async def settled(self, job: Held, outcome: Outcome, detail: str) -> None:
        """Keep an end and report it (the worker's journal)."""
        ended = Ended(outcome, detail, self._clock())
        await asyncio.to_thread(self._folder.end, job.id, ended)
        if settled := await asyncio.to_thread(self._folder.ended, job.id):
            self._out.put_nowait(settled)

    def _healthy(self, health: Health) -> None:
        self._out.put_nowait(Hello(health.state))

    async def _stay_connected(self) -> None:
        attempt = 0
        await self._worker.seen.wait()
        while True:
            try:
                async with self._connect() as socket:
                    attempt = 0
                    _log.info("connected to the server")
                    await self._talk(socket)
            except (OSError, ProtocolError) as error:
                _log.warning("no connection to the server: %s", error)
            pause = self._pauses_s[min(attempt, len(self._pauses_s) - 1)]
            attempt += 1
            await asyncio.sleep(pause)

    async def _talk(self, socket: Socket) -> None:
        """Say what the server does not know, then listen and report until the socket closes."""
        while not self._out.empty():
            self._out.get_nowait()
        await socket.send(encode(Hello(self._worker.health.state)))
        for settled in await asyncio.to_thread(lambda: list(self._folder.unreported())):
            await socket.send(encode(settled))
        reporting = asyncio.create_task(self._report(socket))
        try:
            async for text in socket:
                await self._take(text)
        finally:
            reporting.cancel()
            await asyncio.wait({reporting})

    async def _report(self, socket: Socket) -> None:
        while True:
            frame = await self._out.get()
            try:
                await socket.send(encode(frame))
            except OSError:
                return  # the reading side sees it too; ends are in the folder

    async def _take(self, text: str | bytes) -> None:
        match from_server(text):
            case Print() as frame:
                held = await asyncio.to_thread(self._folder.keep, frame, self._clock())
                if held:
                    self._worker.submit(held)
                elif settled := await asyncio.to_thread(self._folder.ended, frame.job):
                    self._out.put_nowait(settled)
            case Recorded(job):
                await asyncio.to_thread(self._folder.recorded, job)
            case None:
                pass


async def _drawn(job: Held) -> Plate:
    """The server has drawn it already."""
    return Plate(job.data, job.process_id)
