"""Bookings that the hall can't keep as they stand: its hours, windows or services have changed.

A pure function of state and configuration: nothing is remembered about a conflict, so it is gone
as soon as the hall keeps the booking again, or the booking has another time.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

from .booking import EXPECTED, TAKING, Booking
from .bookings import Bookings
from .core import Events
from .errors import HallError
from .errors_booking import BookingOver
from .events_base import LegPlan
from .slots import Slot, Taken

Why = Literal["service", "hours", "capacity"]
"""The service is booked no more; no slot begins then any more; more are booked than fit."""

SEARCHED_DAYS = 60
"""How far ahead another time is looked for."""


class Conflict(NamedTuple):
    """A booking that can't be kept, why, and the first other time for it, if there is one."""

    booking: Booking
    why: Why
    other: Slot | None


def conflicts(hall: Bookings, now: int) -> list[Conflict]:
    """All bookings ahead that can't be kept, by their time."""
    found = []
    taken = dict(hall.state.taken)
    for booking, why in _kept_or_not(hall, now):
        legs = _legs(hall, booking)
        other = None if legs is None else _other(hall, booking, legs, now, taken)
        if other is not None:
            _claim(taken, other)
        found.append(Conflict(booking, why, other))
    return sorted(found, key=lambda c: (c.booking.start, c.booking.id))


def rebook(hall: Bookings, now: int, ids: frozenset[str] | None) -> Events:
    """What gives bookings in conflict (all, or those of `ids`) the first other time.

    Those for which there is none stay as they are. Raises BookingOver for an id without conflict.
    """
    events: Events = []
    for booking, _, other in _chosen(hall, now, ids):
        legs = _legs(hall, booking)
        if other is not None and legs is not None:
            before = booking.start if booking.moved_from is None else booking.moved_from
            events += hall.moved(booking, other, legs, moved_from=before)
    return events


def inform(hall: Bookings, now: int, ids: frozenset[str] | None, note: str | None) -> Events:
    """Notes that the people of bookings in conflict (all who were not told, or `ids`) were told.

    note: what they were told. Raises BookingOver for an id without conflict.
    """
    found = [conflict.booking for conflict in _chosen(hall, now, ids)]
    return hall.inform([b.id for b in found if ids is not None or b.informed_at is None], note)


def _chosen(hall: Bookings, now: int, ids: frozenset[str] | None) -> list[Conflict]:
    """The conflicts of some bookings, or all. Raises BookingOver for an id without conflict."""
    found = conflicts(hall, now)
    known = {conflict.booking.id for conflict in found}
    for given in sorted(ids or ()):
        if given not in known:
            raise BookingOver(hall.booking(given).state.value)
    return [conflict for conflict in found if ids is None or conflict.booking.id in ids]


def _kept_or_not(hall: Bookings, now: int) -> list[tuple[Booking, Why]]:
    """Bookings ahead that can't be kept; of too many in a slot, those that were made last."""
    ahead = [b for b in hall.state.bookings.values() if b.state in EXPECTED and b.start > now]
    ahead.sort(key=lambda b: (b.made_at, b.id), reverse=True)
    found: list[tuple[Booking, Why]] = []
    taken = _within_capacity(hall)
    for booking in ahead:
        why = _why(hall, booking, taken)
        if why is None:
            continue
        found.append((booking, why))
        if booking.overbooked is None:
            _give_back(taken, booking)
    return found


def _within_capacity(hall: Bookings) -> dict[tuple[str, int], int]:
    """What is taken, but for those whom staff let in beyond it: they cost nobody his place."""
    taken = dict(hall.state.taken)
    for booking in hall.state.bookings.values():
        if booking.overbooked is not None and booking.state in TAKING:
            _give_back(taken, booking)
    return taken


def _give_back(taken: dict[tuple[str, int], int], booking: Booking) -> None:
    for claim in booking.claims:
        taken[claim.group, claim.start] -= 1


def _why(hall: Bookings, booking: Booking, taken: Taken) -> Why | None:
    if _legs(hall, booking) is None:
        return "service"
    for claim in booking.claims:
        cells = hall.slots.cells(booking.day, claim.group)
        cell = next((c for c in cells if c.start == claim.start), None)
        if cell is None or (cell.capacity == 0 and booking.overbooked is None):
            return "hours"
        if booking.overbooked is None and taken.get((claim.group, claim.start), 0) > cell.capacity:
            return "capacity"
    return None


def _legs(hall: Bookings, booking: Booking) -> tuple[LegPlan, ...] | None:
    """The services of a booking as the hall offers them now; None when it does not."""
    try:
        return hall.bookable([leg.service for leg in booking.legs])
    except HallError:
        return None


def _other(
    hall: Bookings, booking: Booking, legs: tuple[LegPlan, ...], now: int, taken: Taken
) -> Slot | None:
    """The first free slot from the booking's day on, the nearest to its time of day first."""
    first = max(now + hall.slots.rules.lead_minutes * 60_000, hall.state.at)
    day = max(date.fromisoformat(booking.day), date.fromisoformat(hall.calendar.day(first)))
    for ahead in range(SEARCHED_DAYS):
        on = (day + timedelta(days=ahead)).isoformat()
        free = [s for s in hall.slots.day(on, legs, taken) if s.free > 0 and s.start >= first]
        if free:
            clock = booking.start - hall.calendar.starts(booking.day)
            wanted = hall.calendar.starts(on) + clock
            return min(free, key=lambda s: (abs(s.start - wanted), s.start))
    return None


def _claim(taken: dict[tuple[str, int], int], slot: Slot) -> None:
    for claim in slot.claims:
        taken[claim.group, claim.start] = taken.get((claim.group, claim.start), 0) + 1
