"""A hall at one instant as a forecast sees it: compact, picklable, without names or history.

It is taken on the server's own thread (well under a millisecond per hundred tickets) and sent to
a worker; whatever the paths need of the learned tables is in it. Instants and durations are
milliseconds; services, windows and lanes are named by id.
"""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache
from typing import NamedTuple

from .calendar import MINUTE
from .config import RETURNING, Window
from .engine import Hall
from .forecast_tables import HORIZON, Tables, tables
from .learning import Learner
from .roster import Booking, Shift
from .routing import Router
from .state import (
    AT_WINDOW,
    NEVER_RETURNED,
    LegState,
    Ticket,
    TicketState,
    WindowState,
    WindowStatus,
)

NEVER = 1 << 60
"""An instant that never comes."""

LATE_OPENING = 60 * MINUTE
"""A window that is so late for its shift is not expected any more."""

_SOON = 3 * MINUTE
_AROUND_BREAK = 30 * MINUTE


class Leg(NamedTuple):
    """One service that a ticket waits for: the lane it waits in, and what it is.

    line: which of the lane's lines; empty: that of the ticket's class. after: services of the
    same ticket that are done before it.
    """

    lane: str
    service: str
    line: str = ""
    after: tuple[str, ...] = ()


def ready(legs: tuple[Leg, ...]) -> list[Leg]:
    """The legs whose lines their visitor stands in, in the planned order; one for each lane."""
    if len(legs) == 1:
        return [legs[0]]
    still = {leg.service for leg in legs}
    found: dict[str, Leg] = {}
    for leg in legs:
        if not still.intersection(leg.after):
            found.setdefault(leg.lane, leg)
    return list(found.values())


class Waiting(NamedTuple):
    """A ticket that waits, or waits again for its next service when the present one is done."""

    id: str
    priority: str
    ref: int
    order: int
    issued_at: int
    legs: tuple[Leg, ...]


class Seat(NamedTuple):
    """A window from now on.

    free_at: None while somebody is there who was called at `called_at` for `service`; otherwise
    the earliest instant at which it calls: now when it is idle, NEVER when it is not expected.
    away_since: since when it pauses for an unknown time. after: who waits again afterwards, or
    may: then without services.
    others: calls since it last called a visitor who came back. lent: groups among the window's
    that it serves until `lent_until` only.
    """

    window: Window
    end: int
    works_off: bool
    break_at: int
    break_ms: int
    worked: int
    home_factor: float
    off_factor: float
    free_at: int | None
    called_at: int = 0
    service: str = ""
    home: bool = True
    waited: int = 0
    away_since: int | None = None
    after: Waiting | None = None
    others: int = NEVER_RETURNED
    lent: tuple[str, ...] = ()
    lent_until: int = NEVER


class Away(NamedTuple):
    """A visitor who was sent away or asked for more time, at `since`."""

    ticket: Waiting
    since: int


class Snapshot(NamedTuple):
    """All that the paths read.

    given: the last number of the day that each group has given out.
    """

    now: int
    midnight: int
    router: Router
    seats: tuple[Seat, ...]
    waiting: tuple[Waiting, ...]
    away: tuple[Away, ...]
    bookings: tuple[Booking, ...]
    lanes: dict[str, str]
    tables: Tables
    closes: int
    given: dict[str, int]


def given(hall: Hall, now: int) -> dict[str, int]:
    """The last number that each group has given out today."""
    day, numbers = hall.calendar.day(now), hall.state.numbers
    return {group.id: numbers.get((day, group.prefix), 0) for group in hall.state.config.groups}


def snapshot(hall: Hall, learner: Learner, now: int, known: Tables | None = None) -> Snapshot:
    """What the forecast needs of a hall at `now`.

    known: the learned part, if it was made a moment before, under the same configuration.
    """
    state = hall.state
    closes = hall.calendar.closes_next(now) or now + HORIZON
    lanes = {s.id: s.group for s in state.config.services}
    waiting = [t for t in state.tickets.values() if t.state is TicketState.WAITING]
    known = known or tables(hall, learner, now)
    return Snapshot(
        now=now,
        midnight=learner.midnight,
        router=hall.router,
        seats=tuple(
            _seat(hall, learner, w, now, closes, known.onward) for w in hall.router.windows.values()
        ),
        waiting=tuple(_waiting(t) for t in sorted(waiting, key=lambda t: t.order)),
        away=tuple(_away(state.tickets[id], learner, now) for id in sorted(state.parked)),
        bookings=tuple(b for b in learner.outstanding() if b.service in lanes),
        lanes=lanes,
        tables=known,
        closes=closes,
        given=given(hall, now),
    )


