"""How many come when: walk-ins by half hour and kind, booked visitors by how they keep slots.

Rates come from up to 20 past days, per half hour and (service, class), each shrunk to the hall's
profile with the weight of two days, and scaled by how today compares so far. On a first day they
come from today alone, starting from what the windows could serve.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from typing import NamedTuple

from .calendar import MINUTE

HALF_HOUR = 30 * MINUTE
SLOTS = 48
"""Half hours of a day."""

Stream = tuple[str, str]
"""A kind of walk-in: (service, priority class)."""

_DAYS = 20
_PROFILE_DAYS = 2.0
_TODAY_WEIGHT = 100.0
_FIRST_WINDOW, _FIRST_WEIGHT = 3, 1.0
"""A first day: half hours looked back on, and the weight of the prior in half hours."""

_EARLY = -8 * MINUTE
_OFFSETS = tuple(_EARLY + step * MINUTE for step in (-9, -6, -4, -2, 0, 1, 3, 5, 7, 11))
"""Until it is learned: booked visitors come about eight minutes early."""


class DayCount:
    """Walk-ins of one day."""

    def __init__(self) -> None:
        self.counts: dict[Stream, list[int]] = {}
        self.totals = [0] * SLOTS

    def add(self, stream: Stream, slot: int) -> None:
        """Count one arrival in half hour `slot`."""
        counts = self.counts.get(stream)
        if counts is None:
            counts = self.counts[stream] = [0] * SLOTS
        counts[slot] += 1
        self.totals[slot] += 1


class Rates(NamedTuple):
    """Expected walk-ins per half hour of the day: for each slot, (stream, rate) with rate > 0."""

    slots: tuple[tuple[tuple[Stream, float], ...], ...]


class Arrivals:
    """What is learned of arrivals. `prior`: expected walk-ins per half hour of each stream."""

    def __init__(self, prior: Mapping[Stream, float]) -> None:
        self.prior = dict(prior)
        self.past: deque[DayCount] = deque(maxlen=_DAYS)
        self.today = DayCount()
        self.booked, self.shown = 10.0, 8.5
        self.offsets: deque[int] = deque(_OFFSETS, maxlen=300)
        self._base: Rates | None = None

    def close_day(self) -> None:
        """Today becomes a past day."""
        if any(self.today.totals):
            self.past.append(self.today)
        self.today = DayCount()
        self._base = None

    def add(self, stream: Stream, since_midnight: int) -> None:
        """Count a walk-in."""
        slot = since_midnight // HALF_HOUR
        if not 0 <= slot < SLOTS:
            slot = 0 if slot < 0 else SLOTS - 1
        self.today.add(stream, slot)

    def check_in(self, offset: int) -> None:
        """A booked visitor came `offset` milliseconds after the slot's start."""
        self.booked += 1
        self.shown += 1
        self.offsets.append(offset)

    def lapse(self, count: int) -> None:
        """So many booked visitors have not come."""
        self.booked += count

    @property
    def show_rate(self) -> float:
        """The share of booked visitors who come."""
        return self.shown / self.booked

    def rates(self, since_midnight: int) -> Rates:
        """Expected walk-ins from now on, scaled by what today has brought so far."""
        if not self.past:
            return self._first_day(since_midnight)
        if self._base is None:
            self._base = self._from_past()
        return Rates(_scaled(self._base, self._today_scale(self._base, since_midnight)))

    def _from_past(self) -> Rates:
        days = len(self.past)
        totals = [sum(d.totals[s] for d in self.past) for s in range(SLOTS)]
        streams: Counter[Stream] = Counter()
        for day in self.past:
            for stream, counts in day.counts.items():
                streams[stream] += sum(counts)
        everybody = sum(totals)
        slots = []
        for slot in range(SLOTS):
            profile = totals[slot] / days / everybody
            rates = []
            for stream, count in streams.items():
                seen = sum(d.counts[stream][slot] for d in self.past if stream in d.counts)
                rate = (seen + _PROFILE_DAYS * profile * count) / (days + _PROFILE_DAYS)
                if rate > 0:
                    rates.append((stream, rate))
            slots.append(tuple(rates))
        return Rates(tuple(slots))

    def _today_scale(self, base: Rates, since_midnight: int) -> float:
        expected = seen = 0.0
        slot, part = divmod(since_midnight, HALF_HOUR)
        for s in range(min(slot + 1, SLOTS)):
            share = part / HALF_HOUR if s == slot else 1.0
            expected += share * sum(rate for _, rate in base.slots[s])
            seen += self.today.totals[s]
        return (_TODAY_WEIGHT + seen) / (_TODAY_WEIGHT + expected)

    def _first_day(self, since_midnight: int) -> Rates:
        now, part = divmod(min(since_midnight, SLOTS * HALF_HOUR - 1), HALF_HOUR)
        opened = next((s for s, n in enumerate(self.today.totals) if n), now)
        first = max(opened, now - _FIRST_WINDOW)
        exposure = now - first + part / HALF_HOUR
        streams = set(self.prior) | set(self.today.counts)
        rates = []
        for stream in sorted(streams):
            counts = self.today.counts.get(stream)
            seen = sum(counts[first : now + 1]) if counts else 0
            prior = _FIRST_WEIGHT * self.prior.get(stream, 0.0)
            rates.append((stream, (prior + seen) / (_FIRST_WEIGHT + exposure)))
        found = tuple((stream, rate) for stream, rate in rates if rate > 0)
        return Rates((found,) * SLOTS)


def _scaled(rates: Rates, scale: float) -> tuple[tuple[tuple[Stream, float], ...], ...]:
    return tuple(tuple((stream, rate * scale) for stream, rate in slot) for slot in rates.slots)
