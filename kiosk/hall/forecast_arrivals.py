"""Who comes to a hall in a possible future: walk-ins as learned, and who has booked."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import log
from operator import attrgetter
from random import Random
from typing import NamedTuple

from msgspec import Struct

from .calendar import MINUTE
from .forecast_snapshot import Leg, Snapshot
from .forecast_tables import HORIZON
from .learning_arrivals import HALF_HOUR
from .roster import Booking


class Visitor(Struct, frozen=True):
    """Somebody on a path, here since `at`: the services still to come, in the planned order.

    ref: since when the wait counts.
    """

    at: float
    legs: tuple[Leg, ...]
    priority: str
    ref: float


_when = attrgetter("at")


def one_of(values: Sequence[int], rng: Random) -> int:
    return values[int(rng.random() * len(values))]


_STRETCH = 10 * MINUTE
"""So far ahead newcomers are drawn at a time; a path seldom needs many stretches."""


class _Kinds(NamedTuple):
    """The kinds of walk-ins of a half hour. mean: between two of them, ms. shares: cumulative."""

    mean: float
    shares: tuple[float, ...]
    kinds: tuple[tuple[tuple[Leg, ...], str], ...]


class _Due(NamedTuple):
    """A booking that has not come: the chance that it does, and how long after its slot."""

    slot: int
    legs: tuple[Leg, ...]
    chance: float
    offsets: Sequence[int]


class Expected:
    """What all draws of a refresh share: the kinds of walk-ins, and who has booked."""

    def __init__(self, snap: Snapshot) -> None:
        self.snap = snap
        self.earliest, self.latest = min(snap.tables.offsets), max(snap.tables.offsets)
        self.booked = [due for b in snap.bookings if (due := self._due(b)) is not None]
        self._single = {s: (Leg(lane, s),) for s, lane in snap.lanes.items()}
        self._slots: dict[int, _Kinds | None] = {}

    def kinds(self, slot: int) -> _Kinds | None:
        """The walk-ins of a half hour; None when nobody comes."""
        if slot not in self._slots:
            rates = self.snap.tables.rates[slot] if 0 <= slot < len(self.snap.tables.rates) else ()
            self._slots[slot] = self._sorts(rates) if rates else None
        return self._slots[slot]

    def _sorts(self, rates: Sequence[tuple[tuple[str, str], float]]) -> _Kinds:
        total = sum(rate for _, rate in rates)
        shares = (*accumulate(rate / total for _, rate in rates[:-1]), 1.0)
        kinds = tuple((self._single[service], priority) for (service, priority), _ in rates)
        return _Kinds(HALF_HOUR / total, shares, kinds)

    def _due(self, booking: Booking) -> _Due | None:
        """Whether and how long after its slot somebody comes who has not come yet."""
        snap, passed = self.snap, self.snap.now - booking.slot
        if passed >= self.latest:
            return None
        chance, offsets = snap.tables.show_rate, snap.tables.offsets
        if passed > self.earliest:
            offsets = tuple([o for o in offsets if o > passed])
            still = snap.tables.show_rate * len(offsets) / len(snap.tables.offsets)
            chance = still / (1 - snap.tables.show_rate + still)
        return _Due(booking.slot, _legs(booking, snap.lanes), chance, offsets)


class ArrivalDraw:
    """One draw of who comes, in order, as far as a path looks."""

    def __init__(self, expected: Expected, seed: int) -> None:
        self.expected = expected
        self.rng = Random(f"arrivals {seed}")
        self.until = expected.snap.now
        self.asked = 0
        self.coming: list[Visitor] = []

    def __iter__(self) -> Iterator[Visitor]:
        end = self.until + HORIZON
        while self.until < end:
            yield from self._stretch()

    def _stretch(self) -> list[Visitor]:
        snap, start = self.expected.snap, self.until
        slot = (start - snap.midnight) // HALF_HOUR
        end = min(snap.midnight + (slot + 1) * HALF_HOUR, start + _STRETCH)
        self.until = end
        fresh = self._walk_ins(slot, start, end) if start < snap.closes else []
        self._ask_booked(end)
        if self.coming:
            fresh += [n for n in self.coming if n.at < end]
            self.coming = [n for n in self.coming if n.at >= end]
            fresh.sort(key=_when)
        return fresh

    def _walk_ins(self, slot: int, start: int, end: int) -> list[Visitor]:
        found = self.expected.kinds(slot)
        if found is None:
            return []
        mean, shares, kinds = found
        random = self.rng.random
        fresh = []
        at, until = start - log(1.0 - random()) * mean, float(end)
        while at < until:
            legs, priority = kinds[bisect(shares, random())]
            fresh.append(Visitor(at, legs, priority, at))
            at -= log(1.0 - random()) * mean
        return fresh

    def _ask_booked(self, end: int) -> None:
        """Decide of every booking that may arrive before `end` whether and when it comes."""
        expected, rng = self.expected, self.rng
        booked, first = expected.booked, end - expected.earliest
        while self.asked < len(booked) and booked[self.asked].slot < first:
            slot, legs, chance, offsets = booked[self.asked]
            self.asked += 1
            if rng.random() < chance:
                at = slot + one_of(offsets, rng)
                priority = expected.snap.router.booked_class(slot, at)
                self.coming.append(Visitor(float(at), legs, priority, float(max(slot, at))))


def _legs(booking: Booking, lanes: Mapping[str, str]) -> tuple[Leg, ...]:
    """What a booked visitor waits for, without services that the hall no longer has."""
    first = Leg(lanes[booking.service], booking.service)
    more = (
        Leg(lanes[p.service], p.service, "", p.after) for p in booking.then if p.service in lanes
    )
    return (first, *more)
