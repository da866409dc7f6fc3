"""The store that the server uses: the log of `log.py` on whichever database is behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import msgspec

from .access import Access
from .chain import Row
from .database import Database
from .entries import record_of
from .log import Answer, Batch, Entry, Loaded, Person, Restored
from .rebuild import Difference
from .reports import Reports

CHUNK = 2_000
"""Rows per read of a walk: no read stays open for long, so the WAL can always be folded in."""


class Store:
    """A hall's log, the answers and people beside it, and what is made from it.

    access: keys, accounts, sessions, devices. reports: tickets of any day, and statistics.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.access = Access(database)
        self.reports = Reports(database)
        self._epochs: dict[str, int] = {}

    async def halls(self) -> list[str]:
        """The ids of all halls that have a log, sorted."""
        return sorted(hall for (hall,) in await self.database.fetch("halls"))

    async def load(self, hall: str) -> Loaded:
        """Every record of a day that is not closed, and the configurations that they need.

        The first one is the configuration that was in force before them.
        """
        epoch, seq, at = (await self.database.fetch("head", hall))[0]
        self._epochs[hall] = epoch
        if seq is None:
            return Loaded(hall, 0, 0, (), frozenset())
        first = await self.database.fetch("load_from", hall)
        rows = await self.database.scan("load_entries", hall, first[0][0] or 1)
        keys = await self.database.scan("remembered_keys", hall)
        entries = tuple(_entry(row) for row in rows)
        last = entries[-1].record if entries else None
        # A commit between the reads shows in the entries, which were read last.
        if last is not None and last.seq > seq:
            seq, at = last.seq, last.at
        return Loaded(hall, seq, at, entries, frozenset(k for (k,) in keys))

    async def append(self, batch: Batch) -> None:
        """Write a batch durably: when this returns, it survives a power cut.

        Raises Conflict, Restored, Unavailable, Uncertain or Corrupt.
        """
        await self.database.commit(batch, self._epochs.get(batch.hall))

    async def after(self, hall: str, seq: int) -> list[Entry]:
        """All entries of a hall behind `seq`, ascending."""
        return [entry async for entry in self._entries("entries_after", hall, seq)]

    async def some_after(self, hall: str, seq: int, limit: int) -> list[Entry]:
        """The next entries of a hall behind `seq`, at most `limit`."""
        return [_entry(row) for row in await self.database.scan("entries_after", hall, seq, limit)]

    async def behind(self, seqs: Mapping[str, int]) -> list[str]:
        """The halls whose log goes on behind the given seq: what a wake-up leads to.

        Raises Restored when a backup has replaced the log since one of them was loaded.
        """
        wanted = msgspec.json.encode([[hall, str(seq)] for hall, seq in seqs.items()]).decode()
        found = [hall for (hall,) in await self.database.fetch("behind", wanted)]
        # Asked last, so that what was found is not of a log that was just put there.
        (epoch,) = (await self.database.fetch("epoch"))[0]
        if any(self._epochs.get(hall, epoch) != epoch for hall in seqs):
            raise Restored("the database was restored from a backup")
        return found

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` soon after another node has written; one that is lost is not repeated.

        SQLite has no other nodes and never calls it.
        """
        await self.database.listen(wake)

    async def answer(self, hall: str, key: bytes) -> Answer | None:
        """The remembered answer to a key."""
        rows = await self.database.fetch("answer", hall, key)
        return Answer(*rows[0]) if rows else None

    async def walk(self, hall: str, day: str | None = None) -> AsyncIterator[Entry]:
        """Every entry of a hall, or of one of its business days, in order of seq."""
        if day is None:
            entries = self._entries("entries_after", hall, 0)
        else:
            entries = self._entries("day_entries_after", hall, 0, day)
        async for entry in entries:
            yield entry

    async def configurations(self, hall: str) -> AsyncIterator[Entry]:
        """Every configuration that a hall has had, in order of seq."""
        async for entry in self._entries("configured_after", hall, 0):
            yield entry

    async def rows(self, hall: str, seq: int = 0) -> AsyncIterator[Row]:
        """The log's rows behind `seq` as they lie in the database, with their digests."""
        while rows := await self.database.scan("rows_after", hall, seq, CHUNK):
            for row in rows:
                yield Row(*row)
            seq = rows[-1][1]

    async def person(self, hall: str, subject: str) -> Person | None:
        """The sealed personal data of a ticket or appointment."""
        rows = await self.database.fetch("person", hall, subject)
        return Person(*rows[0]) if rows else None

    async def people_like(self, hall: str, match: bytes) -> list[Person]:
        """All people of a hall with this keyed hash of an ID number."""
        return [Person(*row) for row in await self.database.fetch("people_by_match", hall, match)]

    async def rebuild(self, *, check: bool = False) -> list[Difference]:
        """Make the tables again from the log, or only compare; returns what differed.

        Works while serving: the tables are made beside the real ones, and only the rows that
        differ are written, in one short transaction.
        """
        return await self.database.rebuild(check=check)

    async def close(self) -> None:
        """Let go of the database. May be called twice."""
        await self.database.close()

    async def _entries(self, query: str, hall: str, seq: int, *more: Any) -> AsyncIterator[Entry]:
        while rows := await self.database.scan(query, hall, seq, CHUNK, *more):
            for row in rows:
                yield _entry(row)
            seq = rows[-1][1]


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(record_of(row[0], row[1], row[2], row[3], row[4], row[5]), row[6])
