"""What managers ask of the past, from the projections."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import get_args

from starlette.responses import Response

from kiosk.hall.calibration_card import Card
from kiosk.hall.config import HallConfig, Names
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, day_of, json_response
from kiosk.server.problems import HttpProblem
from kiosk.server.views_stats import StatsRow, StatsView
from kiosk.store import tabulate
from kiosk.store.stats import By, Figures, Line, Report, Terms

LONGEST_RANGE_DAYS = 400
CARD_DAYS = 30
"""Days that the calibration card looks back on."""


def span(call: Call) -> tuple[str, str]:
    """The days asked for, `from` to `to`, today by default. Raises HttpProblem 422."""
    live = call.hall
    today = live.hall.calendar.day(live.clock.now())
    last = day_of(call, "to", today)
    first = day_of(call, "from", last if call.query("to") else today)
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    if not 0 <= days <= LONGEST_RANGE_DAYS:
        raise HttpProblem(
            422, "invalid_query", field="from", reason=f"0 to {LONGEST_RANGE_DAYS} days before `to`"
        )
    return first, last


async def stats(call: Call) -> Response:
    """Figures of a range of days by one dimension, as JSON or CSV."""
    live = call.hall
    config = live.hall.state.config
    first, last = span(call)
    by = call.query("by") or "group"
    if by not in get_args(By):
        raise HttpProblem(
            422, "invalid_query", field="by", reason=f"one of {', '.join(get_args(By))}"
        )
    report = await call.service.store.reports.stats(
        live.id,
        first,
        last,
        by,  # type: ignore[arg-type]
        calendar=live.hall.calendar,
        now=live.clock.now(),
        terms=Terms(
            targets_s={g.id: g.target_minutes * 60 for g in config.groups},
            zones={g.id: g.zone for g in config.groups},
            work={p.id for p in config.pauses if p.work},
        ),
    )
    if call.query("format") == "csv" or b"text/csv" in call.headers.get(b"accept", b""):
        return _csv(report)
    names = _names(config, by)
    return json_response(
        StatsView(
            from_=first,
            to=last,
            by=by,
            total=_row(report.total, names),
            rows=[_row(line, names) for line in report.lines],
        )
    )


async def calibration(call: Call) -> Response:
    """How often the call came inside the interval that was shown, for everybody to see."""
    last = day_of(call, "to", call.hall.hall.calendar.day(call.hall.clock.now()))
    until = date.fromisoformat(last).toordinal()
    first = day_of(call, "from", date.fromordinal(max(1, until - CARD_DAYS + 1)).isoformat())
    if not 0 <= until - date.fromisoformat(first).toordinal() <= LONGEST_RANGE_DAYS:
        raise HttpProblem(
            422, "invalid_query", field="from", reason=f"0 to {LONGEST_RANGE_DAYS} days before `to`"
        )
    return json_response(await call.service.cards.card(call.hall, first, last))


def _names(config: HallConfig, by: str) -> dict[str, Names]:
    sources: dict[str, dict[str, Names]] = {
        "group": {g.id: g.name for g in config.groups},
        "service": {s.id: s.name for s in config.services},
        "window": {w.id: w.name for w in config.windows},
        "zone": {z.id: z.name for z in config.zones},
        "priority": {p.id: p.name for p in config.priorities},
    }
    return sources.get(by, {})


def _row(line: Line, names: dict[str, Names]) -> StatsRow:
    raw, wait, service = line.raw, line.raw.wait, line.raw.service
    return StatsRow(
        key=line.key,
        name=names.get(line.key),
        arrivals=raw.arrivals,
        called=raw.called,
        served=raw.served,
        no_shows=raw.no_shows,
        left=raw.left,
        cancelled=raw.cancelled,
        transferred=raw.transferred,
        within_target=raw.within_target,
        wait_mean_s=wait.mean_s if wait else None,
        wait_median_s=wait.median_s if wait else None,
        wait_p90_s=wait.p90_s if wait else None,
        wait_max_s=wait.max_s if wait else None,
        service_mean_s=service.mean_s if service else None,
        service_median_s=service.median_s if service else None,
        service_p90_s=service.p90_s if service else None,
        open_s=line.open_s,
        paused_s=line.paused_s,
        work_s=line.work_s,
        duplicates=line.duplicates,
        cleaned=_cleaned(line.cleaned),
    )


def _cleaned(figures: Figures) -> dict[str, float | None]:
    wait = figures.wait
    return {
        "arrivals": figures.arrivals,
        "served": figures.served,
        "within_target": figures.within_target,
        "wait_mean_s": wait.mean_s if wait else None,
        "wait_median_s": wait.median_s if wait else None,
        "wait_p90_s": wait.p90_s if wait else None,
        "wait_max_s": wait.max_s if wait else None,
    }


def _csv(report: Report) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(tabulate.header(report))
    writer.writerows(tabulate.rows(report))
    # The byte order mark lets spreadsheet programs read Chinese names as UTF-8.
    body = "\ufeff" + text.getvalue()
    name = f"stats-{report.by}-{report.first}-{report.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, 200, headers, media_type="text/csv; charset=utf-8")


OPERATIONS = (
    Operation(
        "GET",
        "/api/v1/halls/{hall}/stats",
        stats,
        "Figures of past days",
        Permission.STATS,
        answers={200: StatsView},
        query={
            "from": "first business day, YYYY-MM-DD; default: `to`",
            "to": "last business day; default: today",
            "by": ", ".join(get_args(By)),
            "format": "csv for a table; or ask for text/csv",
        },
        tag="reports",
    ),
    Operation(
        "GET",
        "/api/v1/halls/{hall}/calibration",
        calibration,
        "How often the estimates were right",
        answers={200: Card},
        query={
            "from": f"first business day, YYYY-MM-DD; default: {CARD_DAYS} days up to `to`",
            "to": "last business day; default: today",
        },
        tag="reports",
    ),
)
