"""Ids that follow time, and tokens that nobody can make."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from kiosk.server.tokens import ID_LENGTH, TokenSigner, drawn_ahead, new_id, ordered_id

SIGNER = TokenSigner(b"k" * 32)
NOW = 1_795_340_000_000


@given(st.integers(NOW, NOW + 10**9), st.integers(1, 1000))
def test_ids_of_tickets_follow_time(now: int, later: int) -> None:
    one, other = (ordered_id(at, os.urandom) for at in (now, now + 32 * later))
    assert len(one) == ID_LENGTH
    assert one < other


def test_ids_of_one_moment_differ() -> None:
    # Thirty random bits: 100 of one moment collide once in 200,000 runs.
    assert len({ordered_id(NOW, os.urandom) for _ in range(100)}) == 100
    assert len({new_id(os.urandom) for _ in range(1000)}) == 1000


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=12))
def test_a_token_leads_to_its_id_and_to_no_other_installation(subject: str) -> None:
    token = SIGNER.token(subject)
    assert SIGNER.subject(token) == subject
    assert TokenSigner(b"x" * 32).subject(token) is None
    assert SIGNER.subject(token[:-1] + ("0" if token[-1] != "0" else "1")) is None


def test_what_is_no_token_has_no_id() -> None:
    for text in ("", "x", "龘" * 28, "A" * 28, "A" * 5000):
        assert SIGNER.subject(text) is None


def test_bytes_drawn_ahead_are_those_of_the_source_each_given_once() -> None:
    asked: list[int] = []

    def source(count: int) -> bytes:
        asked.append(count)
        return os.urandom(count)

    draw = drawn_ahead(source, 64)
    drawn = [draw(9) for _ in range(21)]
    assert {len(d) for d in drawn} == {9}
    assert len(set(drawn)) == 21
    assert asked == [64, 64, 64]
