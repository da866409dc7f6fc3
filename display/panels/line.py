"""A row of panels on one wire: each shows the newest content of its window, and goes on doing so.

Panels forget when their power fails and buses lose frames, so every content is sent until it is
confirmed, and again from time to time. Only the newest content of a panel is ever sent.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from display.panels.link import Link, LinkError
from display.panels.protocol import Protocol
from display.panels.reader import Reader

RETRY_S = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: for a reply, between frames on the bus, until a content is repeated."""

    reply_s: float = 0.4
    gap_s: float = 0.02
    repeat_s: float = 20.0
    attempts: int = 3
    retry_s: tuple[float, ...] = RETRY_S


@dataclass(slots=True)
class Panel:
    """One panel: the frame that it should show, whether that was sent, whether it answers.

    `answers` is None until it is known; panels of a protocol without replies answer by being sent.
    """

    frame: bytes = b""
    due_at: float = 0.0
    answers: bool | None = None


class Line:
    """Drives the panels on one wire; `run` works until it is cancelled."""

    def __init__(
        self, link: Link, protocol: Protocol, addresses: Iterable[int], timing: Timing | None = None
    ) -> None:
        self.panels = {address: Panel() for address in addresses}
        self.fault: str | None = "not connected"
        """Why the wire cannot be used, None while it can."""
        self._link = link
        self._protocol = protocol
        self._timing = timing or Timing()
        self._news = asyncio.Event()

    def show(self, address: int, frame: bytes) -> None:
        """What a panel should show from now on; KeyError for an address that is not on the line."""
        panel = self.panels[address]
        if panel.frame != frame:
            panel.frame = frame
            panel.due_at = 0.0
            self._news.set()

    async def run(self) -> None:
        """Connects, sends, repeats, reconnects."""
        failures = 0
        try:
            while True:
                try:
                    await self._link.open()
                    self.fault, failures = None, 0
                    await self._serve()
                except LinkError as error:
                    self.fault = str(error)
                    for panel in self.panels.values():
                        panel.answers, panel.due_at = None, 0.0
                    await asyncio.sleep(self._timing.retry_s[failures])
                    failures = min(failures + 1, len(self._timing.retry_s) - 1)
        finally:
            await self._link.close()

    async def _serve(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            self._news.clear()
            waiting = [(p.answers is False, p.due_at, a) for a, p in self.panels.items() if p.frame]
            due = [entry for entry in waiting if entry[1] <= clock()]
            if due:  # one at a time, so that a call never waits behind a round of dead panels
                await self._update(min(due)[2], clock)
                continue
            pause = min((at for _, at, _ in waiting), default=clock() + self._timing.repeat_s)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(pause):
                    await self._news.wait()

    async def _update(self, address: int, clock: Callable[[], float]) -> None:
        panel = self.panels[address]
        frame = panel.frame
        attempts = 1 if panel.answers is False else self._timing.attempts
        panel.answers = await deliver(
            self._link, self._protocol, address, frame, self._timing, attempts
        )
        if panel.frame is frame:
            panel.due_at = clock() + self._timing.repeat_s
        await asyncio.sleep(self._timing.gap_s)


async def deliver(
    link: Link, protocol: Protocol, address: int, frame: bytes, timing: Timing, attempts: int
) -> bool:
    """Sends a frame over an open link until the panel confirms it; False if it stays silent.

    Where the protocol has no reply, sent is confirmed. LinkError if the wire fails.
    """
    clock = asyncio.get_running_loop().time
    for _ in range(attempts):
        await link.write(frame)
        if protocol.reply is None:
            return True
        reader = Reader({"reply": protocol.reply})
        end = clock() + timing.reply_s
        while (left := end - clock()) > 0:
            for message in reader.feed(await link.read(left)):
                if message.values.get("address", address) == address:
                    return True
    return False
