"""Refreshed estimates, told to who asked for them and to the phones of who waits.

In a full hall that is some milliseconds of work on the server's own thread, so it is done in
steps, each in a lull between requests. A ticket's estimate is told again when it differs from what
was told last, and from time to time for who missed it.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import msgspec

from kiosk.hall.forecast import Point
from kiosk.hall.state import Ticket, TicketState

from .live import LiveHall
from .present import Presenter
from .traffic import Lull
from .views import EstimateStatus, EstimateView

STEP_S = 0.0003
"""Work after which others have the loop; a request is answered in ten times as long."""

AT_ONCE = 8
"""Tickets between two looks at the clock."""

MINUTE_S = 60
TENTH = 0.1
"""What differs by less than a minute and a tenth is the same to whoever waits."""

AGAIN_S = 15.0
"""After so long what is the same is told once more: a full connection may have missed it."""

_encode = msgspec.json.Encoder().encode


class Told(NamedTuple):
    """What was told of a ticket, from which point, and when (seconds of a monotonic clock)."""

    ahead: int
    estimate: EstimateView | None
    status: EstimateStatus
    at: float
    point: Point | None = None

    def stands(self, ahead: int, point: Point | None) -> bool:
        """Whether a refresh has so little news that the estimate need not be made again."""
        known, told = self.point, self.estimate
        if ahead != self.ahead or point is None or known is None or told is None:
            return False
        moved_s = abs(point.at - known.at) / 1000 + abs(point.spread_s - known.spread_s)
        return moved_s < max(MINUTE_S, TENTH * told.low_s)

    def still_says(self, ahead: int, estimate: EstimateView | None, status: str) -> bool:
        """Whether it says the same as these."""
        if (ahead, status) != (self.ahead, self.status):
            return False
        if estimate is None or self.estimate is None:
            return estimate is self.estimate
        return _near(estimate.low_s, self.estimate.low_s) and _near(
            estimate.high_s, self.estimate.high_s
        )


def _near(new_s: int, old_s: int) -> bool:
    return abs(new_s - old_s) < max(MINUTE_S, TENTH * old_s)


class _Steps:
    """Ends a step of a long piece of work when it has taken long enough."""

    def __init__(self, live: LiveHall, lull: Lull) -> None:
        self._live = live
        self._lull = lull
        self.begin()

    def begin(self) -> None:
        """Begin a step, with the hall as it is then."""
        self.present: Presenter = self._live.present()
        self._begun = time.perf_counter()

    async def rest(self) -> None:
        """Let others have the loop if it is their turn."""
        if time.perf_counter() - self._begun >= STEP_S:
            await self._lull()
            self.begin()


class Estimates:
    """What was told of the waits of a live hall, and the telling, in steps that wait for a lull."""

    def __init__(self, live: LiveHall, lull: Lull) -> None:
        self._live = live
        self._lull = lull
        self._told: dict[str, Told] = {}

    async def tell(self) -> None:
        """Push the estimates of the last refresh; nothing while nobody looks on."""
        live = self._live
        watched = live.public.watching("estimates") or live.staff.watching("estimates")
        if not watched and not live.visitor.subscribers():
            return
        await self._lull()
        steps = _Steps(live, self._lull)
        groups = {}
        if watched:
            for group in live.hall.state.config.groups:
                if group.id in live.hall.groups:  # Meanwhile it may have another configuration.
                    groups[group.id] = _of_group(steps.present, group.id)
                    await steps.rest()
            live.public.tell(["estimates"], _encode({"type": "estimates", "groups": groups}))
        tickets = await self._tickets(steps)
        if live.staff.watching("estimates"):
            waiting = {ticket.id: told for ticket, told in tickets if _waits(ticket)}
            views = {id: _view(told) for id, told in waiting.items()}
            frame = {"type": "estimates", "groups": groups, "tickets": views}
            live.staff.tell(["estimates"], _encode(frame))

    async def _tickets(self, steps: _Steps) -> list[tuple[Ticket, Told]]:
        """The tickets of which there is something to tell; their phones are told on the way."""
        live, found = self._live, []
        last, self._told = self._told, {}
        staff = live.staff.watching("estimates")
        waiting = [t for t in live.hall.state.tickets.values() if _waits(t)]
        for first in range(0, len(waiting), AT_ONCE):
            phones = bool(live.visitor.subscribers())
            for ticket in waiting[first : first + AT_ONCE]:
                phone = phones and live.visitor.watching(_topic(ticket))
                if not (staff or phone) or not _waits(ticket):  # Others had the loop meanwhile.
                    continue
                point = live.forecast.point(live.hall, ticket)
                told, same = _of_ticket(steps.present, ticket, point, last.get(ticket.id))
                self._told[ticket.id] = told
                if not same:
                    found.append((ticket, told))
                    if phone:
                        self._tell_phone(steps.present, ticket)
            await steps.rest()
        return found

    def _tell_phone(self, present: Presenter, ticket: Ticket) -> None:
        view = present.visitor(ticket, self._live.told.token(ticket.id))
        frame = {"type": "estimates", "visitor": view}
        self._live.visitor.tell([_topic(ticket)], _encode(frame))


def _of_group(present: Presenter, group: str) -> dict[str, object]:
    (estimate, status), behind = present.behind_group(group)
    return {
        "estimate": estimate,
        "estimate_status": status,
        "behind": behind,
        "best_at": present.best_at(group),
    }


def _of_ticket(
    present: Presenter, ticket: Ticket, point: Point | None, last: Told | None
) -> tuple[Told, bool]:
    """What is known of a ticket's wait now, or what was told of it last if that still says it."""
    ahead = present.ahead(ticket)
    now = time.monotonic()
    if last and now - last.at >= AGAIN_S:
        last = None
    if last and last.stands(ahead, point):
        return last, True
    estimate, status = present.wait(ticket)
    if last and last.still_says(ahead, estimate, status):
        return last, True
    return Told(ahead, estimate, status, now, point), False


def _view(told: Told) -> dict[str, object]:
    return {"ahead": told.ahead, "estimate": told.estimate, "estimate_status": told.status}


def _topic(ticket: Ticket) -> str:
    return f"ticket:{ticket.id}"


def _waits(ticket: Ticket) -> bool:
    return ticket.state is TicketState.WAITING
