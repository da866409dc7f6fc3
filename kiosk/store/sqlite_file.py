"""A SQLite file: opening it, the lock of its one server, its errors in our words."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from .log import Conflict, Corrupt, Locked, StoreError, Unavailable

T = TypeVar("T")

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

    async def begin(self) -> None:
        """Open the file. When that fails, no thread is left behind that would miss the loop."""
        try:
            await self
        except BaseException:  # whatever it was: tidy up, then pass it on
            await asyncio.to_thread(self._thread.join)
            raise

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """`work(connection, *args)` in the connection's thread."""
        execute: Callable[..., Awaitable[T]] = self._execute
        return await execute(work, self._conn, *args)


def translated(error: sqlite3.Error) -> StoreError:
    """The store's error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_CONSTRAINT:
        return Conflict(f"another writer was first: {error}")
    # A text that is no UTF-8 is found by Python, not by SQLite, and has no code.
    if code in _CORRUPT or str(error).startswith("Could not decode"):
        return Corrupt(f"the file is damaged: {error}")
    return Unavailable(f"{_WORDS.get(code, 'SQLite refuses')}: {error}")


def find(path: Path) -> None:
    if not path.exists():
        raise Unavailable(f"there is no database at {path.absolute()}: run `kiosk init`")


def create(path: Path) -> bool:
    """Make an empty file that only its owner can read."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return True
    return False


def sync_directory(directory: Path) -> None:
    """Make a new file's name survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take_lock(path: Path) -> int:
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


async def connect(path: Path, *, reader: bool = False) -> Thread:
    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=BUSY_MS / 1000, isolation_level=None, cached_statements=256
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -16000")
            # In pages: another connection folds the WAL in before that, beside the writer.
            connection.execute("PRAGMA wal_autocheckpoint = 16000")
            if reader:
                connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    thread = Thread(opened, iter_chunk_size=64)
    await thread.begin()
    return thread


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:  # whatever it was: tidy up, then pass it on
        # After some errors SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
