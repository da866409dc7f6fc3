"""Appointments as visitors make them: holds, booking, and what a token's holder may do."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.booking import Booking
from kiosk.hall.bookings import Booker
from kiosk.hall.core import Events
from kiosk.hall.errors import Unknown
from kiosk.hall.events import Record
from kiosk.server.access import Permission
from kiosk.server.appointments import (
    KEPT_MS,
    AppointmentView,
    Contact,
    appointment,
    calendar_file,
    past_booking,
)
from kiosk.server.http import Call, Handler, Operation, clean, encode, json_response
from kiosk.server.live import LiveHall
from kiosk.server.problems import HttpProblem
from kiosk.server.runtime import Reply
from kiosk.server.views import View
from kiosk.store.keyring import KeyRing
from kiosk.store.log import Person

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Moment = Annotated[datetime, Meta(tz=True)]
Note = Annotated[str, Meta(max_length=200)]
TokenText = Annotated[str, Meta(min_length=1, max_length=300)]

IN_BODY = ("service", "printer")


class HoldBody(Struct, forbid_unknown_fields=True, frozen=True):
    """`POST /halls/{hall}/holds`: one of `service` and `services`."""

    start: Moment
    service: Id | None = None
    services: list[Id] | None = None


class BookBody(Struct, forbid_unknown_fields=True, frozen=True):
    """`POST /halls/{hall}/appointments`. hold: the token of a hold of this slot. overbook: why
    staff go beyond the capacity.
    """

    start: Moment
    service: Id | None = None
    services: list[Id] | None = None
    name: Annotated[str, Meta(max_length=100)] | None = None
    phone: Annotated[str, Meta(max_length=32)] | None = None
    email: Annotated[str, Meta(max_length=200)] | None = None
    id_number: Annotated[str, Meta(max_length=32)] | None = None
    language: Literal["zh", "en"] | None = None
    hold: TokenText | None = None
    overbook: Note | None = None
    note: Note | None = None


class MoveBody(Struct, forbid_unknown_fields=True, frozen=True):
    """The new time. overbook: why staff go beyond the capacity."""

    start: Moment
    overbook: Note | None = None


class NothingBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Nothing needs to be said."""


class HoldView(View, frozen=True):
    """A slot that is kept until `until`; `token` books or releases it."""

    token: str
    start: str
    end: str
    until: str


# ── booking ──────────────────────────────────────────────────────────────────────────────────


def instant(at: datetime) -> int:
    """A moment of a body as ms."""
    return round(at.timestamp() * 1000)


def services_of(body: HoldBody | BookBody) -> list[str]:
    """The services of a body. Raises HttpProblem 422."""
    if (body.service is None) == (body.services is None):
        raise HttpProblem(
            422, "invalid_field", field="service", reason="give either service or services"
        )
    return body.services if body.services is not None else [body.service or ""]


def _limited(call: Call) -> None:
    """Count a request of somebody without a key."""
    if not call.principal.roles:
        call.service.bookers.take(call.client())


async def hold(call: Call) -> Response:
    """Keep a slot while a form is filled in."""
    _limited(call)
    body: HoldBody = call.body
    services, start = services_of(body), instant(body.start)
    booking = call.service.new_id()

    def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
        kept, at = hall.booking(booking), hall.calendar.rfc3339
        slot = hall.slots.at(kept.day, kept.start, kept.legs, hall.state.taken)
        end = slot.end if slot else kept.end
        token = call.service.signer.token(booking)
        return Reply(201, encode(HoldView(token, at(kept.start), at(end), at(kept.due or 0))))

    return await call.run(
        call.hall,
        lambda hall, now: hall.hold(now, booking, services, start),
        answer,
        in_body=IN_BODY,
    )


async def release(call: Call) -> Response:
    """Give a held slot back."""
    booking = subject(call, call.path("token"))
    return await call.run(
        call.hall, lambda hall, _now: hall.release(booking), lambda _h, _r: Reply(204, b"")
    )


async def book(call: Call) -> Response:
    """Book one or several services at a slot."""
    _limited(call)
    body: BookBody = call.body
    live = call.hall
    services, start = services_of(body), instant(body.start)
    booking = subject(call, body.hold) if body.hold else call.service.new_id()
    contact = Contact(
        clean("name", body.name),
        clean("phone", body.phone),
        clean("email", body.email),
        clean("id_number", body.id_number),
    )
    staff = call.principal.may(Permission.DESK) and call.principal.opens(live.id)
    _check_contact(live, contact, services)
    channel = call.principal.roles[0] if call.principal.roles else "visitor"
    person = person_hash(call.service.ring, contact.phone, contact.id_number)
    who = Booker(
        person,
        body.language,
        channel,
        staff,
        clean("overbook", body.overbook),
        clean("note", body.note),
        contact.reach(),
    )
    if body.overbook is not None and who.overbook is None:
        who = who._replace(overbook="")
    seed = secrets.randbits(40)

    def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
        token = call.service.signer.token(booking)
        view = appointment(live.present_of(hall), hall.booking(booking), token=token)
        return Reply(201, encode(view))

    return await call.run(
        live,
        lambda hall, now: hall.book(
            now,
            booking_id=booking,
            seed=seed,
            services=services,
            start=start,
            who=who,
            held=body.hold is not None,
        ),
        answer,
        people=_people(call, booking, contact, start),
        in_body=IN_BODY,
    )


