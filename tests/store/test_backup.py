"""A backup holds everything, says whether it is whole, and takes no sealed day away unasked."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from kiosk.hall.events import LegPlan, TicketIssued
from kiosk.store import Batch, Conflict, Entry, Person, Restored, Store, migrate, open_store
from kiosk.store.access import Account, Key
from kiosk.store.audit import verify
from kiosk.store.backup import BackupError, WouldLose, backup, restore

from .days import DAY, drawn, records, write
from .raw import tamper


@pytest.fixture
async def full(store: Store) -> Store:
    """A store with something in every table."""
    log = drawn(51, 400, days=2)
    await write(store, log)
    person = Person("main", "main-0-1", b"sealed", b"m", 10**15)
    await store.append(Batch("main", log[-1].seq, (), (), (person,)))
    await store.access.add_key(Key("k1", "admin", None, "n", b"h" * 32, 1))
    await store.access.put_account(Account("li", "argon", ("staff",), (), 1))
    return store


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another database, not made yet on SQLite and empty on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/elsewhere.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def dump(store: Store) -> list[object]:
    return [
        [e async for e in store.walk("main")],
        [(v.ticket, v.legs) for v in await store.reports.visits("main", DAY)],
        await store.person("main", "main-0-1"),
        await store.access.keys(),
        await store.access.accounts(),
    ]


async def test_a_backup_restores_to_the_same_on_either_database(
    full: Store, target: Path, elsewhere: str
) -> None:
    made = await backup(full, target)
    assert made.events == (await full.load("main")).seq
    assert hashlib.sha256(target.read_bytes()).hexdigest() == made.sha256
    assert await restore(target, elsewhere) == made
    again = await open_store(elsewhere)
    try:
        assert await dump(again) == await dump(full)
        assert await again.rebuild(check=True) == []
        assert (await verify(again)).broken is None
    finally:
        await again.close()


async def test_a_backup_beside_writers_is_one_moment(full: Store, target: Path) -> None:
    last = await full.load("main")

    async def go_on() -> None:
        for n in range(40):
            event = TicketIssued(f"new{n}", f"B{n:03d}", (LegPlan("card", "B"),))
            (record,) = records([event], seq=last.seq + n, at=last.at + n)
            await full.append(Batch("main", record.seq - 1, (Entry(record),)))

    made, _ = await asyncio.gather(backup(full, target), go_on())
    assert last.seq <= made.events <= last.seq + 40


async def test_a_server_notices_that_its_log_was_replaced(
    full: Store, url: str, target: Path
) -> None:
    loaded = await full.load("main")
    await backup(full, target)
    (record,) = records(
        [TicketIssued("t", "A001", (LegPlan("tax", "A"),))],
        seq=loaded.seq,
        at=loaded.at,
        day="2026-03-09",
    )
    batch = Batch("main", loaded.seq, (Entry(record),))
    await full.append(batch)
    await restore(target, url)
    with pytest.raises(Restored):
        await full.append(batch)
    assert issubclass(Restored, Conflict)
    with pytest.raises(Restored):
        await full.behind({"main": loaded.seq})
    assert (await full.load("main")).seq == loaded.seq
    await full.append(batch)
    assert await full.rebuild(check=True) == []


async def test_sealed_days_are_not_lost_without_force(full: Store, url: str, target: Path) -> None:
    await backup(full, target)
    seq, at = (await full.load("main")).seq, 1_772_700_000_000
    from_tomorrow = [r for r in drawn(52, 30) if r.event.kind == "day_closed"]
    (closing,) = records([from_tomorrow[0].event], seq=seq, at=at, day="2026-03-05")
    await full.append(Batch("main", seq, (Entry(closing),)))
    with pytest.raises(WouldLose, match="2026-03-05"):
        await restore(target, url)
    assert (await full.after("main", seq))[0].record == closing
    await restore(target, url, force=True)
    assert await full.after("main", seq) == []


async def test_a_damaged_backup_is_refused(full: Store, target: Path, elsewhere: str) -> None:
    await backup(full, target)
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)
    with pytest.raises(BackupError, match="damaged"):
        await restore(target, elsewhere)
    target.with_name(target.name + ".sha256").unlink()
    with pytest.raises(BackupError, match="missing"):
        await restore(target, elsewhere)


async def test_a_backup_with_a_broken_chain_is_refused(
    full: Store, target: Path, elsewhere: str
) -> None:
    await backup(full, target)
    tamper(f"sqlite:///{target}", "UPDATE events SET actor = 'x' WHERE seq = 9")
    target.with_name(target.name + ".sha256").unlink()
    with pytest.raises(BackupError, match="event 9"):
        await restore(target, elsewhere, force=True)


async def test_a_broken_log_makes_no_backup(full: Store, url: str, target: Path) -> None:
    tamper(url, "UPDATE events SET actor = 'x' WHERE seq = 9")
    with pytest.raises(BackupError, match="event 9"):
        await backup(full, target)
    assert list(target.parent.glob("monday*")) == []


async def test_nothing_is_overwritten_and_places_must_exist(full: Store, target: Path) -> None:
    target.touch()
    with pytest.raises(BackupError, match="exists"):
        await backup(full, target)
    with pytest.raises(BackupError, match="directory"):
        await backup(full, target.parent / "none" / "x")
    with pytest.raises(BackupError, match="no backup"):
        await restore(target.parent / "nothing", full.database.url)


async def test_an_empty_store_has_a_backup_too(store: Store, target: Path, elsewhere: str) -> None:
    made = await backup(store, target)
    assert (made.halls, made.events) == (0, 0)
    await migrate(elsewhere)
    assert await restore(target, elsewhere) == made
