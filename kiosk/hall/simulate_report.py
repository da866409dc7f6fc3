"""What comes out of played days: a table of tickets and a summary, the same bytes every time.

Waits count from `ref`: the arrival, or for an appointment the later of slot and arrival; whoever
is called before the slot has waited 0. Estimates are judged from the issue on, as they were told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .learning_calibration import BINS_S
from .simulate import PlayedDay, Visit
from .state import TicketState
from .world import KINDS, instant

Figures = dict[str, float | int | None]

COLUMNS = (
    "day",
    "ticket",
    "group",
    "kind",
    "slot_s",
    "issued_s",
    "called_s",
    "finished_s",
    "window",
    "state",
    "low_s",
    "median_s",
    "high_s",
)

PUNCTUAL_S = 600
"""An appointment called within ten minutes of its reference time was kept."""


def table(days: Iterable[PlayedDay]) -> Iterator[str]:
    """The lines of `tickets.csv`, by day and in order of issue."""
    yield ",".join(COLUMNS)
    for day in days:
        for visit in day.visits:
            yield ",".join(_row(day, visit))


def _row(day: PlayedDay, visit: Visit) -> tuple[str, ...]:
    drawn, ticket, called_at, window = visit
    told = ticket.estimate
    slot = None if drawn.slot is None else instant(day.midnight, drawn.slot)
    numbers = (None, None, None) if told is None else (told.low_s, told.median_s, told.high_s)
    return (
        str(day.day.day),
        str(drawn.id),
        str(drawn.group),
        str(drawn.kind),
        _seconds(day, slot),
        _seconds(day, ticket.issued_at),
        _seconds(day, called_at),
        _seconds(day, ticket.ended_at if called_at is not None else None),
        window or "",
        ticket.state.value,
        *("" if n is None else str(n) for n in numbers),
    )


def _seconds(day: PlayedDay, at: int | None) -> str:
    """Seconds since 00:00, to the millisecond, without needless zeros."""
    if at is None:
        return ""
    return f"{(at - day.midnight) / 1000:.3f}".rstrip("0").rstrip(".")


class _Row(NamedTuple):
    """A visit as the summary sees it, seconds. `miss`: predicted − real time until the call."""

    group: int
    kind: int
    wait: float
    within: bool
    no_show: bool
    median: float | None
    miss: float
    covered: bool
    width: float


def summary(days: Sequence[PlayedDay], routing: str) -> dict[str, object]:
    """What `summary.json` holds: each day and all days pooled."""
    rows = [_rows(day) for day in days]
    return {
        "routing": routing,
        "days": [
            {
                "day": day.day.day,
                "name": day.day.name,
                **_figures(found, [day]),
                "busy_share": _busy([day]),
            }
            for day, found in zip(days, rows, strict=True)
        ],
        "pooled": {
            **_figures([row for found in rows for row in found], days),
            "busy_share": _busy(days),
        },
    }


def _rows(day: PlayedDay) -> list[_Row]:
    targets = {g.id: g.target * 60 for g in day.day.groups}
    rows = []
    for drawn, ticket, called_at, _ in day.visits:
        if called_at is None:
            continue
        wait = max(0, called_at - ticket.ref) / 1000
        until = (called_at - ticket.issued_at) / 1000
        told = ticket.estimate
        rows.append(
            _Row(
                drawn.group,
                drawn.kind,
                wait,
                wait <= targets[drawn.group],
                ticket.state is TicketState.NO_SHOW,
                None if told is None else told.median_s,
                0.0 if told is None else told.median_s - until,
                told is not None and told.low_s <= until <= told.high_s,
                0.0 if told is None else told.high_s - told.low_s,
            )
        )
    return rows


def _figures(rows: list[_Row], days: Sequence[PlayedDay]) -> dict[str, object]:
    booked = [row for row in rows if KINDS[row.kind] == "appointment"]
    return {
        **_waits(rows),
        "never_called": sum(visit.called_at is None for day in days for visit in day.visits),
        "appointments_within_10_min": _share(row.wait <= PUNCTUAL_S for row in booked),
        "by_class": {
            name: _waits([row for row in rows if row.kind == kind])
            for kind, name in enumerate(KINDS)
        },
        "by_group": {
            group.name: _waits([row for row in rows if row.group == group.id])
            for group in days[0].day.groups
        },
        "estimates": _estimates(rows),
    }


def _waits(rows: list[_Row]) -> Figures:
    waits = sorted(row.wait for row in rows)
    return {
        "tickets": len(rows),
        "no_shows": sum(row.no_show for row in rows),
        "mean_wait_s": _mean(waits),
        "median_wait_s": quantile(waits, 0.5),
        "p95_wait_s": quantile(waits, 0.95),
        "max_wait_s": waits[-1] if waits else None,
        "within_target": _share(row.within for row in rows),
    }


def _estimates(rows: list[_Row]) -> dict[str, object]:
    told = [row for row in rows if row.median is not None]
    bounds = (0, *BINS_S, float("inf"))
    bins = {
        f"{low // 60}-{high // 60:.0f}_min" if high < bounds[-1] else f"{low // 60}_min_up": [
            row for row in told if row.median is not None and low <= row.median < high
        ]
        for low, high in pairwise(bounds)
    }
    return {
        **_accuracy(told),
        "at_once": len(rows) - len(told),
        "by_predicted_wait": {name: _accuracy(found) for name, found in bins.items()},
    }


def _accuracy(told: list[_Row]) -> Figures:
    return {
        "estimates": len(told),
        "mean_absolute_error_s": _mean([abs(row.miss) for row in told]),
        "bias_s": _mean([row.miss for row in told]),
        "coverage": _share(row.covered for row in told),
        "mean_width_s": _mean([row.width for row in told]),
    }


def _busy(days: Sequence[PlayedDay]) -> dict[str, float]:
    """By window: time with a visitor, as a share of the time it was there for one."""
    windows = {window for day in days for window in day.open_ms}
    shares = {}
    for window in sorted(windows, key=int):
        there = sum(day.open_ms.get(window, 0) for day in days)
        busy = sum(day.busy_ms.get(window, 0) for day in days)
        shares[window] = round(busy / there, 4) if there else 0.0
    return shares


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None


def _share(flags: Iterable[bool]) -> float | None:
    found = list(flags)
    return round(sum(found) / len(found), 4) if found else None


def quantile(ascending: Sequence[float], level: float) -> float | None:
    """The quantile by linear interpolation between order statistics (Hyndman and Fan's type 7)."""
    if not ascending:
        return None
    place = level * (len(ascending) - 1)
    low = int(place)
    high = min(low + 1, len(ascending) - 1)
    return round(ascending[low] + (ascending[high] - ascending[low]) * (place - low), 3)
