"""How the events of windows change a hall: open and closed, lent, and in need of help."""

from __future__ import annotations

from typing import assert_never

from .events import (
    AssistanceCalled,
    AssistanceGiven,
    Record,
    WindowClosed,
    WindowLent,
    WindowOpened,
    WindowPaused,
    WindowReturned,
)
from .state import LegState, State, TicketState, WindowState, WindowStatus


def presence(
    state: State, record: Record, event: WindowOpened | WindowPaused | WindowClosed
) -> None:
    """Somebody sits down at a window, pauses, or leaves it."""
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
            window.lent, window.lent_until = (), 0
            window.assistance = window.assistance_note = None
            _unbind(state, window.id)
        case never:
            assert_never(never)


def _unbind(state: State, window: str) -> None:
    """What only a closed window could call goes back to its group's queue, in its old place."""
    for ticket in state.tickets.values():
        bound = [leg for leg in ticket.legs if leg.bound == window and leg.state != LegState.DONE]
        if not bound:
            continue
        waits = ticket.state is TicketState.WAITING
        if waits:
            state.queues.remove(ticket)
        for leg in bound:
            leg.bound = None
        if waits:
            state.queues.add(ticket)


def help_out(
    window: WindowState,
    at: int,
    event: WindowLent | WindowReturned | AssistanceCalled | AssistanceGiven,
) -> None:
    """A window is lent to other groups, or its colleagues are called."""
    match event:
        case WindowLent(groups=groups, until=until):
            window.lent, window.lent_until = groups, until
        case WindowReturned():
            window.lent, window.lent_until = (), 0
        case AssistanceCalled(note=note):
            window.assistance, window.assistance_note = at, note
        case AssistanceGiven():
            window.assistance = window.assistance_note = None
        case never:
            assert_never(never)
