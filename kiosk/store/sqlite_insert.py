"""Rows into a table as Python's driver of SQLite takes them fastest.

The driver lets other threads run at every call, and while these are busy it comes back only after
milliseconds: so a call takes many rows. For every NULL and every `bytes` it looks for an adapter,
in vain, ten times as long as the value itself takes: so NULLs stand in the statement, and bytes
come as `bytearray`. Every value costs two locks and a copy: so what all rows have in common, as
hall and day, is handed over once. SQLite itself copies each page that a call of many rows changes,
most of them into a file, lest the call fails in the middle: `OR ROLLBACK` does without, since who
fails here fails the whole transaction.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, count, groupby
from typing import Any

Row = Sequence[Any]
Places = tuple[int, ...]
"""Some of the columns of a row."""

MOST = 32
"""Rows in one call. Calls take 1, 2, 4 … rows, so that there are few different statements."""

_VALUES = re.compile(r"VALUES \([^)]*\)")

_common: dict[tuple[str, Places], Places] = {}
"""By statement and columns without NULL: those that all rows of each call so far had in common.

They only become fewer, so that there are few different statements.
"""


def insert(connection: sqlite3.Connection, text: str, rows: Sequence[Row]) -> None:
    """Run an INSERT of one row of parameters for many rows, in their order.

    A row that is refused rolls the transaction back.
    """
    columns = list(zip(*rows, strict=True))
    # Only what is false can be None, and truth is found out faster.
    nulls = [0 if all(column) else column.count(None) for column in columns]
    if mixed := [place for place, found in enumerate(nulls) if 0 < found < len(rows)]:
        for _, same in groupby(rows, lambda row: [row[place] is None for place in mixed]):
            insert(connection, text, list(same))
        return
    columns = [tuple(map(bytearray, c)) if isinstance(c[0], bytes) else c for c in columns]
    there = tuple([place for place, found in enumerate(nulls) if not found])
    common = _in_common(text, there, columns)
    own = tuple([place for place in there if place not in common])
    once = [columns[place][0] for place in common]
    values = list(chain.from_iterable(zip(*[columns[place] for place in own], strict=True)))
    left = len(rows)
    while left:
        size = min(MOST, 1 << (left.bit_length() - 1))
        statement = _statement(text, len(columns), common, own, size)
        connection.execute(statement, once + values[: size * len(own)])
        del values[: size * len(own)]
        left -= size


def _in_common(text: str, there: Places, columns: Sequence[Row]) -> Places:
    """The columns that all rows of this call have in common, as had those of calls before."""
    rows = len(columns[0]) if columns else 1
    if rows == 1:
        return ()
    before = _common.get((text, there), there)
    now = tuple([place for place in before if columns[place].count(columns[place][0]) == rows])
    _common[text, there] = now
    return now


@lru_cache(maxsize=1024)
def _statement(text: str, width: int, common: Places, own: Places, size: int) -> str:
    """The INSERT for so many rows. What they have in common has the first numbers."""
    numbers = count(1)
    once = {place: f"?{next(numbers)}" for place in common}
    rows = []
    for _ in range(size):
        marks = dict.fromkeys(range(width), "NULL") | once
        marks |= {place: f"?{next(numbers)}" for place in own}
        rows.append(f"({', '.join(marks.values())})")
    return _VALUES.sub(f"VALUES {', '.join(rows)}", text).replace("INSERT", "INSERT OR ROLLBACK", 1)
