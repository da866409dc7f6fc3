"""What screens show of a hall: its windows, its queues, and the latest calls."""

from __future__ import annotations

from kiosk.hall import Hall
from kiosk.hall.state import AT_WINDOW, TicketState, WindowState

from .present import Presenter, named
from .views import Board, BoardCall, BoardWindow

BOARD_CALLS = 24
"""Calls that a board carries: those at windows and the latest that were."""


def board_window(hall: Hall, window: WindowState) -> BoardWindow:
    """A window on a screen."""
    config = hall.router.windows[window.id]
    ticket = hall.state.tickets.get(window.ticket or "")
    return BoardWindow(
        id=window.id,
        name=config.name,
        zone=config.zone,
        groups=list(config.groups),
        state=window.status.value,
        number=ticket.number if ticket else None,
    )


def _calls(present: Presenter) -> list[BoardCall]:
    """Newest calls first: tickets that a window has called and that were not taken back."""
    shown = (TicketState.DONE, TicketState.NO_SHOW)
    called = [
        t
        for t in present.state.tickets.values()
        if t.called_at is not None and t.window and (t.state in AT_WINDOW or t.state in shown)
    ]
    called.sort(key=lambda t: (t.called_at or 0, t.order), reverse=True)
    return [
        BoardCall(
            number=t.number,
            window=t.window or "",
            window_name=w.name,
            zone=w.zone,
            group=t.current.group,
            state=t.state.value,  # type: ignore[arg-type]
            at=present.at(t.called_at) or "",
            calls=t.calls,
        )
        for t in called[:BOARD_CALLS]
        if (w := present.window_config(t.window or "")) is not None
    ]


def board(present: Presenter) -> Board:
    """What screens show."""
    hall, config, state = present.hall, present.config, present.state
    return Board(
        hall=config.id,
        name=config.name,
        now=present.moment(),
        clock_rate=present.clock_rate,
        open=hall.calendar.is_open(present.now),
        opens_at=present.opens_at(),
        closes_at=present.at(hall.calendar.closes_next(present.now)),
        zones=named(config.zones),
        groups=present.groups(),
        windows=[board_window(hall, state.windows[w.id]) for w in config.windows],
        calls=_calls(present),
    )
