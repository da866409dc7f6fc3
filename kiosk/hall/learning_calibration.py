"""Intervals that keep their word: online conformal calibration of the forecast.

The raw forecast gives a median and a half-width. What really happened is compared with it,

    r = (wait − median) / (half-width + 1 min)

in three bins of the predicted wait, and the shown interval is median + (two quantiles of r)
× (half-width + 1 min). A half-width of so few paths is itself uncertain by an eighth, so it is
drawn halfway (in squares) towards what is usual for such a median; the usual half-width grows
like the root of the wait, as that of a sum of services does. Waits are skewed, so of all pairs of
quantiles that leave one in ten outside the nearest are taken. How much they leave outside follows
what was missed. Adaptive conformal inference: Gibbs and Candès 2021. The first outcomes are mixed
with those of a forecast that is a little too sure of itself, because forecasts are.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import sqrt
from statistics import NormalDist

from .events import Estimate

BINS_S = (5 * 60, 20 * 60)
"""Bounds of the bins of predicted wait, seconds."""

KEPT = 1000
COVERAGE = 0.9
_BELOW = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7)
"""How what an interval leaves outside may be divided: the part that lies below it."""

_GAMMA = 0.001
_USUAL_SHARE, _USUAL_PRIOR, _USUAL_DECAY = 0.45, 20.0, 0.998
_SOFT_S = 60.0
_PRIOR_COUNT = 80
"""So many, because what is missed within an hour is missed for the same reasons: two hundred
outcomes of a morning say less than two hundred of many days."""

_FADE = 5
"""Real outcomes after which one of the prior's is forgotten."""

_PRIOR_SD = 1.15 / NormalDist().inv_cdf((1 + COVERAGE) / 2)
_PRIOR = tuple(
    _PRIOR_SD * NormalDist().inv_cdf((i + 0.5) / _PRIOR_COUNT) for i in range(_PRIOR_COUNT)
)


def _growth(median_s: float) -> float:
    return sqrt(median_s / 60 + 1)


class _Bin:
    """The outcomes of forecasts of about the same length."""

    def __init__(self) -> None:
        self.order: deque[float] = deque(_PRIOR)
        self.values: list[float] = sorted(_PRIOR)
        self.outside = 1 - COVERAGE
        self.count = 0
        self._ends: tuple[float, float] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The nearest two quantiles that leave `outside` outside, kept until the next outcome."""
        if self._ends is None:
            found = [self._around(self.outside * below) for below in _BELOW]
            self._ends = min(found, key=lambda ends: ends[1] - ends[0])
        return self._ends

    def _around(self, below: float) -> tuple[float, float]:
        return self.quantile(below), self.quantile(below + 1 - self.outside)

    def quantile(self, level: float) -> float:
        """The empirical quantile, with the conformal correction of one more outcome."""
        n = len(self.values)
        index = level * (n + 1) - 1
        index = min(max(index, 0.0), n - 1.0)
        below = int(index)
        above = min(below + 1, n - 1)
        part = index - below
        return self.values[below] * (1 - part) + self.values[above] * part

    def add(self, r: float, missed: bool) -> None:
        self.outside = min(max(self.outside + _GAMMA * (1 - COVERAGE - missed), 0.002), 0.4)
        self.count += 1
        self._ends = None
        fading = self.count <= _PRIOR_COUNT * _FADE and self.count % _FADE == 0
        if fading or len(self.order) == KEPT:
            gone = self.order.popleft()
            del self.values[bisect_left(self.values, gone)]
        self.order.append(r)
        insort(self.values, r)


class Calibration:
    """The running quantiles of what forecasts missed, and how wide forecasts usually are."""

    def __init__(self) -> None:
        self.bins = [_Bin() for _ in range(len(BINS_S) + 1)]
        self.usual, self.weight = 0.0, 0.0

    def estimate(self, median_s: float, spread_s: float) -> Estimate:
        """The interval to show for a raw median and half-width, seconds."""
        found = self._bin(median_s)
        spread_s = self._steadied(median_s, spread_s)
        scale = spread_s + _SOFT_S
        least, most = found.ends
        low, high = median_s + least * scale, median_s + most * scale
        median = round(median_s)
        return Estimate(
            low_s=max(0, min(int(low), median)),
            median_s=median,
            high_s=max(median, -int(-high // 1)),
            spread_s=round(spread_s),
        )

    def observe(self, shown: Estimate, wait_s: float) -> None:
        """Learn from the wait that a shown estimate was about."""
        self.weight = self.weight * _USUAL_DECAY + 1
        ratio = shown.spread_s / _growth(shown.median_s)
        self.usual += (ratio - self.usual) / self.weight
        r = (wait_s - shown.median_s) / (shown.spread_s + _SOFT_S)
        missed = not shown.low_s <= wait_s <= shown.high_s
        self._bin(shown.median_s).add(r, missed)

    def _steadied(self, median_s: float, spread_s: float) -> float:
        usual = self.usual * _growth(median_s)
        trust = _USUAL_SHARE * self.weight / (self.weight + _USUAL_PRIOR)
        return sqrt((1 - trust) * spread_s**2 + trust * usual**2)

    def _bin(self, median_s: float) -> _Bin:
        return self.bins[sum(median_s >= bound for bound in BINS_S)]
