"""The calibration card: how often the call came inside the interval that was shown.

Anyone can recompute it from the log: `outcomes(records)` pairs what each visitor was told with
when the call came, `card(outcomes, calendar)` counts. The card of the tables is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from .calendar import MINUTE, Calendar
from .events import Estimate, Record, TicketCalled, TicketIssued
from .learning_calibration import BINS_S, COVERAGE

QUARTER = 15 * MINUTE


class Outcome(NamedTuple):
    """What a visitor was told at `issued_at`, and when the first call came (ms)."""

    issued_at: int
    called_at: int
    told: Estimate


class Score(Struct, frozen=True):
    """How good some estimates were.

    inside: the share of calls inside the interval; too_early, too_late: before and after it.
    mean_error_s: mean absolute difference of median and wait. bias_s: mean of median − wait.
    mean_width_s: mean width of the interval. All None without estimates.
    """

    key: str
    estimates: int
    inside: float | None = None
    too_early: float | None = None
    too_late: float | None = None
    mean_error_s: float | None = None
    bias_s: float | None = None
    mean_width_s: float | None = None


class Card(Struct, frozen=True):
    """A hall's calibration. promised: the share that the interval stands for.

    by_hour: local hour of issue, `08` … `17`. by_wait: predicted wait in minutes, `0-5`, …
    """

    promised: float
    total: Score
    by_hour: list[Score]
    by_wait: list[Score]


def outcomes(records: Iterable[Record]) -> Iterator[Outcome]:
    """What was told and what came of it, for every ticket whose estimate has been put to the test.

    A ticket that was never called (the visitor left first) tests nothing.
    """
    told: dict[str, tuple[int, Estimate]] = {}
    for record in records:
        match record.event:
            case TicketIssued(ticket=ticket, estimate=Estimate() as estimate):
                told[ticket] = (record.at, estimate)
            case TicketCalled(ticket=ticket) if ticket in told:
                issued_at, estimate = told.pop(ticket)
                yield Outcome(issued_at, record.at, estimate)
            case _:
                pass


def card(found: Iterable[Outcome], calendar: Calendar) -> Card:
    """The card of some days' outcomes."""
    tally = Tally()
    tally.add(found, calendar)
    return tally.card()


class Tally:
    """Sums over outcomes from which a card is made; those of several days can be put together."""

    def __init__(self) -> None:
        self._total = _Sums()
        self._by_hour: dict[str, _Sums] = {}
        self._by_wait: dict[str, _Sums] = {}

    def add(self, found: Iterable[Outcome], calendar: Calendar) -> None:
        """Count outcomes."""
        hours: dict[int, str] = {}
        for outcome in found:
            quarter = outcome.issued_at // QUARTER  # the local hour changes at quarters only
            if quarter not in hours:
                hours[quarter] = f"{calendar.local(outcome.issued_at).hour:02d}"
            self._total.add(outcome)
            self._by_hour.setdefault(hours[quarter], _Sums()).add(outcome)
            self._by_wait.setdefault(_bin(outcome.told.median_s), _Sums()).add(outcome)

    def merge(self, other: Tally) -> None:
        """Count what another tally has counted."""
        self._total.merge(other._total)
        for mine, theirs in ((self._by_hour, other._by_hour), (self._by_wait, other._by_wait)):
            for key, sums in theirs.items():
                mine.setdefault(key, _Sums()).merge(sums)

    def card(self) -> Card:
        """The card of all that was counted."""
        return Card(
            COVERAGE, self._total.score("total"), _scores(self._by_hour), _scores(self._by_wait)
        )


@dataclass(slots=True)
class _Sums:
    """Counts, and sums in ms."""

    n: int = 0
    early: int = 0
    late: int = 0
    error: int = 0
    bias: int = 0
    width: int = 0

    def add(self, outcome: Outcome) -> None:
        told, wait = outcome.told, outcome.called_at - outcome.issued_at
        off = told.median_s * 1000 - wait
        self.n += 1
        self.early += wait < told.low_s * 1000
        self.late += wait > told.high_s * 1000
        self.error += abs(off)
        self.bias += off
        self.width += (told.high_s - told.low_s) * 1000

    def merge(self, other: _Sums) -> None:
        self.n += other.n
        self.early += other.early
        self.late += other.late
        self.error += other.error
        self.bias += other.bias
        self.width += other.width

    def score(self, key: str) -> Score:
        if not self.n:
            return Score(key, 0)
        return Score(
            key,
            self.n,
            inside=round(1 - (self.early + self.late) / self.n, 4),
            too_early=round(self.early / self.n, 4),
            too_late=round(self.late / self.n, 4),
            mean_error_s=round(self.error / self.n / 1000, 1),
            bias_s=round(self.bias / self.n / 1000, 1),
            mean_width_s=round(self.width / self.n / 1000, 1),
        )


def _scores(by: dict[str, _Sums]) -> list[Score]:
    return [by[key].score(key) for key in sorted(by, key=_leading_number)]


def _leading_number(name: str) -> int:
    return int(name.split("-", maxsplit=1)[0].rstrip("+"))


def _bin(median_s: int) -> str:
    bounds = (0, *BINS_S)
    for low, high in pairwise(bounds):
        if median_s < high:
            return f"{low // 60}-{high // 60}"
    return f"{bounds[-1] // 60}+"