def _check_contact(live: LiveHall, contact: Contact, services: Sequence[str]) -> None:
    if not contact.id_number and not live.hall.real_name.isdisjoint(services):
        raise HttpProblem(422, "real_name_needed", field="id_number")
    if contact.phone is not None and sum(c.isdigit() for c in contact.phone) < 5:
        raise HttpProblem(422, "wrong_phone", field="phone")
    if contact.email is not None and "@" not in contact.email:
        raise HttpProblem(422, "wrong_email", field="email")


def person_hash(ring: KeyRing, phone: str | None, id_number: str | None) -> str | None:
    """The keyed hash that stands for a person: of the ID number, else of the phone's digits.

    However either is written: with spaces, with a small x at its end, with the country's code.
    """
    if id_number:
        signs = "".join(c for c in id_number.upper() if c.isalnum())
        return ring.matching(f"id:{signs}").hex()[:32]
    if phone:
        digits = "".join(c for c in phone if c.isdigit()).removeprefix("86")
        return ring.matching(f"phone:{digits}").hex()[:32]
    return None


def _people(call: Call, booking: str, contact: Contact, start: int) -> tuple[Person, ...]:
    if contact == Contact():
        return ()
    ring, hall = call.service.ring, call.hall.id
    sealed = ring.seal(hall, booking, msgspec.json.encode(contact))
    match = ring.matching(contact.id_number) if contact.id_number else None
    expires = max(start, call.service.clock.real()) + KEPT_MS
    return (Person(hall, booking, sealed, match, expires),)


# ── with the token ───────────────────────────────────────────────────────────────────────────


def subject(call: Call, token: str) -> str:
    """The id behind a token. Raises Unknown for one that is none of ours, and counts it."""
    call.service.guesses.check(call.client())
    found = call.service.signer.subject(token)
    if found is None:
        call.service.guesses.take(call.client())
        raise Unknown("appointment", "")
    return found


def find(call: Call) -> tuple[LiveHall, Booking]:
    booking = subject(call, call.path("token"))
    for live in call.service.halls.values():
        if known := live.hall.state.bookings.get(booking):
            return live, known
    raise Unknown("appointment", "")


def held_view(call: Call, live: LiveHall, hall: Hall, booking: str) -> AppointmentView:
    """An appointment as its holder sees it."""
    known, signer = hall.booking(booking), call.service.signer
    ticket = signer.token(known.ticket) if known.ticket else None
    return appointment(live.present_of(hall), known, token=signer.token(booking), ticket=ticket)


async def show(call: Call) -> Response:
    """An appointment as its holder sees it."""
    return json_response(await _look_up(call))


async def _look_up(call: Call) -> AppointmentView:
    """The appointment of the token, also after its day. Raises Unknown."""
    token = call.path("token")
    booking = subject(call, token)
    for live in call.service.halls.values():
        if booking in live.hall.state.bookings:
            return held_view(call, live, live.hall, booking)
    for live in call.service.halls.values():
        if row := await call.service.store.reports.booking(live.id, booking):
            ticket = call.service.signer.token(row.ticket) if row.ticket else None
            return appointment(live.present(), past_booking(row), token=token, ticket=ticket)
    raise Unknown("appointment", "")


async def calendar(call: Call) -> Response:
    """The appointment as a calendar file."""
    view = await _look_up(call)
    url = f"{call.service.settings.url.rstrip('/')}/a/{call.path('token')}"
    language, now = call.query("lang") or call.language, call.service.clock.real()
    glossary = call.service.halls[view.hall].hall.state.config.materials
    data = calendar_file(view, language, url, now, glossary)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="appointment.ics"',
    }
    return Response(data, 200, headers, media_type="text/calendar; charset=utf-8")


Decide = Callable[[Hall, str, Call, int], Events]


def _act(decide: Decide) -> Handler:
    async def act(call: Call) -> Response:
        live, booking = find(call)
        return await call.run(
            live,
            lambda hall, now: decide(hall, booking.id, call, now),
            lambda hall, _records: Reply(200, encode(held_view(call, live, hall, booking.id))),
        )

    return act


def _cancel(hall: Hall, booking: str, _call: Call, now: int) -> Events:
    return hall.cancel_booking(now, booking)


def _confirm(hall: Hall, booking: str, _call: Call, _now: int) -> Events:
    return hall.confirm(booking)


def _move(hall: Hall, booking: str, call: Call, now: int) -> Events:
    return hall.move(now, booking, instant(call.body.start))


_HALL = "/api/v1/halls/{hall}"
_PATH = "/api/v1/appointments/{token}"
_TAG = "appointments"
_HELD = {200: AppointmentView}
OPERATIONS = (
    Operation(
        "POST",
        f"{_HALL}/holds",
        hold,
        "Keep a slot while a form is filled in",
        body=HoldBody,
        answers={201: HoldView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        _HALL + "/holds/{token}/release",
        release,
        "Give a held slot back",
        body=NothingBody,
        answers={204: None},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_HALL}/appointments",
        book,
        "Book a slot",
        body=BookBody,
        answers={201: AppointmentView},
        tag=_TAG,
    ),
    # Before the next: a token holds no dot.
    Operation("GET", f"{_PATH}.ics", calendar, "The calendar file", tag=_TAG),
    Operation("GET", _PATH, show, "An appointment", answers=_HELD, tag=_TAG),
    Operation(
        "POST",
        f"{_PATH}/cancel",
        _act(_cancel),
        "Give it up",
        body=NothingBody,
        answers=_HELD,
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/reschedule",
        _act(_move),
        "Another time",
        body=MoveBody,
        answers=_HELD,
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/confirm",
        _act(_confirm),
        "Confirm it",
        body=NothingBody,
        answers=_HELD,
        tag=_TAG,
    ),
)
