"""The schema is what all migrations make, on both databases, and fits the structs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from msgspec import Struct

from kiosk.store import migrate, open_store
from kiosk.store.access import Account, Device, Key, Session
from kiosk.store.chain import Row
from kiosk.store.log import Answer, NewerSchema, Person
from kiosk.store.migrations import APPLIED, known, missing
from kiosk.store.queries import load
from kiosk.store.rows import PROJECTED

from .postgres_server import PostgresServer
from .raw import tamper


def schema(url: str) -> dict[str, list[str]]:
    """The columns of each table, in order."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        rows = connection.execute(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
            " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
        ).fetchall()
        connection.close()
    else:
        with psycopg.connect(url) as postgres:
            rows = postgres.execute(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
            ).fetchall()
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def test_both_databases_have_the_same_tables(sqlite_url: str, postgres_url: str) -> None:
    assert schema(sqlite_url) == schema(postgres_url)


def test_tables_have_the_columns_of_their_structs(sqlite_url: str) -> None:
    found = schema(sqlite_url)
    for row in PROJECTED:
        assert found.pop(row.table) == list(row.columns())
    structs: dict[str, type[Struct]] = {
        "events": Row,
        "answers": Answer,
        "keys": Key,
        "sessions": Session,
        "devices": Device,
    }
    for table, struct in structs.items():
        assert found.pop(table) == list(struct.__struct_fields__)
    assert set(found.pop("accounts")) == set(Account.__struct_fields__)
    assert len(found.pop("people")) == len(Person.__struct_fields__)
    assert set(found) == {"epoch", "migrations", "presence"}


OF_A_HALL = {row.table for row in PROJECTED} | {"events", "answers", "people", "presence"}
"""Tables that can be distributed by hall; keys and devices only name one, and may name none."""


def unique(url: str) -> set[tuple[str, str]]:
    """The first column of every unique key of every table."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        rows = connection.execute(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_index_list(t.name) i,"
            " pragma_index_info(i.name) c WHERE t.type = 'table' AND i.\"unique\" AND c.seqno = 0"
        ).fetchall()
        connection.close()
        return set(rows)
    with psycopg.connect(url) as postgres:
        rows = postgres.execute(
            "SELECT i.indrelid::regclass::text, a.attname FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisunique"
        ).fetchall()
    return {(str(table), str(column)) for table, column in rows}


def test_every_key_of_what_belongs_to_a_hall_begins_with_the_hall(url: str) -> None:
    first = {(table, column) for table, column in unique(url) if table in OF_A_HALL}
    assert first == {(table, "hall") for table in OF_A_HALL}


def test_numbers_follow_one_another_and_agree() -> None:
    sqlite, postgres = known("sqlite"), known("postgres")
    assert [m.number for m in sqlite] == list(range(1, len(sqlite) + 1))
    assert [(m.number, m.name) for m in sqlite] == [(m.number, m.name) for m in postgres]


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_what_is_missing_comes_in_order_and_newer_ones_are_refused(dialect: str) -> None:
    everything = known(dialect)
    assert missing(dialect, []) == everything
    assert missing(dialect, [1]) == everything[1:]
    with pytest.raises(NewerSchema):
        missing(dialect, [1, 999])


async def test_migrating_again_changes_nothing(url: str) -> None:
    before = schema(url)
    assert await migrate(url) == []
    assert schema(url) == before


async def test_a_newer_database_is_refused(url: str) -> None:
    tamper(url, "INSERT INTO migrations (number, name) VALUES (999, 'future')")
    with pytest.raises(NewerSchema, match="999"):
        await open_store(url)


async def test_answers_given_before_they_lay_in_order_are_still_remembered(
    tmp_path: Path,
) -> None:
    path, keys = tmp_path / "old.db", [bytes([n] * 16) for n in (3, 1, 2)]
    connection = sqlite3.connect(path)
    for migration in known("sqlite")[:7]:
        connection.executescript(migration.sql)
    connection.execute(APPLIED)
    for migration in known("sqlite")[:7]:
        applied = (migration.number, migration.name)
        connection.execute("INSERT INTO migrations (number, name) VALUES (?, ?)", applied)
    for at, key in enumerate(keys):
        row = ("main", key, key, at, 201, b"said")
        connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
    assert (await migrate(f"sqlite:///{path}"))[0] == "answers"
    store = await open_store(f"sqlite:///{path}")
    found = [await store.answer("main", key) for key in keys]
    await store.close()
    assert found == [Answer("main", key, key, at, 201, b"said") for at, key in enumerate(keys)]


async def test_a_missing_postgres_database_is_made(postgres: PostgresServer) -> None:
    url = postgres.url("made-by-init")
    assert await migrate(url) == [m.name for m in known("postgres")]
    store = await open_store(url)
    await store.close()


def test_both_databases_know_the_same_statements() -> None:
    assert set(load("sqlite")) == set(load("postgres"))
