"""What a member of staff sees of a hall, kept up to date by its live messages."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from .watch import Frame

ENDED = ("done", "no_show", "cancelled")


class Mirror:
    """Tickets and windows by id, as the API shows them (`TicketView`, `WindowView`).

    A ticket that ended before we listened is not in it. active: ids of tickets that have not
    ended.
    """

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.windows: dict[str, dict[str, Any]] = {}
        self.active: set[str] = set()
        self.ready = False
        self._waiting: Counter[str] = Counter()
        self._changed = asyncio.Event()

    def see(self, frame: Frame) -> None:
        """Take in a frame of the topic `manager`."""
        if frame["type"] == "snapshot":
            self._snapshot(frame["live"])
        elif frame["type"] == "event":
            self._event(frame["event"])
        else:
            return
        self.wake()

    def wake(self) -> None:
        """Have all who wait in `until` look again: what else they look at may have changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once `holds` does; it is asked again after every change and every `wake`."""
        while not holds():
            await self._changed.wait()

    def waiting(self, groups: list[str]) -> int:
        """How many wait for these groups."""
        return sum(self._waiting[group] for group in groups)

    def state(self, ticket: str) -> str:
        """A ticket's state; `done` when it isn't known (any more)."""
        known = self.tickets.get(ticket)
        return str(known["state"]) if known else "done"

    def paper(self, ticket: str) -> str:
        """The state of the ticket's latest paper, empty without one."""
        known = self.tickets.get(ticket)
        return str(known["print"]["state"]) if known and known["print"] else ""

    def _snapshot(self, live: dict[str, Any]) -> None:
        self.windows = {w["id"]: w for w in live["windows"]}
        shown = [*live["waiting"], *live["parked"], *live["missed"]]
        shown += [w["ticket"] for w in live["windows"] if w["ticket"]]
        for ticket in shown:
            self._take(ticket)
        for gone in self.active - {t["id"] for t in shown}:
            self._take({**self.tickets[gone], "state": "done"})
        self.ready = True

    def _event(self, event: dict[str, Any]) -> None:
        if event.get("ticket"):
            self._take(event["ticket"])
        for window in event.get("windows", ()):
            self.windows[window["id"]] = window

    def _take(self, ticket: dict[str, Any]) -> None:
        known = self.tickets.get(ticket["id"])
        if known is not None and known["state"] == "waiting":
            self._waiting[known["group"]] -= 1
        if ticket["state"] == "waiting":
            self._waiting[ticket["group"]] += 1
        if ticket["state"] in ENDED:
            self.active.discard(ticket["id"])
        else:
            self.active.add(ticket["id"])
        self.tickets[ticket["id"]] = ticket
