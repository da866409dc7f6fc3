"""From a record to what subscribers see: which topics it shows on, and its public bytes.

Three audiences have hubs of their own: the public (screens, kiosks), staff (consoles, managers)
and visitors (the phone page of one ticket).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from display.backlog import PublicEvent
from kiosk.hall import Hall
from kiosk.hall.config import Names
from kiosk.hall.events import (
    AssistanceCalled,
    AssistanceGiven,
    PrintRequested,
    PrintSending,
    PrintSettled,
    Reason,
    Record,
    TicketCalled,
    TicketRated,
    VisitorsArrived,
    WindowClosed,
    WindowLent,
    WindowOpened,
    WindowPaused,
    WindowReturned,
)
from kiosk.hall.events_alert import AlertEvent
from kiosk.hall.events_booking import BookingEvent, PersonEvent
from kiosk.hall.events_message import MessageEvent
from kiosk.hall.events_webhook import WebhookAcknowledged
from kiosk.hall.routing import lanes
from kiosk.hall.state import Ticket

from .appointments import AppointmentView, appointment
from .figures import DayFigures
from .present import Presenter
from .present_board import board_window
from .views import BoardWindow, GroupView, TicketView, VisitorView
from .views import WindowView as FullWindow
from .views_calls import ReasonView
from .views_live import GroupFigures

_encode = msgspec.json.Encoder().encode

OFF_BOARD = (
    PrintRequested,
    PrintSending,
    PrintSettled,
    TicketRated,
    VisitorsArrived,
    BookingEvent,
    PersonEvent,
    MessageEvent,
    WebhookAcknowledged,
    AlertEvent,
)
"""Events that no screen shows."""

CHANGES_GROUPS = (WindowOpened, WindowPaused, WindowClosed, WindowLent, WindowReturned)
"""Events after which other windows serve a group."""


class Trace(NamedTuple):
    """Where a ticket was before a record was folded: the lanes and groups of all its services."""

    lanes: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()
    window: str | None = None


class Head(msgspec.Struct, omit_defaults=True):
    """What every audience sees of an event."""

    type: str
    at: str
    number: str | None = None
    window: str | None = None
    zone: str | None = None
    group: str | None = None
    calls: int = 0


class PublicFrame(Head):
    """An event on a screen, with the groups and windows that it changed."""

    groups: list[GroupView] = []
    windows: list[BoardWindow] = []


class StaffFrame(Head):
    """An event on a console, with everything that it changed."""

    ticket: TicketView | None = None
    appointment: AppointmentView | None = None
    reason: ReasonView | None = None
    groups: list[GroupFigures] = []
    windows: list[FullWindow] = []


class VisitorFrame(Head):
    """An event on a visitor's phone, with the ticket as it is now."""

    visitor: VisitorView | None = None


class Heard(NamedTuple):
    """Which audiences are told: what nobody would read is not made."""

    public: bool
    staff: bool
    visitor: bool


class Shown(NamedTuple):
    """One event for the audiences that are told; for the others it is empty."""

    public: PublicEvent
    staff: PublicEvent
    visitor: PublicEvent


def trace(hall: Hall, record: Record) -> Trace:
    """Where the ticket of a record stands; ask before the record is folded."""
    ticket = hall.state.tickets.get(getattr(record.event, "ticket", ""))
    if ticket is None:
        return Trace()
    return Trace(_lanes(ticket), _groups_of(ticket), ticket.window)


def _lanes(ticket: Ticket) -> frozenset[str]:
    return frozenset(leg.lane for leg in ticket.legs)


def _groups_of(ticket: Ticket) -> tuple[str, ...]:
    return tuple(leg.group for leg in ticket.legs)


