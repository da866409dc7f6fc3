"""The visitor's side: a ticket by its token, without a key, as JSON and as a phone page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.responses import RedirectResponse, Response

from kiosk.hall import Hall
from kiosk.hall.errors import RuleBroken, Unknown
from kiosk.hall.events import AnyEvent, Record
from kiosk.hall.state import Ticket, TicketState
from kiosk.server.access import Permission
from kiosk.server.http import Call, Handler, Operation, encode, json_response
from kiosk.server.live import LiveHall
from kiosk.server.past import past_ticket
from kiosk.server.problems import HttpProblem
from kiosk.server.qr import qr_svg
from kiosk.server.runtime import Reply
from kiosk.server.views import VisitorView

MORE_TIME_MINUTES = 15


class NothingBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Nothing needs to be said."""


class RatingBody(Struct, forbid_unknown_fields=True, frozen=True):
    """5 very satisfied … 1 very dissatisfied; dimensions: efficiency, skill, attitude."""

    score: Annotated[int, Meta(ge=1, le=5)]
    dimensions: dict[str, Annotated[int, Meta(ge=1, le=5)]] | None = None
    comment: Annotated[str, Meta(max_length=500)] | None = None


class MoreTimeBody(Struct, forbid_unknown_fields=True, frozen=True):
    """How long the visitor needs."""

    minutes: Annotated[float, Meta(gt=0, le=60)] = MORE_TIME_MINUTES


class WindowRatingBody(Struct, forbid_unknown_fields=True, frozen=True):
    """A rating at the window's evaluator, for the number that was served there."""

    number: Annotated[str, Meta(max_length=16)]
    score: Annotated[int, Meta(ge=1, le=5)]
    dimensions: dict[str, Annotated[int, Meta(ge=1, le=5)]] | None = None


def find(call: Call) -> tuple[LiveHall | None, Ticket | None, str]:
    """The hall and ticket of a token; (None, None, id) when its day is over.

    Raises Unknown for a token that is none of ours.
    """
    ticket_id = call.service.signer.subject(call.path("token"))
    if ticket_id is None:
        raise Unknown("ticket", "")
    for live in call.service.halls.values():
        if ticket := live.hall.state.tickets.get(ticket_id):
            return live, ticket, ticket_id
    return None, None, ticket_id


async def look_up(call: Call) -> VisitorView:
    """A ticket as its visitor sees it, also after its day. Raises Unknown."""
    live, ticket, ticket_id = find(call)
    token = call.path("token")
    if live is not None and ticket is not None:
        return live.present().visitor(ticket, token)
    for hall in call.service.halls.values():
        if visit := await call.service.store.reports.ticket(hall.id, ticket_id):
            return past_ticket(hall, visit, token)
    raise Unknown("ticket", "")


async def show(call: Call) -> Response:
    """A ticket as its visitor sees it."""
    return json_response(await look_up(call))


Decide = Callable[[Hall, str, Call, int], Sequence[AnyEvent]]


def _leave(hall: Hall, ticket: str, _call: Call, _now: int) -> Sequence[AnyEvent]:
    return hall.leave(ticket)


def _more_time(hall: Hall, ticket: str, call: Call, now: int) -> Sequence[AnyEvent]:
    return hall.postpone(ticket, now, getattr(call.body, "minutes", MORE_TIME_MINUTES))


def _back(hall: Hall, ticket: str, _call: Call, _now: int) -> Sequence[AnyEvent]:
    return hall.resume(ticket)


def _rate(hall: Hall, ticket: str, call: Call, _now: int) -> Sequence[AnyEvent]:
    return hall.rate(ticket, call.body.score, call.body.dimensions)


def _act(decide: Decide) -> Handler:
    async def act(call: Call) -> Response:
        live, ticket, ticket_id = find(call)
        if live is None or ticket is None:
            raise Unknown("ticket", "")
        token = call.path("token")

        def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
            return Reply(200, encode(live.present_of(hall).visitor(hall.ticket(ticket_id), token)))

        return await call.run(live, lambda hall, now: decide(hall, ticket_id, call, now), answer)

    return act


def _form(decide: Decide) -> Handler:
    """The same as a plain form of the phone page, answered by going back to it.

    When a rule of the hall forbids it the page shows how things stand; it needs no other words.
    """

    async def act(call: Call) -> Response:
        live, ticket, ticket_id = find(call)
        back = RedirectResponse(f"/t/{call.path('token')}?lang={call.language}", 303)
        if live is None or ticket is None:
            return back
        try:
            response = await call.run(
                live,
                lambda hall, now: decide(hall, ticket_id, call, now),
                lambda _hall, _records: Reply(200, b"{}"),
            )
        except RuleBroken:
            return back
        return response if response.status_code >= 500 else back

    return act


