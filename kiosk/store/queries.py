"""The named statements of `sql/*.sql`, and those made from the tables' structs.

Parameters are written `$1`, `$2`, …; a database that wants another notation translates them once
at start. Every statement has a name, which is unique over all files.
"""

from __future__ import annotations

import re
from importlib.resources import files

from .rows import (
    PROJECTED,
    DayRow,
    LegRow,
    PrintRow,
    RatingRow,
    TableRow,
    TicketRow,
    WindowTimeRow,
    select,
    upsert,
)

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)

_ONE_OF = {
    "sqlite": "IN (SELECT value FROM json_each($2))",
    "postgres": "IN (SELECT jsonb_array_elements_text($2::text::jsonb))",
}
"""How a column is compared with the members of a JSON array of texts, parameter 2."""


_REPORTS = {
    "report_ticket": select(TicketRow, "hall = $1 AND id = $2"),
    "report_ticket_legs": select(LegRow, "hall = $1 AND ticket = $2 ORDER BY leg"),
    "report_rating": select(RatingRow, "hall = $1 AND ticket = $2"),
    "report_day_tickets": select(TicketRow, "hall = $1 AND day = $2 ORDER BY issued_at, id"),
    "report_day_legs": select(LegRow, "hall = $1 AND day = $2 ORDER BY ticket, leg"),
}


def load(dialect: str) -> dict[str, str]:
    """All statements by name. `dialect` is `sqlite` or `postgres`."""
    found: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath("sql").iterdir(), key=lambda f: f.name):
        _, *parts = _NAME.split(file.read_text())
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in found:
                raise ValueError(f"two statements are named {name}")
            found[name] = text.strip()
    for row in PROJECTED:
        found[f"upsert_{row.table}"] = upsert(row)
    found.update(_selects(_ONE_OF[dialect]))
    found.update(_REPORTS)
    return found


def _selects(one_of: str) -> dict[str, str]:
    """How the rows that a batch touches are read."""
    return {
        "touched_days": select(DayRow, f"hall = $1 AND day {one_of}"),
        "touched_tickets": select(TicketRow, f"hall = $1 AND id {one_of}"),
        "touched_legs": select(LegRow, f"hall = $1 AND ticket {one_of}") + " ORDER BY ticket, leg",
        "touched_windows": select(
            WindowTimeRow, f"hall = $1 AND window_id {one_of} AND until_at IS NULL"
        ),
        "touched_prints": select(PrintRow, f"hall = $1 AND ticket {one_of}"),
    }


def placed(text: str) -> tuple[str, int]:
    """A statement with SQLite's `?1` for `$1`, and how many parameters it takes."""
    numbers = [int(n) for n in re.findall(r"\$(\d+)", text)]
    return re.sub(r"\$(\d+)", r"?\1", text), max(numbers, default=0)


def put(row: type[TableRow]) -> str:
    """The name of the statement that writes a row of this table."""
    return f"upsert_{row.table}"
