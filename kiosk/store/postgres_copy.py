"""Everything that a PostgreSQL database holds, into a SQLite file and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import sqlite
from .sqlite_file import Thread, connect
from .tables import TABLES, Table, columns, insert, read

CHUNK = 5_000


async def copy_to(connection: Any, path: Path) -> None:
    """Write all tables as they are at one moment into a new file that stands alone."""
    await sqlite.migrate(path)
    file = await connect(path)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for table in TABLES:
                rows: list[Any] = []
                async for row in connection.cursor(read(table), prefetch=CHUNK):
                    rows.append(tuple(row))
                    if len(rows) == CHUNK:
                        await file.run(_add, table, rows)
                        rows = []
                await file.run(_add, table, rows)
        await file.run(_alone)
    finally:
        await file.close()


async def restore_from(connection: Any, path: Path) -> None:
    """Put what a file holds in the place of everything, in one transaction."""
    file = await connect(path, reader=True)
    try:
        async with connection.transaction():
            # Nobody writes meanwhile; readers see the old log until the end.
            await connection.execute("LOCK TABLE events IN EXCLUSIVE MODE")
            for table in TABLES:
                await connection.execute(f"DELETE FROM {table.name}")
                await _fill(connection, file, table)
            await connection.execute("UPDATE epoch SET number = number + 1")
    finally:
        await file.close()


async def _fill(connection: Any, file: Thread, table: Table) -> None:
    chunks = await file.run(_chunks, table)
    while rows := await file.run(lambda _: next(chunks, None)):
        await connection.copy_records_to_table(
            table.name, records=rows, columns=list(table.columns)
        )


def _chunks(file: sqlite3.Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    cursor = file.execute(f"SELECT {columns(table)} FROM {table.name}")
    return iter(lambda: cursor.fetchmany(CHUNK), [])


def _add(file: sqlite3.Connection, table: Table, rows: list[Any]) -> None:
    file.execute("BEGIN")
    file.executemany(insert(table), rows)
    file.execute("COMMIT")


def _alone(file: sqlite3.Connection) -> None:
    """Fold the WAL into the file and do without one."""
    file.execute("PRAGMA journal_mode = DELETE")
