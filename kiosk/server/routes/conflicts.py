"""Appointments that the hall can't keep as they stand, and what one action does about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.conflicts import Conflict, Why, conflicts, inform, rebook
from kiosk.hall.core import Events
from kiosk.hall.events import Record
from kiosk.hall.events_booking import BookingInformed, BookingMade
from kiosk.server.access import Permission
from kiosk.server.appointments import AppointmentView, Contact, appointment
from kiosk.server.http import Call, Operation, clean, encode, json_response
from kiosk.server.live import LiveHall
from kiosk.server.runtime import Reply
from kiosk.server.views import View

from .appointments import Id
from .bookings import contacts_of

Words = Annotated[str, Meta(max_length=200)]


class ConflictView(View, frozen=True):
    """An appointment that can't be kept: why, and the next time at which it fits."""

    appointment: AppointmentView
    why: Why
    next_free: str | None


class ConflictsBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What to do about conflicts: all of them, or those of `ids`. note: what people are told."""

    action: Literal["rebook", "inform"]
    ids: list[Id] | None = None
    note: Words | None = None


class SettledView(View, frozen=True):
    """What came of it: the appointments that have another time or whose people were told, and what
    is still in conflict.
    """

    settled: list[AppointmentView]
    open: list[ConflictView]


async def listing(call: Call) -> Response:
    """Appointments that the hall can't keep as they stand, with whom to call."""
    live, now = call.hall, call.service.clock.now()
    found = conflicts(live.hall, now)
    contacts = await contacts_of(call, live, (conflict.booking.id for conflict in found))
    return json_response(_views(live, live.hall, found, contacts))


def _views(
    live: LiveHall, hall: Hall, found: Sequence[Conflict], contacts: Sequence[Contact | None]
) -> list[ConflictView]:
    present, at = live.present_of(hall), hall.calendar.rfc3339
    return [
        ConflictView(
            appointment(present, booking, contact=contact),
            why,
            at(other.start) if other else None,
        )
        for (booking, why, other), contact in zip(found, contacts, strict=True)
    ]


async def settle(call: Call) -> Response:
    """Move appointments in conflict to their next free times, or note that people were told.

    The answer names nobody: it is kept for a retry, and what is known of people is not.
    """
    body, live = call.body, call.hall
    chosen = None if body.ids is None else frozenset(body.ids)
    note = clean("note", body.note)

    def decide(hall: Hall, now: int) -> Events:
        if body.action == "rebook":
            return rebook(hall, now, chosen)
        return inform(hall, now, chosen, note)

    def answer(hall: Hall, records: Sequence[Record]) -> Reply:
        present = live.present_of(hall)
        events = (r.event for r in records)
        done = [e.booking for e in events if isinstance(e, BookingMade | BookingInformed)]
        settled = [appointment(present, hall.booking(booking)) for booking in done]
        open_ = conflicts(hall, call.service.clock.now())
        left = _views(live, hall, open_, [None] * len(open_))
        return Reply(200, encode(SettledView(settled, left)))

    return await call.run(live, decide, answer)


_PATH = "/api/v1/halls/{hall}/appointments/conflicts"
OPERATIONS = (
    Operation(
        "GET",
        _PATH,
        listing,
        "Appointments that can't be kept",
        Permission.DESK,
        answers={200: list[ConflictView]},
        tag="appointments",
    ),
    Operation(
        "POST",
        _PATH,
        settle,
        "Move them, or note that people were told",
        Permission.DESK,
        ConflictsBody,
        {200: SettledView},
        tag="appointments",
    ),
)
