"""The page of an appointment, rendered here: plain forms, no JavaScript needed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.responses import RedirectResponse, Response

from kiosk.hall import Hall
from kiosk.hall.booking import EXPECTED
from kiosk.hall.core import Events
from kiosk.hall.errors import RuleBroken, Unknown
from kiosk.server import problems
from kiosk.server.http import Call, Handler, Operation
from kiosk.server.live import LiveHall
from kiosk.server.qr import qr_svg
from kiosk.server.runtime import Reply
from kiosk.server.views_message import masked, messages_about

from .appointments import find, held_view, subject
from .bookings import contacts_of


def _language(call: Call) -> str:
    asked = call.query("lang")
    return asked if asked in ("zh", "en") else call.language


async def _page(call: Call, problem: str = "") -> Response:
    token, language, pages = call.path("token"), _language(call), call.service.pages
    try:
        live, booking = find(call)
    except Unknown:
        return pages.appointment(None, token, language, glossary={})
    hall, now = live.hall, call.service.clock.now()
    view = held_view(call, live, hall, booking.id)
    present = live.present().at(now) or ""
    expected = booking.state in EXPECTED
    return pages.appointment(
        msgspec.to_builtins(view) | {key: getattr(view, key) for key in _OPTIONAL},
        token,
        language,
        glossary=hall.state.config.materials,
        problem=problem,
        told=await _told(call, live, booking.id),
        can_change=expected and present < view.cancel_until,
        can_check_in=expected
        and present >= view.check_in_from
        and hall.calendar.day(now) == booking.day,
    )


async def _told(call: Call, live: LiveHall, booking: str) -> dict[str, str] | None:
    """Where the last message about it went or is going, hidden but for who knows it; None where
    none arrived.
    """
    messages = messages_about(live.present(), booking)
    if not messages or messages[-1].state not in ("wanted", "sending", "sent"):
        return None
    [contact] = await contacts_of(call, live, [booking])
    last = messages[-1]
    address = contact.address(last.channel) if contact is not None else None
    if address is None:
        return None
    key = "sent_to" if last.state == "sent" else "sending_to"
    return {"key": key, "to": masked(address), "at": last.at}


_OPTIONAL = ("confirm_by", "moved_from", "informed_at", "informed_note", "ticket")
"""Fields that the API leaves out when there is nothing to say."""


async def page(call: Call) -> Response:
    """The appointment's page."""
    return await _page(call)


async def qr(call: Call) -> Response:
    """The QR code that the kiosk reads: the address of the page."""
    subject(call, call.path("token"))
    url = f"{call.service.settings.url.rstrip('/')}/a/{call.path('token')}"
    headers = {"Cache-Control": "no-store"}
    return Response(qr_svg(url), 200, headers, media_type="image/svg+xml")


Decide = Callable[[Hall, str, int], Events]


def _form(decide: Decide) -> Handler:
    """A form of the page. A rule that forbids it is said on the page in the rule's own words."""

    async def act(call: Call) -> Response:
        token, language = call.path("token"), _language(call)
        try:
            live, booking = find(call)
            response = await call.run(
                live,
                lambda hall, now: decide(hall, booking.id, now),
                lambda _hall, _records: Reply(200, b"{}"),
            )
        except RuleBroken as error:
            return await _page(call, problems.of_hall_error(error, language).detail)
        if response.status_code >= 500:
            return response
        return RedirectResponse(f"/a/{token}?lang={language}", 303)

    return act


async def check_in(call: Call) -> Response:
    """Check in from the phone, and on to the ticket's page."""
    ticket, language = call.service.new_id(), _language(call)
    decided = _form(
        lambda hall, booking, now: hall.check_in_booking(
            now,
            ticket_id=ticket,
            booking_id=booking,
            language="zh" if language == "zh" else "en",
            channel="visitor",
            printer=None,
        )
    )
    response = await decided(call)
    if response.status_code != 303:
        return response
    return RedirectResponse(f"/t/{call.service.signer.token(ticket)}?lang={language}", 303)


PAGES = (
    Operation("GET", "/a/{token}", page, "The page of an appointment"),
    Operation("GET", "/a/{token}/qr.svg", qr, "The QR code of an appointment"),
    Operation(
        "POST",
        "/a/{token}/cancel",
        _form(lambda hall, booking, now: hall.cancel_booking(now, booking)),
        "Give it up",
    ),
    Operation(
        "POST",
        "/a/{token}/confirm",
        _form(lambda hall, booking, _now: hall.confirm(booking)),
        "Confirm it",
    ),
    Operation("POST", "/a/{token}/check-in", check_in, "Check in"),
)
