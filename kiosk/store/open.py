"""Which database is behind an address: `sqlite:///PATH` or `postgresql://…`."""

from __future__ import annotations

from pathlib import Path

from . import postgres, sqlite
from .log import StoreError
from .store import Store

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


class BadAddress(StoreError):
    """The address names no database that we know."""


async def open_store(url: str, *, serving: bool = False) -> Store:
    """Open a database that `migrate` has prepared.

    serving: true for a server, which must be the only one on a SQLite file; commands that only
    read or write shortly leave it out and work beside a server. Raises BadAddress, Locked,
    NewerSchema, NeedsMigration, Unavailable or Corrupt.
    """
    if url.startswith(_POSTGRES):
        return Store(await postgres.PostgresDatabase.open(url))
    return Store(await sqlite.SqliteDatabase.open(sqlite_path(url), serving=serving))


async def migrate(url: str) -> list[str]:
    """Create the database or bring it up to date; returns the names of what was applied."""
    if url.startswith(_POSTGRES):
        return await postgres.migrate(url)
    return await sqlite.migrate(sqlite_path(url))


def sqlite_path(url: str) -> Path:
    """The file behind `sqlite:///PATH`. Raises BadAddress."""
    if not url.startswith(_SQLITE) or url == _SQLITE:
        raise BadAddress(f"{url!r} is no database: write sqlite:///PATH or postgresql://…")
    return Path(url.removeprefix(_SQLITE))
