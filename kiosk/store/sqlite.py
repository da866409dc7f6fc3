"""SQLite through aiosqlite: one writer, readers that never wait for it, group commit.

WAL lets readers see the last commit while the writer works. `synchronous=FULL` makes a commit
survive a power cut. All batches that wait at the same moment share one transaction and one
fsync; each has its own savepoint, so that a conflict in one hall is nothing to the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from . import migrations
from .commit import Fetch, Steps, write
from .log import Batch, Conflict, Corrupt, Locked, StoreError, Unavailable
from .queries import load, placed

logger = logging.getLogger(__name__)

T = TypeVar("T")
Values = tuple[Any, ...]

BUSY_MS = 10_000
"""How long a writer waits for another process's short transaction."""

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_WORDS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the disk or the file is read-only",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_BUSY: "another process holds the database",
    sqlite3.SQLITE_LOCKED: "another process holds the database",
    sqlite3.SQLITE_CANTOPEN: "the file can't be opened",
    sqlite3.SQLITE_PERM: "the file may not be used",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
}


class Thread(aiosqlite.Connection):
    """An aiosqlite connection that runs whole functions in its thread.

    One await per statement costs a thread switch each, which is five times the price of a
    durable ticket; so a transaction is one call, through aiosqlite's own way in.
    """

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """`work(connection, *args)` in the connection's thread."""
        execute: Callable[..., Awaitable[T]] = self._execute
        return await execute(work, self._conn, *args)


class SqliteDatabase:
    """`Database` on one SQLite file."""

    dialect = "sqlite"

    def __init__(self, path: Path, lock: int | None) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self._lock = lock
        self._statements = {name: placed(text) for name, text in load("sqlite").items()}
        self._writer: Thread | None = None
        self._quick: Thread | None = None
        self._slow: Thread | None = None
        self._waiting: list[tuple[Batch, asyncio.Future[None]]] = []
        self._flusher: asyncio.Task[None] | None = None
        self._suspect = False
        self._closed = False

    @classmethod
    async def open(cls, path: Path, *, serving: bool) -> SqliteDatabase:
        """Open an existing, migrated file; `serving` takes the lock that only one server may hold.

        Raises Locked, NewerSchema, NeedsMigration, Unavailable or Corrupt.
        """
        _find(path)
        database = cls(path, _take_lock(path) if serving else None)
        try:
            database._writer = await _connect(path)
            database._quick = await _connect(path, reader=True)
            database._slow = await _connect(path, reader=True)
            migrations.check("sqlite", await database._writer.run(_applied))
        except sqlite3.Error as error:
            await database.close()
            raise translated(error) from error
        except BaseException:
            await database.close()
            raise
        return database

    async def commit(self, batch: Batch) -> None:
        """Write a batch durably, together with all others that wait at this moment."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, done))
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush())
        await done

    async def fetch(self, query: str, *args: Any) -> list[Values]:
        """A short read."""
        return await self._read(self._quick, query, args)

    async def scan(self, query: str, *args: Any) -> list[Values]:
        """A read that may take long."""
        return await self._read(self._slow, query, args)

    async def execute(self, query: str, *args: Any) -> int:
        """Change rows in a transaction of its own."""
        text, _ = self._statements[query]
        return await self._write(_change, text, args)

    async def close(self) -> None:
        """Finish what waits, close the connections, give the lock back."""
        self._closed = True
        if self._flusher is not None:
            await self._flusher
        for connection in (self._quick, self._slow, self._writer):
            if connection is not None:
                # What can't be closed has nothing left that could be saved by closing it.
                with contextlib.suppress(sqlite3.Error):
                    await connection.close()
        self._quick = self._slow = self._writer = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _flush(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                batches = [batch for batch, _ in group]
                outcomes: list[Exception | None]
                try:
                    outcomes = await self._write(_commit, batches, self._statements)
                except StoreError as error:
                    outcomes = [error] * len(group)
                for (_, done), outcome in zip(group, outcomes, strict=True):
                    if done.done():
                        continue
                    if outcome is None:
                        done.set_result(None)
                    else:
                        done.set_exception(outcome)
        finally:
            self._flusher = None

    async def _write(self, work: Callable[..., T], *args: Any) -> T:
        """Run `work` in the writer's thread; a writer that failed is opened anew first."""
        try:
            if self._suspect and not self._closed:
                await self._reopen()
            if self._writer is None:
                raise Unavailable("the database is closed")
            result = await self._writer.run(work, *args)
        except sqlite3.Error as error:
            self._suspect = True
            cause = translated(error)
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
        self._writer = await _connect(self.path)

    async def _read(self, reader: Thread | None, query: str, args: Values) -> list[Values]:
        if reader is None:
            raise Unavailable("the database is closed")
        text, _ = self._statements[query]
        try:
            return await reader.run(_rows, text, args)
        except sqlite3.Error as error:
            cause = translated(error)
            logger.critical("database %s can't be read: %s", self.path, cause)
            raise cause from error


