"""What can be booked, and on which days the hall is open."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import field
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.calendar import Calendar, written
from kiosk.hall.config import Names
from kiosk.hall.slots import Slot
from kiosk.server.access import Permission
from kiosk.server.appointments import SlotView
from kiosk.server.http import Call, Operation, day_of, json_response
from kiosk.server.problems import HttpProblem
from kiosk.server.views import View

LONGEST_RANGE_DAYS = 62


class SessionView(View, frozen=True, omit_defaults=True):
    """Service by appointment outside the usual hours. windows: those that are manned then. staff:
    who is on duty; to staff alone.
    """

    id: str
    name: Names
    hours: list[str]
    windows: list[str]
    staff: list[str] = field(default_factory=list)


class DayView(View, frozen=True):
    """A day of the hall: its spans, what it is called, its sessions."""

    day: str
    open: list[str]
    name: Names | None
    sessions: list[SessionView]


def _range(call: Call, calendar: Calendar, ahead: int) -> list[str]:
    """The days from `from` to `to`. Raises HttpProblem 422."""
    today = calendar.day(call.service.clock.now())
    first = day_of(call, "from", today)
    default = (date.fromisoformat(today) + timedelta(days=ahead)).isoformat()
    last = day_of(call, "to", max(default, first))
    start = date.fromisoformat(first)
    length = (date.fromisoformat(last) - start).days
    if not 0 <= length <= LONGEST_RANGE_DAYS:
        reason = f"0 to {LONGEST_RANGE_DAYS} days before `to`"
        raise HttpProblem(422, "invalid_query", field="from", reason=reason)
    return [(start + timedelta(days=n)).isoformat() for n in range(length + 1)]


async def slots(call: Call) -> Response:
    """The slots at which a visit fits, full ones included."""
    hall, now = call.hall.hall, call.service.clock.now()
    services = [s for s in (call.query("service") or "").split(",") if s]
    if not services:
        raise HttpProblem(422, "invalid_query", field="service", reason="name one or more")
    staff = call.query("by") == "staff"
    if staff:
        call.require(Permission.DESK)
    legs = hall.bookable(services)
    days = _range(call, hall.calendar, hall.slots.rules.days_ahead)
    found = (slot for day in days for slot in hall.free_slots(day, legs, now, staff=staff))
    return json_response([_slot(hall, slot) for slot in found])


def _slot(hall: Hall, slot: Slot) -> SlotView:
    at = hall.calendar.rfc3339
    return SlotView(at(slot.start), at(slot.end), slot.capacity, max(0, slot.free))


async def days(call: Call) -> Response:
    """The hall's days: hours, names of holidays, sessions."""
    live, calendar = call.hall, call.hall.hall.calendar
    desk = call.principal.may(Permission.DESK) and call.principal.opens(live.id)
    found = []
    for day in _range(call, calendar, 30):
        on = date.fromisoformat(day)
        sessions = [
            SessionView(
                s.id,
                s.name,
                list(written(spans)),
                list(s.windows),
                list(s.staff) if desk else [],
            )
            for s, spans in calendar.sessions(on)
        ]
        opened = list(written(calendar.minutes(on)))
        found.append(DayView(day, opened, calendar.name(day), sessions))
    return json_response(found)


_HALL = "/api/v1/halls/{hall}"
_TAG = "appointments"
_FROM_TO = {"from": "first day", "to": "last day"}
OPERATIONS = (
    Operation(
        "GET",
        f"{_HALL}/slots",
        slots,
        "Slots at which a visit fits",
        answers={200: list[SlotView]},
        query={
            "service": "one or more, separated by commas",
            "by": "`staff`: also those that staff alone may book",
            **_FROM_TO,
        },
        tag=_TAG,
    ),
    Operation(
        "GET",
        f"{_HALL}/days",
        days,
        "Hours, holidays and sessions by day",
        answers={200: list[DayView]},
        query=_FROM_TO,
        tag=_TAG,
    ),
)
