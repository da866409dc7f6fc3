"""Robots as visitors: some book; they come, take a ticket, wait, and some lose patience."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import structs

from kiosk.hall.calendar import Calendar
from kiosk.robots.api import unless_refused

from .guests import Guest
from .stage import Stage

BOOKS = 4
"""One in so many of those who come for one bookable service books it."""

AHEAD_MS = 10 * 60_000
"""How long before the slot somebody who booked comes."""


class Visitors:
    """The visitors of one day."""

    def __init__(self, stage: Stage, guests: Sequence[Guest]) -> None:
        self._stage = stage
        self._guests = guests
        self._codes: dict[int, str] = {}

    async def run(self) -> None:
        """Let everybody come; returns when nobody of them waits any more."""
        now = self._stage.time.now()
        guests = await self._book()
        async with asyncio.TaskGroup() as group:
            for guest in guests:
                if guest.at < now:
                    continue
                await self._stage.time.until(guest.at)
                group.create_task(self._visit(guest))

    async def _book(self) -> list[Guest]:
        """Book for some; they come shortly before their slots. All, in order of arrival."""
        bookable = {s.id for s in self._stage.config.services if s.appointments}
        may = [g for g in self._guests if len(g.services) == 1 and g.services[0] in bookable]
        coming = {id(guest): guest for guest in self._guests}
        for guest in may[::BOOKS]:
            if slot := await self._slot(guest):
                body = {"service": guest.services[0], "start": slot, "language": guest.language}
                if booked := await unless_refused(self._stage.door.post("/appointments", body)):
                    at = round(datetime.fromisoformat(slot).timestamp() * 1000) - AHEAD_MS
                    moved = structs.replace(guest, at=at)
                    coming[id(guest)] = moved
                    self._codes[id(moved)] = booked["code"]
        return sorted(coming.values(), key=lambda guest: guest.at)

    async def _slot(self, guest: Guest) -> str | None:
        """The last free slot that begins before somebody would have come anyway."""
        day = Calendar.of(self._stage.config).day(guest.at)
        path = f"/slots?service={guest.services[0]}&from={day}&to={day}"
        offered = await unless_refused(self._stage.door.get(path)) or []
        free = [s["start"] for s in offered if s["free"]]
        before = [s for s in free if datetime.fromisoformat(s).timestamp() * 1000 <= guest.at]
        return before[-1] if before else None

    async def _visit(self, guest: Guest) -> None:
        stage = self._stage
        wish = self._wish(guest)
        if code := self._codes.get(id(guest)):
            arrival = {"code": code, "printer": wish["printer"]}
            ticket = await unless_refused(stage.door.post("/check-ins", arrival))
        else:
            ticket = await unless_refused(stage.door.post("/tickets", wish))
        if ticket is None:
            return  # the hall closed a moment ago
        stage.guests[ticket["id"]] = guest
        stage.tokens[ticket["id"]] = ticket["token"]
        await stage.time.sleep(guest.patience)
        if stage.mirror.state(ticket["id"]) == "waiting":
            await unless_refused(stage.door.visitor(ticket["token"], "leave"))

    def _wish(self, guest: Guest) -> dict[str, Any]:
        groups = {s.id: s.group for s in self._stage.config.services}
        zones = {g.id: g.zone for g in self._stage.config.groups}
        floors = [z.id for z in self._stage.config.zones]
        printers = self._stage.config.printers
        floor = floors.index(zones[groups[guest.services[0]]])
        wish: dict[str, Any] = {
            "services": list(guest.services),
            "language": guest.language,
            "printer": printers[floor % len(printers)].id,
        }
        if guest.priority is not None:
            wish["priority"] = guest.priority
        return wish
