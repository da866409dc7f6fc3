"""A robot as member of staff: opens a window, calls and serves, and yields it to a person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any

from kiosk.hall.config import Window
from kiosk.robots.api import unless_refused
from kiosk.robots.clock import first_of

from .stage import Stage

PATIENCE_S = 45
"""How long a called visitor is waited for before the recall, and again before the no-show."""

AWAY_S = 600
"""How long a window that a person has left stays free before its robot sits down again."""

OVERTIME_MS = 45 * 60_000
"""How long staff work off the queue after closing time."""

COPY_SHARE = 0.03
COPY_S = (420, 1200)
PAY_SHARE = 0.5
PAID_S = 75
"""Service after the visitor came back from paying."""

BREAK_SHARE = 0.6
BREAK_S = (480, 900)


class Clerk:
    """The robot of one window."""

    def __init__(self, stage: Stage, window: Window, name: str, rng: Random) -> None:
        self._stage = stage
        self._window = window
        self._groups = list(window.groups)
        self._name = name
        self._rng = rng
        self._returns: set[str] = set()
        self._away: set[asyncio.Task[None]] = set()

    async def run(self, spans: Sequence[tuple[int, int]]) -> None:
        """Work through the day's open spans."""
        for index, (start, end) in enumerate(spans):
            if self._stage.time.now() >= end:
                continue
            await self._stage.time.until(start - self._rng.randint(0, 180_000))
            last = index + 1 == len(spans)
            await self._shift(end, overtime=OVERTIME_MS if last else 0)
            await self._finish_present()
            if self._mine():
                reason = self._stage.say("evening" if last else "lunch")
                await self._act("close", {"reason": reason})
        await asyncio.gather(*self._away)

    # ── a shift ──────────────────────────────────────────────────────────────────────────────

    async def _shift(self, end: int, overtime: int) -> None:
        rest = self._break(end)
        await self._sit_down()
        while not self._done(end, overtime):
            if not self._mine():
                await self._yield(end)
            elif rest is not None and self._stage.time.now() >= rest:
                rest = None
                await self._pause()
            else:
                await self._next(end)

    def _done(self, end: int, overtime: int) -> bool:
        now = self._stage.time.now()
        return now >= end + overtime or (
            now >= end and not self._stage.mirror.waiting(self._groups)
        )

    def _break(self, end: int) -> int | None:
        if self._rng.random() > BREAK_SHARE:
            return None
        now = self._stage.time.now()
        return self._rng.randint(now, max(now, end))

    async def _sit_down(self) -> None:
        if self._state() == "closed":
            await self._act("open", {"staff": self._name})

    async def _pause(self) -> None:
        await self._finish_present()
        if await self._act("pause", {"reason": self._stage.say("break")}) is None:
            return
        await self._stage.time.sleep(self._rng.uniform(*BREAK_S))
        if self._view()["staff"] == self._name:
            await self._act("open", {"staff": self._name})

    async def _yield(self, end: int) -> None:
        """Keep away while a person has the window, and a while after they left it."""
        free = self._stage.mirror.until(lambda: self._state() == "closed" or self._mine())
        await first_of(free, self._stage.time.until(end))
        if self._state() != "closed":
            return
        taken = self._stage.mirror.until(lambda: self._state() != "closed")
        await first_of(taken, self._stage.time.sleep(AWAY_S), self._stage.time.until(end))
        if self._stage.time.now() < end:
            await self._sit_down()

    # ── a visitor ────────────────────────────────────────────────────────────────────────────

    async def _next(self, end: int) -> None:
        answer = await self._act("call-next", {})
        if answer is not None:
            await self._receive(answer["ticket"])
            return
        waiting = self._stage.mirror.until(
            lambda: self._stage.mirror.waiting(self._groups) > 0 or not self._mine()
        )
        await first_of(waiting, self._stage.time.until(end))

    async def _receive(self, ticket: dict[str, Any]) -> None:
        """From the call to the end of the service, which the next call brings about."""
        guest = self._stage.guests.get(ticket["id"])
        walk = guest.walk if guest else 20.0
        if walk is None:
            await self._missed(ticket["id"])
            return
        await self._stage.time.sleep(walk)
        if not self._here(ticket["id"], "called"):
            return
        await self._about(ticket["id"], "start")
        service = next((s for s in ticket["services"] if s["state"] == "serving"), None)
        await self._stage.time.sleep(self._length(ticket["id"], service["id"] if service else ""))
        if self._here(ticket["id"], "serving"):
            await self._part(ticket["id"], service["id"] if service else "")

    def _length(self, ticket: str, service: str) -> float:
        if ticket in self._returns:
            return PAID_S
        guest = self._stage.guests.get(ticket)
        if guest is not None and service in guest.service:
            return guest.service[service]
        return 60 * next((s.minutes for s in self._stage.config.services if s.id == service), 5)

    async def _part(self, ticket: str, service: str) -> None:
        """Send to pay or for a copy, or leave it to the next call to finish."""
        back = ticket in self._returns
        self._returns.discard(ticket)
        config = next((s for s in self._stage.config.services if s.id == service), None)
        cashier = next((s for s in self._stage.config.services if "against" in s.id), None)
        if (
            config is not None
            and config.fee_yuan
            and cashier is not None
            and not back
            and self._rng.random() < PAY_SHARE
        ):
            wish = {"service": cashier.id, "note": self._stage.say("pay"), "come_back": True}
            if await self._about(ticket, "transfer", wish) is not None:
                self._returns.add(ticket)
        elif not back and self._rng.random() < COPY_SHARE:
            wish = {"note": self._stage.say("copy"), "minutes": 30}
            if await self._about(ticket, "park", wish) is not None:
                self._returns.add(ticket)
                self._later(self._come_back(ticket))
        else:
            self._later(self._rate(ticket))

    async def _missed(self, ticket: str) -> None:
        for verb in ("recall", "no-show"):
            await self._stage.time.sleep(PATIENCE_S)
            if not self._here(ticket, "called"):
                return
            await self._about(ticket, verb)

    async def _come_back(self, ticket: str) -> None:
        await self._stage.time.sleep(self._rng.uniform(*COPY_S))
        if self._stage.mirror.state(ticket) == "parked":
            await self._about(ticket, "resume")

    async def _rate(self, ticket: str) -> None:
        guest, token = self._stage.guests.get(ticket), self._stage.tokens.get(ticket)
        if guest is None or guest.stars is None or token is None:
            return
        await self._stage.mirror.until(lambda: self._stage.mirror.state(ticket) == "done")
        await unless_refused(self._stage.door.visitor(token, "rating", {"score": guest.stars}))

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._away.add(task)
        task.add_done_callback(self._away.discard)

    async def _finish_present(self) -> None:
        ticket = self._view()["ticket"]
        if self._mine() and ticket is not None:
            await self._about(ticket["id"], "finish")

    # ── asking ───────────────────────────────────────────────────────────────────────────────

    async def _act(self, verb: str, body: dict[str, Any]) -> Any:
        return await unless_refused(
            self._stage.desk.post(f"/windows/{self._window.id}/{verb}", body)
        )

    async def _about(self, ticket: str, verb: str, body: dict[str, Any] | None = None) -> Any:
        return await unless_refused(self._stage.desk.post(f"/tickets/{ticket}/{verb}", body))

    def _view(self) -> dict[str, Any]:
        return self._stage.mirror.windows[self._window.id]

    def _state(self) -> str:
        return str(self._view()["state"])

    def _mine(self) -> bool:
        """Whether this robot sits at the open window."""
        view = self._view()
        return bool(view["state"] == "open" and view["staff"] == self._name)

    def _here(self, ticket: str, state: str) -> bool:
        """Whether the ticket is still at this window, in this state, and the window ours."""
        known = self._stage.mirror.tickets.get(ticket)
        return bool(
            self._mine()
            and known
            and known["window"] == self._window.id
            and known["state"] == state
        )
