"""The named statements of `sql/*.sql`, and those made from the tables' structs.

Parameters are written `$1`, `$2`, …; a database that wants another notation translates them once
at start. Every statement has a name, which is unique over all files.
"""

from __future__ import annotations

import re
from importlib.resources import files

from .rows import (
    PROJECTED,
    BookingRow,
    CallRow,
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
_WORD = re.compile(r"\{(\w+)\}")

_WORDS = {
    "sqlite": {
        "members": "(SELECT value AS w_hall FROM json_each($1))",
        "pairs": "(SELECT value ->> 0 AS w_hall, value ->> 1 AS w_id FROM json_each($1))",
        "oldest": "rowid < COALESCE("
        "(SELECT rowid FROM answers WHERE at >= $1 ORDER BY rowid LIMIT 1), 9223372036854775807)",
    },
    "postgres": {
        "members": "(SELECT v AS w_hall FROM jsonb_array_elements_text($1::text::jsonb) AS v)",
        "pairs": "(SELECT v ->> 0 AS w_hall, v ->> 1 AS w_id"
        " FROM jsonb_array_elements($1::text::jsonb) AS v)",
        "oldest": "at < $1",
    },
}
"""What each database says in its own way.

members, pairs: parameter 1, a JSON array of texts or of pairs of texts, as a table. oldest: answers
given before parameter 1, on SQLite as far as the first that was not.
"""

_SCHEMAS = {"sqlite": ("temp", "main"), "postgres": ("pg_temp", "public")}
"""Where tables made anew and the real ones lie."""

_REPORTS = {
    "report_ticket": select(TicketRow, "hall = $1 AND id = $2"),
    "report_booking": select(BookingRow, "hall = $1 AND id = $2"),
    "day_bookings": select(BookingRow, "hall = $1 AND day = $2 ORDER BY start_at, id"),
    "report_ticket_legs": select(LegRow, "hall = $1 AND ticket = $2 ORDER BY leg"),
    "report_rating": select(RatingRow, "hall = $1 AND ticket = $2"),
    "day_tickets": select(TicketRow, "hall = $1 AND day = $2 ORDER BY issued_at, id"),
    "day_legs": select(
        LegRow,
        "hall = $1 AND ticket IN (SELECT id FROM tickets WHERE hall = $1 AND day = $2)"
        " ORDER BY ticket, leg",
    ),
    "day_calls": select(CallRow, "hall = $1 AND day = $2 ORDER BY seq"),
    "day_ratings": select(RatingRow, "hall = $1 AND day = $2 ORDER BY at, ticket"),
}


def load(dialect: str) -> dict[str, str]:
    """All statements by name. `dialect` is `sqlite` or `postgres`."""
    found: dict[str, str] = {}
    words = _WORDS[dialect]
    for file in sorted(files(__package__).joinpath("sql").iterdir(), key=lambda f: f.name):
        _, *parts = _NAME.split(file.read_text())
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in found:
                raise ValueError(f"two statements are named {name}")
            found[name] = _WORD.sub(lambda word: words[word[1]], text.strip())
    for row in PROJECTED:
        found[f"upsert_{row.table}"] = upsert(row)
        found.update(_shadows(row, *_SCHEMAS[dialect]))
    found.update(_touched(words["pairs"]))
    found.update(_REPORTS)
    return found


def _touched(pairs: str) -> dict[str, str]:
    """How the rows that a group touches are read, by their halls and ids.

    SQLite takes a CROSS JOIN in the order in which it is written: few wanted rows first.
    """

    def among(row: type[TableRow], more: str = "") -> str:
        _, key = row.columns()[:2]
        table = f"{pairs} AS wanted CROSS JOIN {row.table}"
        return select(row, f"hall = w_hall AND {key} = w_id{more}", table)

    return {
        "touched_days": among(DayRow),
        "touched_tickets": among(TicketRow),
        "touched_legs": among(LegRow, " ORDER BY hall, ticket, leg"),
        "touched_windows": among(WindowTimeRow, " AND until_at IS NULL"),
        "touched_prints": among(PrintRow),
        "touched_bookings": among(BookingRow),
    }


def _shadows(row: type[TableRow], shadow: str, real: str) -> dict[str, str]:
    """How a table made anew is compared with the real one and put in its place."""
    columns = ", ".join(row.columns())
    key = ", ".join(row.columns()[: row.keys])
    made = f"SELECT {columns} FROM {shadow}.{row.table}"
    there = f"SELECT {columns} FROM {real}.{row.table}"
    missing, surplus = f"{made} EXCEPT {there}", f"{there} EXCEPT {made}"
    return {
        f"count_missing_{row.table}": f"SELECT COUNT(*) FROM ({missing}) AS rows",
        f"count_surplus_{row.table}": f"SELECT COUNT(*) FROM ({surplus}) AS rows",
        f"one_missing_{row.table}": f"SELECT {key} FROM ({missing}) AS rows LIMIT 1",
        f"one_surplus_{row.table}": f"SELECT {key} FROM ({surplus}) AS rows LIMIT 1",
        f"drop_surplus_{row.table}": f"DELETE FROM {real}.{row.table}"
        f" WHERE ({key}) IN (SELECT {key} FROM ({surplus}) AS rows)",
        f"add_missing_{row.table}": f"INSERT INTO {real}.{row.table} ({columns}) {missing}",
    }


def numbered(text: str) -> str:
    """A statement with SQLite's `?1` for `$1`."""
    return re.sub(r"\$(\d+)", r"?\1", text)


def put(row: type[TableRow]) -> str:
    """The name of the statement that writes a row of this table."""
    return f"upsert_{row.table}"
