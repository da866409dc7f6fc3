"""Who missed appointments: what counts against a person, and taking it back."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.booking import Strike
from kiosk.server.access import Permission
from kiosk.server.appointments import AppointmentView, appointment, past_booking
from kiosk.server.http import Call, Operation, clean, encode, json_response
from kiosk.server.problems import HttpProblem
from kiosk.server.runtime import Reply
from kiosk.server.views import View

from .appointments import Note, person_hash

Number = Annotated[str, Meta(max_length=32)]


class PersonBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Who: one of phone and ID number, as it was given with the bookings."""

    phone: Number | None = None
    id_number: Number | None = None


class PardonBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Who, and why the missed bookings no longer count."""

    note: Note
    phone: Number | None = None
    id_number: Number | None = None


class StrikeView(View, frozen=True):
    """A missed appointment that counts until `until`."""

    until: str
    appointment: AppointmentView | None


class PersonView(View, frozen=True):
    """What counts against a person. barred_until: null when booking is open. limit: with so many
    strikes a person can't book for a while; 0 when nobody is barred.
    """

    strikes: list[StrikeView]
    barred_until: str | None
    limit: int


def _person(call: Call) -> str:
    phone, id_number = clean("phone", call.body.phone), clean("id_number", call.body.id_number)
    found = person_hash(call.service.ring, phone, id_number)
    if found is None:
        raise HttpProblem(422, "invalid_field", field="phone", reason="give phone or id_number")
    return found


async def look_up(call: Call) -> Response:
    """What counts against somebody. A POST, so that no number stands in a log."""
    live, now = call.hall, call.service.clock.now()
    person, hall = _person(call), live.hall
    present, reports = live.present(), call.service.store.reports
    strikes = []
    for strike in hall.state.strikes.get(person, ()):
        if strike.until > now:
            row = await reports.booking(live.id, strike.booking)
            missed = appointment(present, past_booking(row)) if row else None
            strikes.append(StrikeView(hall.calendar.rfc3339(strike.until), missed))
    barred = _until(hall, hall.state.bars.get(person), now)
    return json_response(PersonView(strikes, barred, hall.slots.rules.strikes))


def _until(hall: Hall, bar: Strike | None, now: int) -> str | None:
    return hall.calendar.rfc3339(bar.until) if bar and bar.until > now else None


async def pardon(call: Call) -> Response:
    """Let somebody's missed bookings no longer count."""
    person, note = _person(call), clean("note", call.body.note) or ""
    return await call.run(
        call.hall,
        lambda hall, _now: hall.pardon(person, note),
        lambda hall, _records: Reply(200, encode(PersonView([], None, hall.slots.rules.strikes))),
    )


_PATH = "/api/v1/halls/{hall}/persons"
OPERATIONS = (
    Operation(
        "POST",
        f"{_PATH}/look-up",
        look_up,
        "Whether somebody may book",
        Permission.DESK,
        PersonBody,
        {200: PersonView},
        tag="appointments",
    ),
    Operation(
        "POST",
        f"{_PATH}/pardon",
        pardon,
        "Let missed appointments no longer count",
        Permission.DESK,
        PardonBody,
        {200: PersonView},
        tag="appointments",
    ),
)