def _form_rating(hall: Hall, ticket: str, call: Call, _now: int) -> Sequence[AnyEvent]:
    name, _, score = call.raw.decode("utf-8", "replace").partition("=")
    if name != "score" or score not in {"1", "2", "3", "4", "5"}:
        raise HttpProblem(422, "invalid_field", field="score", reason="1 to 5")
    return hall.rate(ticket, int(score))


async def page(call: Call) -> Response:
    """The phone page, rendered here so that it works without JavaScript."""
    try:
        visitor: VisitorView | None = await look_up(call)
    except Unknown:
        visitor = None
    shown = msgspec.to_builtins(visitor) if visitor else None
    language = _page_language(call, visitor)
    glossary = call.service.halls[visitor.hall].hall.state.config.materials if visitor else {}
    return call.service.pages.visitor(
        shown, call.path("token"), language, MORE_TIME_MINUTES, glossary
    )


def _page_language(call: Call, visitor: VisitorView | None) -> str:
    asked = call.query("lang")
    if asked in ("zh", "en"):
        return str(asked)
    return visitor.ticket.language if visitor else call.language


async def qr(call: Call) -> Response:
    """The QR code of the ticket's address, as a picture."""
    _, _, ticket_id = find(call)
    svg = qr_svg(call.service.ticket_url(ticket_id))
    return Response(svg, 200, {"Cache-Control": "no-store"}, media_type="image/svg+xml")


async def notice_qr(call: Call) -> Response:
    """The QR code of the number of the ticket's payment notice, as a picture."""
    _, ticket, _ = find(call)
    if ticket is None or ticket.notice is None:
        raise Unknown("notice", "-")
    svg = qr_svg(ticket.notice.number)
    return Response(svg, 200, {"Cache-Control": "no-store"}, media_type="image/svg+xml")


async def rate_at_window(call: Call) -> Response:
    """A rating at the evaluator of a window, for the number that was last served there."""
    live, window, body = call.hall, call.path("window"), call.body
    if window not in live.hall.state.windows:
        raise Unknown("window", window)

    def decide(hall: Hall, _now: int) -> Sequence[AnyEvent]:
        done = [
            t
            for t in hall.state.tickets.values()
            if t.number == body.number and t.window == window and t.state is TicketState.DONE
        ]
        if not done:
            raise Unknown("ticket", body.number)
        latest = max(done, key=lambda t: t.ended_at or 0)
        return hall.rate(latest.id, body.score, body.dimensions)

    return await call.run(live, decide, lambda _hall, _records: Reply(204, b""))


_PATH = "/api/v1/tickets/{token}"
_TAG = "visitors"
OPERATIONS = (
    Operation("GET", _PATH, show, "The visitor's view", answers={200: VisitorView}, tag=_TAG),
    Operation(
        "POST",
        f"{_PATH}/leave",
        _act(_leave),
        "Give the place up",
        body=NothingBody,
        answers={200: VisitorView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/rating",
        _act(_rate),
        "Rate the service",
        body=RatingBody,
        answers={200: VisitorView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/more-time",
        _act(_more_time),
        "Ask for more time, once",
        body=MoreTimeBody,
        answers={200: VisitorView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        f"{_PATH}/back",
        _act(_back),
        "Back before the time is over",
        body=NothingBody,
        answers={200: VisitorView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        "/api/v1/halls/{hall}/windows/{window}/rating",
        rate_at_window,
        "Rate the service at a window's evaluator",
        Permission.RATE,
        WindowRatingBody,
        {204: None},
        tag=_TAG,
    ),
)
PAGES = (
    Operation("GET", "/t/{token}", page, "The visitor's phone page"),
    Operation("GET", "/t/{token}/qr.svg", qr, "The QR code of the phone page"),
    Operation("GET", "/t/{token}/notice.svg", notice_qr, "The QR code of a payment notice"),
    Operation("POST", "/t/{token}/leave", _form(_leave), "Give the place up"),
    Operation("POST", "/t/{token}/rating", _form(_form_rating), "Rate the service"),
    Operation("POST", "/t/{token}/more-time", _form(_more_time), "Ask for more time"),
    Operation("POST", "/t/{token}/back", _form(_back), "Back before the time is over"),
)
