"""Many rows in few calls: the same table as row after row."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.store.sqlite_insert import insert

VALUES = st.tuples(
    st.integers(0, 5), st.none() | st.text(max_size=3), st.none() | st.binary(max_size=3)
)
UPSERT = (
    "INSERT INTO t (k, a, b) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (k) DO UPDATE SET a = excluded.a, b = excluded.b"
)


def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, a TEXT, b BLOB) STRICT")
    return connection


@given(st.lists(VALUES, max_size=90))
def test_the_last_row_of_a_key_counts_as_when_written_one_by_one(
    rows: list[tuple[int, str | None, bytes | None]],
) -> None:
    together, single = table(), table()
    insert(together, UPSERT, rows)
    single.executemany(UPSERT, rows)
    both = [c.execute("SELECT k, a, b FROM t ORDER BY k").fetchall() for c in (together, single)]
    assert both[0] == both[1]
    together.close()
    single.close()


def test_what_rows_have_in_common_may_change_from_call_to_call() -> None:
    connection, wanted = table(), []
    for start, a in ((0, "a"), (40, "a"), (80, None), (120, "b"), (160, ""), (200, "a")):
        rows = [(start + n, a, bytes([n % 3]) if start else b"x") for n in range(40)]
        insert(connection, UPSERT, rows)
        wanted += rows
    assert connection.execute("SELECT k, a, b FROM t ORDER BY k").fetchall() == wanted
    connection.close()


def test_a_statement_without_values_runs_as_it_is() -> None:
    connection = table()
    insert(connection, UPSERT, [(1, None, b"x")])
    insert(connection, "DELETE FROM t WHERE b IS NOT NULL", [()])
    assert connection.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    connection.close()


def test_a_refused_row_leaves_nothing_of_its_transaction() -> None:
    connection = table()
    connection.execute("BEGIN")
    rows = [(n, "a", b"b") for n in range(100)]
    insert(connection, UPSERT, rows)
    with pytest.raises(sqlite3.IntegrityError):
        insert(connection, UPSERT.partition(" ON ")[0], [(100, "a", b"b"), *rows])
    assert not connection.in_transaction
    assert connection.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    connection.close()
