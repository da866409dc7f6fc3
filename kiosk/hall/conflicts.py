"""Bookings that the hall can't keep as they stand: its hours, windows or services have changed.

A pure function of state and configuration: nothing is remembered about a conflict, so it is gone
as soon as the hall keeps the booking again, or the booking has another time.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

from .booking import EXPECTED, TAKING, Booking
from .bookings import Bookings
from .calendar import MINUTE
from .core import Events
from .errors import HallError
from .errors_booking import BookingOver
from .events_base import Claim, LegPlan
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
    offer = _Offer(hall)
    search = _Search(hall, now)
    found = []
    for booking, why in _unkept(hall, offer, now):
        legs = offer.legs(booking)
        other = None if legs is None else search.other(booking, legs)
        found.append(Conflict(booking, why, other))
    return sorted(found, key=lambda c: (c.booking.start, c.booking.id))


def rebook(hall: Bookings, now: int, ids: frozenset[str] | None) -> Events:
    """What gives bookings in conflict (all, or those of `ids`) the first other time.

    Those for which there is none stay as they are. Raises BookingOver for an id without conflict.
    """
    events: Events = []
    offer = _Offer(hall)
    for booking, _, other in _chosen(hall, now, ids):
        legs = offer.legs(booking)
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


class _Offer:
    """What the hall offers now. What several bookings have in common is asked once."""

    def __init__(self, hall: Bookings) -> None:
        self._hall = hall
        self._legs: dict[tuple[LegPlan, ...], tuple[LegPlan, ...] | None] = {}
        self._capacity: dict[tuple[str, int], int | None] = {}

    def legs(self, booking: Booking) -> tuple[LegPlan, ...] | None:
        """The services of a booking as the hall offers them now; None when it does not."""
        if booking.legs not in self._legs:
            try:
                services = [leg.service for leg in booking.legs]
                self._legs[booking.legs] = self._hall.bookable(services)
            except HallError:
                self._legs[booking.legs] = None
        return self._legs[booking.legs]

    def capacity(self, booking: Booking, claim: Claim) -> int | None:
        """The capacity of a slot that a booking takes; None when none begins then any more."""
        key = (claim.group, claim.start)
        if key not in self._capacity:
            self._capacity[key] = self._hall.slots.capacity(booking.day, *key)
        return self._capacity[key]


def _unkept(hall: Bookings, offer: _Offer, now: int) -> list[tuple[Booking, Why]]:
    """Bookings ahead that can't be kept; of too many in a slot, those that were made last."""
    ahead = (b for b in hall.state.bookings.values() if b.state in EXPECTED and b.start > now)
    taken = _within_capacity(hall)
    # What is taken only becomes less: who has room now has it below as well.
    at_risk = [b for b in ahead if _why(offer, b, taken) is not None]
    at_risk.sort(key=lambda b: (b.made_at, b.id), reverse=True)
    found: list[tuple[Booking, Why]] = []
    for booking in at_risk:
        why = _why(offer, booking, taken)
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


def _why(offer: _Offer, booking: Booking, taken: Taken) -> Why | None:
    if offer.legs(booking) is None:
        return "service"
    for claim in booking.claims:
        capacity = offer.capacity(booking, claim)
        if capacity is None or (capacity == 0 and booking.overbooked is None):
            return "hours"
        if booking.overbooked is None and taken.get((claim.group, claim.start), 0) > capacity:
            return "capacity"
    return None


class _Search:
    """Other times for bookings, one after the other: what one gets, the next doesn't."""

    def __init__(self, hall: Bookings, now: int) -> None:
        self._slots, self._calendar = hall.slots, hall.calendar
        self._first = max(now + hall.slots.rules.lead_minutes * MINUTE, hall.state.at)
        self._today = hall.calendar.day(self._first)
        self._taken = dict(hall.state.taken)
        self._starts: dict[tuple[str, tuple[LegPlan, ...]], list[int]] = {}
        self._begins: dict[str, int] = {}

    def other(self, booking: Booking, legs: tuple[LegPlan, ...]) -> Slot | None:
        """The first free slot from the booking's day on, the nearest to its time of day first."""
        day = date.fromisoformat(max(booking.day, self._today))
        clock = booking.start - self._midnight(booking.day)
        for ahead in range(SEARCHED_DAYS):
            on = (day + timedelta(days=ahead)).isoformat()
            starts = self._free(on, legs)
            wanted = self._midnight(on) + clock
            while starts:
                start = min(starts, key=lambda at: (abs(at - wanted), at))
                slot = self._slots.at(on, start, legs, self._taken)
                if slot is not None and slot.free > 0:
                    self._claim(slot)
                    return slot
                # Nothing is given back while the search lasts.
                starts.remove(start)
        return None

    def _free(self, on: str, legs: tuple[LegPlan, ...]) -> list[int]:
        """When a visit could begin on a day, as far as is known; asked once."""
        found = self._starts.get((on, legs))
        if found is None:
            slots = self._slots.day(on, legs, self._taken)
            found = [s.start for s in slots if s.free > 0 and s.start >= self._first]
            self._starts[on, legs] = found
        return found

    def _midnight(self, day: str) -> int:
        if day not in self._begins:
            self._begins[day] = self._calendar.starts(day)
        return self._begins[day]

    def _claim(self, slot: Slot) -> None:
        for claim in slot.claims:
            key = (claim.group, claim.start)
            self._taken[key] = self._taken.get(key, 0) + 1
