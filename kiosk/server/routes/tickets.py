"""Tickets: taking one, listing them, and what staff do with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, structs
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.config import NORMAL
from kiosk.hall.counter import NO_WISHES, Wishes
from kiosk.hall.errors import ApprovalNeeded
from kiosk.hall.events import AnyEvent, Record
from kiosk.hall.state import TicketState
from kiosk.server.access import Permission
from kiosk.server.appointments import Contact
from kiosk.server.http import Call, Handler, Operation, clean, encode, json_response
from kiosk.server.live import LiveHall
from kiosk.server.outlook import Forecast
from kiosk.server.problems import HttpProblem
from kiosk.server.routes.door import came_at
from kiosk.server.runtime import Reply
from kiosk.server.views import TicketView
from kiosk.store.log import Person

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Note = Annotated[str, Meta(max_length=200)]
Name = Annotated[str, Meta(max_length=100)]
Material = Annotated[str, Meta(min_length=1, max_length=200)]
Number = Annotated[str, Meta(max_length=32)]

BODY_IDS = ("service", "window", "priority", "printer")
"""Kinds of ids that come in the bodies of these routes."""

RETENTION_MS = 30 * 24 * 3600_000
"""How long a name or number given at a ticket is kept, unless the hall says less."""


class IssueBody(Struct, forbid_unknown_fields=True, frozen=True):
    """`POST /halls/{hall}/tickets`: one of `service` and `services`."""

    service: Id | None = None
    services: list[Id] | None = None
    priority: Id | None = None
    name: Name | None = None
    phone: Number | None = None
    email: Annotated[str, Meta(max_length=200)] | None = None
    id_number: Number | None = None
    language: Literal["zh", "en"] = "zh"
    printer: Id | None = None
    door: Id | None = None
    quantities: dict[Id, Annotated[int, Meta(ge=1)]] = {}
    promised: Annotated[list[Material], Meta(max_length=50)] = []
    cause: Note | None = None
    approver: Name | None = None


class ActionBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What staff may say with an action. For transfers `window` is where to."""

    window: Id | None = None
    note: Note | None = None
    minutes: float | None = None
    service: Id | None = None
    come_back: bool = False
    outcome: Note | None = None
    errand: Id | None = None


class ReprintBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Where another paper is to come out."""

    printer: Id


async def issue(call: Call) -> Response:
    """Take a ticket."""
    body: IssueBody = call.body
    live = call.hall
    services = body.services if body.services is not None else [body.service or ""]
    if (body.service is None) == (body.services is None):
        raise HttpProblem(
            422, "invalid_field", field="service", reason="give either service or services"
        )
    ticket_id = call.service.new_id()
    contact = _contact(body)
    people = _people(call, live, contact, ticket_id, services)
    door_at = came_at(call, body.door)
    channel = call.principal.roles[0] if call.principal.roles else "visitor"
    _check_approval(call, live, body)
    wishes = _wishes(body, contact)

    def decide(hall: Hall, now: int) -> Sequence[AnyEvent]:
        first = hall.service(services[0]) if services else None
        priority = body.priority or "normal"
        told = live.forecast.for_group(hall, first.group, priority, now) if first else None
        return hall.issue(
            now,
            ticket_id=ticket_id,
            services=services,
            priority=body.priority,
            language=body.language,
            channel=channel,
            printer=body.printer,
            estimate=told[0] if told else None,
            door_at=door_at,
            wishes=wishes._replace(waits=_waits(hall, services, live.forecast, now))
            if len(services) > 1
            else wishes,
        )

    def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
        token = call.service.signer.token(ticket_id)
        view = live.present_of(hall).ticket(hall.ticket(ticket_id), token)
        return Reply(201, encode(view))

    return await call.run(live, decide, answer, people=people, in_body=BODY_IDS)


def _waits(hall: Hall, services: Sequence[str], forecast: Forecast, now: int) -> dict[str, float]:
    """How long each queue takes, seconds: what a plan is made from."""
    waits = {}
    for group in {hall.service(s).group for s in services}:
        estimate, status = forecast.for_group(hall, group, NORMAL, now)
        if status == "now":
            waits[group] = 0.0
        elif estimate is not None:
            waits[group] = float(estimate.median_s)
    return waits


def _check_approval(call: Call, live: LiveHall, body: IssueBody) -> None:
    """A class that needs approval is given by staff alone."""
    needs = body.priority in live.hall.approved
    if needs and not call.principal.may(Permission.DESK):
        raise ApprovalNeeded(body.priority or "")


def _contact(body: IssueBody) -> Contact | None:
    """What visitors said about themselves, if they said anything."""
    if body.name is body.phone is body.email is body.id_number is None:
        return None
    contact = Contact(
        clean("name", body.name),
        clean("phone", body.phone),
        clean("email", body.email),
        clean("id_number", body.id_number),
    )
    return None if contact == Contact() else contact


def _wishes(body: IssueBody, contact: Contact | None) -> Wishes:
    """What was said beyond service and class: mostly nothing."""
    if not (body.quantities or body.promised or body.cause or body.approver or contact):
        return NO_WISHES
    return Wishes(
        quantities=body.quantities,
        promised=tuple(dict.fromkeys(body.promised)),
        cause=clean("cause", body.cause),
        approver=clean("approver", body.approver),
        reach=contact.reach() if contact else (),
    )


def _people(
    call: Call,
    live: LiveHall,
    contact: Contact | None,
    ticket_id: str,
    services: Sequence[str],
) -> tuple[Person, ...]:
    """What was said about a person, sealed; it never enters the log."""
    id_number = contact.id_number if contact else None
    if id_number is None and not live.hall.real_name.isdisjoint(services):
        raise HttpProblem(422, "real_name_needed", field="id_number")
    if contact is None:
        return ()
    ring = call.service.ring
    sealed = ring.seal(live.id, ticket_id, msgspec.json.encode(contact))
    match = ring.matching(id_number) if id_number else None
    return (Person(live.id, ticket_id, sealed, match, call.service.clock.real() + RETENTION_MS),)


async def listing(call: Call) -> Response:
    """The tickets of the open days, in order of arrival."""
    wanted = {s for s in (call.query("state") or "").split(",") if s}
    for state in wanted:
        if state not in set(TicketState):
            raise HttpProblem(422, "invalid_query", field="state", reason=f"no state {state!r}")
    group, window = call.query("group"), call.query("window")
    present = call.hall.present()
    return json_response(
        [
            present.ticket(t)
            for t in call.hall.hall.state.tickets.values()
            if (not wanted or t.state in wanted)
            and group in (None, t.current.group)
            and window in (None, t.window)
        ]
    )


async def one(call: Call) -> Response:
    """One ticket of an open day."""
    ticket = call.hall.hall.ticket(call.path("ticket"))
    return json_response(call.hall.present().ticket(ticket))


Act = Callable[[Hall, str, ActionBody, int], Sequence[AnyEvent]]


def _restore(hall: Hall, ticket: str, body: ActionBody, now: int) -> Sequence[AnyEvent]:
    if body.window is not None:
        return hall.undo(ticket, body.window, now)
    return hall.restore(ticket, now)


def _transfer(hall: Hall, ticket: str, body: ActionBody, _now: int) -> Sequence[AnyEvent]:
    return hall.transfer(
        ticket,
        service=body.service,
        window=body.window,
        note=body.note,
        come_back=body.come_back,
    )


ACTS: dict[str, Act] = {
    "recall": lambda hall, ticket, body, _: hall.recall(ticket, body.window),
    "start": lambda hall, ticket, body, _: hall.start(ticket, body.window),
    "finish": lambda hall, ticket, body, _: hall.finish(ticket, body.window, body.outcome),
    "no-show": lambda hall, ticket, body, _: hall.no_show(ticket, body.window),
    "requeue": lambda hall, ticket, body, _: hall.requeue(ticket, body.window, body.note),
    "park": lambda hall, ticket, body, now: hall.park(
        ticket, now, body.window, body.note, body.minutes, body.errand
    ),
    "resume": lambda hall, ticket, _body, _now: hall.resume(ticket),
    "transfer": _transfer,
    "restore": _restore,
    "cancel": lambda hall, ticket, body, _: hall.cancel(ticket, note=body.note),
}

ACTIONS = {
    "recall": "Repeat the call",
    "start": "The visitor has come",
    "finish": "The present service is done",
    "no-show": "Nobody came",
    "requeue": "Take the call back; the ticket keeps its place",
    "park": "Sent away for a paper; the place is kept for `minutes`",
    "resume": "Back from a park",
    "transfer": "Hand over to a `service` or a `window`; with `come_back`, return here after",
    "restore": "Bring back a missed, cancelled or just finished ticket; with `window`, to it",
    "cancel": "Close without service",
}


def _action(action: str) -> Handler:
    async def act(call: Call) -> Response:
        ticket, live = call.path("ticket"), call.hall
        body: ActionBody = structs.replace(
            call.body,
            note=clean("note", call.body.note),
            outcome=clean("outcome", call.body.outcome),
        )

        def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
            return Reply(200, encode(live.present_of(hall).ticket(hall.ticket(ticket))))

        def decide(hall: Hall, now: int) -> Sequence[AnyEvent]:
            hall.ticket(ticket)
            return ACTS[action](hall, ticket, body, now)

        return await call.run(live, decide, answer, in_body=BODY_IDS)

    return act


async def reprint(call: Call) -> Response:
    """Another paper with the same number, marked as a copy (补打)."""
    ticket, body, live = call.path("ticket"), call.body, call.hall

    def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
        return Reply(200, encode(live.present_of(hall).ticket(hall.ticket(ticket))))

    return await call.run(
        live,
        lambda hall, now: hall.reprint(ticket, body.printer, now),
        answer,
        in_body=BODY_IDS,
    )


_TICKETS = "/api/v1/halls/{hall}/tickets"
OPERATIONS = (
    Operation(
        "POST",
        _TICKETS,
        issue,
        "Take a ticket",
        Permission.ISSUE,
        IssueBody,
        {201: TicketView},
        tag="tickets",
    ),
    Operation(
        "GET",
        _TICKETS,
        listing,
        "The tickets of the open days",
        Permission.READ,
        answers={200: list[TicketView]},
        query={
            "state": "one or more states, separated by commas",
            "group": "only this group",
            "window": "only at this window",
        },
        tag="tickets",
    ),
    Operation(
        "GET",
        _TICKETS + "/{ticket}",
        one,
        "One ticket",
        Permission.READ,
        answers={200: TicketView},
        tag="tickets",
    ),
    Operation(
        "POST",
        _TICKETS + "/{ticket}/reprint",
        reprint,
        "Print the ticket again",
        Permission.ISSUE,
        ReprintBody,
        {200: TicketView},
        tag="tickets",
    ),
    *(
        Operation(
            "POST",
            f"{_TICKETS}/{{ticket}}/{action}",
            _action(action),
            summary,
            Permission.DESK,
            ActionBody,
            {200: TicketView},
            tag="tickets",
        )
        for action, summary in ACTIONS.items()
    ),
)
