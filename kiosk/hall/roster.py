"""What is known of a day beforehand: who sits at which window when, and who has booked.

Instants are milliseconds since the epoch. Windows and services are named by id.
"""

from __future__ import annotations

from typing import NamedTuple


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
