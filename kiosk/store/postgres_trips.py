"""A commit in two round trips: one statement that reads, one that writes.

The reading statement gives the rows of all fetches as arrays, seen at one moment. The writing one
inserts into all tables at once; it is a transaction of its own, so that no transaction ever stays
open between two messages, and a node that stands still holds up nobody. Between the two, the
unique key (hall, seq) of the log notices whether another node has written, and the epoch, which
every insert looks at, whether a backup was restored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from msgspec import Struct

from .chain import Row
from .commit import Fetch, Found, Put, Steps
from .log import Answer, Conflict, Person
from .queries import put
from .rows import PROJECTED

T = TypeVar("T")
Connection = Any
"""asyncpg has no types."""

_TYPES = {str: "text", int: "bigint", bytes: "bytea", float: "double precision"}
_VALUES = re.compile(r"VALUES \([^)]*\)")
_NUMBER = re.compile(r"\$(\d+)")


class _Target(Struct, frozen=True):
    """Where a put writes. types: of its columns. key: how many say which row is replaced, or 0."""

    types: tuple[str, ...]
    key: int


def _target(struct: type[Struct], key: int) -> _Target:
    hints = get_type_hints(struct)
    plain = [
        next((t for t in get_args(hints[name]) if t is not NoneType), hints[name])
        for name in struct.__struct_fields__
    ]
    return _Target(tuple(_TYPES[t] for t in plain), key)


_TARGETS = {
    "insert_event": _target(Row, 0),
    "insert_answer": _target(Answer, 0),
    "upsert_person": _target(Person, 2),
    **{put(row): _target(row, row.keys) for row in PROJECTED},
}


class Trips:
    """Makes single statements of several and remembers them: a group's shapes are few."""

    def __init__(self, statements: dict[str, str]) -> None:
        self._statements = statements
        self._texts: dict[tuple[str, ...], str] = {}

    async def read(self, connection: Connection, fetches: Sequence[Fetch]) -> tuple[Found, int]:
        """The rows of each fetch, and the epoch, all of the same moment."""
        names = tuple(fetch.query for fetch in fetches)
        text = self._texts.get(names) or self._keep(names, self._reading(fetches))
        *found, epoch = await connection.fetchrow(text, *(a for f in fetches for a in f.args))
        return found, epoch

    async def write(self, connection: Connection, puts: Sequence[Put], epoch: int) -> None:
        """All rows or none, durably. Raises Conflict if the epoch is another one by now."""
        names = tuple(step.query for step in puts)
        text = self._texts.get(names) or self._keep(names, self._writing(names))
        columns = [column for step in puts for column in zip(*_once(step), strict=True)]
        if not await connection.fetchval(text, epoch, *columns):
            raise Conflict("the database was restored from a backup meanwhile")

    def _keep(self, names: tuple[str, ...], text: str) -> str:
        self._texts[names] = text
        return text

    def _reading(self, fetches: Sequence[Fetch]) -> str:
        parts, taken = [], 0
        for fetch in fetches:
            text = _shifted(self._statements[fetch.query], taken)
            parts.append(f"ARRAY(SELECT found FROM ({text}) AS found)")
            taken += len(fetch.args)
        return f"SELECT {', '.join(parts)}, (SELECT number FROM epoch)"

    def _writing(self, names: Sequence[str]) -> str:
        """The inserts as one statement. The first one is counted, and so comes first: the log."""
        parts, taken = [], 1
        for index, name in enumerate(names):
            types = _TARGETS[name].types
            arrays = ", ".join(f"${taken + n}::{t}[]" for n, t in enumerate(types, start=1))
            taken += len(types)
            rows = (
                f"SELECT new.* FROM unnest({arrays}) AS new CROSS JOIN epoch"
                " WHERE epoch.number = $1"
            )
            text = _VALUES.sub(rows, self._statements[name])
            parts.append(f"w{index} AS ({text}{'' if index else ' RETURNING 1'})")
        return f"WITH {', '.join(parts)} SELECT COUNT(*) FROM w0"


async def gather(connection: Connection, steps: Steps[T], trips: Trips) -> tuple[T, list[Put], int]:
    """Take the steps and read what they ask for; what they want to write is handed back.

    Returns what the generator returns, the puts, and the epoch that was read.
    """
    found: Found | None = None
    puts: list[Put] = []
    epoch = 0
    while True:
        try:
            step = next(steps) if found is None else steps.send(found)
        except StopIteration as stop:
            return stop.value, puts, epoch
        if isinstance(step, Put):
            puts.append(step)
            found = ()
        else:
            found, epoch = await trips.read(connection, step)


def _once(step: Put) -> Sequence[Sequence[Any]]:
    """The rows of a put, each key's last one only: a statement may not write a row twice."""
    key = _TARGETS[step.query].key
    return list({tuple(row[:key]): row for row in step.rows}.values()) if key else step.rows


def _shifted(text: str, by: int) -> str:
    """A statement whose parameters begin `by` later."""
    return _NUMBER.sub(lambda found: f"${int(found[1]) + by}", text)
