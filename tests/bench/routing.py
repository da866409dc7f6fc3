"""How the routing rules compare on drawn days: waits, appointments, violations, balance.

    .venv/bin/python tests/bench/routing.py [SORT … ] [DAYS]       # default: all sorts, 40 days

Strict priority (appointments, then priority, then the rest, each by longest wait) is played as a
`fair` hall whose classes start years ahead of one another, without gap or cap.
"""

from __future__ import annotations

import sys
import time
from itertools import groupby
from statistics import mean
from typing import cast, get_args

from msgspec import structs

from kiosk.hall import draw
from kiosk.hall.config import Appointments, HallConfig, Priority, Routing, Rules
from kiosk.hall.fairness import audit
from kiosk.hall.simulate import PlayedDay, play_day
from kiosk.hall.simulate_report import PUNCTUAL_S, quantile
from kiosk.hall.world import APPOINTMENT_KIND, DAY, FIRST_DAY, DrawnDay, hall_config

SEED = 900
YEARS = 1e6
NO_CAP = 1e9


def strict(config: HallConfig) -> HallConfig:
    """A hall in which classes never mix."""
    return structs.replace(
        config,
        rules=Rules(help_gap_minutes=0, cap_minutes=NO_CAP, late_grace_minutes=10),
        priorities=(Priority("priority", {}, credit_minutes=YEARS, cap_minutes=NO_CAP),),
        appointments=Appointments(credit_minutes=2 * YEARS, rate=1, cap_minutes=NO_CAP),
    )


def played(days: list[DrawnDay], rule: str) -> list[PlayedDay]:
    """All days under one rule."""
    routing = cast("Routing", rule if rule in get_args(Routing) else "fair")
    found = []
    for index, day in enumerate(days):
        config = hall_config(day, routing, day.name)
        config = strict(config) if rule == "strict" else config
        found.append(play_day(day, config, FIRST_DAY + index * DAY))
    return found


def show(sort: str, rule: str, days: list[PlayedDay], seconds: float) -> None:
    """One line of the table, minutes."""
    waits: list[float] = []
    groups: dict[int, list[float]] = {}
    kept = []
    for day in days:
        for visit in day.visits:
            wait = max(0, (visit.called_at or 0) - visit.ticket.ref) / 60_000
            waits.append(wait)
            groups.setdefault(visit.drawn.group, []).append(wait)
            if visit.drawn.kind == APPOINTMENT_KIND:
                kept.append(wait <= PUNCTUAL_S / 60)
    means = [mean(found) for found in groups.values()]
    worst = max(quantile(sorted(found), 0.95) or 0 for found in groups.values())
    broken = sum(len(audit(day.records)) for day in days) if rule != "strict" else 0
    print(
        f"{sort:<8}{rule:<8}{mean(waits):>7.1f}{quantile(sorted(waits), 0.95):>7.1f}"
        f"{max(waits):>7.0f}{worst:>7.0f}{mean(kept):>7.2f}{max(means) - min(means):>8.1f}"
        f"{unevenness(days):>8.3f}{broken:>7}{seconds / len(days):>8.2f}"
    )


def unevenness(days: list[PlayedDay]) -> float:
    """The greatest difference of busy shares between windows with equal skills and shift."""

    def kind(window: str) -> tuple[tuple[int, ...], float, float]:
        found = next(w for w in days[0].day.windows if str(w.id) == window)
        return tuple(found.skills), found.start, found.end

    worst = 0.0
    for _, alike in groupby(sorted(days[0].open_ms, key=kind), key=kind):
        shares = [
            sum(d.busy_ms.get(w, 0) for d in days) / sum(d.open_ms[w] for d in days) for w in alike
        ]
        worst = max(worst, max(shares) - min(shares))
    return worst


def main() -> None:
    """Play and print."""
    words = sys.argv[1:]
    count = next((int(word) for word in words if word.isdigit()), 40)
    sorts = [word for word in words if not word.isdigit()] or list(get_args(draw.Sort))
    print(
        f"{'':<16}{'mean':>7}{'95%':>7}{'max':>7}{'worst':>7}{'appt':>7}{'spread':>8}"
        f"{'uneven':>8}{'broken':>7}{'s/day':>8}"
    )
    for sort in sorts:
        days = draw.days(cast("draw.Sort", sort), count, seed=SEED)
        for rule in (*get_args(Routing), "strict"):
            started = time.perf_counter()
            found = played(days, rule)
            show(sort, rule, found, time.perf_counter() - started)


if __name__ == "__main__":
    main()
