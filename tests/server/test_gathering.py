"""Requests that come one right behind another are written together; nobody waits for others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import structs

from kiosk.hall import Hall
from kiosk.hall.events import AnyEvent, HallConfigured, Record
from kiosk.server.runtime import HallRuntime, Reply
from kiosk.store import Batch, Entry, Store, migrate, open_store
from tests.faults.node import command, committed
from tests.faults.test_clock import JumpingClock, instant
from tests.store.days import CONFIG

Settle = Callable[[HallRuntime, Sequence[Record]], None]

NOON = instant("Asia/Shanghai", "2026-03-02 12:00")


async def _never() -> None:
    raise AssertionError("nothing was restored")


@asynccontextmanager
async def _hall_at_noon(tmp_path: Path, settle: Settle = committed) -> AsyncIterator[HallRuntime]:
    url = f"sqlite:///{tmp_path}/gathering.db"
    await migrate(url)
    store = await open_store(url, serving=True)
    record = Record("main", 1, NOON, "2026-03-02", "test", HallConfigured(CONFIG))
    await store.append(Batch("main", 0, (Entry(record),)))
    hall = Hall.replay(entry.record for entry in (await store.load("main")).entries)
    made = HallRuntime(store, JumpingClock(NOON), hall, set(), settle, _never)
    made.start()
    yield made
    await made.stop()
    await store.close()


@pytest.fixture
async def runtime(tmp_path: Path) -> AsyncIterator[HallRuntime]:
    """A hall at noon."""
    async with _hall_at_noon(tmp_path) as made:
        yield made


@pytest.mark.parametrize("turns", [0, 1, 3])
async def test_who_comes_within_a_few_turns_shares_the_commit(
    runtime: HallRuntime, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    written: list[int] = []
    append = Store.append

    async def counted(store: Store, batch: Batch) -> None:
        written.append(len(batch.answers))
        await append(store, batch)

    monkeypatch.setattr(Store, "append", counted)
    asked = []
    for count in range(8):
        key = count.to_bytes(16, "big")
        asked.append(asyncio.create_task(runtime.submit(command(key, "issue", "tax"))))
        for _ in range(turns):
            await asyncio.sleep(0)
    assert [reply.status for reply in await asyncio.gather(*asked)] == [201] * 8
    assert written == [8]
    assert (await runtime.submit(command(b"alone".ljust(16), "issue", "tax"))).status == 201
    assert written == [8, 1]


async def test_who_asks_twice_for_what_fails_is_told_so_twice(runtime: HallRuntime) -> None:
    def broken(_hall: Hall, _now: int) -> Sequence[AnyEvent]:
        raise ZeroDivisionError

    twice = structs.replace(command(b"twice".ljust(16), "issue", "tax"), decide=broken)
    other = command(b"other".ljust(16), "issue", "tax")
    told = await asyncio.gather(
        *(runtime.submit(c) for c in (twice, other, twice)), return_exceptions=True
    )
    assert [type(t) for t in told] == [ZeroDivisionError, Reply, ZeroDivisionError]
    again = await runtime.submit(command(twice.key or b"", "issue", "tax"))
    assert again.status == 201


async def test_all_are_told_then_the_hall_is_shown_then_new_requests_are_read(
    tmp_path: Path,
) -> None:
    order: list[str] = []
    loop, (asking, listening) = asyncio.get_running_loop(), socket.socketpair()

    def settle(runtime: HallRuntime, records: Sequence[Record]) -> None:
        order.append("shown")
        committed(runtime, records)

    def read() -> None:
        loop.remove_reader(listening)
        order.append("read")

    async def ask(runtime: HallRuntime, key: bytes) -> None:
        await runtime.submit(command(key.ljust(16), "issue", "tax"))
        order.append("told")
        # As a visitor who has read the answer and asks at once for something else.
        asking.send(b"?")

    with asking, listening:
        loop.add_reader(listening, read)
        async with _hall_at_noon(tmp_path, settle) as runtime:
            await asyncio.gather(ask(runtime, b"one"), ask(runtime, b"two"))
            while "read" not in order:
                await asyncio.sleep(0)
            assert len(runtime.hall.state.tickets) == 2
    assert order == ["told", "told", "shown", "read"]
