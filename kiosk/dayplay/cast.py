"""Who plays a day: visitors, one member of staff per recorded server, one screen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from kiosk.robots.api import Api, unless_refused
from kiosk.robots.clock import HallTime, first_of
from kiosk.robots.mirror import Mirror
from kiosk.robots.watch import Frame

from .day import Visit
from .hall import priority_of, service_of


class Taken(Struct, frozen=True):
    """A ticket that a visitor was given, by the server's acknowledged word."""

    id: str
    number: str
    visit: Visit


class Called(Struct, frozen=True):
    """A call that a window was given, by the server's acknowledged word."""

    ticket: str
    number: str
    window: str


class Stage(Struct):
    """What all players share, and what they were told. day: the instant at which second 0 of the
    recorded day is played.

    deeds: acknowledged requests other than tickets and calls, by the event that they cause.
    """

    day: int
    time: HallTime
    api: Api
    mirror: Mirror
    typical: Mapping[str, int]
    taken: dict[str, Taken]
    called: list[Called]
    deeds: Counter[str]
    all_came: bool = False

    def instant(self, second: float) -> int:
        """A second of the recorded day as an instant of the hall."""
        return self.day + round(second * 1000)

    def second(self, instant: int) -> int:
        """An instant of the hall as a second of the recorded day."""
        return (instant - self.day) // 1000

    @property
    def over(self) -> bool:
        """Whether everybody has come and nobody waits or is served any more."""
        return (
            self.all_came
            and not self.mirror.active
            and all(ticket in self.mirror.tickets for ticket in self.taken)
        )

    async def paper_left(self, ticket: str) -> None:
        """Wait until a visitor's paper is on its way: nobody goes before."""
        mirror = self.mirror
        await mirror.until(lambda: ticket in mirror.tickets and mirror.paper(ticket) != "queued")


class Visitors:
    """All visitors of the day: each takes a ticket, and some leave before they are called."""

    def __init__(self, stage: Stage, visits: Sequence[Visit]) -> None:
        self._stage = stage
        self._visits = visits

    async def run(self) -> None:
        """Come at the recorded times; returns when everybody has a ticket or has left."""
        async with asyncio.TaskGroup() as group:
            for visit in self._visits:
                await self._stage.time.until(self._stage.instant(visit.arrival))
                group.create_task(self._visit(visit))

    async def _visit(self, visit: Visit) -> None:
        stage = self._stage
        body: dict[str, Any] = {"service": service_of(visit), "printer": "kiosk-1"}
        if (priority := priority_of(visit)) is not None:
            body["priority"] = priority
        ticket = await stage.api.post("/tickets", body)
        stage.taken[ticket["id"]] = Taken(ticket["id"], ticket["number"], visit)
        stage.mirror.wake()
        if visit.service is not None:
            return
        await stage.time.until(stage.instant(visit.starts))
        await stage.paper_left(ticket["id"])
        if stage.mirror.state(ticket["id"]) != "waiting":
            return
        if await unless_refused(stage.api.visitor(ticket["token"], "leave")):
            stage.deeds["ticket_cancelled"] += 1


class Server:
    """One member of staff: at the window while the recorded server was, serving as long.

    shifts: seconds of the day, from and to. Whom a server calls is the hall's decision, so it
    calls as soon as somebody waits instead of at the recorded moments: whoever has a longer
    service than the record says there would otherwise come late to every call after it.
    """

    def __init__(
        self, stage: Stage, window: str, groups: list[str], shifts: list[tuple[int, int]]
    ) -> None:
        self._stage = stage
        self._window = window
        self._groups = groups
        self._shifts = shifts

    async def run(self, last: int) -> None:
        """Work. After the last recorded service of the day everybody helps to empty the hall."""
        for start, end in self._shifts:
            await self._stage.time.until(self._stage.instant(start))
            await self._work(self._stage.instant(end))
        await self._stage.time.until(self._stage.instant(last))
        await self._work(None)

    async def _work(self, end: int | None) -> None:
        """Open the window, serve until `end` or until the day is over, pause it."""
        stage = self._stage
        await self._do("open", {"staff": self._window}, "window_opened")
        while not stage.over and (end is None or stage.time.now() < end):
            waiting = stage.mirror.until(lambda: stage.over or self._somebody_waits())
            await (waiting if end is None else first_of(waiting, stage.time.until(end)))
            if self._somebody_waits():
                await self._serve_next()
        await self._do("pause", {}, "window_paused")

    async def _serve_next(self) -> None:
        stage = self._stage
        answer = await stage.api.post(f"/windows/{self._window}/call-next")
        if answer is None:
            return  # a colleague was quicker
        ticket = answer["ticket"]
        stage.called.append(Called(ticket["id"], ticket["number"], self._window))
        await stage.mirror.until(lambda: ticket["id"] in stage.taken)
        body = {"window": self._window}
        start = stage.api.post(f"/tickets/{ticket['id']}/start", body)
        if await unless_refused(start) is None:
            return  # left in the very moment of the call
        stage.deeds["service_started"] += 1
        visit = stage.taken[ticket["id"]].visit
        length = stage.typical[visit.group] if visit.service is None else visit.service
        await stage.time.sleep(length)
        await stage.paper_left(ticket["id"])
        await stage.api.post(f"/tickets/{ticket['id']}/finish", body)
        stage.deeds["service_finished"] += 1

    async def _do(self, verb: str, body: dict[str, Any], deed: str) -> None:
        await self._stage.api.post(f"/windows/{self._window}/{verb}", body)
        self._stage.deeds[deed] += 1

    def _somebody_waits(self) -> bool:
        return self._stage.mirror.waiting(self._groups) > 0


class Screen:
    """A call screen: what it was told, in the order in which it was told. heard: called then."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard
        self.calls: list[tuple[str, str]] = []
        self.snapshots = 0

    def see(self, frame: Frame) -> None:
        """Take in a frame of the topic `board`."""
        if frame["type"] == "snapshot":
            self.snapshots += 1
        elif frame["type"] == "event" and frame["event"]["type"] == "ticket_called":
            self.calls.append((frame["event"]["number"], frame["event"]["window"]))
        self._heard()


async def ask_again(stage: Stage) -> int:
    """Ask for a copy (补打) of each paper that was leaving when the server died.

    Whether it fell nobody knows. Returns how many were asked for.
    """
    tickets = await stage.api.get("/tickets?state=waiting,called,serving")
    lost = [t["id"] for t in tickets if t["print"] and t["print"]["state"] == "sending"]
    body = {"printer": "kiosk-1"}
    asked = [
        await unless_refused(stage.api.post(f"/tickets/{ticket}/reprint", body)) for ticket in lost
    ]
    return sum(answer is not None for answer in asked)
