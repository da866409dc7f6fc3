"""Requests that come one right behind another are written together; nobody waits for others."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiosk.hall import Hall
from kiosk.hall.events import HallConfigured, Record
from kiosk.server.runtime import HallRuntime
from kiosk.store import Batch, Entry, migrate, open_store
from tests.faults.node import command, committed
from tests.faults.test_clock import JumpingClock, instant
from tests.store.days import CONFIG

NOON = instant("Asia/Shanghai", "2026-03-02 12:00")


async def _never() -> None:
    raise AssertionError("nothing was restored")


@pytest.mark.parametrize("turns", [0, 1, 3])
async def test_who_comes_within_a_few_turns_shares_the_commit(tmp_path: Path, turns: int) -> None:
    url = f"sqlite:///{tmp_path}/gathering.db"
    await migrate(url)
    store = await open_store(url, serving=True)
    record = Record("main", 1, NOON, "2026-03-02", "test", HallConfigured(CONFIG))
    await store.append(Batch("main", 0, (Entry(record),)))
    written: list[int] = []
    append = store.append

    async def counted(batch: Batch) -> None:
        written.append(len(batch.answers))
        await append(batch)

    store.append = counted  # type: ignore[method-assign]
    hall = Hall.replay(entry.record for entry in (await store.load("main")).entries)
    runtime = HallRuntime(store, JumpingClock(NOON), hall, set(), committed, _never)
    runtime.start()
    try:
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
        await runtime.stop()
    finally:
        await store.close()
