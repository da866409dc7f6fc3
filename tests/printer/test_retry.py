"""When a printer is tried again."""

from hypothesis import given
from hypothesis import strategies as st

from printer.retry import retry_at


def test_pauses_double_to_five_seconds() -> None:
    assert [retry_at(n, 0, 60_000) for n in range(1, 7)] == [500, 1000, 2000, 4000, 5000, 5000]


@given(st.integers(1, 10_000), st.integers(0, 10**12), st.integers(-(10**6), 10**6))
def test_never_after_nobody_waits_any_more(attempt: int, now: int, lives: int) -> None:
    at = retry_at(attempt, now, now + lives)
    if at is not None:
        assert now < at < now + lives
    else:
        assert lives <= 5_000
