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
from itertools import chain, compress, count, groupby, islice
from typing import Any

Row = Sequence[Any]
Flags = tuple[bool, ...]
"""Something that is so, or not, of each column."""

MOST = 32
"""Rows in one call. Calls take 1, 2, 4 … rows, so that there are few different statements."""

_VALUES = re.compile(r"VALUES \([^)]*\)")


def insert(connection: sqlite3.Connection, text: str, rows: Sequence[Row]) -> None:
    """Run an INSERT of one row of parameters for many rows, in their order.

    A row that is refused rolls the transaction back.
    """
    if len(rows) == 1:
        _insert_one(connection, text, rows[0])
        return
    columns = list(zip(*rows, strict=True))
    # Only what is false can be None, and truth is found out faster.
    nulls = [0 if all(column) else column.count(None) for column in columns]
    if not {*nulls} <= {0, len(rows)}:
        for _, alike in groupby(rows, lambda row: [value is None for value in row]):
            insert(connection, text, list(alike))
        return
    form = _form(text, tuple([not found for found in nulls]), columns)
    for place in form.binary:
        columns[place] = tuple(map(bytearray, columns[place]))
    once = [column[0] for column in compress(columns, form.common)]
    own = chain.from_iterable(zip(*compress(columns, form.own), strict=True))
    left = len(rows)
    while left:
        size = min(MOST, 1 << (left.bit_length() - 1))
        statement = _statement(text, form.common, form.own, size)
        connection.execute(statement, once + list(islice(own, size * form.width)))
        left -= size


def _insert_one(connection: sqlite3.Connection, text: str, row: Row) -> None:
    there = tuple([value is not None for value in row])
    values = [bytearray(v) if isinstance(v, bytes) else v for v in row if v is not None]
    connection.execute(_statement(text, there, (False,) * len(row), 1), values)


class _Form:
    """How rows with NULL in the same columns are handed over.

    common: columns that all rows have in common, own: those in which they differ, width: how many
    these are. binary: columns of bytes.
    """

    def __init__(self, there: Flags, common: Flags, binary: Sequence[int]) -> None:
        self.common, self.binary = common, binary
        self.own = tuple([t and not c for t, c in zip(there, common, strict=True)])
        self.width = sum(self.own)


_forms: dict[tuple[str, Flags], _Form] = {}
"""By statement and columns without NULL. Common only becomes less, so that forms are few."""


def _form(text: str, there: Flags, columns: Sequence[Row]) -> _Form:
    """How these rows are handed over: common is what is so in them and was in all before."""
    form = _forms.get((text, there))
    if form is None:
        binary = [place for place, column in enumerate(columns) if isinstance(column[0], bytes)]
        form = _forms[text, there] = _Form(there, there, binary)
    if not all(map(_uniform, compress(columns, form.common))):
        common = tuple([c and _uniform(x) for c, x in zip(form.common, columns, strict=True)])
        form = _forms[text, there] = _Form(there, common, form.binary)
    return form


def _uniform(column: Row) -> bool:
    return column.count(column[0]) == len(column)


@lru_cache(maxsize=1024)
def _statement(text: str, common: Flags, own: Flags, size: int) -> str:
    """The INSERT of so many rows. What they have in common has the first numbers."""
    numbers = count(1)
    once = [f"?{next(numbers)}" if flag else "NULL" for flag in common]
    rows = []
    for _ in range(size):
        row = [f"?{next(numbers)}" if flag else mark for flag, mark in zip(own, once, strict=True)]
        rows.append(f"({', '.join(row)})")
    return _VALUES.sub(f"VALUES {', '.join(rows)}", text).replace("INSERT", "INSERT OR ROLLBACK", 1)
