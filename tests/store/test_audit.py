"""Whatever is done to a log behind the product's back, the audit names the first broken row."""

from __future__ import annotations

import pytest

from kiosk.store import Store
from kiosk.store.audit import seal, verify

from .days import DAY, drawn, write
from .raw import tamper


@pytest.fixture
async def log_store(store: Store) -> Store:
    await write(store, drawn(21, 80, days=2))
    await write(store, drawn(22, 40, hall="other"))
    return store


async def test_an_untouched_log_is_whole(log_store: Store) -> None:
    verdict = await verify(log_store)
    assert verdict.broken is None
    assert verdict.halls == 2
    assert verdict.events == len(await log_store.after("main", 0)) + len(
        await log_store.after("other", 0)
    )


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE events SET actor = 'staff:x' WHERE hall = 'main' AND seq = 17", 17),
        ("UPDATE events SET at = at + 1 WHERE hall = 'main' AND seq = 17", 17),
        ("UPDATE events SET day = '2026-03-03' WHERE hall = 'main' AND seq = 17", 17),
        ("UPDATE events SET type = 'x' WHERE hall = 'main' AND seq = 17", 17),
        ("UPDATE events SET key = x'00' WHERE hall = 'main' AND seq = 17", 17),
        ("UPDATE events SET payload = x'7b7d' WHERE hall = 'main' AND seq = 17", 17),
        ("UPDATE events SET digest = zeroblob(32) WHERE hall = 'main' AND seq = 17", 17),
        ("DELETE FROM events WHERE hall = 'main' AND seq = 1", 2),
        ("DELETE FROM events WHERE hall = 'main' AND seq = 17", 18),
        ("UPDATE events SET hall = 'ghost' WHERE hall = 'main' AND seq = 1", 1),
    ],
)
async def test_a_changed_row_is_named(log_store: Store, statement: str, seq: int) -> None:
    assert tamper(log_store.database.url, statement) == 1
    broken = (await verify(log_store)).broken
    assert broken is not None
    assert broken.seq == seq


async def test_rows_cut_off_at_the_end_are_missed(log_store: Store) -> None:
    last = (await log_store.after("main", 0))[-1].record.seq
    tamper(log_store.database.url, f"DELETE FROM events WHERE hall = 'main' AND seq > {last - 3}")
    broken = (await verify(log_store)).broken
    assert broken is not None
    assert (broken.hall, broken.seq) == ("main", last - 2)


async def test_swapped_and_inserted_rows_are_named(log_store: Store) -> None:
    url = log_store.database.url
    move = "UPDATE events SET seq = {} WHERE hall = 'main' AND seq = {}"
    tamper(url, move.format(99999, 20), move.format(20, 21), move.format(21, 99999))
    broken = (await verify(log_store)).broken
    assert broken is not None
    assert broken.seq == 20
    tamper(
        url,
        "INSERT INTO events SELECT hall, 99999, at, day, actor, type, payload, key, digest"
        " FROM events WHERE hall = 'other' AND seq = 5",
    )
    assert (await verify(log_store)).broken is not None


async def test_a_days_seal_is_its_closings_digest(log_store: Store) -> None:
    found = await seal(log_store, "main", DAY)
    assert found is not None
    assert found.closed
    (closing,) = [
        row async for row in log_store.rows("main") if row.day == DAY and row.type == "day_closed"
    ]
    assert (found.digest, found.last_seq) == (closing.digest.hex(), closing.seq)
    assert await seal(log_store, "main", "2020-01-01") is None