def _waiting(ticket: Ticket, done: int | None = None) -> Waiting:
    """What a ticket still waits for, in the planned order; with `done` once that leg is done."""
    if len(ticket.legs) == 1:
        (only,) = ticket.legs
        alone = () if done == 0 else _alone(only.lane, only.service, only.returning)
        return Waiting(
            ticket.id, ticket.priority, ticket.ref, ticket.order, ticket.issued_at, alone
        )
    legs = []
    for i, leg in enumerate(ticket.legs):
        if leg.state is LegState.DONE or i == done:
            continue
        before = ticket.legs[i - 1].service if leg.follows and i - 1 != done else None
        after = leg.after if before is None else (*leg.after, before)
        line = RETURNING if leg.returning else ""
        legs.append(Leg(leg.lane, leg.service, line, tuple(s for s in after if s != leg.service)))
    return Waiting(
        ticket.id, ticket.priority, ticket.ref, ticket.order, ticket.issued_at, tuple(legs)
    )


@lru_cache(4096)
def _alone(lane: str, service: str, returning: bool) -> tuple[Leg, ...]:
    """The only leg of many tickets: made, and sent to the worker, once."""
    return (Leg(lane, service, RETURNING if returning else ""),)


def _away(ticket: Ticket, learner: Learner, now: int) -> Away:
    """Whom a window has sent away waits in the line of those who come back."""
    waiting = _waiting(ticket)
    if ticket.sent_by is not None:
        present = ticket.current.service
        waiting = waiting._replace(
            legs=tuple(
                leg._replace(line=RETURNING) if leg.service == present else leg
                for leg in waiting.legs
            )
        )
    since = learner.away_since(ticket.id)
    return Away(waiting, now if since is None else since)


def _seat(
    hall: Hall,
    learner: Learner,
    window: Window,
    now: int,
    closes: int,
    onward: Container[str],
) -> Seat:
    state = hall.state.windows[window.id]
    shift = learner.shift(window.id, now)
    services = learner.services
    break_at = NEVER
    if shift is not None and shift.break_at is not None and window.id not in learner.rested:
        break_at = NEVER if _closed_for_break(state, shift, now) else shift.break_at
    seat = Seat(
        window=window,
        end=closes if shift is None else shift.end,
        works_off=True if shift is None else shift.works_off,
        break_at=break_at,
        break_ms=0 if shift is None else shift.break_ms,
        worked=state.worked,
        home_factor=services.factor(window.id, home=True),
        off_factor=services.factor(window.id, home=False),
        free_at=_free_at(state, shift, learner, now),
        others=state.others,
    )
    if state.lent:
        own = next(w.groups for w in hall.state.config.windows if w.id == window.id)
        lent = tuple(g for g in state.lent if g not in own)
        seat = seat._replace(lent=lent, lent_until=state.lent_until)
    ticket = hall.state.tickets.get(state.ticket or "")
    if ticket is not None and ticket.state in AT_WINDOW:
        return _busy(seat, ticket, onward)
    if state.status is WindowStatus.PAUSED and window.id not in learner.breaks:
        return seat._replace(away_since=state.since)
    return seat


def _free_at(state: WindowState, shift: Shift | None, learner: Learner, now: int) -> int:
    """When a window at which nobody is calls next."""
    match state.status:
        case WindowStatus.OPEN:
            return now
        case WindowStatus.PAUSED:
            return max(now, learner.breaks.get(state.id, now))
        case WindowStatus.CLOSED:
            if shift is None:
                return NEVER
            if shift.break_at is not None and _closed_for_break(state, shift, now):
                return max(now + _SOON, shift.break_at + shift.break_ms)
            left = state.id in learner.opened and state.since >= shift.start
            if left or now > shift.start + LATE_OPENING:
                return NEVER
            return shift.start if now <= shift.start else now + _SOON


def opening(state: WindowState, shift: Shift | None, now: int) -> int | None:
    """When a closed window is expected to open, by its shift; None when it isn't ahead."""
    if shift is None or state.status is not WindowStatus.CLOSED:
        return None
    if now < shift.start:
        return shift.start
    if shift.break_at is not None and _closed_for_break(state, shift, now):
        back = shift.break_at + shift.break_ms
        return back if now < back else None
    return None


def _closed_for_break(state: WindowState, shift: Shift, now: int) -> bool:
    """Whether a window closed around the start of its break and may still come back from it."""
    return (
        state.status is WindowStatus.CLOSED
        and shift.break_at is not None
        and abs(state.since - shift.break_at) <= _AROUND_BREAK
        and now <= shift.break_at + shift.break_ms + _AROUND_BREAK
    )


def _busy(seat: Seat, ticket: Ticket, onward: Container[str]) -> Seat:
    called = ticket.called_at or 0
    more = bool(ticket.ready(done=ticket.leg)) or ticket.current.service in onward
    return seat._replace(
        free_at=None,
        called_at=called,
        service=ticket.current.service,
        home=ticket.current.group == seat.window.groups[0],
        waited=called - ticket.issued_at if ticket.started_at is None else 0,
        after=_waiting(ticket, ticket.leg) if more else None,
    )