def show(
    present: Presenter,
    figures: DayFigures,
    record: Record,
    before: Trace,
    words: Callable[[Reason], Names],
    token: Callable[[str], str],
    watched: Callable[[str], bool],
    heard: Heard,
) -> Shown:
    """One folded record for the audiences that are told. watched: whether a visitor's topic is."""
    hall, event = present.hall, record.event
    about = getattr(event, "booking", None) or getattr(event, "subject", "")
    booking = hall.state.bookings.get(about or "")
    ticket = hall.state.tickets.get(getattr(event, "ticket", ""))
    window = getattr(event, "window", None) or (ticket.window if ticket else None)
    groups = _groups(hall, event, ticket, before, window)
    windows = [w for w in dict.fromkeys((before.window, window)) if w in hall.state.windows]
    head = _head(present, record, ticket, window)
    public_topics = _public_topics(present, record, groups, windows)
    public = staff = visitor = PublicEvent(record.seq, frozenset(), b"")
    if heard.public and public_topics:
        board = PublicFrame(
            *head,
            groups=[present.group(g) for g in groups],
            windows=[board_window(hall, hall.state.windows[w]) for w in windows],
        )
        public = PublicEvent(record.seq, public_topics, _encode(board))
    if heard.staff:
        topics = public_topics | {"manager"} | _desks(hall, event, groups, windows, ticket, before)
        frame = StaffFrame(
            *head,
            ticket=present.ticket(ticket) if ticket else None,
            appointment=appointment(present, booking) if booking else None,
            reason=present.reason(event.reason, words) if isinstance(event, TicketCalled) else None,
            groups=[figures.view(present, g) for g in groups],
            windows=[present.window(hall.state.windows[w]) for w in windows],
        )
        staff = PublicEvent(record.seq, topics, _encode(frame))
    if heard.visitor and ticket is not None and watched(topic := f"ticket:{ticket.id}"):
        phone = VisitorFrame(*head, visitor=present.visitor(ticket, token(ticket.id)))
        visitor = PublicEvent(record.seq, frozenset({topic}), _encode(phone))
    return Shown(public, staff, visitor)


def _head(
    present: Presenter, record: Record, ticket: Ticket | None, window: str | None
) -> tuple[str, str, str | None, str | None, str | None, str | None, int]:
    config = present.window_config(window) if window else None
    group = present.hall.groups.get(ticket.current.group) if ticket else None
    return (
        record.event.kind,
        present.at(record.at) or "",
        ticket.number if ticket else None,
        window,
        config.zone if config else (group.zone if group else None),
        group.id if group else None,
        ticket.calls if ticket else 0,
    )


def _groups(
    hall: Hall, event: object, ticket: Ticket | None, before: Trace, window: str | None
) -> list[str]:
    """Groups whose figures the event may have changed."""
    found: list[str] = [*before.groups, *(_groups_of(ticket) if ticket else ())]
    if isinstance(event, CHANGES_GROUPS):
        config = hall.router.windows.get(window or "")
        found += config.groups if config else ()
    return [g for g in dict.fromkeys(found) if g in hall.groups]


def _public_topics(
    present: Presenter, record: Record, groups: Iterable[str], windows: Iterable[str]
) -> frozenset[str]:
    if isinstance(record.event, OFF_BOARD):
        return frozenset()
    hall = present.hall
    topics = {"board"}
    topics.update(f"zone:{hall.groups[g].zone}" for g in groups)
    for window in windows:
        topics.add(f"window:{window}")
        topics.add(f"zone:{hall.router.windows[window].zone}")
    return frozenset(topics)


def _desks(
    hall: Hall,
    event: object,
    groups: Iterable[str],
    windows: Iterable[str],
    ticket: Ticket | None,
    before: Trace,
) -> set[str]:
    """The consoles that show the ticket or its queue; calls for help and bookings are for all."""
    if isinstance(event, AssistanceCalled | AssistanceGiven) or getattr(event, "booking", None):
        return {f"desk:{w}" for w in hall.router.windows}
    touched = {*before.lanes, *(_lanes(ticket) if ticket else ()), *groups}
    desks = {f"desk:{w}" for w in windows}
    desks.update(
        f"desk:{w.id}" for w in hall.router.windows.values() if touched.intersection(lanes(w))
    )
    return desks
