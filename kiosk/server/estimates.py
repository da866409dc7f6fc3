"""Refreshed estimates, told to who asked for them and to the phones of who waits.

In a full hall that is some milliseconds of work on the server's own thread, so it is done in
steps: between them requests are answered as if nothing else went on.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import msgspec

from kiosk.hall.state import Ticket, TicketState

from .present import Presenter
from .views import EstimateStatus, EstimateView

if TYPE_CHECKING:
    from .live import LiveHall

STEP_S = 0.0003
"""Work after which others have the loop; a request is answered in ten times as long."""

PAUSE_S = 0.002
"""How long they have it: a request and its answer pass through the loop several times."""

_encode = msgspec.json.Encoder().encode


class _Steps:
    """Ends a step of a long piece of work when it has taken long enough."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    async def rest(self) -> None:
        """Let others have the loop if it is their turn."""
        if time.perf_counter() - self._begun >= STEP_S:
            await asyncio.sleep(PAUSE_S)
            self._begun = time.perf_counter()


async def tell(live: LiveHall) -> None:
    """Push the estimates of the last refresh; nothing while nobody looks on."""
    watched = live.public.watching("estimates") or live.staff.watching("estimates")
    if not watched and not live.visitor.subscribers():
        return
    steps = _Steps()
    groups = {}
    for group in live.hall.state.config.groups:
        if group.id in live.hall.groups:  # Meanwhile the hall may have another configuration.
            groups[group.id] = _of_group(live.present(), group.id)
            await steps.rest()
    live.public.tell(["estimates"], _encode({"type": "estimates", "groups": groups}))
    told: list[tuple[Ticket, dict[str, object]]] = []
    staff = live.staff.watching("estimates")
    for ticket in [t for t in live.hall.state.tickets.values() if _waits(t)]:
        if not staff and not live.visitor.watching(_topic(ticket)):
            continue
        if _waits(ticket):  # Others had the loop: somebody may have been called meanwhile.
            told.append((ticket, _of_ticket(live, ticket)))
            await steps.rest()
    if staff:
        tickets = {ticket.id: view for ticket, view in told if _waits(ticket)}
        frame = {"type": "estimates", "groups": groups, "tickets": tickets}
        live.staff.tell(["estimates"], _encode(frame))


def _of_group(present: Presenter, group: str) -> dict[str, object]:
    return {
        **_wait(present.outlook(group)),
        "behind": present.behind_group(group),
        "best_at": present.best_at(group),
    }


def _of_ticket(live: LiveHall, ticket: Ticket) -> dict[str, object]:
    """What staff see of a ticket's wait; its phone is told on the way."""
    present = live.present()
    found = {"ahead": present.ahead(ticket), **_wait(present.wait(ticket))}
    topic = _topic(ticket)
    if live.visitor.watching(topic):
        view = present.visitor(ticket, live.told.token(ticket.id))
        live.visitor.tell([topic], _encode({"type": "estimates", "visitor": view}))
    return found


def _topic(ticket: Ticket) -> str:
    return f"ticket:{ticket.id}"


def _wait(outlook: tuple[EstimateView | None, EstimateStatus]) -> dict[str, object]:
    estimate, status = outlook
    return {"estimate": estimate, "estimate_status": status}


def _waits(ticket: Ticket) -> bool:
    return ticket.state is TicketState.WAITING
