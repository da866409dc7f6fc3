"""One fault right behind another: whoever asked is told what became of it, never left waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.hall import Hall
from kiosk.hall.events import HallConfigured, Record
from kiosk.server.runtime import HallRuntime
from kiosk.store import Batch, Conflict, Entry, Store, Unavailable, Uncertain, migrate, open_store
from kiosk.store.log import Answer, Loaded, Log, Person, StoreError
from tests.store.days import CONFIG

from .node import command, committed
from .test_clock import JumpingClock, instant

NOON = instant("Asia/Shanghai", "2026-03-02 12:00")
PATIENCE_S = 60


class Unlucky(Log):
    """A real store on a bad line: the next commits and answers fail as told, then all is well.

    begun: set when a commit is being made. gate: until it is set, commits wait.
    """

    def __init__(self, store: Store, commits: list[StoreError], answers: list[StoreError]) -> None:
        self.store, self.commits, self.answers = store, commits, answers
        self.begun, self.gate = asyncio.Event(), asyncio.Event()

    async def halls(self) -> list[str]:
        return await self.store.halls()

    async def load(self, hall: str) -> Loaded:
        return await self.store.load(hall)

    async def append(self, batch: Batch) -> None:
        self.begun.set()
        await self.gate.wait()
        if self.commits:
            raise self.commits.pop(0)
        await self.store.append(batch)

    async def after(self, hall: str, seq: int) -> list[Entry]:
        return await self.store.after(hall, seq)

    async def answer(self, hall: str, key: bytes) -> Answer | None:
        if self.answers:
            raise self.answers.pop(0)
        return await self.store.answer(hall, key)

    async def person(self, hall: str, subject: str) -> Person | None:
        return await self.store.person(hall, subject)

    async def close(self) -> None:
        await self.store.close()


async def never() -> None:
    raise AssertionError("nothing was restored")


@pytest.mark.parametrize(
    ("commits", "answers", "expected"),
    [
        ([Conflict("late")], [Unavailable("stopped")], [Unavailable, 201]),
        ([Conflict("late"), Unavailable("stopped")], [], [Unavailable, Unavailable]),
        ([Uncertain("cut"), Conflict("late"), Unavailable("stopped")], [], [Unavailable] * 2),
        ([Uncertain("cut"), Conflict("late")], [], [201, 201]),
    ],
)
async def test_everybody_is_answered(
    tmp_path: Path,
    commits: list[StoreError],
    answers: list[StoreError],
    expected: Sequence[object],
) -> None:
    url = f"sqlite:///{tmp_path}/unlucky.db"
    await migrate(url)
    store = await open_store(url, serving=True)
    record = Record("main", 1, NOON, "2026-03-02", "test", HallConfigured(CONFIG))
    await store.append(Batch("main", 0, (Entry(record),)))
    line = Unlucky(store, [*commits], [*answers])
    hall = Hall.replay(entry.record for entry in (await store.load("main")).entries)
    runtime = HallRuntime(line, JumpingClock(NOON), hall, set(), committed, never)
    runtime.start()
    keys = [count.to_bytes(16, "big") for count in (1, 2)]
    try:
        async with asyncio.timeout(PATIENCE_S):
            first = asyncio.create_task(runtime.submit(command(keys[0], "issue", "tax")))
            await line.begun.wait()
            # It comes while the first is being written, and is taken along when that fails.
            second = asyncio.create_task(runtime.submit(command(keys[1], "issue", "card")))
            await asyncio.sleep(0)
            line.gate.set()
            outcomes = await asyncio.gather(first, second, return_exceptions=True)
            told = [type(o) if isinstance(o, BaseException) else o.status for o in outcomes]
            assert told == expected
            for key, service in zip(keys, ("tax", "card"), strict=True):
                assert (await runtime.submit(command(key, "issue", service))).status == 201
            await runtime.stop()
    finally:
        await store.close()
