"""Robots as visitors: they come, take a ticket, wait, and some lose patience."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from kiosk.robots.api import unless_refused

from .guests import Guest
from .stage import Stage


class Visitors:
    """The visitors of one day."""

    def __init__(self, stage: Stage, guests: Sequence[Guest]) -> None:
        self._stage = stage
        self._guests = guests

    async def run(self) -> None:
        """Let everybody come; returns when nobody of them waits any more."""
        now = self._stage.time.now()
        async with asyncio.TaskGroup() as group:
            for guest in self._guests:
                if guest.at < now:
                    continue
                await self._stage.time.until(guest.at)
                group.create_task(self._visit(guest))

    async def _visit(self, guest: Guest) -> None:
        stage = self._stage
        ticket = await unless_refused(stage.door.post("/tickets", self._wish(guest)))
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
