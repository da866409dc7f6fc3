"""What a member of staff sees of a hall, kept up to date by its live messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .watch import Frame

ON_ITS_WAY = ("queued", "sending")


class Mirror:
    """Tickets and windows by id, as the API shows them (`TicketView`, `WindowView`).

    A ticket that ended before we listened is not in it.
    """

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.windows: dict[str, dict[str, Any]] = {}
        self.ready = False
        self.listeners: list[Callable[[Frame], None]] = []
        self._changed = asyncio.Event()

    def see(self, frame: Frame) -> None:
        """Take in a frame of the topic `manager`."""
        if frame["type"] == "snapshot":
            self._snapshot(frame["live"])
        elif frame["type"] == "event":
            self._event(frame["event"])
        else:
            return
        for listener in self.listeners:
            listener(frame)
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once `holds` does; it is asked again after every change."""
        while not holds():
            await self._changed.wait()

    def waiting(self, groups: list[str]) -> int:
        """How many wait for these groups."""
        return sum(
            1 for t in self.tickets.values() if t["state"] == "waiting" and t["group"] in groups
        )

    def state(self, ticket: str) -> str:
        """A ticket's state; `done` when it isn't known (any more)."""
        known = self.tickets.get(ticket)
        return str(known["state"]) if known else "done"

    def paper_out(self, ticket: str) -> bool:
        """Whether the ticket's latest paper isn't on its way any more."""
        known = self.tickets.get(ticket)
        return not (known and known["print"] and known["print"]["state"] in ON_ITS_WAY)

    def _snapshot(self, live: dict[str, Any]) -> None:
        self.windows = {w["id"]: w for w in live["windows"]}
        shown = [*live["waiting"], *live["parked"], *live["missed"]]
        shown += [w["ticket"] for w in live["windows"] if w["ticket"]]
        self.tickets = {t["id"]: t for t in shown}
        self.ready = True

    def _event(self, event: dict[str, Any]) -> None:
        if event.get("ticket"):
            self.tickets[event["ticket"]["id"]] = event["ticket"]
        for window in event.get("windows", ()):
            self.windows[window["id"]] = window
