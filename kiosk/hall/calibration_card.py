"""The calibration card: how often the call came inside the interval that was shown.

Anyone can recompute it from the log: `outcomes(records)` pairs what each visitor was told with
when the call came, `card(outcomes)` counts. The same card is made from the table of tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from .calendar import Calendar
from .events import Estimate, Record, TicketCalled, TicketIssued
from .learning_calibration import BINS_S, COVERAGE


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
    everything = list(found)
    return Card(
        COVERAGE,
        _score("total", everything),
        _by(everything, lambda o: f"{calendar.local(o.issued_at).hour:02d}"),
        _by(everything, lambda o: _bin(o.told.median_s)),
    )


def _by(found: list[Outcome], key: Callable[[Outcome], str]) -> list[Score]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in found:
        groups.setdefault(key(outcome), []).append(outcome)
    return [_score(name, groups[name]) for name in sorted(groups, key=_leading_number)]


def _leading_number(name: str) -> int:
    return int(name.split("-", maxsplit=1)[0].rstrip("+"))


def _bin(median_s: int) -> str:
    bounds = (0, *BINS_S)
    for low, high in pairwise(bounds):
        if median_s < high:
            return f"{low // 60}-{high // 60}"
    return f"{bounds[-1] // 60}+"


def _score(key: str, found: list[Outcome]) -> Score:
    if not found:
        return Score(key, 0)
    waits = [((o.called_at - o.issued_at) / 1000, o.told) for o in found]
    n = len(waits)
    early = sum(wait < told.low_s for wait, told in waits) / n
    late = sum(wait > told.high_s for wait, told in waits) / n
    return Score(
        key,
        n,
        inside=round(1 - early - late, 4),
        too_early=round(early, 4),
        too_late=round(late, 4),
        mean_error_s=round(sum(abs(told.median_s - wait) for wait, told in waits) / n, 1),
        bias_s=round(sum(told.median_s - wait for wait, told in waits) / n, 1),
        mean_width_s=round(sum(told.high_s - told.low_s for _, told in waits) / n, 1),
    )
