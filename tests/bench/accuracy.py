"""How right the estimates are, beside the two rules that other systems use.

    .venv/bin/python tests/bench/accuracy.py busy 10 7     # ten drawn days, seed 7
    .venv/bin/python tests/bench/accuracy.py small 10 7 service_factor=1.25 factor_from=8
    .venv/bin/python tests/bench/accuracy.py small 10 7 further=0.25 onward=0
    .venv/bin/python tests/bench/accuracy.py DAY.json …    # drawn days from files
    .venv/bin/python tests/bench/accuracy.py BANK.csv      # a recorded day (see `recorded_day`)

naive: minutes of work in the queue by the catalogue ÷ windows on duty. last: what the last
visitor of the same group who was called had waited. Both and the forecast are judged on the same
tickets: those that had to wait. further, planned: shares of walk-ins with a second service, which
turns out at the window or is asked for at once. onward=0: the forecast expects none of them.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import NamedTuple, cast

from kiosk.hall import draw
from kiosk.hall.learning_onward import GoingOn
from kiosk.hall.simulate import PlayedDay, Visit, play
from kiosk.hall.world import DrawnDay, DrawnGroup, DrawnTicket, DrawnWindow, WorldRules
from kiosk.hall.world_file import decode

ABSENT_MIN = 15
"""A server who serves nobody for so long in a busy recorded day is taken to be away."""


class Told(NamedTuple):
    """One estimate and the truth, minutes."""

    wait: float
    median: float
    low: float
    high: float
    naive: float
    last: float


def told(day: PlayedDay) -> Iterable[Told]:
    """Every estimate of a played day, beside what the simple rules would have said."""
    minutes = {g.id: g.catalogue for g in day.day.groups}
    calls = sorted((v.called_at or 0, v.drawn.group, _minutes(v)) for v in day.visits)
    last: dict[int, float] = {}
    waiting: list[Visit] = []
    seen = 0
    for visit in sorted(day.visits, key=lambda v: v.ticket.order):
        now = visit.ticket.issued_at
        while seen < len(calls) and calls[seen][0] <= now:
            last[calls[seen][1]] = calls[seen][2]
            seen += 1
        waiting = [v for v in waiting if (v.called_at or 0) > now]
        if (e := visit.ticket.estimate) is not None:
            work = sum(minutes[v.drawn.group] for v in waiting)
            yield Told(
                wait=_minutes(visit),
                median=e.median_s / 60,
                low=e.low_s / 60,
                high=e.high_s / 60,
                naive=work / max(1, _on_duty(day, now)),
                last=last.get(visit.drawn.group, 0),
            )
        waiting.append(visit)


def _minutes(visit: Visit) -> float:
    return ((visit.called_at or 0) - visit.ticket.issued_at) / 60_000


def _on_duty(day: PlayedDay, now: int) -> int:
    minute = (now - day.midnight) / 60_000
    return sum(
        not w.closed
        and w.start <= minute < w.end
        and not any(at <= minute < at + length for at, length in w.rests)
        for w in day.day.windows
    )


def show(title: str, found: list[Told]) -> None:
    """One line of figures."""
    error = mean(abs(t.median - t.wait) for t in found)
    naive = mean(abs(t.naive - t.wait) for t in found)
    last = mean(abs(t.last - t.wait) for t in found)
    print(
        f"{title:<18}{len(found):>7}{error:>8.2f}{mean(t.median - t.wait for t in found):>8.2f}"
        f"{naive:>8.2f}{last:>8.2f}{error / naive:>8.2f}{error / last:>8.2f}"
        f"{mean(t.low <= t.wait <= t.high for t in found):>8.3f}"
        f"{mean(t.high - t.low for t in found):>8.1f}"
    )


def recorded_day(path: Path) -> DrawnDay:
    """A day from a table with arrival, group, priority, service_s, server, wait_s, outcome.

    Servers become windows with the groups that they served, home first, from their first call to
    their last, away when they served nobody for long. The catalogue says each group's mean.
    Priority 2 is the priority class. Who left has the patience that this shows.
    """
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    groups = sorted({row["group"] for row in rows})
    served = [row for row in rows if row["server"]]
    tickets = [
        DrawnTicket(
            id=number,
            group=groups.index(row["group"]),
            kind=1 if row["priority"] == "2" else 0,
            arr=_clock(row["arrival"]),
            base=float(row["service_s"] or 0) / 60,
            patience=float(row["wait_s"]) / 60 if row["outcome"] == "left" else 1e9,
        )
        for number, row in enumerate(rows)
    ]
    catalogue = [
        DrawnGroup(n, g, mean(float(r["service_s"]) for r in served if r["group"] == g) / 60)
        for n, g in enumerate(groups)
    ]
    names = sorted({row["server"] for row in served})
    windows = [
        _window(n, [r for r in served if r["server"] == name], groups)
        for n, name in enumerate(names)
    ]
    rules = WorldRules(noshow_hold=0, secondary_slowdown=1)
    return DrawnDay("kiosk-day/1", path.stem, 1, catalogue, windows, tickets, config=rules)


def _window(number: int, rows: list[dict[str, str]], groups: list[str]) -> DrawnWindow:
    skills = [groups.index(g) for g, _ in Counter(row["group"] for row in rows).most_common()]
    spans = sorted(
        (begin, begin + float(row["service_s"]) / 60)
        for row in rows
        for begin in [_clock(row["arrival"]) + float(row["wait_s"]) / 60]
    )
    away = [
        (before[1], after[0] - before[1])
        for before, after in pairwise(spans)
        if after[0] - before[1] > ABSENT_MIN
    ]
    return DrawnWindow(number, skills, spans[0][0], spans[-1][1], breaks=away, works_off=True)


def _clock(text: str) -> float:
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return hours * 60 + minutes + seconds / 60


def days_of(words: list[str]) -> list[DrawnDay]:
    """The days that a command line asks for."""
    if words[0].endswith(".csv"):
        return [recorded_day(Path(words[0]))]
    if words[0].endswith(".json"):
        return [decode(Path(word).read_bytes()) for word in words]
    factors = {name: float(value) for name, value in (word.split("=") for word in words[3:])}
    return draw.days(
        cast("draw.Sort", words[0]),
        int(words[1]),
        seed=int(words[2]),
        service_factor=factors.get("service_factor", 1),
        factor_from=int(factors.get("factor_from", 1)),
        catalogue_factor=factors.get("catalogue_factor", 1),
        further=factors.get("further", 0),
        planned=factors.get("planned", 0),
    )


def main() -> None:
    """Play and print."""
    if "onward=0" in sys.argv:
        GoingOn.onward = lambda *_: {}  # type: ignore[method-assign]
    played = play(days_of(sys.argv[1:]))
    found = [list(told(day)) for day in played]
    everything = [t for day in found for t in day]
    visits = sum(len(day.visits) for day in played)
    print(f"{visits} visits, {len(everything)} had to wait; minutes")
    print(
        f"{'':<18}{'n':>7}{'error':>8}{'bias':>8}{'naive':>8}{'last':>8}{'÷naive':>8}{'÷last':>8}"
        f"{'inside':>8}{'width':>8}"
    )
    show("all days", everything)
    show("first day", found[0])
    for title, low, high in (("under 5 min", 0, 5), ("5–20", 5, 20), ("20 and more", 20, 1e9)):
        if some := [t for t in everything if low <= t.median < high]:
            show(title, some)


if __name__ == "__main__":
    main()
