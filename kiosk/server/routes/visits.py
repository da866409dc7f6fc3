"""What happens between windows: payment notices, green channels, returns, loans, calls for help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.errors import Unknown
from kiosk.hall.events import AnyEvent, Record
from kiosk.hall.state import ACTIVE, TicketState
from kiosk.server.access import Permission
from kiosk.server.http import Call, Handler, Operation, clean, encode, json_response
from kiosk.server.runtime import Reply
from kiosk.server.views import TicketView, WindowView
from kiosk.server.views_visit import CostsView, CostView, LoopView
from kiosk.store.turns import costs

from .reports import span
from .tickets import Id, Note

Words = Annotated[str, Meta(min_length=1, max_length=100)]
Number = Annotated[str, Meta(min_length=1, max_length=16)]


class BillBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What is to be paid. amount_fen: in hundredths of the currency, if it is known."""

    item: Words
    window: Id | None = None
    amount_fen: Annotated[int, Meta(gt=0, le=10**12)] | None = None
    note: Note | None = None
    printer: Id | None = None


class PayBody(Struct, forbid_unknown_fields=True, frozen=True):
    """window: where it was paid, if at one."""

    window: Id | None = None


class PrioritiseBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Another class for a waiting ticket, why, and who approved it."""

    priority: Id
    cause: Words
    approver: Words


class PaymentBody(Struct, forbid_unknown_fields=True, frozen=True):
    """The number of a notice that was paid elsewhere."""

    notice: Number


class ReturnBody(Struct, forbid_unknown_fields=True, frozen=True):
    """The number on the ticket of somebody who was away."""

    number: Number


class LendBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Which other groups a window serves, and how long."""

    groups: Annotated[list[Id], Meta(min_length=1, max_length=20)]
    minutes: float


class NothingBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Nothing needs to be said."""


class AssistanceBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Why help is needed."""

    note: Note | None = None


# ── tickets ──────────────────────────────────────────────────────────────────────────────────

OfTicket = Callable[[Hall, str, Call, int], Sequence[AnyEvent]]


def _bill(hall: Hall, ticket: str, call: Call, now: int) -> Sequence[AnyEvent]:
    body: BillBody = call.body
    events = hall.bill(
        ticket,
        now,
        item=clean("item", body.item) or "",
        window=body.window,
        amount_fen=body.amount_fen,
        note=clean("note", body.note),
    )
    if body.printer is not None:
        events += hall.paper(ticket, "payment", body.printer, now)
    return events


def _pay(hall: Hall, ticket: str, call: Call, _now: int) -> Sequence[AnyEvent]:
    return hall.pay(ticket, call.body.window)


def _prioritise(hall: Hall, ticket: str, call: Call, _now: int) -> Sequence[AnyEvent]:
    body: PrioritiseBody = call.body
    cause, approver = clean("cause", body.cause) or "", clean("approver", body.approver) or ""
    return hall.prioritise(ticket, body.priority, cause, approver)


def _ticket(decide: OfTicket) -> Handler:
    async def act(call: Call) -> Response:
        ticket, live = call.path("ticket"), call.hall

        def checked(hall: Hall, now: int) -> Sequence[AnyEvent]:
            hall.ticket(ticket)
            return decide(hall, ticket, call, now)

        def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
            return Reply(200, encode(live.present_of(hall).ticket(hall.ticket(ticket))))

        in_body = ("window", "priority", "printer")
        return await call.run(live, checked, answer, in_body=in_body)

    return act


def _noticed(hall: Hall, number: str) -> str:
    """The ticket whose open notice has this number. Raises Unknown."""
    for ticket in hall.state.tickets.values():
        notice = ticket.notice
        if ticket.state in ACTIVE and notice and notice.number == number and not notice.paid_at:
            return ticket.id
    raise Unknown("notice", number)


async def paid(call: Call) -> Response:
    """A notice was paid elsewhere: by phone, in another system."""
    live, number = call.hall, call.body.notice.strip().upper()

    def decide(hall: Hall, _now: int) -> Sequence[AnyEvent]:
        return hall.pay(_noticed(hall, number))

    return await call.run(
        live, decide, lambda _hall, _records: Reply(204, b""), in_body=("notice",)
    )


def _away(hall: Hall, number: str) -> str:
    """The parked ticket of this number, the latest day's first. Raises Unknown or WrongState."""
    found = [t for t in hall.state.tickets.values() if t.number == number]
    if not found:
        raise Unknown("ticket", number)
    parked = [t for t in found if t.state is TicketState.PARKED]
    return max(parked or found, key=lambda t: t.issued_at).id


