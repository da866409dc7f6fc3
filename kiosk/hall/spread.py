"""How durations are distributed, as the reports say it.

Percentiles are by nearest rank: the smallest value that at least so many share or stay below; the
median of an even number is the mean of the middle two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct


class Spread(Struct, frozen=True):
    """How durations are distributed, in seconds."""

    count: int
    mean_s: float
    median_s: float
    p90_s: float
    max_s: float


def spread(values: Iterable[int]) -> Spread | None:
    """The distribution of durations given in ms; None when there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    n = len(ordered)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    p90 = ordered[math.ceil(0.9 * n) - 1]
    mean = sum(ordered) / n
    return Spread(n, *(round(ms / 1000, 1) for ms in (mean, median, p90, ordered[-1])))
