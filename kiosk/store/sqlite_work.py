"""What runs in the thread of a SQLite connection: whole pieces of work, each one call.

Every function takes the connection first and raises sqlite3.Error.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from . import migrations
from .commit import Found, Put, Steps, Values, Waiting, write
from .rebuild import Difference, compare, replace, shadow
from .rows import PROJECTED
from .sqlite_file import transaction
from .sqlite_insert import insert
from .tables import TABLES, columns

T = TypeVar("T")
Statements = dict[str, str]
"""By name, in SQLite's notation."""


def rows_of(connection: sqlite3.Connection, text: str, args: Values) -> list[Values]:
    rows: list[Values] = connection.execute(text, args).fetchall()
    return rows


def change(connection: sqlite3.Connection, text: str, args: Values) -> int:
    with transaction(connection):
        return connection.execute(text, args).rowcount


def commit(
    connection: sqlite3.Connection, group: list[Waiting], statements: Statements
) -> tuple[int, list[Exception | None]]:
    """Write batches in one transaction; for each: None, or what left it out.

    Also returns how many rows this connection has changed since it was opened.
    """
    with transaction(connection):
        outcomes = pump(connection, write(group), statements)
    return connection.total_changes, outcomes


def checkpoint(connection: sqlite3.Connection) -> None:
    """Move what no reader needs any more from the WAL into the file; waits for nobody."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def pump(
    connection: sqlite3.Connection,
    steps: Steps[T],
    statements: Statements,
) -> T:
    """Take the steps one after another; returns what the generator returns."""
    found: Found | None = None
    while True:
        try:
            step = next(steps) if found is None else steps.send(found)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if isinstance(step, Put):
            insert(connection, statements[step.query], step.rows)
            found = ()
        else:
            found = [connection.execute(statements[f.query], f.args).fetchall() for f in step]


def rebuild(
    connection: sqlite3.Connection, statements: Statements, check: bool
) -> list[Difference]:
    """Make the tables anew as temporary ones, then compare or replace."""
    ends: dict[str, int] = {}
    for table in PROJECTED:
        made = connection.execute(
            "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?", (table.table,)
        ).fetchone()[0]
        connection.execute(made.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    # A snapshot: the log and the tables made of it stand at the same commit.
    connection.execute("BEGIN")
    pump(connection, shadow(ends), statements)
    if check:
        found = pump(connection, compare(), statements)
        connection.execute("COMMIT")
        return found
    connection.execute("COMMIT")
    with transaction(connection):
        # What was committed since the snapshot is little; only this holds up the server.
        pump(connection, shadow(ends), statements)
        found = pump(connection, compare(), statements)
        pump(connection, replace(), statements)
    return found


def applied(connection: sqlite3.Connection) -> list[int]:
    known = connection.execute(
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'"
    ).fetchone()[0]
    if not known:
        return []
    return [number for (number,) in connection.execute("SELECT number FROM migrations")]


def migrate(connection: sqlite3.Connection) -> list[str]:
    with transaction(connection):
        connection.execute(migrations.APPLIED)
        missing = migrations.missing("sqlite", applied(connection))
        for migration in missing:
            for statement in split(migration.sql):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations (number, name) VALUES (?, ?)",
                (migration.number, migration.name),
            )
    return [m.name for m in missing]


def split(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def copy_to(connection: sqlite3.Connection, path: Path) -> None:
    """Write the database as it is at one moment into a new file that stands alone."""
    target = sqlite3.connect(path)
    try:
        connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    finally:
        target.close()


def restore_from(connection: sqlite3.Connection, path: Path) -> None:
    """Put what another file holds in the place of everything, in one transaction."""
    connection.execute("ATTACH DATABASE ? AS backup", (str(path),))
    with transaction(connection):
        for table in TABLES:
            names = columns(table)
            connection.execute(f"DELETE FROM main.{table.name}")
            connection.execute(
                f"INSERT INTO main.{table.name} ({names}) SELECT {names} FROM backup.{table.name}"
            )
        connection.execute("UPDATE main.epoch SET number = number + 1")
    connection.execute("DETACH DATABASE backup")
