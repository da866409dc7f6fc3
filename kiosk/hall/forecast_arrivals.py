"""Who comes to a hall in a possible future: walk-ins as learned, and who has booked."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import NamedTuple

from .calendar import MINUTE
from .forecast_snapshot import Leg, Snapshot
from .forecast_tables import HORIZON
from .learning_arrivals import HALF_HOUR
from .roster import Booking


class Newcomer(NamedTuple):
    """A visitor drawn for the future, with the services that are wanted, in the planned order."""

    at: int
    legs: tuple[Leg, ...]
    priority: str
    ref: int


def one_of(values: Sequence[int], rng: Random) -> int:
    return values[int(rng.random() * len(values))]


_STRETCH = 10 * MINUTE
"""So far ahead newcomers are drawn at a time; a path seldom needs many stretches."""


class ArrivalDraw:
    """One draw of who comes, in order, as far as a path looks."""

    def __init__(self, snap: Snapshot, seed: int) -> None:
        self.snap = snap
        self.rng = Random(f"arrivals {seed}")
        self.until = snap.now
        self.earliest, self.latest = min(snap.tables.offsets), max(snap.tables.offsets)
        self.asked = 0
        self.coming: list[Newcomer] = []
        self.single = {s: (Leg(lane, s),) for s, lane in snap.lanes.items()}

    def __iter__(self) -> Iterator[Newcomer]:
        while self.until < self.snap.now + HORIZON:
            yield from self._stretch()

    def _stretch(self) -> list[Newcomer]:
        snap, rng, start = self.snap, self.rng, self.until
        slot = (start - snap.midnight) // HALF_HOUR
        end = min(snap.midnight + (slot + 1) * HALF_HOUR, start + _STRETCH)
        self.until = end
        fresh = []
        rates = snap.tables.rates[slot] if 0 <= slot < len(snap.tables.rates) else ()
        if rates and start < snap.closes:
            weights = list(accumulate(rate for _, rate in rates))
            mean = HALF_HOUR / weights[-1]
            at = start + rng.expovariate(1) * mean
            while at < end:
                service, priority = rates[bisect(weights, rng.random() * weights[-1])][0]
                fresh.append(Newcomer(int(at), self.single[service], priority, int(at)))
                at += rng.expovariate(1) * mean
        self._ask_booked(end)
        fresh += [n for n in self.coming if n.at < end]
        self.coming = [n for n in self.coming if n.at >= end]
        fresh.sort()
        return fresh

    def _ask_booked(self, end: int) -> None:
        """Decide of every booking that may arrive before `end` whether and when it comes."""
        bookings = self.snap.bookings
        while self.asked < len(bookings) and bookings[self.asked].slot + self.earliest < end:
            booking = bookings[self.asked]
            slot = booking.slot
            self.asked += 1
            offset = self._offset(self.snap.now - slot)
            if offset is not None:
                at = slot + offset
                priority = self.snap.router.booked_class(slot, at)
                legs = _legs(booking, self.snap.lanes)
                self.coming.append(Newcomer(at, legs, priority, max(slot, at)))

    def _offset(self, passed: int) -> int | None:
        """How long after its slot a booked visitor comes who has not come after `passed`."""
        snap = self.snap
        if passed >= self.latest:
            return None
        chance, offsets = snap.tables.show_rate, snap.tables.offsets
        if passed > self.earliest:
            offsets = tuple(o for o in snap.tables.offsets if o > passed)
            still = snap.tables.show_rate * len(offsets) / len(snap.tables.offsets)
            chance = still / (1 - snap.tables.show_rate + still)
        return one_of(offsets, self.rng) if self.rng.random() < chance else None


def _legs(booking: Booking, lanes: Mapping[str, str]) -> tuple[Leg, ...]:
    """What a booked visitor waits for, without services that the hall no longer has."""
    first = Leg(lanes[booking.service], booking.service)
    more = (
        Leg(lanes[p.service], p.service, "", p.after) for p in booking.then if p.service in lanes
    )
    return (first, *more)
