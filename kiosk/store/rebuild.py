"""Making the tables again from the log, and comparing them with what lies there.

The tables are made anew beside the real ones under the same names (temporary tables, which
both databases prefer to lasting ones), by the very statements that a commit uses. Then rows that
differ are counted, or replaced in one transaction. All functions return steps, no I/O here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from .commit import Fetch, Part, Put, Steps, Values, project
from .entries import record_of
from .rows import PROJECTED

CHUNK = 2_000


class Difference(Struct, frozen=True):
    """Rows of a table that are not what the log says.

    missing: rows that the log gives and the table lacks. surplus: the other way round; a changed
    row counts in both. example: a key of one of them.
    """

    table: str
    missing: int
    surplus: int
    example: tuple[Any, ...]


def shadow(ends: dict[str, int]) -> Steps[None]:
    """Fold every log behind its seq in `ends` into the shadow tables, and move `ends` on."""
    for (hall,) in (yield from _fetch("halls")):
        while rows := (yield from _fetch("rows_after", hall, ends.get(hall, 0), CHUNK)):
            records = [record_of(row[0], row[1], row[2], row[3], row[4], row[6]) for row in rows]
            yield from project([Part(hall, records, [row[8] for row in rows])])
            ends[hall] = rows[-1][1]


def compare() -> Steps[list[Difference]]:
    """What differs between the shadow tables and the real ones."""
    found = []
    for row in PROJECTED:
        missing = (yield from _fetch(f"count_missing_{row.table}"))[0][0]
        surplus = (yield from _fetch(f"count_surplus_{row.table}"))[0][0]
        if missing or surplus:
            one = "missing" if missing else "surplus"
            example = (yield from _fetch(f"one_{one}_{row.table}"))[0]
            found.append(Difference(row.table, missing, surplus, tuple(example)))
    return found


def replace() -> Steps[None]:
    """Make the real tables like the shadow tables, touching only the rows that differ."""
    for row in PROJECTED:
        yield Put(f"drop_surplus_{row.table}", [()])
        yield Put(f"add_missing_{row.table}", [()])


def _fetch(query: str, *args: Any) -> Steps[Sequence[Values]]:
    (rows,) = yield (Fetch(query, args),)
    return rows
