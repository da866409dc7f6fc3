"""The chain notices any change of any field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kiosk.store.chain import GENESIS, Row, broken, digest

texts = st.text(min_size=1, max_size=12)
rows = st.builds(
    Row,
    hall=texts,
    seq=st.just(1),
    at=st.integers(0, 2**62),
    day=texts,
    actor=texts,
    type=texts,
    payload=st.binary(max_size=30),
    key=st.none() | st.binary(max_size=16),
)


@given(rows)
def test_an_untouched_row_fits(row: Row) -> None:
    row.digest = digest(GENESIS, row)
    assert broken(None, row) is None


@given(rows, rows)
def test_two_rows_that_differ_have_different_digests(one: Row, other: Row) -> None:
    same = structs.asdict(one) == structs.asdict(other)
    assert (digest(GENESIS, one) == digest(GENESIS, other)) == same


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hall", "mai"),
        ("at", 6),
        ("day", "2026-03-03"),
        ("actor", "staff:l"),
        ("type", "ticket_issueD"),
        ("payload", b"{} "),
        ("key", b""),
        ("digest", bytes(32)),
    ],
)
def test_each_field_is_covered(field: str, value: object) -> None:
    row = Row("main", 1, 5, "2026-03-02", "staff:li", "ticket_issued", b"{}", None)
    row.digest = digest(GENESIS, row)
    assert broken(None, structs.replace(row, **{field: value})) is not None


def test_bytes_cant_move_from_one_field_to_the_next() -> None:
    one = Row("main", 1, 5, "2026-03-02", "ab", "c", b"{}", None)
    other = structs.replace(one, actor="a", type="bc")
    assert digest(GENESIS, one) != digest(GENESIS, other)


def test_a_missing_row_and_a_time_that_runs_back_are_named() -> None:
    first = Row("main", 1, 5, "2026-03-02", "a", "t", b"{}", None)
    first.digest = digest(GENESIS, first)
    second = Row("main", 2, 4, "2026-03-02", "a", "t", b"{}", None)
    second.digest = digest(first.digest, second)
    assert "missing" in (broken(None, second) or "")
    assert "time" in (broken(first, second) or "")
