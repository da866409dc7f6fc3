"""Rows into a table as Python's driver of SQLite takes them fastest.

The driver lets other threads run at every call, and while these are busy it comes back only after
milliseconds: so a call takes many rows. And for every NULL and every `bytes` it looks for an
adapter, in vain, ten times as long as the value itself takes: so NULLs stand in the statement, and
bytes come as `bytearray`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain, compress, groupby, repeat
from operator import is_not, itemgetter
from typing import Any

Row = Sequence[Any]
Shape = tuple[bool, ...]
"""Which values of a row are not NULL."""

MOST = 32
"""Rows in one call. Calls take 1, 2, 4 … rows, so that there are few different statements."""

_VALUES = re.compile(r"VALUES \([^)]*\)")


def insert(connection: sqlite3.Connection, text: str, rows: Sequence[Row]) -> None:
    """Run an INSERT of one row of parameters for many rows, in their order."""
    for shape, alike in groupby(rows, key=_shape):
        values = _values(alike, shape)
        while values:
            count = min(MOST, 1 << (len(values).bit_length() - 1))
            now, values = values[:count], values[count:]
            connection.execute(_statement(text, shape, count), list(chain.from_iterable(now)))


def _shape(row: Row) -> Shape:
    return tuple(map(is_not, row, repeat(None)))


def _values(rows: Iterable[Row], shape: Shape) -> list[list[Any]]:
    """What is not NULL in rows of the same shape, as the driver likes it."""
    taken = _taken(shape)
    values = [list(taken(row)) for row in rows]
    binary = [index for index, value in enumerate(values[0]) if isinstance(value, bytes)]
    for row in values:
        for index in binary:
            row[index] = bytearray(row[index])
    return values


@lru_cache(maxsize=1024)
def _taken(shape: Shape) -> Callable[[Row], Iterable[Any]]:
    """What is not NULL in a row of this shape."""
    places = [place for place, there in enumerate(shape) if there]
    # With one place or none it would give the value itself, or nothing to call.
    return itemgetter(*places) if len(places) > 1 else partial(compress, selectors=shape)


@lru_cache(maxsize=1024)
def _statement(text: str, shape: Shape, count: int) -> str:
    row = ", ".join("?" if value else "NULL" for value in shape)
    return _VALUES.sub(f"VALUES {', '.join([f'({row})'] * count)}", text)
