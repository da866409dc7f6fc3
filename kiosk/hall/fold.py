"""How each event changes a hall: the only place where a `State` is written.

`apply` trusts the log: it checks nothing, decides nothing and never fails on an event that the
engine returned. What may happen is decided in the `Hall` commands.
"""

from __future__ import annotations

from typing import assert_never

from .config import HallConfig
from .events import (
    DayClosed,
    HallConfigured,
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
    TicketRated,
    TicketRecalled,
    TicketRequeued,
    TicketRestored,
    TicketResumed,
    TicketTransferred,
    VisitorsArrived,
    WindowClosed,
    WindowOpened,
    WindowPaused,
)
from .state import (
    AT_WINDOW,
    ENDED,
    Leg,
    LegState,
    PrintJob,
    PrintState,
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
        case HallConfigured(config=config):
            _configure(state, config)
        case DayClosed():
            _close_day(state, record.day)
        case VisitorsArrived():
            state.days.add(record.day)
        case TicketIssued() as event:
            _issue(state, record, event)
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
        case TicketResumed(ticket=ticket) | TicketRestored(ticket=ticket):
            _wait_again(state, state.tickets[ticket], record.at)
        case TicketTransferred() as event:
            _transfer(state, record.at, event)
        case TicketCancelled(ticket=ticket, reason=reason):
            _end(state, state.tickets[ticket], TicketState.CANCELLED, record.at)
            state.tickets[ticket].reason = reason
        case TicketRated(ticket=ticket, score=score):
            if ticket in state.tickets:
                state.tickets[ticket].rating = score
        case WindowOpened() | WindowPaused() | WindowClosed() as event:
            _window(state, record, event)
        case PrintRequested() as event:
            key = (event.ticket, event.copy)
            state.prints[key] = PrintJob(*key, event.printer, event.expires, record.at)
            state.printing.add(key)
            state.tickets[event.ticket].copies = event.copy + 1
        case PrintSending(ticket=ticket, copy=copy):
            if job := state.prints.get((ticket, copy)):
                job.state, job.since = PrintState.SENDING, record.at
        case PrintSettled(ticket=ticket, copy=copy, outcome=outcome, detail=detail):
            if job := state.prints.get((ticket, copy)):
                job.settle(outcome, detail, record.at)
                state.printing.discard((ticket, copy))
        case never:
            assert_never(never)


def _configure(state: State, config: HallConfig) -> None:
    state.config = config
    known = state.windows
    state.windows = {w.id: known.get(w.id) or WindowState(w.id) for w in config.windows}


def _issue(state: State, record: Record, event: TicketIssued) -> None:
    ticket = Ticket(
        id=event.ticket,
        number=event.number,
        day=record.day,
        order=record.seq,
        ref=record.at if event.slot is None else max(record.at, event.slot),
        issued_at=record.at,
        legs=[Leg(leg.service, leg.group) for leg in event.legs],
        priority=event.priority,
        language=event.language,
        channel=event.channel,
        ahead=event.ahead,
        estimate=event.estimate,
    )
    state.tickets[ticket.id] = ticket
    state.days.add(record.day)
    prefix, digits = split_number(event.number)
    key = (record.day, prefix)
    state.numbers[key] = max(state.numbers.get(key, 0), digits)
    state.queues.add(ticket)


def split_number(number: str) -> tuple[str, int]:
    """`B012` → (`B`, 12)."""
    prefix = number.rstrip("0123456789")
    return prefix, int(number[len(prefix) :])


def _call(state: State, at: int, event: TicketCalled) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.state is TicketState.WAITING:
        state.queues.remove(ticket)
    ticket.state = TicketState.CALLED
    ticket.current.state = LegState.SERVING
    ticket.window, ticket.staff = event.window, event.staff
    ticket.called_at, ticket.started_at, ticket.ended_at = at, None, None
    ticket.parked_until = None
    state.parked.discard(ticket.id)
    ticket.calls += 1
    state.windows[event.window].ticket = ticket.id


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
    if ticket.leg + 1 < len(ticket.legs):
        ticket.leg += 1
        ticket.calls = 0
        _enqueue(state, ticket)
    else:
        ticket.state, ticket.ended_at = TicketState.DONE, at
        if ticket.started_at is None:
            ticket.started_at = ticket.called_at


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
    ticket.state, ticket.ended_at, ticket.parked_until = ended, at, None
    state.parked.discard(ticket.id)


def _wait_again(state: State, ticket: Ticket, at: int) -> None:
    if ticket.state in AT_WINDOW:
        _leave_window(state, ticket, at)
    ticket.reason = None
    _enqueue(state, ticket)


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
    state.parked.add(ticket.id)
    ticket.current.state = LegState.WAITING
    _note(ticket, event.note)
    ticket.window = ticket.staff = ticket.called_at = ticket.started_at = None


def _transfer(state: State, at: int, event: TicketTransferred) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.state is TicketState.WAITING:
        state.queues.remove(ticket)
    else:
        _leave_window(state, ticket, at)
    old = ticket.current
    ticket.legs[ticket.leg] = Leg(event.service, event.group, bound=event.bound)
    if event.come_back is not None:
        ticket.legs.insert(ticket.leg + 1, Leg(old.service, old.group, bound=event.come_back))
    _note(ticket, event.note)
    _enqueue(state, ticket)


def _window(
    state: State, record: Record, event: WindowOpened | WindowPaused | WindowClosed
) -> None:
    window = state.windows[event.window]
    state.days.add(record.day)
    window.since = record.at
    match event:
        case WindowOpened(staff=staff):
            if window.status is WindowStatus.CLOSED:
                window.worked = 0
            window.status, window.staff, window.reason = WindowStatus.OPEN, staff, None
        case WindowPaused(reason=reason):
            window.status, window.reason = WindowStatus.PAUSED, reason
        case WindowClosed(reason=reason):
            window.status, window.staff, window.reason = WindowStatus.CLOSED, None, reason
            _unbind(state, window.id)
        case never:
            assert_never(never)


def _unbind(state: State, window: str) -> None:
    """What only a closed window could call goes back to its group's queue, in its old place."""
    places = [p for _, line in state.queues.lines(f"@{window}") for p in line]
    for _, _, ticket_id in places:
        ticket = state.tickets[ticket_id]
        state.queues.remove(ticket)
        ticket.current.bound = None
        state.queues.add(ticket)
    for ticket in state.tickets.values():
        for leg in ticket.legs[ticket.leg :]:
            if leg.bound == window:
                leg.bound = None


def _close_day(state: State, day: str) -> None:
    state.days.discard(day)
    gone = [t.id for t in state.tickets.values() if t.day == day and t.state in ENDED]
    for ticket_id in gone:
        for copy in range(state.tickets[ticket_id].copies):
            state.prints.pop((ticket_id, copy), None)
            state.printing.discard((ticket_id, copy))
        del state.tickets[ticket_id]
    state.numbers = {key: n for key, n in state.numbers.items() if key[0] != day}
    for window in state.windows.values():
        if window.status is WindowStatus.CLOSED:
            state.windows[window.id] = WindowState(window.id)
