"""What tickets issued after a refresh add to the wait of the next one.

Two hundred people at the door take dozens of numbers between two refreshes, and each of them
stands behind the others. Their work is a fluid: a ticket's service is spread evenly over the
windows that serve its group, and whoever comes next waits for what lies at those that serve his.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, sqrt
from typing import NamedTuple

from .forecast_snapshot import NEVER, Snapshot
from .learning import no_show_bin
from .learning_arrivals import HALF_HOUR
from .routing import lanes

_SELDOM = 1e-3
"""Visitors in half an hour who ask for a service that nobody is known to ask for."""


class Load(NamedTuple):
    """What a ticket adds to the wait of the next in a lane, milliseconds.

    each: by the lane of that ticket. spare: what windows that stood idle take without anybody
    waiting longer; the last of them counts, since the next waits until one is free again.
    """

    each: dict[str, float]
    spare: float


NOTHING = Load({}, 0.0)


class Growth(NamedTuple):
    """How much later a call comes (ms), and the standard deviation of that."""

    ms: float
    deviation_ms: float

    def widen(self, spread_s: float, band: float) -> float:
        """A spread of `band` standard deviations, with this one's added; seconds."""
        return hypot(spread_s, band * self.deviation_ms / 1000)


def loads(snap: Snapshot, waits: Mapping[str, int]) -> dict[str, Load]:
    """By lane: what a ticket of a group adds to the wait of the next, wherever the two meet.

    waits: how long a newcomer waits, by lane (ms): who waits long often doesn't come.
    """
    serving: dict[str, set[int]] = {}
    for index, seat in enumerate(snap.seats):
        if seat.free_at is None or seat.free_at < NEVER:
            for lane in lanes(seat.window):
                serving.setdefault(lane, set()).add(index)
    lengths = {k: v for k, v in _lengths(snap, waits).items() if k in serving}
    idle = {i for i, seat in enumerate(snap.seats) if seat.free_at == snap.now}
    found = {}
    for lane in lengths:
        mine = serving[lane]
        each = {
            other: length / len(serving[other]) * len(mine & serving[other]) / len(mine)
            for other, length in lengths.items()
            if mine & serving[other]
        }
        found[lane] = Load(each, max(0, len(mine & idle) - 1) * each[lane])
    return found


def _lengths(snap: Snapshot, waits: Mapping[str, int]) -> dict[str, float]:
    """Mean time that a ticket takes of a window, by lane: as its services are asked for now."""
    pause = snap.tables.handover + snap.tables.pause_rate * sum(snap.tables.pauses) / max(
        1, len(snap.tables.pauses)
    )
    slot = (snap.now - snap.midnight) // HALF_HOUR
    rates = snap.tables.rates[slot] if 0 <= slot < len(snap.tables.rates) else ()
    asked: dict[str, float] = dict.fromkeys(snap.lanes, _SELDOM)
    for (service, _), rate in rates:
        asked[service] += rate
    weight: dict[str, float] = {}
    total: dict[str, float] = {}
    for service, lane in snap.lanes.items():
        lengths = snap.tables.lengths[service]
        gone = snap.tables.no_shows[no_show_bin(waits.get(lane, 0))]
        mean = (1 - gone) * sum(lengths) / len(lengths) + gone * snap.tables.hold + pause
        weight[lane] = weight.get(lane, 0.0) + asked[service]
        total[lane] = total.get(lane, 0.0) + asked[service] * mean
    return {lane: total[lane] / weight[lane] for lane in total}


def growth(load: Load, before: Mapping[str, int], now: Mapping[str, int]) -> Growth:
    """What the numbers given since the refresh add. before, now: the last number by lane.

    Who was called meanwhile counts as well, and is now in the way at the window. Each is as
    uncertain as an exponential time: n of them that add m each deviate by m√n.
    """
    added = variance = 0.0
    for lane, ms in load.each.items():
        count = now.get(lane, 0) - before.get(lane, 0)
        if count > 0:
            added += count * ms
            variance += count * ms * ms
    return Growth(max(0.0, added - load.spare), sqrt(variance))