async def returned(call: Call) -> Response:
    """Somebody who was away is back, at a kiosk."""
    live, number = call.hall, (clean("number", call.body.number) or "").upper()

    def decide(hall: Hall, _now: int) -> Sequence[AnyEvent]:
        return hall.resume(_away(hall, number))

    def answer(hall: Hall, records: Sequence[Record]) -> Reply:
        ticket = getattr(records[0].event, "ticket", "")
        return Reply(200, encode(live.present_of(hall).ticket(hall.ticket(ticket))))

    return await call.run(live, decide, answer, in_body=("ticket",))


# ── windows ──────────────────────────────────────────────────────────────────────────────────

OfWindow = Callable[[Hall, str, Call, int], Sequence[AnyEvent]]


def _lend(hall: Hall, window: str, call: Call, now: int) -> Sequence[AnyEvent]:
    return hall.lend_window(window, tuple(dict.fromkeys(call.body.groups)), call.body.minutes, now)


def _assistance(hall: Hall, window: str, call: Call, _now: int) -> Sequence[AnyEvent]:
    return hall.call_assistance(window, clean("note", call.body.note))


WINDOW_ACTS: dict[str, tuple[OfWindow, type, str]] = {
    "lend": (_lend, LendBody, "Serve other groups too for some minutes"),
    "return": (lambda hall, w, _c, _n: hall.return_window(w), NothingBody, "End a loan"),
    "assistance": (_assistance, AssistanceBody, "Call the colleagues at once"),
    "assistance-given": (
        lambda hall, w, _c, _n: hall.give_assistance(w),
        NothingBody,
        "Somebody is there",
    ),
}


def _window(decide: OfWindow) -> Handler:
    async def act(call: Call) -> Response:
        window, live = call.path("window"), call.hall

        def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
            return Reply(200, encode(live.present_of(hall).window(hall.window(window))))

        return await call.run(live, lambda hall, now: decide(hall, window, call, now), answer)

    return act


# ── what managers ask ────────────────────────────────────────────────────────────────────────


async def loops(call: Call) -> Response:
    """Visitors of some days who were sent from A to B and back to A."""
    first, last = span(call)
    found = await call.service.store.reports.transferred(call.hall.id, first, last)
    return json_response([LoopView(x.ticket, x.number, x.day, list(x.groups)) for x in found])


async def price(call: Call) -> Response:
    """What calls out of turn cost those who had waited longer."""
    first, last = span(call)
    turns = await call.service.store.reports.turns(call.hall.id, first, last)
    rows = [CostView(x.code, x.priority, x.calls, x.passed, x.minutes) for x in costs(turns)]
    return json_response(CostsView(from_=first, to=last, calls=len(turns), rows=rows))


_DAYS = {"from": "first day, 2026-11-22", "to": "last day"}
_HALL = "/api/v1/halls/{hall}"
_TICKET = f"{_HALL}/tickets/{{ticket}}"
_TAKEN = {200: TicketView}
_DESK = Permission.DESK
OPERATIONS = (
    Operation(
        "POST",
        f"{_TICKET}/bill",
        _ticket(_bill),
        "Give a payment notice; the visitor goes to the bank's window and comes back",
        _DESK,
        BillBody,
        _TAKEN,
        tag="tickets",
    ),
    Operation(
        "POST",
        f"{_TICKET}/pay",
        _ticket(_pay),
        "The notice is paid",
        _DESK,
        PayBody,
        _TAKEN,
        tag="tickets",
    ),
    Operation(
        "POST",
        f"{_TICKET}/prioritise",
        _ticket(_prioritise),
        "Another class for a waiting ticket, with the reason and who approved it",
        _DESK,
        PrioritiseBody,
        _TAKEN,
        tag="tickets",
    ),
    Operation(
        "POST",
        f"{_HALL}/payments",
        paid,
        "A payment notice was paid elsewhere",
        Permission.PAY,
        PaymentBody,
        {204: None},
        tag="tickets",
    ),
    Operation(
        "POST",
        f"{_HALL}/returns",
        returned,
        "Somebody who was sent away is back",
        Permission.ISSUE,
        ReturnBody,
        _TAKEN,
        tag="tickets",
    ),
    Operation(
        "GET",
        f"{_HALL}/loops",
        loops,
        "Visitors who were sent in a circle",
        Permission.STATS,
        answers={200: list[LoopView]},
        query=_DAYS,
        tag="reports",
    ),
    Operation(
        "GET",
        f"{_HALL}/costs",
        price,
        "What calls out of turn cost the others",
        Permission.STATS,
        answers={200: CostsView},
        query=_DAYS,
        tag="reports",
    ),
    *(
        Operation(
            "POST",
            f"{_HALL}/windows/{{window}}/{action}",
            _window(decide),
            summary,
            _DESK,
            body,
            {200: WindowView},
            tag="windows",
        )
        for action, (decide, body, summary) in WINDOW_ACTS.items()
    ),
)
