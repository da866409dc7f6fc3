"""PostgreSQL through asyncpg: any number of nodes on one database, which alone is the arbiter.

Each node has one connection that writes. What waits there at the same moment, of all halls, is
written by one statement (`postgres_trips.py`). The unique key (hall, seq) decides between nodes:
the loser gets Conflict. A NOTIFY without payload, at most one at a time, wakes the other nodes
after a commit; it takes a lock over the whole cluster, so it never stands in the commit itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from . import migrations, postgres_copy
from .commit import Found, Put, Steps, Values, Waiting, write
from .group import GroupCommit
from .log import Batch, Conflict, Unavailable, Uncertain
from .postgres_errors import OURS, cut, translated
from .postgres_notify import Notifier
from .postgres_trips import Trips, gather
from .queries import load
from .rebuild import Difference, compare, replace, shadow
from .rows import PROJECTED

logger = logging.getLogger(__name__)

T = TypeVar("T")
Connection = Any
"""asyncpg has no types."""

READERS = 8
"""Connections for reads, per node."""

SLOW_READERS = 2
"""How many of them may be busy with long reads."""

TIMEOUT_S = 15.0
"""After so long without an answer a connection counts as cut."""

TURN_S = 0.01
"""A loser waits up to so long, and longer each time that it loses again in the same hall."""

LONGEST_TURN_S = 0.08
"""What waits meanwhile goes into one larger group, so that a crowded hall loses little by it."""

ATTEMPTS = 3
"""How often a group is tried as a whole, when another node was first in one of its halls."""

CLOSE_S = 3.0
"""How long connections may take to say good-bye."""

_WRITER = {
    # Durable even where the cluster's default is not.
    "synchronous_commit": "on",
    "lock_timeout": "10s",
    # It reads and writes few rows by their keys: one plan for all groups, along the indexes.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}


class PostgresDatabase:
    """`Database` on PostgreSQL."""

    shared = True

    def __init__(self, url: str, pool: Any) -> None:
        self.url = url
        self._pool = pool
        self._statements = load("postgres")
        self._trips = Trips(self._statements)
        self._writer: Connection | None = None
        self._slow = asyncio.Semaphore(SLOW_READERS)
        self._group = GroupCommit(self._commit)
        self._notifier = Notifier(url)
        self._turns: dict[str, float] = {}
        self._suspect = False
        self._closed = False

    @classmethod
    async def open(cls, url: str) -> PostgresDatabase:
        """Connect to a migrated database. Raises NewerSchema, NeedsMigration or Unavailable."""
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=READERS, command_timeout=60, timeout=TIMEOUT_S
            )
        except OURS as error:
            raise translated(error) from error
        database = cls(url, pool)
        try:
            async with pool.acquire() as connection:
                migrations.check("postgres", await _applied(connection))
        except OURS as error:
            await database.close()
            raise translated(error) from error
        except BaseException:  # whatever it was: tidy up, then pass it on
            await database.close()
            raise
        return database

    async def commit(self, batch: Batch, epoch: int | None) -> None:
        """Write a batch durably, together with all others that wait at this moment."""
        try:
            await self._group.add(Waiting(batch, epoch))
        except Conflict:
            # Nodes that try again at once lose again together; so they take turns instead.
            turn = min(2 * self._turns.get(batch.hall, TURN_S / 2), LONGEST_TURN_S)
            self._turns[batch.hall] = turn
            await asyncio.sleep(random.random() * turn)  # noqa: S311 - nothing secret
            raise
        self._turns.pop(batch.hall, None)
        if batch.entries:
            self._notifier.notify()

    async def fetch(self, query: str, *args: Any) -> list[Values]:
        """A short read."""
        try:
            rows: list[Values] = await self._pool.fetch(self._statements[query], *args)
        except OURS as error:
            raise translated(error) from error
        return rows

    async def scan(self, query: str, *args: Any) -> list[Values]:
        """A read that may take long."""
        async with self._slow:
            return await self.fetch(query, *args)

    async def execute(self, query: str, *args: Any) -> int:
        """Change rows in a transaction of its own."""
        try:
            status: str = await self._pool.execute(self._statements[query], *args)
        except OURS as error:
            raise translated(error) from error
        return int(status.rpartition(" ")[2])

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` soon after another node has committed."""
        self._notifier.listen(wake)

    async def rebuild(self, *, check: bool) -> list[Difference]:
        """Make the tables again from the log, or only compare, on a connection of its own."""
        return await self._aside(lambda c: self._rebuild(c, check=check))

    async def copy_to(self, path: Path) -> None:
        """Write everything as it is at one moment into a new SQLite file."""
        await self._aside(lambda c: postgres_copy.copy_to(c, path))

    async def restore_from(self, path: Path) -> None:
        """Put what a SQLite file holds in the place of everything, at once."""
        await self._aside(lambda c: postgres_copy.restore_from(c, path))

    async def close(self) -> None:
        """Finish what waits and close the connections."""
        self._closed = True
        await self._group.finish()
        await self._notifier.close()
        # What can't be closed has nothing left that could be saved by closing it.
        with contextlib.suppress(*OURS):
            if self._writer is not None:
                await self._writer.close(timeout=CLOSE_S)
        self._writer = None
        with contextlib.suppress(*OURS):
            # A connection that broke while it was given back is never waited for to the end.
            await asyncio.wait_for(self._pool.close(), CLOSE_S)
        self._pool.terminate()

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    async def _commit(self, group: list[Waiting]) -> list[Exception | None]:
        """Write batches in one transaction; for each: None, or what left it out."""
        attempts = ATTEMPTS if len(group) > 1 else 1
        while True:
            attempts -= 1
            try:
                return await self._attempt(group)
            except Conflict:
                # Read again, it shows whose place was taken; the others need not wait for that.
                if not attempts:
                    raise

    async def _attempt(self, group: list[Waiting]) -> list[Exception | None]:
        writing = False
        try:
            writer = await self._ready()
            outcomes, puts, epoch = await gather(writer, write(group), self._trips)
            if puts:
                writing = True
                await self._trips.write(writer, puts, epoch)
        except OURS as error:
            lost = cut(error)
            if lost:
                self._abandon()
            if writing and lost:
                logger.critical("the connection was cut within a commit: %s", error)
                raise Uncertain(f"the connection was cut within a commit: {error}") from error
            cause = translated(error)
            if not isinstance(cause, Conflict):
                self._suspect = True
                logger.critical("the database can't be written: %s", cause)
            raise cause from error
        except asyncio.CancelledError:
            self._abandon()
            raise
        if self._suspect:
            self._suspect = False
            logger.warning("the database can be written again")
        return outcomes

    async def _ready(self) -> Connection:
        if self._closed:
            raise Unavailable("the database is closed")
        if self._writer is None or self._writer.is_closed():
            self._writer = await asyncpg.connect(
                self.url, timeout=TIMEOUT_S, command_timeout=TIMEOUT_S, server_settings=_WRITER
            )
        return self._writer

    def _abandon(self) -> None:
        """Throw away a connection that is in doubt."""
        if self._writer is not None:
            self._writer.terminate()
        self._writer = None

    async def _aside(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do long work on a connection of its own."""
        try:
            connection = await asyncpg.connect(self.url, timeout=TIMEOUT_S)
            try:
                return await work(connection)
            finally:
                await connection.close()
        except OURS as error:
            raise translated(error) from error

    async def _rebuild(self, connection: Connection, *, check: bool) -> list[Difference]:
        ends: dict[str, int] = {}
        for row in PROJECTED:
            await connection.execute(
                f"CREATE TEMP TABLE {row.table} (LIKE public.{row.table} INCLUDING ALL)"
            )
        # A snapshot: the log and the tables made of it stand at the same commit.
        async with connection.transaction(isolation="repeatable_read"):
            await _pump(connection, shadow(ends), self._statements)
            if check:
                return await _pump(connection, compare(), self._statements)
        async with connection.transaction():
            # What was committed since the snapshot is little; only this holds up the nodes.
            await connection.execute("LOCK TABLE events IN SHARE MODE")
            await _pump(connection, shadow(ends), self._statements)
            found = await _pump(connection, compare(), self._statements)
            await _pump(connection, replace(), self._statements)
        return found


async def migrate(url: str) -> list[str]:
    """Create the database if need be and apply what is missing. Returns the migrations' names."""
    try:
        connection = await _connect_or_create(url)
        try:
            async with connection.transaction():
                # Two nodes may start with a new version at the same moment.
                await connection.execute("SELECT pg_advisory_xact_lock(hashtext('kiosk migrate'))")
                await connection.execute(migrations.APPLIED)
                missing = migrations.missing("postgres", await _applied(connection))
                for migration in missing:
                    await connection.execute(migration.sql)
                    await connection.execute(
                        "INSERT INTO migrations (number, name) VALUES ($1, $2)",
                        migration.number,
                        migration.name,
                    )
        finally:
            await connection.close()
    except OURS as error:
        raise translated(error) from error
    return [m.name for m in missing]


async def _connect_or_create(url: str) -> Connection:
    try:
        return await asyncpg.connect(url, timeout=TIMEOUT_S)
    except asyncpg.InvalidCatalogNameError:
        made = await asyncpg.connect(url, database="postgres", timeout=TIMEOUT_S)
        try:
            name = await made.fetchval("SELECT quote_ident($1)", _name(url))
            await made.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        finally:
            await made.close()
        return await asyncpg.connect(url, timeout=TIMEOUT_S)


def _name(url: str) -> str:
    """The name of the database in an address."""
    return url.partition("?")[0].rpartition("/")[2]


async def _applied(connection: Connection) -> list[int]:
    known = await connection.fetchval("SELECT to_regclass('public.migrations') IS NOT NULL")
    if not known:
        return []
    return [row[0] for row in await connection.fetch("SELECT number FROM migrations")]


async def _pump(connection: Connection, steps: Steps[T], statements: dict[str, str]) -> T:
    """Take the steps one after another; returns what the generator returns."""
    found: Found | None = None
    while True:
        try:
            step = next(steps) if found is None else steps.send(found)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if isinstance(step, Put):
            await connection.executemany(statements[step.query], step.rows)
            found = ()
        else:
            found = [await connection.fetch(statements[f.query], *f.args) for f in step]
