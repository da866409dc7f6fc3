"""How long windows take: learned from finished services, starting from the catalogue.

A service's duration (call to finish) is modelled as

    duration = own length × window's speed × (off-home factor, when not in the home group) × pace

Own lengths are the last 400 durations of the service, freed from the other factors, mixed
with a log-normal prior of the catalogue's minutes (cv 0.7, weight of 12 services). A speed is
shrunk to 1 with the weight of 25 services, the off-home factor with 60. How far the catalogue as
a whole is wrong is learned first, over all services together, because that is known soonest. The
hall's pace (`learning_pace`) follows a change of all services within dozens of them, where 400 of
a rare kind would take weeks; durations are kept freed from it, so that the tables don't learn the
same change a second time.
"""

from __future__ import annotations

from collections import deque
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from .learning_pace import Pace

KEPT = 400
"""Durations kept per service."""

QUANTILES = 32
"""Equally likely lengths that stand for a distribution."""

_UNKNOWN = 600_000.0
"""Milliseconds that a service takes of which the catalogue says nothing."""

_PRIOR_CV = 0.7
_PRIOR_WEIGHT = 12
_SPEED_WEIGHT = 25
_OFF_HOME_WEIGHT = 60
_CATALOGUE_WEIGHT = 20

_SIGMA = sqrt(log(1 + _PRIOR_CV**2))
_PRIOR = tuple(
    exp(_SIGMA * NormalDist().inv_cdf((i + 0.5) / _PRIOR_WEIGHT) - _SIGMA**2 / 2)
    for i in range(_PRIOR_WEIGHT)
)
"""Quantiles of the prior with mean about 1, one for each service that it weighs."""


class Sample(NamedTuple):
    """A finished service: milliseconds from call to finish, at which window.

    What is kept has the hall's pace of its time taken out.
    """

    duration: int
    window: str
    home: bool


class Cell(NamedTuple):
    """All kept durations of one service at one window: their sum (ms) and how many they are."""

    total: int
    services: int


class ServiceTimes:
    """Learned durations. `catalogue`: service id → prior mean, milliseconds."""

    def __init__(self, catalogue: dict[str, float]) -> None:
        self.catalogue = catalogue
        self.samples: dict[str, deque[Sample]] = {}
        self._cells: dict[str, dict[tuple[str, bool], Cell]] = {}
        self.means = dict(catalogue)
        self.speeds: dict[str, float] = {}
        self.off_home = 1.0
        self.trust = 1.0
        self._pace = Pace()
        self._lengths: dict[str, tuple[float, ...]] = {}
        self._new = 0
        self._count = 0

    def add(self, service: str, sample: Sample) -> None:
        """Take note of a finished service."""
        ratio = sample.duration / self.expected(service, sample.window, sample.home)
        self._keep(service, sample._replace(duration=round(sample.duration / self.pace)))
        self._pace.add(ratio)
        self._lengths.pop(service, None)
        self._new += 1
        self._count += 1
        if self._new >= min(60, max(8, self._count // 25)):
            self._fit()

    @property
    def pace(self) -> float:
        """How long services take just now against the tables."""
        return self._pace.now

    def factor(self, window: str, home: bool) -> float:
        """What a window multiplies a service's own length by."""
        return self.speeds.get(window, 1.0) * (1.0 if home else self.off_home)

    def expected(self, service: str, window: str, home: bool) -> float:
        """The mean duration of a service at a window, milliseconds, at the usual pace."""
        return self.means.get(service, _UNKNOWN) * self.factor(window, home)

    def lengths(self, service: str) -> tuple[float, ...]:
        """`QUANTILES` equally likely own lengths, ascending, milliseconds, at the usual pace."""
        found = self._lengths.get(service)
        if found is None:
            prior = self.catalogue.get(service, _UNKNOWN) * self.trust
            values = [prior * q for q in _PRIOR]
            values.extend(
                s.duration / self.factor(s.window, s.home) for s in self.samples.get(service, ())
            )
            values.sort()
            step = len(values) / QUANTILES
            found = tuple(_quantile(values, (i + 0.5) * step - 0.5) for i in range(QUANTILES))
            self._lengths[service] = found
        return found

    def _keep(self, service: str, sample: Sample) -> None:
        kept = self.samples.setdefault(service, deque())
        cells = self._cells.setdefault(service, {})
        kept.append(sample)
        gone = [kept.popleft()] if len(kept) > KEPT else []
        for (duration, window, home), sign in [(sample, 1), *((s, -1) for s in gone)]:
            total, count = cells.get((window, home), Cell(0, 0))
            cells[window, home] = Cell(total + sign * duration, count + sign)

    def _fit(self) -> None:
        """Two rounds of alternating means; warm-started, so they follow the data closely.

        All of them are linear in the durations, so sums by service and window are enough.
        """
        self._new = 0
        self._lengths.clear()
        self.trust = self._catalogue_error()
        for _ in range(2):
            self._fit_means()
            self._fit_speeds()
        self._normalise()

    def _catalogue_error(self) -> float:
        total, count = float(_CATALOGUE_WEIGHT), _CATALOGUE_WEIGHT
        for service, cells in self._cells.items():
            prior = self.catalogue.get(service, _UNKNOWN)
            total += sum(cell.total for cell in cells.values()) / prior
            count += sum(cell.services for cell in cells.values())
        return total / count

    def _fit_means(self) -> None:
        for service, prior in self.catalogue.items():
            total, count = prior * self.trust * _PRIOR_WEIGHT, float(_PRIOR_WEIGHT)
            for (window, home), cell in self._cells.get(service, {}).items():
                total += cell.total / self.factor(window, home)
                count += cell.services
            self.means[service] = total / count

    def _fit_speeds(self) -> None:
        speeds: dict[str, list[float]] = {}
        off = [float(_OFF_HOME_WEIGHT), float(_OFF_HOME_WEIGHT)]
        for service, cells in self._cells.items():
            mean = self.means.get(service, _UNKNOWN)
            for (window, home), cell in cells.items():
                ratio = cell.total / mean
                sums = speeds.setdefault(window, [float(_SPEED_WEIGHT), float(_SPEED_WEIGHT)])
                sums[0] += ratio if home else ratio / self.off_home
                sums[1] += cell.services
                if not home:
                    off[0] += ratio / self.speeds.get(window, 1.0)
                    off[1] += cell.services
        self.speeds = {window: total / count for window, (total, count) in speeds.items()}
        self.off_home = off[0] / off[1]

    def _normalise(self) -> None:
        """Speeds are relative: their mean is 1, what they share belongs to the services."""
        if self.speeds:
            mean = sum(self.speeds.values()) / len(self.speeds)
            self.speeds = {window: speed / mean for window, speed in self.speeds.items()}


def _quantile(values: list[float], index: float) -> float:
    """Linear interpolation in a sorted list, ends held."""
    index = min(max(index, 0.0), len(values) - 1.0)
    low = int(index)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (index - low)
