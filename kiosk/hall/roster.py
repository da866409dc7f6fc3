"""What is known of a day beforehand: who sits at which window when, and who has booked.

Instants are milliseconds since the epoch. Windows and services are named by id.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from .calendar import Calendar, parse_hours
from .config import Window
from .events_base import LegPlan


class Shift(NamedTuple):
    """A window's hours on one day.

    works_off: at `end` it stays until nobody waits whom it serves. break_at: it takes its break
    of `break_ms` as soon as it is free at or after this instant, before `end`.
    """

    window: str
    start: int
    end: int
    works_off: bool = True
    break_at: int | None = None
    break_ms: int = 0


class Booking(NamedTuple):
    """Somebody who booked a slot and may come. then: services of the visit after the first."""

    service: str
    slot: int
    then: tuple[LegPlan, ...] = ()

    @property
    def services(self) -> tuple[str, ...]:
        """All that was booked."""
        return (self.service, *(leg.service for leg in self.then))


class Roster(NamedTuple):
    """All shifts and bookings of a day. A window without a shift is not expected to open.

    A window may have several shifts, in the order in which they begin.
    """

    shifts: tuple[Shift, ...] = ()
    bookings: tuple[Booking, ...] = ()


def manned(calendar: Calendar, day: str, windows: Iterable[Window]) -> list[Shift]:
    """The shifts of the windows whose hours the hall file says; the longest gap is the break.

    Who stays until the hall closes works off what waits then; who leaves before doesn't.
    """
    local = date.fromisoformat(day)
    shifts = []
    for window in windows:
        if window.hours is None:
            continue
        spans = calendar.instants(local, calendar.minutes(local, parse_hours(window.hours)))
        if not spans:
            continue
        start, end = spans[0][0], spans[-1][1]
        gaps = [(after - before, before) for (_, before), (after, _) in pairwise(spans)]
        length, at = max(gaps, default=(0, 0))
        works_off = all(end >= until for _, until in calendar.spans(day))
        shifts.append(Shift(window.id, start, end, works_off, at if length else None, length))
    return shifts


def with_sessions(
    calendar: Calendar, day: str, shifts: Iterable[Shift], windows: Iterable[Window]
) -> tuple[Shift, ...]:
    """The shifts of a day and those of its sessions outside the usual hours.

    Who serves a session during the break of a shift takes no break.
    """
    local = date.fromisoformat(day)
    found = list(shifts)
    known = {w.id for w in windows}
    for session, spans in calendar.sessions(local):
        for start, end in calendar.instants(local, spans):
            for window in known.intersection(session.windows):
                _add(found, Shift(window, start, end))
    return tuple(sorted(found, key=lambda s: (s.start, s.window)))


def _add(shifts: list[Shift], session: Shift) -> None:
    for number, shift in enumerate(shifts):
        if shift.window == session.window and shift.start <= session.start < shift.end:
            due = shift.break_at
            if due is not None and due < session.end and session.start < due + shift.break_ms:
                shifts[number] = shift._replace(break_at=None, break_ms=0)
            if session.end <= shift.end:
                return
    shifts.append(session)
