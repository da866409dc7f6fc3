"""How each event changes a hall: the only place where a `State` is written.

`apply` trusts the log: it checks nothing, decides nothing and never fails on an event that the
engine returned. What may happen is decided in the `Hall` commands.
"""

from __future__ import annotations

from typing import assert_never

from . import fold_bookings, fold_messages, fold_windows
from .booking import BookingState
from .calendar import MINUTE
from .config import HallConfig
from .events import (
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
from .events_alert import AlertEvent
from .events_booking import BookingEvent, PersonEvent
from .events_message import MessageEvent
from .events_webhook import WebhookAcknowledged
from .printing import PrintJob, PrintState
from .state import (
    AT_WINDOW,
    ENDED,
    NEVER_RETURNED,
    Leg,
    LegState,
    Notice,
    State,
    Ticket,
    TicketState,
    WindowState,
    WindowStatus,
)


def apply(state: State, record: Record) -> None:  # noqa: C901, PLR0912, PLR0915 - one case per event
    """Fold one record into `state`."""
    state.seq, state.at = record.seq, record.at
    match record.event:
        case TicketIssued() as event:
            _issue(state, record, event)
        case HallConfigured(config=config):
            _configure(state, config)
            state.configured_at = record.at
        case DayClosed():
            _close_day(state, record.day)
        case VisitorsArrived():
            state.days.add(record.day)
        case TicketCalled() as event:
            _call(state, record.at, event)
        case TicketRecalled(ticket=ticket):
            state.tickets[ticket].calls += 1
        case ServiceStarted(ticket=ticket):
            _start(state.tickets[ticket], record.at)
        case ServiceFinished(ticket=ticket):
            _finish(state, state.tickets[ticket], record.at)
        case TicketMissed(ticket=ticket):
            _end(state, state.tickets[ticket], TicketState.NO_SHOW, record.at)
        case TicketRequeued(ticket=ticket, note=note):
            _note(state.tickets[ticket], note)
            _wait_again(state, state.tickets[ticket], record.at)
        case TicketParked() as event:
            _park(state, record.at, event)
        case TicketResumed(ticket=ticket, returning=returning):
            state.tickets[ticket].current.returning |= returning
            _wait_again(state, state.tickets[ticket], record.at)
        case TicketRestored(ticket=ticket):
            _wait_again(state, state.tickets[ticket], record.at)
        case TicketTransferred() as event:
            _transfer(state, record.at, event)
        case TicketCancelled(ticket=ticket, reason=reason):
            _end(state, state.tickets[ticket], TicketState.CANCELLED, record.at)
            state.tickets[ticket].reason = reason
        case TicketPrioritised() as event:
            _prioritise(state, event)
        case PaymentNoticed() as event:
            _count(state, record.day, event.notice)
            state.tickets[event.ticket].notice = Notice(
                event.notice, event.service, event.window, event.item, event.amount_fen, record.at
            )
        case PaymentMade(ticket=ticket, service=service):
            _paid(state, state.tickets[ticket], service, record.at)
        case TicketRated(ticket=ticket, score=score):
            if ticket in state.tickets:
                state.tickets[ticket].rating = score
        case WindowOpened() | WindowPaused() | WindowClosed() as event:
            fold_windows.presence(state, record, event)
        case WindowLent() | WindowReturned() | AssistanceCalled() | AssistanceGiven() as event:
            fold_windows.help_out(state.windows[event.window], record.at, event)
        case PrintRequested() | PrintSending() | PrintSettled() as event:
            _print(state, record, event)
        case event if isinstance(event, BookingEvent):
            fold_bookings.booking(state, record, event)
        case event if isinstance(event, PersonEvent):
            fold_bookings.person(state, record, event)
        case event if isinstance(event, MessageEvent):
            fold_messages.message(state, record, event)
        case event if isinstance(event, AlertEvent):
            fold_messages.alert(state, record, event)
        case WebhookAcknowledged(webhook=webhook) as event:
            state.webhooks[webhook] = event
            state.days.add(record.day)
        case never:
            assert_never(never)


def _configure(state: State, config: HallConfig) -> None:
    state.config = config
    known = state.windows
    state.windows = {w.id: known.get(w.id) or WindowState(w.id) for w in config.windows}
    fold_messages.replan(state)


def _issue(state: State, record: Record, event: TicketIssued) -> None:
    at = record.at
    # By place: a name costs more than a value, and this is done twice a ticket.
    ticket = Ticket(
        event.ticket,
        event.number,
        record.day,
        record.seq,
        at if event.slot is None else max(at, event.slot),
        at,
        [Leg(leg.service, leg.group, leg.after, leg.quantity) for leg in event.legs],
        event.priority,
        event.language,
        event.channel,
        event.ahead,
        event.estimate,
        event.booking,
        event.promised,
        event.cause,
        event.approver,
        event.reach,
    )
    state.tickets[ticket.id] = ticket
    state.days.add(record.day)
    _count(state, record.day, event.number)
    state.queues.add(ticket)
    if event.booking is not None and (booking := state.bookings.get(event.booking)):
        state.settle(booking)
        booking.state, booking.ticket = BookingState.CHECKED_IN, ticket.id
        fold_messages.plan_reminder(state, booking)
        ticket.reach = ticket.reach or booking.reach
    if ticket.reach:
        state.watched.add(ticket.id)


def _count(state: State, day: str, number: str) -> None:
    """Take note that a number was given out."""
    prefix = number.rstrip("0123456789")
    key, last = (day, prefix), int(number[len(prefix) :])
    if last > state.numbers.get(key, 0):
        state.numbers[key] = last


def _call(state: State, at: int, event: TicketCalled) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.state is TicketState.WAITING:
        state.queues.remove(ticket)
    ticket.leg = ticket.leg_of(event.service)
    ticket.state = TicketState.CALLED
    ticket.current.state = LegState.SERVING
    ticket.window, ticket.staff, ticket.why = event.window, event.staff, event.reason
    ticket.called_at, ticket.started_at, ticket.ended_at = at, None, None
    ticket.parked_until = None
    state.parked.discard(ticket.id)
    ticket.calls += 1
    ticket.errand = None
    window = state.windows[event.window]
    window.ticket = ticket.id
    window.others = 0 if ticket.current.returning else min(window.others + 1, NEVER_RETURNED)


def _start(ticket: Ticket, at: int) -> None:
    ticket.state = TicketState.SERVING
    ticket.started_at = at


def _leave_window(state: State, ticket: Ticket, at: int) -> None:
    window = state.windows.get(ticket.window or "")
    if window is not None and window.ticket == ticket.id:
        window.ticket = None
        if ticket.called_at is not None:
            window.worked += at - ticket.called_at


def _finish(state: State, ticket: Ticket, at: int) -> None:
    _leave_window(state, ticket, at)
    ticket.current.state = LegState.DONE
    if not _next_leg(state, ticket):
        ticket.state, ticket.ended_at = TicketState.DONE, at
        if ticket.started_at is None:
            ticket.started_at = ticket.called_at


def _next_leg(state: State, ticket: Ticket) -> bool:
    """Let a ticket wait for what is still to be done; False when nothing is."""
    ready = ticket.ready()
    if not ready:
        return False
    ticket.leg, ticket.calls = ready[0], 0
    _enqueue(state, ticket)
    return True


def _enqueue(state: State, ticket: Ticket) -> None:
    state.parked.discard(ticket.id)
    ticket.state = TicketState.WAITING
    ticket.current.state = LegState.WAITING
    ticket.window = ticket.staff = None
    ticket.called_at = ticket.started_at = ticket.ended_at = ticket.parked_until = None
    state.queues.add(ticket)


def _end(state: State, ticket: Ticket, ended: TicketState, at: int) -> None:
    if ticket.state is TicketState.WAITING:
        state.queues.remove(ticket)
    elif ticket.state in AT_WINDOW:
        _leave_window(state, ticket, at)
    ticket.current.state = LegState.WAITING
    ticket.current.returning = False
    ticket.state, ticket.ended_at, ticket.parked_until = ended, at, None
    state.parked.discard(ticket.id)


def _wait_again(state: State, ticket: Ticket, at: int) -> None:
    if ticket.state in AT_WINDOW:
        _leave_window(state, ticket, at)
    ticket.reason = None
    _enqueue(state, ticket)


def _prioritise(state: State, event: TicketPrioritised) -> None:
    ticket = state.tickets[event.ticket]
    waits = ticket.state is TicketState.WAITING
    if waits:
        state.queues.remove(ticket)
    ticket.priority, ticket.cause, ticket.approver = event.priority, event.cause, event.approver
    if waits:
        state.queues.add(ticket)


def _paid(state: State, ticket: Ticket, service: str | None, at: int) -> None:
    """Note the payment; who still waits to make it goes on with what comes after it."""
    if ticket.notice is not None:
        ticket.notice.paid_at = at
    if service is None:
        return
    state.queues.remove(ticket)
    ticket.legs[ticket.leg_of(service)].state = LegState.DONE
    if not _next_leg(state, ticket):
        ticket.state, ticket.ended_at = TicketState.DONE, at


def _note(ticket: Ticket, note: str | None) -> None:
    """Take a new note; without one the old note stays for the next colleague."""
    if note is not None:
        ticket.note = note


def _park(state: State, at: int, event: TicketParked) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.state is TicketState.WAITING:
        state.queues.remove(ticket)
    else:
        _leave_window(state, ticket, at)
    ticket.postponed |= event.window is None
    ticket.state, ticket.parked_until = TicketState.PARKED, event.until
    ticket.sent_by = event.window
    state.parked.add(ticket.id)
    ticket.current.state, ticket.current.returning = LegState.WAITING, False
    ticket.errand = event.errand
    _note(ticket, event.note)
    ticket.window = ticket.staff = ticket.called_at = ticket.started_at = None


def _transfer(state: State, at: int, event: TicketTransferred) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.state is TicketState.WAITING:
        state.queues.remove(ticket)
    else:
        _leave_window(state, ticket, at)
    old = ticket.current
    ticket.trail = (*ticket.trail, old.group)
    ticket.legs[ticket.leg] = Leg(
        event.service, event.group, bound=event.bound, quantity=old.quantity
    )
    if event.come_back is not None:
        back = Leg(old.service, old.group, bound=event.come_back, follows=True, returning=True)
        ticket.legs.insert(ticket.leg + 1, back)
    _note(ticket, event.note)
    _enqueue(state, ticket)


def _print(
    state: State, record: Record, event: PrintRequested | PrintSending | PrintSettled
) -> None:
    key = (event.ticket, event.copy)
    known = state.prints.get(key)
    match event:
        case PrintRequested():
            if known is not None:
                state.wait_no_more(known)
            job = state.prints[key] = PrintJob(
                *key,
                event.printer,
                event.expires,
                record.at,
                record.day,
                paper=event.paper,
                about=event.about,
            )
            state.days.add(record.day)
            state.wait_for(job, job.expires)
            if ticket := state.tickets.get(event.ticket):
                ticket.copies = event.copy + 1
        case PrintSending():
            if known is not None:
                known.state, known.since = PrintState.SENDING, record.at
                answer_ms = round(state.config.rules.print_expiry_minutes * MINUTE)
                state.wait_for(known, record.at + answer_ms)
        case PrintSettled(outcome=outcome, detail=detail):
            if known is not None:
                known.settle(outcome, detail, record.at)
                state.wait_no_more(known)
        case never:
            assert_never(never)


def _close_day(state: State, day: str) -> None:
    state.days.discard(day)
    for ticket in [t.id for t in state.tickets.values() if t.day == day and t.state in ENDED]:
        del state.tickets[ticket]
        state.watched.discard(ticket)
    for key in [key for key, job in state.prints.items() if job.day == day]:
        state.wait_no_more(state.prints.pop(key))
    fold_bookings.close_day(state, day)
    fold_messages.close_day(state, day)
    state.numbers = {key: n for key, n in state.numbers.items() if key[0] != day}
    for window in state.windows.values():
        if window.status is WindowStatus.CLOSED:
            state.windows[window.id] = WindowState(window.id)
