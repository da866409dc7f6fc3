"""A report as rows for CSV, with columns that stay."""

from __future__ import annotations

from .stats import Figures, Line, Report

_COUNTS = (
    "tickets",
    "arrivals",
    "called",
    "served",
    "no_shows",
    "left",
    "cancelled",
    "transferred",
    "within_target",
)
_SPREAD = ("mean_s", "median_s", "p90_s", "max_s")

Cell = str | int | float | None


def header(report: Report) -> list[str]:
    """The names of the columns; the first is the report's dimension."""
    names: list[str] = [report.by]
    for kind in ("raw", "cleaned"):
        names += [f"{kind}_{name}" for name in _COUNTS]
        names += [f"{kind}_wait_{name}" for name in _SPREAD]
        names += [f"{kind}_service_{name}" for name in _SPREAD]
    return [*names, "duplicates", "open_s", "paused_s", "work_s"]


def rows(report: Report) -> list[list[Cell]]:
    """One row per line of the report and the total, whose key is empty, at the end."""
    return [_row(line) for line in [*report.lines, report.total]]


def _row(line: Line) -> list[Cell]:
    return [
        line.key,
        *_cells(line.raw),
        *_cells(line.cleaned),
        line.duplicates,
        line.open_s,
        line.paused_s,
        line.work_s,
    ]


def _cells(figures: Figures) -> list[Cell]:
    cells: list[Cell] = [getattr(figures, name) for name in _COUNTS]
    for part in (figures.wait, figures.service):
        cells += [None] * len(_SPREAD) if part is None else [getattr(part, s) for s in _SPREAD]
    return cells
