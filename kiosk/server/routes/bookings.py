"""Appointments as staff and managers see them: lists, changes, conflicts, persons."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.booking import BookingState
from kiosk.hall.bookings import Booker
from kiosk.hall.conflicts import Conflict, conflicts, rebook
from kiosk.hall.core import Events
from kiosk.hall.events import Record
from kiosk.server.access import Permission
from kiosk.server.appointments import AppointmentView, Contact, appointment, decode_contact
from kiosk.server.http import Call, Handler, Operation, clean, encode, json_response
from kiosk.server.live import LiveHall
from kiosk.server.problems import HttpProblem
from kiosk.server.runtime import Reply
from kiosk.server.views import View
from kiosk.store.keyring import KeyRingError

from .appointments import (
    Id,
    MoveBody,
    Note,
    NothingBody,
    instant,
    person_of,
)

Number = Annotated[str, Meta(max_length=32)]


class SlipBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Where the appointment's paper is printed."""

    printer: Id


class ConflictView(View, frozen=True):
    """An appointment that can't be kept: why, and the next time at which it fits."""

    appointment: AppointmentView
    why: Literal["service", "hours", "capacity"]
    next_free: str | None


class ConflictsBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What to do about conflicts: all of them, or those of `ids`. note: what people were told."""

    action: Literal["rebook", "inform"]
    ids: list[Id] | None = None
    note: Note | None = None


class PersonBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Who: one of phone and ID number, as it was given with the bookings."""

    phone: Number | None = None
    id_number: Number | None = None


class PardonBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Who, and why the missed bookings no longer count."""

    note: Note
    phone: Number | None = None
    id_number: Number | None = None


class PersonView(View, frozen=True):
    """strikes: when each missed booking is forgotten. barred_until: null when booking is open."""

    strikes: list[str]
    barred_until: str | None


async def contact_of(call: Call, live: LiveHall, booking: str) -> Contact | None:
    """What somebody said about himself, while it is kept."""
    person = await call.service.store.person(live.id, booking)
    if person is None:
        return None
    try:
        return decode_contact(call.service.ring.unseal(live.id, booking, person.sealed))
    except KeyRingError:
        return None


async def listing(call: Call) -> Response:
    """The appointments of the open days, by time."""
    live, day = call.hall, call.query("day")
    wanted = {s for s in (call.query("state") or "").split(",") if s}
    for state in wanted:
        if state not in set(BookingState):
            raise HttpProblem(422, "invalid_query", field="state", reason=f"no state {state!r}")
    shown = wanted or set(BookingState) - {BookingState.HELD}
    found = [
        b
        for b in live.hall.state.bookings.values()
        if b.state in shown and (day is None or b.day == day)
    ]
    found.sort(key=lambda b: (b.start, b.made_at, b.id))
    contacts = await asyncio.gather(*(contact_of(call, live, b.id) for b in found))
    present = live.present()
    views = [appointment(present, b, contact=c) for b, c in zip(found, contacts, strict=True)]
    return json_response(views)


Decide = Callable[[Hall, str, Call, int], Events]


def _act(decide: Decide) -> Handler:
    async def act(call: Call) -> Response:
        live, booking = call.hall, call.path("id")
        live.hall.booking(booking)
        contact = await contact_of(call, live, booking)

        def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
            present = live.present_of(hall)
            return Reply(200, encode(appointment(present, hall.booking(booking), contact=contact)))

        return await call.service.run(
            call,
            live,
            lambda hall, now: decide(hall, booking, call, now),
            answer,
            in_body=("printer",),
        )

    return act


def _cancel(hall: Hall, booking: str, _call: Call, now: int) -> Events:
    return hall.cancel_booking(now, booking, staff=True)


def _move(hall: Hall, booking: str, call: Call, now: int) -> Events:
    why = clean("overbook", call.body.overbook)
    return hall.move(now, booking, instant(call.body.start), Booker(staff=True, overbook=why))


def _slip(hall: Hall, booking: str, call: Call, now: int) -> Events:
    return hall.slip(now, booking, call.body.printer)


# ── conflicts ────────────────────────────────────────────────────────────────────────────────


async def list_conflicts(call: Call) -> Response:
    """Appointments that the hall can't keep as they stand."""
    return json_response(_conflicts(call.hall, call.hall.hall, call.service.clock.now()))


