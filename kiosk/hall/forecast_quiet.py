"""The quietest hour that is left of a day, by group: when to come if you can choose.

A coarse look at the rest of the day, half hour by half hour: the work that is expected to come
against the time that windows have for it, with what is left over waiting for the next. Windows
that serve several groups divide their time as the work lies. No paths are played: what is said
is an order of hours, not a wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Set

from .forecast_snapshot import NEVER, Seat, Snapshot
from .learning_arrivals import HALF_HOUR

SPAN = 2
"""Half hours in what is recommended."""

LEAST_LEFT = 4
"""So many half hours must be left to choose from."""

CLEARLY = 0.75
"""The best hour is named only if its load is at most this part of the others' mean."""

_DEFAULT_MS = 5 * 60_000


Opens = Callable[[str, int], bool]
"""Whether a lane is open at an instant (ms)."""


def quietest(snap: Snapshot, opens: Opens) -> dict[str, int]:
    """For each lane that has one: the instant (ms) at which its best hour begins."""
    found = {}
    for lane, by_slot in _loads(snap, opens).items():
        slots = sorted(by_slot)
        spans = [
            (sum(by_slot[s] for s in slots[n : n + SPAN]), slots[n])
            for n in range(len(slots) - SPAN + 1)
            if slots[n + SPAN - 1] - slots[n] == SPAN - 1
        ]
        if len(slots) < LEAST_LEFT or not spans:
            continue
        best, first = min(spans)
        others = (sum(by_slot.values()) - best) / (len(slots) - SPAN)
        if best / SPAN <= CLEARLY * others:
            found[lane] = snap.midnight + first * HALF_HOUR
    return found


def _loads(snap: Snapshot, opens: Opens) -> dict[str, dict[int, float]]:
    """By lane and half hour that begins from now on: work that waits or comes, of time for it."""
    lengths = _lengths(snap)
    lanes = sorted(set(snap.lanes.values()))
    behind: dict[str, float] = defaultdict(float)
    for ticket in snap.waiting:
        for leg in ticket.legs:
            behind[leg.lane] += lengths.get(leg.service, _DEFAULT_MS)
    loads: dict[str, dict[int, float]] = defaultdict(dict)
    for slot in range((snap.now - snap.midnight) // HALF_HOUR, len(snap.tables.rates)):
        end = snap.midnight + (slot + 1) * HALF_HOUR
        begin = max(snap.now, end - HALF_HOUR)
        served = {lane for lane in lanes if opens(lane, begin) and opens(lane, end - 1)}
        work = defaultdict(float, behind)
        for lane, more in _coming(snap, lengths, slot, (end - begin) / HALF_HOUR).items():
            work[lane] += more if lane in served else 0.0
        times = _times(snap, work, served, begin, end)
        for lane, time in times.items():
            # A half hour in which nobody has ever come is none that anybody is sent to.
            if begin == end - HALF_HOUR and time > 0 and snap.tables.rates[slot]:
                loads[lane][slot] = work[lane] / time
        behind = {lane: max(0.0, left - times.get(lane, 0.0)) for lane, left in work.items()}
    return loads


def _lengths(snap: Snapshot) -> dict[str, float]:
    """The mean length of each service, ms."""
    return {service: sum(all_) / len(all_) for service, all_ in snap.tables.lengths.items() if all_}


def _coming(
    snap: Snapshot, lengths: Mapping[str, float], slot: int, part: float
) -> dict[str, float]:
    """Work that is expected in (a part of) a half hour, ms by lane."""
    found: dict[str, float] = defaultdict(float)
    for (service, _priority), rate in snap.tables.rates[slot]:
        found[snap.lanes[service]] += part * rate * lengths.get(service, _DEFAULT_MS)
    for booking in snap.bookings:
        if (booking.slot - snap.midnight) // HALF_HOUR == slot:
            for service in snap.lanes.keys() & booking.services:
                work = snap.tables.show_rate * lengths.get(service, _DEFAULT_MS)
                found[snap.lanes[service]] += work
    return found


def _times(
    snap: Snapshot, work: Mapping[str, float], served: Set[str], begin: int, end: int
) -> dict[str, float]:
    """The time that windows have for each of the lanes that are served, ms."""
    found: dict[str, float] = defaultdict(float)
    for seat in snap.seats:
        # Without a shift a window is expected to work as long as the hall is open, each time.
        until = end if seat.end == snap.closes else min(end, seat.end)
        there = _there(seat, begin, until)
        mine = served - set(seat.lent) if begin >= seat.lent_until else served
        groups = [group for group in seat.window.groups if group in mine]
        whole = sum(work.get(group, 0.0) for group in groups)
        for group in groups:
            share = work.get(group, 0.0) / whole if whole else 1 / len(groups)
            found[group] += there * share
    return found


def _there(seat: Seat, begin: int, until: int) -> int:
    """How long a window serves between two instants, ms."""
    since = begin if seat.free_at is None else max(begin, seat.free_at)
    if since >= until or since >= NEVER:
        return 0
    pause = min(until, seat.break_at + seat.break_ms) - max(since, seat.break_at)
    return until - since - max(0, pause)
