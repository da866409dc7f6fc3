"""Who booked has come: by code or QR at the kiosk, by token on the phone, by staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.errors_booking import WrongCode
from kiosk.hall.events import Record
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, encode
from kiosk.server.live import LiveHall
from kiosk.server.runtime import Reply
from kiosk.server.tokens import ID_LENGTH, SIGNATURE_LENGTH
from kiosk.server.views import TicketView

from .appointments import IN_BODY, Id, TokenText, find, subject

TOKEN_LENGTH = ID_LENGTH + SIGNATURE_LENGTH


class CheckInBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Where the ticket is printed, if it is."""

    printer: Id | None = None
    language: Literal["zh", "en"] | None = None


class CodeBody(Struct, forbid_unknown_fields=True, frozen=True):
    """The code that was typed, or what the QR code of an appointment holds."""

    code: TokenText
    printer: Id | None = None
    language: Literal["zh", "en"] | None = None


async def check_in(
    call: Call, live: LiveHall, which: Callable[[Hall], str], body: CheckInBody | CodeBody
) -> Response:
    """Give the ticket of a booking. which: hall → the booking's id."""
    ticket = call.service.new_id()
    channel = call.principal.roles[0] if call.principal.roles else "visitor"

    def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
        token = call.service.signer.token(ticket)
        return Reply(201, encode(live.present_of(hall).ticket(hall.ticket(ticket), token)))

    return await call.run(
        live,
        lambda hall, now: hall.check_in_booking(
            now,
            ticket_id=ticket,
            booking_id=which(hall),
            language=body.language,
            channel=channel,
            printer=body.printer,
        ),
        answer,
        in_body=IN_BODY,
    )


async def check_in_by_token(call: Call) -> Response:
    """Check in from the phone."""
    live, booking = find(call)
    return await check_in(call, live, lambda _hall: booking.id, call.body)


async def check_in_by_code(call: Call) -> Response:
    """Check in at the kiosk by the code, or by what the QR code holds."""
    body: CodeBody = call.body
    given = body.code.strip().rpartition("/")[2]
    if len(given) == TOKEN_LENGTH:
        booking = subject(call, given)
        return await check_in(call, call.hall, lambda _hall: booking, body)
    call.service.guesses.check(call.principal.id)
    code = "".join(c for c in given if c.isalnum())

    try:
        call.hall.hall.by_code(code)
    except WrongCode:
        call.service.guesses.take(call.principal.id)
    return await check_in(call, call.hall, lambda hall: hall.by_code(code).id, body)


async def check_in_by_id(call: Call) -> Response:
    """Check somebody in by hand."""
    booking = call.path("id")
    return await check_in(call, call.hall, lambda _hall: booking, call.body)


_HALL = "/api/v1/halls/{hall}"
_PATH = "/api/v1/appointments/{token}"
_TAG = "appointments"
OPERATIONS = (
    Operation(
        "POST",
        f"{_PATH}/check-in",
        check_in_by_token,
        "Check in from the phone",
        body=CheckInBody,
        answers={201: TicketView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_HALL}/check-ins",
        check_in_by_code,
        "Check in by code",
        Permission.ISSUE,
        CodeBody,
        {201: TicketView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        _HALL + "/appointments/{id}/check-in",
        check_in_by_id,
        "Check somebody in by hand",
        Permission.DESK,
        CheckInBody,
        {201: TicketView},
        tag=_TAG,
    ),
)
