"""Rows into a table as Python's driver of SQLite takes them fastest.

The driver lets other threads run at every call, and while these are busy it comes back only after
milliseconds: so a call takes many rows. And for every NULL and every `bytes` it looks for an
adapter, in vain, ten times as long as the value itself takes: so NULLs stand in the statement, and
bytes come as `bytearray`. SQLite copies each page that a call of many rows changes, most of them
into a file, lest the call fails in the middle: `OR ROLLBACK` does without, since who fails here
fails the whole transaction.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, groupby
from typing import Any

Row = Sequence[Any]
Shape = tuple[bool, ...]
"""Which values of a row are not NULL."""

MOST = 32
"""Rows in one call. Calls take 1, 2, 4 … rows, so that there are few different statements."""

_VALUES = re.compile(r"VALUES \([^)]*\)")


def insert(connection: sqlite3.Connection, text: str, rows: Sequence[Row]) -> None:
    """Run an INSERT of one row of parameters for many rows, in their order.

    A row that is refused rolls the transaction back.
    """
    columns = list(zip(*rows, strict=True))
    # Only what is false can be None, and truth is found out faster.
    nulls = [0 if all(column) else column.count(None) for column in columns]
    if mixed := [place for place, count in enumerate(nulls) if 0 < count < len(rows)]:
        for _, alike in groupby(rows, lambda row: [row[place] is None for place in mixed]):
            insert(connection, text, list(alike))
        return
    there = [
        map(bytearray, column) if isinstance(column[0], bytes) else column
        for column, count in zip(columns, nulls, strict=True)
        if not count
    ]
    values = list(chain.from_iterable(zip(*there, strict=True)))
    shape = tuple([not count for count in nulls])
    done, left = 0, len(rows)
    while left:
        count = min(MOST, 1 << (left.bit_length() - 1))
        first, done, left = done, done + count * len(there), left - count
        connection.execute(_statement(text, shape, count), values[first:done])


@lru_cache(maxsize=1024)
def _statement(text: str, shape: Shape, count: int) -> str:
    row = ", ".join("?" if value else "NULL" for value in shape)
    values = f"VALUES {', '.join([f'({row})'] * count)}"
    return _VALUES.sub(values, text).replace("INSERT", "INSERT OR ROLLBACK", 1)
