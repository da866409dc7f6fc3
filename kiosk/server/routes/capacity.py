"""Proposals for the next weeks' capacities, from what was measured, and taking them over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk import texts
from kiosk.hall import Hall
from kiosk.hall.capacity import LEAST, Proposal, Seen, proposals, taken_over
from kiosk.hall.config import Names
from kiosk.hall.core import Events
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, encode, json_response
from kiosk.server.runtime import Reply
from kiosk.server.views import View

WEEKS = 4
"""So far back the figures reach."""

AHEAD_DAYS = 14


class CapacityView(View, frozen=True):
    """Bookings per slot of a group, present and proposed, and why."""

    group: str
    slot_minutes: int
    present: int
    proposed: int
    minutes_measured: float | None
    no_show_rate: float
    reason: Names


class TakeBody(Struct, forbid_unknown_fields=True, frozen=True):
    """The groups whose proposals are taken over."""

    groups: list[Annotated[str, Meta(min_length=1, max_length=64)]]


async def _seen(call: Call) -> Seen:
    live = call.hall
    today = live.hall.calendar.day(call.service.clock.now())
    last = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    first = (date.fromisoformat(today) - timedelta(weeks=WEEKS)).isoformat()
    reports = call.service.store.reports
    lengths = {
        service: (count, mean / 60_000)
        for service, count, mean in await reports.lengths(live.id, first, last)
    }
    missed: dict[str, tuple[int, int]] = {}
    for group, state, count in await reports.fates(live.id, first, last):
        if state in ("checked_in", "missed"):
            booked, gone = missed.get(group, (0, 0))
            missed[group] = (booked + count, gone + count * (state == "missed"))
    return Seen(lengths, missed)


def _proposals(hall: Hall, seen: Seen, now: int) -> list[Proposal]:
    today = date.fromisoformat(hall.calendar.day(now))
    days = [(today + timedelta(days=n)).isoformat() for n in range(AHEAD_DAYS)]
    return proposals(hall.state.config, hall.slots, days, seen)


def _view(hall: Hall, proposal: Proposal) -> CapacityView:
    reason = texts.names(
        f"appointments.{_words(proposal)}",
        hall.state.config.languages,
        weeks=WEEKS,
        least=LEAST,
        minutes=f"{proposal.minutes or 0:.1f}",
        seen=proposal.seen,
        rate=round(proposal.no_show_rate * 100),
        booked=proposal.booked,
        windows=f"{proposal.windows:g}",
        share=round(hall.slots.rules.share * 100),
        slot=hall.slots.rules.slot_minutes,
        fits=f"{proposal.fits or 0:.1f}",
    )
    return CapacityView(
        proposal.group,
        hall.slots.rules.slot_minutes,
        proposal.present,
        proposal.proposed,
        None if proposal.minutes is None else round(proposal.minutes, 1),
        round(proposal.no_show_rate, 3),
        reason,
    )


def _words(proposal: Proposal) -> str:
    """Which sentence gives the reason."""
    if proposal.fits is None:
        return "no_proposal"
    return "proposal" if proposal.fits >= 1 else "proposal_part"


async def show(call: Call) -> Response:
    """What the past weeks propose."""
    hall, seen = call.hall.hall, await _seen(call)
    found = _proposals(hall, seen, call.service.clock.now())
    return json_response([_view(hall, proposal) for proposal in found])


async def take(call: Call) -> Response:
    """Take proposals over: a new configuration."""
    seen, groups = await _seen(call), call.body.groups

    def decide(hall: Hall, now: int) -> Events:
        found = _proposals(hall, seen, now)
        return hall.configure(taken_over(hall.state.config, found, seen, groups))

    def answer(hall: Hall, _records: Sequence[object]) -> Reply:
        found = _proposals(hall, seen, call.service.clock.now())
        return Reply(200, encode([_view(hall, proposal) for proposal in found]))

    return await call.run(call.hall, decide, answer)


_PATH = "/api/v1/halls/{hall}/capacity"
OPERATIONS = (
    Operation(
        "GET",
        _PATH,
        show,
        "Proposed capacities, with the reason",
        Permission.STATS,
        answers={200: list[CapacityView]},
        tag="appointments",
    ),
    Operation(
        "POST",
        _PATH,
        take,
        "Take proposals over",
        Permission.DEVICES,
        TakeBody,
        {200: list[CapacityView]},
        tag="appointments",
    ),
)