def _conflicts(live: LiveHall, hall: Hall, now: int) -> list[ConflictView]:
    present = live.present_of(hall)

    def view(conflict: Conflict) -> ConflictView:
        other = hall.calendar.rfc3339(conflict.other.start) if conflict.other else None
        return ConflictView(appointment(present, conflict.booking), conflict.why, other)

    return [view(conflict) for conflict in conflicts(hall, now)]


async def settle_conflicts(call: Call) -> Response:
    """Move appointments in conflict to their next free times, or note that people were told."""
    body, live = call.body, call.hall
    chosen = None if body.ids is None else frozenset(body.ids)
    note = clean("note", body.note)

    def decide(hall: Hall, now: int) -> Events:
        if body.action == "rebook":
            return rebook(hall, now, chosen)
        ids = [c.booking.id for c in conflicts(hall, now)]
        return hall.inform([b for b in ids if chosen is None or b in chosen], note)

    return await call.service.run(
        call,
        live,
        decide,
        lambda hall, _records: Reply(200, encode(_conflicts(live, hall, call.service.clock.now()))),
    )


# ── persons ──────────────────────────────────────────────────────────────────────────────────


def _person(call: Call) -> str:
    found = person_of(
        call, clean("phone", call.body.phone), clean("id_number", call.body.id_number)
    )
    if found is None:
        raise HttpProblem(422, "invalid_field", field="phone", reason="give phone or id_number")
    return found


def _standing(hall: Hall, person: str, now: int) -> PersonView:
    at = hall.calendar.rfc3339
    bar = hall.state.bars.get(person)
    strikes = [s.until for s in hall.state.strikes.get(person, ()) if s.until > now]
    return PersonView([at(s) for s in strikes], at(bar.until) if bar and bar.until > now else None)


async def look_up(call: Call) -> Response:
    """Whether somebody's missed bookings count. A POST, so that no number stands in a log."""
    return json_response(_standing(call.hall.hall, _person(call), call.service.clock.now()))


async def pardon(call: Call) -> Response:
    """Let somebody's missed bookings no longer count."""
    person, note = _person(call), clean("note", call.body.note) or ""
    return await call.service.run(
        call,
        call.hall,
        lambda hall, _now: hall.pardon(person, note),
        lambda hall, _r: Reply(200, encode(_standing(hall, person, call.service.clock.now()))),
    )


_HALL = "/api/v1/halls/{hall}"
_PATH = _HALL + "/appointments/{id}"
_TAG = "appointments"
_DESK = Permission.DESK
OPERATIONS = (
    # Before those with an id in the path.
    Operation(
        "GET",
        f"{_HALL}/appointments/conflicts",
        list_conflicts,
        "Appointments that can't be kept",
        _DESK,
        answers={200: list[ConflictView]},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_HALL}/appointments/conflicts",
        settle_conflicts,
        "Move them, or note that people were told",
        _DESK,
        ConflictsBody,
        {200: list[ConflictView]},
        tag=_TAG,
    ),
    Operation(
        "GET",
        f"{_HALL}/appointments",
        listing,
        "The appointments of the open days",
        _DESK,
        answers={200: list[AppointmentView]},
        query={"day": "only this day", "state": "one or more, separated by commas"},
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
    Operation(
        "POST",
        f"{_HALL}/persons/look-up",
        look_up,
        "Whether somebody may book",
        _DESK,
        PersonBody,
        {200: PersonView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_HALL}/persons/pardon",
        pardon,
        "Let missed appointments no longer count",
        _DESK,
        PardonBody,
        {200: PersonView},
        tag=_TAG,
    ),
)
