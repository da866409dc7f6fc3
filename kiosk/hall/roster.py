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
    """Somebody who booked a slot and may come."""

    service: str
    slot: int


class Roster(NamedTuple):
    """All shifts and bookings of a day. A window without a shift is not expected to open."""

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
