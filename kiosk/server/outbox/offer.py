"""What other systems are told of an event: pure. Nothing that people wrote, and nobody's name.

An event is made from its record alone and what the state knows of its ticket, so that one that is
told a day late says the same.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from kiosk.hall import Hall
from kiosk.hall.events import (
    AnyEvent,
    PrintRequested,
    PrintSending,
    PrintSettled,
    Record,
    TicketIssued,
    WebhookAcknowledged,
)
from kiosk.hall.events_booking import PersonEvent
from kiosk.hall.events_message import MessageEvent

_KEPT_BACK = (
    PrintRequested,
    PrintSending,
    PrintSettled,
    WebhookAcknowledged,
    *get_args(PersonEvent),
    *get_args(MessageEvent),
)

OFFERED = frozenset(
    str(event.__struct_config__.tag) for event in get_args(AnyEvent) if event not in _KEPT_BACK
)
"""The types of events that others may be told of."""

_PLAIN = (
    "ticket",
    "booking",
    "window",
    "service",
    "outcome",
    "until",
    "start",
    "end",
    "score",
    "what",
    "about",
)
"""Fields of events that hold ids, instants and numbers. Codes, notes, names and reasons are not
among them.
"""


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event for others: its place in the log, what it is, whom and what it concerns. Instants
    are RFC 3339.
    """

    seq: int
    type: str
    at: str
    day: str
    number: str | None = None
    group: str | None = None
    zone: str | None = None
    ticket: str | None = None
    booking: str | None = None
    window: str | None = None
    service: str | None = None
    outcome: str | None = None
    until: str | None = None
    start: str | None = None
    end: str | None = None
    score: int | None = None
    what: str | None = None
    about: str | None = None


def told(hall: Hall, record: Record) -> Told:
    """What others are told of a record."""
    event, at = record.event, hall.calendar.rfc3339
    plain: dict[str, Any] = {name: getattr(event, name, None) for name in _PLAIN}
    for name in ("until", "start", "end"):
        if plain[name] is not None:
            plain[name] = at(plain[name])
    ticket = hall.state.tickets.get(plain["ticket"] or "")
    number, group = (ticket.number, ticket.current.group) if ticket else (None, None)
    if isinstance(event, TicketIssued):
        number, group = event.number, event.legs[0].group
    elif legs := getattr(event, "legs", ()):
        group = legs[0].group
    window = hall.router.windows.get(plain["window"] or "")
    zone = window.zone if window else hall.groups[group].zone if group in hall.groups else None
    return Told(
        seq=record.seq,
        type=event.kind,
        at=at(record.at),
        day=record.day,
        number=number,
        group=group,
        zone=zone,
        **plain,
    )
