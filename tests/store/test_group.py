"""Group commit: what waits goes together, what fails fails alone."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.store import Batch, Conflict, StoreError, Unavailable, Uncertain
from kiosk.store.commit import Waiting
from kiosk.store.group import GroupCommit


def waiting(hall: str) -> Waiting:
    return Waiting(Batch(hall, 0, ()), None)


class Disk:
    """Records the groups that it was given; some halls fail."""

    def __init__(self, **failures: Exception) -> None:
        self.groups: list[list[str]] = []
        self.failures = failures
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, group: list[Waiting]) -> list[Exception | None]:
        self.groups.append([batch.hall for batch, _ in group])
        await self.gate.wait()
        for batch, _ in group:
            if batch.hall in self.failures:
                raise self.failures[batch.hall]
        return [None] * len(group)


async def test_what_waits_during_a_commit_goes_into_the_next_one() -> None:
    disk = Disk()
    disk.gate.clear()
    commit = GroupCommit(disk.write)
    first = asyncio.create_task(commit.add(waiting("a")))
    while not disk.groups:
        await asyncio.sleep(0)
    others = [asyncio.create_task(commit.add(waiting(hall))) for hall in "bcd"]
    await asyncio.sleep(0)
    disk.gate.set()
    await asyncio.gather(first, *others)
    assert disk.groups == [["a"], ["b", "c", "d"]]


@pytest.mark.parametrize("failure", [Conflict("late"), KeyError("t1"), StoreError("page")])
async def test_one_that_fails_does_not_fail_the_others(failure: Exception) -> None:
    disk = Disk(b=failure)
    commit = GroupCommit(disk.write)
    outcomes = await asyncio.gather(
        *(commit.add(waiting(hall)) for hall in "abc"), return_exceptions=True
    )
    assert outcomes == [None, failure, None]
    assert disk.groups == [["a", "b", "c"], ["a"], ["b"], ["c"]]


@pytest.mark.parametrize("failure", [Unavailable("full"), Uncertain("cut")])
async def test_a_disk_that_fails_fails_all_of_the_group_at_once(failure: Exception) -> None:
    disk = Disk(b=failure)
    commit = GroupCommit(disk.write)
    outcomes = await asyncio.gather(
        *(commit.add(waiting(hall)) for hall in "abc"), return_exceptions=True
    )
    assert outcomes == [failure] * 3
    assert len(disk.groups) == 1
    disk.failures.clear()
    await commit.add(waiting("d"))


async def test_who_gives_up_does_not_disturb_the_others() -> None:
    disk = Disk()
    disk.gate.clear()
    commit = GroupCommit(disk.write)
    tasks = [asyncio.create_task(commit.add(waiting(hall))) for hall in "ab"]
    while not disk.groups:
        await asyncio.sleep(0)
    tasks[0].cancel()
    disk.gate.set()
    await tasks[1]
    await commit.finish()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
