"""One fault right behind another: whoever asked is told what became of it, never left waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from kiosk.hall import Hall
from kiosk.hall.events import HallConfigured, Record
from kiosk.server.runtime import HallRuntime, Reply
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
        ([Unavailable("full")], [], [Unavailable, 201]),
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
    keys = [count.to_bytes(16, "big") for count in (1, 2)]
    async with serving(tmp_path, commits, answers) as (line, runtime), asyncio.timeout(PATIENCE_S):
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


@pytest.mark.parametrize(
    ("commits", "numbers"),
    [([], ["A001", "A002"]), ([Unavailable("full")], [None, "A001"])],
)
async def test_who_is_decided_on_a_commit_that_fails_is_decided_again(
    tmp_path: Path, commits: list[StoreError], numbers: list[str | None]
) -> None:
    keys = [count.to_bytes(16, "big") for count in (1, 2)]
    async with serving(tmp_path, commits, []) as (line, runtime), asyncio.timeout(PATIENCE_S):
        first = asyncio.create_task(runtime.submit(command(keys[0], "issue", "tax")))
        await line.begun.wait()
        # The second twice: an impatient visitor whose first request is still on its way.
        both = [asyncio.create_task(runtime.submit(command(keys[1], "issue", "tax"))) for _ in "ab"]
        await asyncio.sleep(0)
        line.gate.set()
        one, *two = await asyncio.gather(first, *both, return_exceptions=True)
        assert [_number(one), _number(two[0])] == numbers
        assert two[0] == two[1]
        assert sorted(t.number for t in runtime.hall.state.tickets.values()) == sorted(
            number for number in numbers if number
        )


def _number(reply: object) -> str | None:
    return msgspec.json.decode(reply.body)[1] if isinstance(reply, Reply) else None


@asynccontextmanager
async def serving(
    folder: Path, commits: list[StoreError], answers: list[StoreError]
) -> AsyncIterator[tuple[Unlucky, HallRuntime]]:
    """A hall on a bad line."""
    url = f"sqlite:///{folder}/unlucky.db"
    await migrate(url)
    store = await open_store(url, serving=True)
    record = Record("main", 1, NOON, "2026-03-02", "test", HallConfigured(CONFIG))
    await store.append(Batch("main", 0, (Entry(record),)))
    line = Unlucky(store, [*commits], [*answers])
    hall = Hall.replay(entry.record for entry in (await store.load("main")).entries)
    runtime = HallRuntime(line, JumpingClock(NOON), hall, set(), committed, never)
    runtime.start()
    try:
        yield line, runtime
        await runtime.stop()
    finally:
        await store.close()
