"""Appointments as staff and managers see them: the list of a day, its load, changes by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Struct, structs
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.booking import BookingState
from kiosk.hall.bookings import Booker
from kiosk.hall.core import Events
from kiosk.hall.events import Record
from kiosk.server.access import Permission
from kiosk.server.appointments import (
    AppointmentView,
    Contact,
    appointment,
    decode_contact,
    past_booking,
)
from kiosk.server.http import Call, Handler, Operation, clean, day_of, encode, json_response
from kiosk.server.live import LiveHall
from kiosk.server.problems import HttpProblem
from kiosk.server.runtime import Reply
from kiosk.server.views import View
from kiosk.store.keyring import KeyRingError
from kiosk.store.rows import BookingRow

from .appointments import Id, MoveBody, NothingBody, instant


class SlipBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Where the appointment's paper is printed."""

    printer: Id


class SlotLoad(View, frozen=True):
    """How many bookings a slot of a group has, and how many it takes."""

    start: str
    booked: int
    capacity: int


class LoadView(View, frozen=True):
    """A group's bookings of a day against what its slots take."""

    group: str
    booked: int
    capacity: int
    slots: list[SlotLoad]


async def contacts_of(call: Call, live: LiveHall, bookings: Iterable[str]) -> list[Contact | None]:
    """What people said about themselves with some bookings, while it is kept."""
    return await asyncio.gather(*(_contact_of(call, live, b) for b in bookings))


async def _contact_of(call: Call, live: LiveHall, booking: str) -> Contact | None:
    person = await call.service.store.person(live.id, booking)
    if person is None:
        return None
    try:
        return decode_contact(call.service.ring.unseal(live.id, booking, person.sealed))
    except KeyRingError:
        return None


# ── what a day holds ─────────────────────────────────────────────────────────────────────────


async def listing(call: Call) -> Response:
    """The appointments of the open days or of one day, also of one that is over, by time."""
    live, day, shown = call.hall, call.query("day"), _states(call)
    if day is not None and day_of(call, "day", "") < live.hall.calendar.day(live.clock.now()):
        return json_response(await _past(call, live, day, shown))
    found = [
        b
        for b in live.hall.state.bookings.values()
        if b.state in shown and (day is None or b.day == day)
    ]
    found.sort(key=lambda b: (b.start, b.made_at, b.id))
    contacts = await contacts_of(call, live, (b.id for b in found))
    present = live.present()
    views = [appointment(present, b, contact=c) for b, c in zip(found, contacts, strict=True)]
    return json_response(views)


def _states(call: Call) -> set[BookingState]:
    """The states asked for. Raises HttpProblem 422."""
    wanted = {s for s in (call.query("state") or "").split(",") if s}
    for state in wanted:
        if state not in set(BookingState):
            raise HttpProblem(422, "invalid_query", field="state", reason=f"no state {state!r}")
    return {BookingState(s) for s in wanted} or set(BookingState) - {BookingState.HELD}


async def _past(
    call: Call, live: LiveHall, day: str, shown: set[BookingState]
) -> list[AppointmentView]:
    """The appointments of a day that is over."""
    rows = await call.service.store.reports.bookings(live.id, day)
    kept = [row for row in rows if row.state in shown]
    contacts = await contacts_of(call, live, (row.id for row in kept))
    present = live.present()

    def view(row: BookingRow, contact: Contact | None) -> AppointmentView:
        made = appointment(present, past_booking(row), contact=contact)
        came = row.settled_at if row.state == BookingState.CHECKED_IN else None
        return structs.replace(made, checked_in_at=present.at(came))

    return [view(row, contact) for row, contact in zip(kept, contacts, strict=True)]


async def load(call: Call) -> Response:
    """How full a day is: bookings and capacity of each group's slots."""
    hall = call.hall.hall
    day = day_of(call, "day", hall.calendar.day(call.service.clock.now()))
    config = hall.state.config
    booked = {s.group for s in config.services if s.appointments}
    return json_response([_load(hall, day, g.id) for g in config.groups if g.id in booked])


def _load(hall: Hall, day: str, group: str) -> LoadView:
    taken, at = hall.state.taken, hall.calendar.rfc3339
    slots = [
        SlotLoad(at(cell.start), taken.get((group, cell.start), 0), cell.capacity)
        for cell in hall.slots.cells(day, group)
    ]
    return LoadView(group, sum(s.booked for s in slots), sum(s.capacity for s in slots), slots)


# ── changes by hand ──────────────────────────────────────────────────────────────────────────

Decide = Callable[[Hall, str, Call, int], Events]


def _act(decide: Decide) -> Handler:
    async def act(call: Call) -> Response:
        live, booking = call.hall, call.path("id")
        live.hall.booking(booking)

        def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
            return Reply(200, encode(appointment(live.present_of(hall), hall.booking(booking))))

        response = await call.run(
            live,
            lambda hall, now: decide(hall, booking, call, now),
            answer,
            in_body=("printer",),
        )
        return await _named(call, live, booking, response)

    return act


async def _named(call: Call, live: LiveHall, booking: str, response: Response) -> Response:
    """An answer with name and phone. They come last: what is kept for a retry doesn't hold them."""
    if response.status_code != 200:
        return response
    [contact] = await contacts_of(call, live, [booking])
    view = msgspec.json.decode(response.body, type=AppointmentView)
    if contact is not None:
        view = structs.replace(view, name=contact.name, phone=contact.phone)
    return json_response(view)


def _cancel(hall: Hall, booking: str, _call: Call, now: int) -> Events:
    return hall.cancel_booking(now, booking, staff=True)


def _move(hall: Hall, booking: str, call: Call, now: int) -> Events:
    why = clean("overbook", call.body.overbook)
    return hall.move(now, booking, instant(call.body.start), Booker(staff=True, overbook=why))


def _slip(hall: Hall, booking: str, call: Call, now: int) -> Events:
    return hall.slip(now, booking, call.body.printer)


_HALL = "/api/v1/halls/{hall}"
_PATH = _HALL + "/appointments/{id}"
_TAG = "appointments"
_DESK = Permission.DESK
OPERATIONS = (
    Operation(
        "GET",
        f"{_HALL}/appointments",
        listing,
        "The appointments of the open days, or of one day",
        _DESK,
        answers={200: list[AppointmentView]},
        query={"day": "only this day", "state": "one or more, separated by commas"},
        tag=_TAG,
    ),
    Operation(
        "GET",
        f"{_HALL}/appointments/load",
        load,
        "How full a day is, by group and slot",
        _DESK,
        answers={200: list[LoadView]},
        query={"day": "default: today"},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/cancel",
        _act(_cancel),
        "Give it up for somebody",
        _DESK,
        NothingBody,
        {200: AppointmentView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/reschedule",
        _act(_move),
        "Another time for somebody",
        _DESK,
        MoveBody,
        {200: AppointmentView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/print",
        _act(_slip),
        "Print its slip",
        _DESK,
        SlipBody,
        {200: AppointmentView},
        tag=_TAG,
    ),
)