def translated(error: sqlite3.Error) -> StoreError:
    """The store's error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _CORRUPT:
        return Corrupt(f"the file is damaged: {error}")
    return Unavailable(f"{_WORDS.get(code, 'SQLite refuses')}: {error}")


async def migrate(path: Path) -> list[str]:
    """Create the file if need be and apply what is missing. Returns the migrations' names."""
    try:
        created = _create(path)
        connection = await _connect(path)
        try:
            applied = await connection.run(_migrate)
        finally:
            await connection.close()
        if created:
            _sync_directory(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} can't be made: {error.strerror}") from error
    except sqlite3.Error as error:
        raise translated(error) from error
    return applied


def _find(path: Path) -> None:
    if not path.exists():
        raise Unavailable(f"there is no database at {path.absolute()}: run `kiosk init`")


def _create(path: Path) -> bool:
    """Make an empty file that only its owner can read."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return True
    return False


def _sync_directory(directory: Path) -> None:
    """Make a new file's name survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take_lock(path: Path) -> int:
    """Hold `PATH.lock`. The kernel lets go of it when the process ends, however it ends.

    It is a file of its own: closing any descriptor of the database file would drop SQLite's
    POSIX locks of this process.
    """
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable(f"{path}.lock can't be made: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
        os.close(handle)
        raise Locked(
            f"another kiosk server (process {holder or 'unknown'}) serves {path.absolute()}"
        ) from error
    os.truncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


async def _connect(path: Path, *, reader: bool = False) -> Thread:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=BUSY_MS / 1000, isolation_level=None, cached_statements=256
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -16000")
            if reader:
                connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    thread = Thread(connect, iter_chunk_size=64)
    await thread
    return thread


def _applied(connection: sqlite3.Connection) -> list[int]:
    known = connection.execute(
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'"
    ).fetchone()[0]
    if not known:
        return []
    return [number for (number,) in connection.execute("SELECT number FROM migrations")]


def _migrate(connection: sqlite3.Connection) -> list[str]:
    with _transaction(connection):
        connection.execute(migrations.APPLIED)
        missing = migrations.missing("sqlite", _applied(connection))
        for migration in missing:
            for statement in _split(migration.sql):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations (number, name) VALUES (?, ?)",
                (migration.number, migration.name),
            )
    return [m.name for m in missing]


def _split(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _rows(connection: sqlite3.Connection, text: str, args: Values) -> list[Values]:
    return connection.execute(text, args).fetchall()


def _change(connection: sqlite3.Connection, text: str, args: Values) -> int:
    with _transaction(connection):
        return connection.execute(text, args).rowcount


def _commit(
    connection: sqlite3.Connection,
    batches: list[Batch],
    statements: dict[str, tuple[str, int]],
) -> list[Exception | None]:
    """Write batches in one transaction; for each: None, or what left it out."""
    outcomes: list[Exception | None] = []
    with _transaction(connection):
        for batch in batches:
            connection.execute("SAVEPOINT batch")
            try:
                _pump(connection, write(batch), statements)
                outcomes.append(None)
            except Conflict as conflict:
                connection.execute("ROLLBACK TO batch")
                outcomes.append(conflict)
            except sqlite3.IntegrityError as error:
                connection.execute("ROLLBACK TO batch")
                outcomes.append(Conflict(f"another writer was first: {error}"))
            except sqlite3.Error:
                raise
            except Exception as error:  # noqa: BLE001 - a batch that makes no sense is its hall's
                # own mistake and must not fail those of other halls beside it.
                connection.execute("ROLLBACK TO batch")
                outcomes.append(error)
            connection.execute("RELEASE batch")
    return outcomes


def _pump(
    connection: sqlite3.Connection, steps: Steps, statements: dict[str, tuple[str, int]]
) -> None:
    """Take the steps of a write one after another."""
    rows: list[Values] = []
    with contextlib.suppress(StopIteration):
        step = next(steps)
        while True:
            text, _ = statements[step.query]
            if isinstance(step, Fetch):
                rows = connection.execute(text, step.args).fetchall()
            else:
                connection.executemany(text, step.rows)
                rows = []
            step = steps.send(rows)
