"""SQLite through aiosqlite: one writer, readers that never wait for it, group commit.

WAL lets readers see the last commit while the writer works. `synchronous=FULL` makes a commit
survive a power cut. All batches that wait at the same moment share one transaction and one
fsync; when one of them fails, each is written for itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from . import migrations, sqlite_work
from .commit import Values, Waiting
from .group import GroupCommit
from .log import Batch, Conflict, Unavailable
from .queries import load, numbered
from .rebuild import Difference
from .sqlite_file import Thread, connect, create, find, sync_directory, take_lock, translated

logger = logging.getLogger(__name__)

T = TypeVar("T")

FOLD_EVERY = 4_000
"""Changed rows after which the WAL is folded into the file."""


class SqliteDatabase:
    """`Database` on one SQLite file."""

    shared = False

    def __init__(self, path: Path, lock: int | None) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self._lock = lock
        self._statements = {name: numbered(text) for name, text in load("sqlite").items()}
        self._writer: Thread | None = None
        self._quick: Thread | None = None
        self._slow: Thread | None = None
        self._folder: Thread | None = None
        self._folding: asyncio.Task[None] | None = None
        self._folded = 0
        self._group = GroupCommit(self._commit)
        self._suspect = False
        self._reopening = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(cls, path: Path, *, serving: bool) -> SqliteDatabase:
        """Open an existing, migrated file; `serving` takes the lock that only one server may hold.

        Raises Locked, NewerSchema, NeedsMigration, Unavailable or Corrupt.
        """
        find(path)
        database = cls(path, take_lock(path) if serving else None)
        try:
            database._writer = await connect(path)
            database._quick = await connect(path, reader=True)
            database._slow = await connect(path, reader=True)
            database._folder = await connect(path)
            migrations.check("sqlite", await database._writer.run(sqlite_work.applied))
        except sqlite3.Error as error:
            await database.close()
            raise translated(error) from error
        except BaseException:  # whatever it was: tidy up, then pass it on
            await database.close()
            raise
        return database

    async def commit(self, batch: Batch, epoch: int | None) -> None:
        """Write a batch durably, together with all others that wait at this moment."""
        await self._group.add(Waiting(batch, epoch))

    async def fetch(self, query: str, *args: Any) -> list[Values]:
        """A short read."""
        return await self._read(self._quick, query, args)

    async def scan(self, query: str, *args: Any) -> list[Values]:
        """A read that may take long."""
        return await self._read(self._slow, query, args)

    async def execute(self, query: str, *args: Any) -> int:
        """Change rows in a transaction of its own."""
        text = self._statements[query]
        return await self._write(sqlite_work.change, text, args)

    async def listen(self, wake: Callable[[], None]) -> None:
        """Nothing: a SQLite file has one server."""

    async def rebuild(self, *, check: bool) -> list[Difference]:
        """Make the tables again from the log, or only compare."""
        return await self._aside(sqlite_work.rebuild, self._statements, check)

    async def copy_to(self, path: Path) -> None:
        """Write everything as it is at one moment into a new file."""
        await self._aside(sqlite_work.copy_to, path)

    async def restore_from(self, path: Path) -> None:
        """Put what another file holds in the place of everything, at once."""
        await self._aside(sqlite_work.restore_from, path)

    async def close(self) -> None:
        """Finish what waits, close the connections, give the lock back."""
        self._closed = True
        await self._group.finish()
        if self._folding is not None:
            await self._folding
        for connection in (self._quick, self._slow, self._folder, self._writer):
            if connection is not None:
                # What can't be closed has nothing left that could be saved by closing it.
                with contextlib.suppress(sqlite3.Error):
                    await connection.close()
        self._quick = self._slow = self._folder = self._writer = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _commit(self, group: list[Waiting]) -> list[Exception | None]:
        changes, outcomes = await self._write(sqlite_work.commit, group, self._statements)
        if self._folding is None and not 0 <= changes - self._folded < FOLD_EVERY:
            self._folded = changes
            self._folding = asyncio.create_task(self._fold())
        return outcomes

    async def _fold(self) -> None:
        """Move the WAL into the file beside the writer, so that no ticket waits for it."""
        try:
            if self._folder is not None:
                await self._folder.run(sqlite_work.checkpoint)
        except sqlite3.Error as error:
            # The writer does it when the WAL has grown long.
            logger.warning("the WAL of %s can't be folded in now: %s", self.path, error)
        finally:
            self._folding = None

    async def _write(self, work: Callable[..., T], *args: Any) -> T:
        """Run `work` in the writer's thread; a writer that failed is opened anew first."""
        try:
            async with self._reopening:
                if self._suspect and not self._closed:
                    await self._reopen()
            if self._writer is None:
                raise Unavailable("the database is closed")
            result = await self._writer.run(work, *args)
        except sqlite3.Error as error:
            cause = translated(error)
            if not isinstance(cause, Conflict):
                self._suspect = True
                logger.critical("database %s can't be written: %s", self.path, cause)
            raise cause from error
        if self._suspect:
            self._suspect = False
            logger.warning("database %s can be written again", self.path)
        return result

    async def _reopen(self) -> None:
        if self._writer is not None:
            # The old connection failed; all that matters is that it is gone.
            with contextlib.suppress(sqlite3.Error):
                await self._writer.close()
            self._writer = None
        self._writer = await connect(self.path)

    async def _aside(self, work: Callable[..., T], *args: Any) -> T:
        """Run long work on a connection of its own, beside reads and writes."""
        try:
            connection = await connect(self.path)
            try:
                return await connection.run(work, *args)
            finally:
                await connection.close()
        except sqlite3.Error as error:
            raise translated(error) from error

    async def _read(self, reader: Thread | None, query: str, args: Values) -> list[Values]:
        if reader is None:
            raise Unavailable("the database is closed")
        text = self._statements[query]
        try:
            return await reader.run(sqlite_work.rows_of, text, args)
        except sqlite3.Error as error:
            cause = translated(error)
            logger.critical("database %s can't be read: %s", self.path, cause)
            raise cause from error


async def migrate(path: Path) -> list[str]:
    """Create the file if need be and apply what is missing. Returns the migrations' names."""
    try:
        created = create(path)
        connection = await connect(path)
        try:
            applied = await connection.run(sqlite_work.migrate)
        finally:
            await connection.close()
        if created:
            sync_directory(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} can't be made: {error.strerror}") from error
    except sqlite3.Error as error:
        raise translated(error) from error
    return applied
