"""How each event changes the tables made from the log: a pure fold, record after record.

A `Projection` is given the rows that a run of records touches (`Touched`), folds the records and
hands back the rows that changed. Committing a batch and making the tables again from the
whole log are the same code, so they give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

import msgspec
from msgspec import Struct

from kiosk.hall.events import (
    AnyEvent,
    AssistanceCalled,
    AssistanceGiven,
    DayClosed,
    HallConfigured,
    PaymentMade,
    PaymentNoticed,
    PrintRequested,
    PrintSending,
    PrintSettled,
    Record,
    ServiceFinished,
    ServiceStarted,
    TicketCalled,
    TicketCancelled,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketPrioritised,
    TicketRated,
    TicketRecalled,
    TicketRequeued,
    TicketRestored,
    TicketResumed,
    TicketTransferred,
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

from . import project_bookings
from .rows import (
    ArrivalRow,
    BookingRow,
    CallRow,
    DayRow,
    PrintRow,
    RatingRow,
    TableRow,
    WindowTimeRow,
)
from .visit import Visit


class Touched(Struct, frozen=True):
    """The subjects whose present rows must be known before records can be folded."""

    days: tuple[str, ...]
    tickets: tuple[str, ...]
    windows: tuple[str, ...]
    prints: tuple[tuple[str, int], ...]
    bookings: tuple[str, ...]


def touched(records: Iterable[Record]) -> Touched:
    """What `records` touch; what is new with them is left out."""
    days: dict[str, None] = {}
    tickets: dict[str, None] = {}
    windows: dict[str, None] = {}
    prints: dict[tuple[str, int], None] = {}
    bookings: dict[str, None] = {}
    born: set[object] = set()
    for record in records:
        days[record.day] = None
        match record.event:
            case TicketIssued(ticket=ticket, booking=booking):
                born.add(ticket)
                if booking is not None:
                    bookings[booking] = None
            case PrintRequested(ticket=ticket, copy=copy):
                born.add((ticket, copy))
            case PrintSending(ticket=ticket, copy=copy) | PrintSettled(ticket=ticket, copy=copy):
                prints[ticket, copy] = None
            case WindowOpened(window=window) | WindowPaused(window=window):
                windows[window] = None
            case WindowClosed(window=window):
                windows[window] = None
            case event if isinstance(event, BookingEvent):
                bookings[event.booking] = None
            case event:
                tickets.update(dict.fromkeys(_subject(event)))
    return Touched(
        tuple(days),
        tuple(t for t in tickets if t not in born),
        tuple(windows),
        tuple(p for p in prints if p not in born),
        tuple(bookings),
    )


def _subject(event: AnyEvent) -> tuple[str, ...]:
    """The ticket that an event is about, if it is about one."""
    ticket: str | None = getattr(event, "ticket", None)
    return () if ticket is None else (ticket,)


class Projection:
    """The tables' rows as far as they are known, and which of them changed."""

    def __init__(self) -> None:
        self.days: dict[str, DayRow] = {}
        self.visits: dict[str, Visit] = {}
        self.windows: dict[str, WindowTimeRow] = {}
        self.prints: dict[tuple[str, int], PrintRow] = {}
        self.bookings: dict[str, BookingRow] = {}
        self._changed: dict[int, TableRow] = {}
        self._moved: dict[str, Visit] = {}

    def apply(self, record: Record, digest: bytes) -> None:
        """Fold one record, which has `digest` in the chain."""
        self._day(record, digest)
        match record.event:
            case TicketIssued() as event:
                visit = Visit.issued(record, event)
                self.visits[event.ticket] = self._moved[event.ticket] = visit
                if booked := self.bookings.get(event.booking or ""):
                    project_bookings.checked_in(booked, record, event)
                    self._mark(booked)
            case HallConfigured():
                pass
            case DayClosed():
                self.days[record.day].closed = 1
            case VisitorsArrived(count=count, door=door):
                self._mark(ArrivalRow(record.hall, record.seq, record.day, record.at, door, count))
            case WindowOpened() | WindowPaused() | WindowClosed() as event:
                self._window(record, event)
            case PrintRequested() | PrintSending() | PrintSettled() as event:
                self._print(record, event)
            case WindowLent() | WindowReturned() | AssistanceCalled() | AssistanceGiven():
                pass
            case event if isinstance(event, BookingEvent):
                if booked := project_bookings.fold(self.bookings, record, event):
                    self._mark(booked)
            case event if isinstance(
                event, PersonEvent | MessageEvent | WebhookAcknowledged | AlertEvent
            ):
                pass
            case event:
                self._visit(record, event)

    def changed(self) -> list[TableRow]:
        """The rows that are new or changed."""
        rows = list(self._changed.values())
        rows += [visit.ticket for visit in self._moved.values()]
        rows += [leg for visit in self._moved.values() for leg in visit.legs]
        return rows

    def _mark(self, row: TableRow) -> None:
        self._changed[id(row)] = row

    def _day(self, record: Record, digest: bytes) -> None:
        row = self.days.get(record.day)
        if row is None:
            row = DayRow(record.hall, record.day, record.seq, record.seq)
            self.days[record.day] = row
        row.last_seq = record.seq
        row.events += 1
        if not row.closed:
            row.seal = digest
        self._changed[id(row)] = row

    def _visit(  # noqa: C901, PLR0912 - one case per event
        self,
        record: Record,
        event: TicketCalled
        | TicketRecalled
        | ServiceStarted
        | ServiceFinished
        | TicketMissed
        | TicketRequeued
        | TicketParked
        | TicketResumed
        | TicketTransferred
        | TicketRestored
        | TicketCancelled
        | TicketPrioritised
        | PaymentNoticed
        | PaymentMade
        | TicketRated,
    ) -> None:
        at, visit = record.at, self.visits[event.ticket]
        match event:
            case TicketCalled():
                visit.call(at, event.window, event.staff, event.service)
                self._mark(_call_row(record, event, visit))
            case TicketRecalled():
                visit.recall()
            case ServiceStarted():
                visit.start(at)
            case ServiceFinished(outcome=outcome):
                visit.finish(at, outcome)
            case TicketMissed():
                visit.end(at, "no_show", None)
            case TicketRequeued():
                visit.requeue()
            case TicketParked():
                visit.park(at)
            case TicketResumed() | TicketRestored():
                visit.wait_again()
            case TicketTransferred():
                visit.transfer(at, event)
            case TicketCancelled(reason=reason):
                visit.end(at, "cancelled", reason)
            case TicketPrioritised(priority=priority):
                visit.ticket.priority = priority
            case PaymentNoticed():
                pass
            case PaymentMade(service=service):
                visit.pay(at, service)
            case TicketRated():
                self._mark(_rating_row(record, event, visit))
            case never:
                assert_never(never)
        self._moved[event.ticket] = visit

    def _window(self, record: Record, event: WindowOpened | WindowPaused | WindowClosed) -> None:
        before = self.windows.pop(event.window, None)
        if before is not None:
            before.until_at = record.at
            self._mark(before)
        match event:
            case WindowOpened(staff=staff):
                state, who, reason = "open", staff, None
            case WindowPaused():
                state, who, reason = "paused", before.staff if before else None, event.reason
            case WindowClosed():
                return
            case never:
                assert_never(never)
        row = WindowTimeRow(
            record.hall, event.window, record.seq, record.day, state, who, reason, record.at
        )
        self.windows[event.window] = row
        self._mark(row)

    def _print(self, record: Record, event: PrintRequested | PrintSending | PrintSettled) -> None:
        match event:
            case PrintRequested(ticket=ticket, copy=copy, printer=printer, expires=expires):
                row = PrintRow(record.hall, ticket, copy, record.day, printer, record.at, expires)
                self.prints[ticket, copy] = row
            case PrintSending(ticket=ticket, copy=copy):
                row = self.prints[ticket, copy]
                row.sending_at = record.at
            case PrintSettled(ticket=ticket, copy=copy, outcome=outcome, detail=detail):
                row = self.prints[ticket, copy]
                row.settled_at, row.outcome, row.detail = record.at, outcome.value, detail
            case never:
                assert_never(never)
        self._mark(row)


def _call_row(record: Record, event: TicketCalled, visit: Visit) -> CallRow:
    why = event.reason
    return CallRow(
        hall=record.hall,
        seq=record.seq,
        day=record.day,
        at=record.at,
        ticket=event.ticket,
        number=visit.ticket.number,
        window=event.window,
        staff=event.staff,
        code=why.code,
        rule=why.rule,
        group=why.group or visit.current.group,
        priority=why.priority,
        waited_s=why.waited_s,
        points=float(why.points),
        lead=float(why.lead),
        over_cap_s=why.over_cap_s,
        ahead_of=why.ahead_of,
        note=why.note,
        passed=why.passed,
    )


def _rating_row(record: Record, event: TicketRated, visit: Visit) -> RatingRow:
    return RatingRow(
        hall=record.hall,
        ticket=event.ticket,
        day=record.day,
        at=record.at,
        score=event.score,
        dimensions=msgspec.json.encode(event.dimensions, order="deterministic").decode(),
        service=visit.current.service,
        group=visit.current.group,
        window=visit.current.window,
        staff=visit.current.staff,
    )
