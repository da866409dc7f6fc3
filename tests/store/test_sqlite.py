"""What can happen to the file and its disk: a clear error, and it goes on afterwards."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.hall.events import HallConfigured, LegPlan, TicketIssued, encode
from kiosk.store import (
    Answer,
    Batch,
    Corrupt,
    Entry,
    Locked,
    NeedsMigration,
    NewerSchema,
    Store,
    Unavailable,
    migrate,
    open_store,
)
from kiosk.store.access import Key
from kiosk.store.audit import verify

from .days import CONFIG, drawn, records, write
from .raw import tamper


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def issue(seq: int) -> Batch:
    (record,) = records([TicketIssued(f"t{seq}", f"A{seq:03d}", (LegPlan("tax", "A"),))], seq=seq)
    return Batch("main", seq, (Entry(record),))


async def test_a_second_server_is_refused_with_the_reason(store: Store, url: str) -> None:
    with pytest.raises(Locked, match=str(os.getpid())):
        await open_store(url, serving=True)
    beside = await open_store(url)
    await beside.close()
    await store.close()
    again = await open_store(url, serving=True)
    await again.close()


async def test_the_lock_ends_with_its_process_however_it_ends(url: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from kiosk.store import open_store\n"
        "async def main():\n"
        f"    store = await open_store({url!r}, serving=True)\n"
        "    print('open', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    assert await server.stdout.readline() == b"open\n"
    with pytest.raises(Locked, match=str(server.pid)):
        await open_store(url, serving=True)
    server.send_signal(signal.SIGKILL)
    await server.wait()
    store = await open_store(url, serving=True)
    await store.close()


async def test_a_newer_and_an_older_database_are_refused(url: str, tmp_path: Path) -> None:
    connection = sqlite3.connect(path_of(url))
    with connection:
        connection.execute("INSERT INTO migrations VALUES (9999, 'from the future')")
    with pytest.raises(NewerSchema, match="9999"):
        await open_store(url)
    with pytest.raises(NewerSchema):
        await migrate(url)
    with connection:
        connection.execute("DELETE FROM migrations WHERE number > 1")
    connection.close()
    with pytest.raises(NeedsMigration, match="kiosk init"):
        await open_store(url)
    (tmp_path / "empty.db").touch()
    with pytest.raises(NeedsMigration):
        await open_store(f"sqlite:///{tmp_path}/empty.db")


async def test_only_its_owner_can_read_a_new_database(url: str) -> None:
    assert stat.S_IMODE(path_of(url).stat().st_mode) == 0o600


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100)
    with pytest.raises(Corrupt):
        await open_store(f"sqlite:///{path}")
    with pytest.raises(Corrupt):
        await migrate(f"sqlite:///{path}")
    with pytest.raises(Unavailable):
        await migrate(f"sqlite:///{tmp_path}/no/such/directory/kiosk.db")


async def test_a_full_database_says_so_and_goes_on_when_there_is_room(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await write(store, records([HallConfigured(CONFIG)]))
    writer = store.database._writer
    pages = await writer.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    await writer.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchall())
    huge = Answer("main", b"k" * 16, b"r" * 16, 0, 200, b"x" * 100_000)
    with caplog.at_level(logging.WARNING), pytest.raises(Unavailable, match="full"):
        await store.append(Batch("main", 1, issue(1).entries, (huge,)))
    assert caplog.records[0].levelno == logging.CRITICAL
    assert [e.record.seq for e in await store.after("main", 0)] == [1]
    with caplog.at_level(logging.WARNING):
        key = Key("k1", "admin", None, "n", b"h" * 32, 1)
        await asyncio.gather(store.append(issue(1)), store.access.add_key(key))
    assert "again" in caplog.records[-1].message
    assert await store.access.key(b"h" * 32) == key
    assert await store.rebuild(check=True) == []


async def test_a_held_database_is_unavailable_and_then_free(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(store, records([HallConfigured(CONFIG)]))
    await store.database._writer.run(lambda c: c.execute("PRAGMA busy_timeout = 1").fetchall())
    other = sqlite3.connect(path_of(url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="another process"):
        await store.append(issue(1))
    other.execute("ROLLBACK")
    other.close()
    await store.append(issue(1))


async def test_a_damaged_page_is_said_and_the_rest_goes_on(url: str) -> None:
    store = await open_store(url)
    log = drawn(41, 800)
    await write(store, log)
    await store.close()
    page, found = 4096, encode(log[len(log) // 2].event)
    content = bytearray(path_of(url).read_bytes())
    start = content.index(found) // page * page
    content[start : start + 200] = b"\xff" * 200
    path_of(url).write_bytes(content)
    store = await open_store(url, serving=True)
    try:
        with pytest.raises(Corrupt):
            await store.after("main", 0)
        other = records([HallConfigured(CONFIG)], hall="other")
        await store.append(Batch("other", 0, (Entry(other[0]),)))
        assert len(await store.after("other", 0)) == 1
    finally:
        await store.close()


async def test_a_text_that_is_no_text_is_named_by_the_audit(store: Store, url: str) -> None:
    await write(store, drawn(43, 40))
    tamper(url, "UPDATE events SET actor = CAST(x'ff61' AS TEXT) WHERE seq = 17")
    broken = (await verify(store)).broken
    assert broken is not None
    assert broken.seq == 17


async def test_readers_do_not_wait_for_the_writer(store: Store, url: str) -> None:
    await write(store, drawn(42, 50))
    other = sqlite3.connect(path_of(url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM events")
    async with asyncio.timeout(5):
        assert len(await store.after("main", 0)) > 0
        assert len(await store.reports.visits("main", "2026-03-02")) > 0
    other.execute("ROLLBACK")
    other.close()


async def test_a_caller_that_gives_up_harms_nobody(store: Store) -> None:
    await write(store, records([HallConfigured(CONFIG)]))
    task = asyncio.create_task(store.append(issue(1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.close()
