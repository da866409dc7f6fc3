"""The log as the server sees it: what can be asked of a store, whatever database is behind it.

StoreError
├── Conflict       another writer was first: read on and decide again
│   └── Restored   the log was replaced by a backup: load it again
├── Unavailable    the disk or the database can't take it now; nothing was written
├── Uncertain      the connection was cut in the middle of a commit: read the log
├── Corrupt        the database says something that can't be
├── Locked         another server has this file open
├── NewerSchema    the database was made by a newer version
└── NeedsMigration the database is empty or was made by an older version
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct

from kiosk.hall.events import Record


class StoreError(Exception):
    """Base of all errors of a store."""


class Conflict(StoreError):
    """`(hall, seq)` was taken by another writer."""


class Restored(Conflict):
    """The log was replaced by a backup: what is in memory is of another log; load it again."""


class Unavailable(StoreError):
    """The database can't be written or reached now (disk full, read-only, stopped)."""


class Uncertain(StoreError):
    """Whether the commit happened is unknown: look for the entries' keys in the log."""


class Corrupt(StoreError):
    """The database holds what can't be."""


class Locked(StoreError):
    """Another server has this database open for writing."""


class NewerSchema(StoreError):
    """The database was written by a newer version of the product."""


class NeedsMigration(StoreError):
    """The database is empty or of an older version: `kiosk init` brings it up to date."""


class Entry(Struct, frozen=True, gc=False):
    """A record and the idempotency key (16 bytes) of the request that caused it, if any."""

    record: Record
    key: bytes | None = None


class Answer(Struct, frozen=True, gc=False):
    """What a request with an idempotency key was told, kept for its retries.

    key, request: 16-byte digests of (actor, key) and of the request. status: HTTP status.
    """

    hall: str
    key: bytes
    request: bytes
    at: int
    status: int
    body: bytes


class Person(Struct, frozen=True):
    """Personal data of a ticket or appointment, already encrypted. Never part of the log.

    match: keyed hash of the ID number, for finding, or None. expires: when it must be gone, ms.
    """

    hall: str
    subject: str
    sealed: bytes
    match: bytes | None
    expires: int


class Batch(Struct, frozen=True):
    """What one group commit writes for one hall, all of it or nothing.

    expected: the seq of the hall's last record before this batch. `entries` follow it without
    a gap and may be empty (an answer that changed nothing).
    """

    hall: str
    expected: int
    entries: tuple[Entry, ...]
    answers: tuple[Answer, ...] = ()
    people: tuple[Person, ...] = ()


class Loaded(Struct, frozen=True):
    """What a hall needs to start: the days that are open, and the configurations of that time.

    seq: of the last record in the log. at: its time. entries: ascending, possibly with gaps
    (days already closed are left out). keys: idempotency keys that are still remembered.
    """

    hall: str
    seq: int
    at: int
    entries: tuple[Entry, ...]
    keys: frozenset[bytes]


class Log(Protocol):
    """A hall's append-only log."""

    async def halls(self) -> list[str]:
        """The ids of all halls that have a log, sorted."""
        ...

    async def load(self, hall: str) -> Loaded:
        """Every record of a day that is not closed, and the configurations that they need.

        The first one is the configuration that was in force before them.
        """
        ...

    async def append(self, batch: Batch) -> None:
        """Write a batch durably: when this returns, it survives a power cut.

        Raises Conflict, Unavailable, Uncertain or Corrupt.
        """
        ...

    async def after(self, hall: str, seq: int) -> list[Entry]:
        """All entries of a hall behind `seq`, ascending."""
        ...

    async def some_after(self, hall: str, seq: int, limit: int) -> list[Entry]:
        """The next entries of a hall behind `seq`, at most `limit`."""
        ...

    async def answer(self, hall: str, key: bytes) -> Answer | None:
        """The remembered answer to a key."""
        ...

    def walk(self, hall: str, day: str | None = None) -> AsyncIterator[Entry]:
        """Every entry of a hall, or of one of its business days, in order of seq."""
        ...

    async def person(self, hall: str, subject: str) -> Person | None:
        """The sealed personal data of a ticket or appointment."""
        ...

    async def close(self) -> None:
        """Let go of the database. May be called twice."""
        ...
