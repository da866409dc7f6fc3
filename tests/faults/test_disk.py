"""A disk that is full, or fails: an honest refusal, and on it goes when there is room again."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from kiosk.hall.events import HallConfigured, LegPlan, TicketIssued
from kiosk.store import Batch, Entry, Unavailable, migrate, open_store
from kiosk.store.audit import verify
from tests.store.days import CONFIG, records

from .conftest import installed
from .test_kills import hammering


async def test_a_full_disk_refuses_and_then_goes_on(tmp_path: Path) -> None:
    made, small = tmp_path / "made", tmp_path / "small"
    made.mkdir()
    small.mkdir()
    await installed(f"sqlite:///{made}/kiosk.db")
    # A file system of 64 MB that only the node and its children see; what it holds is copied out
    # before the node ends, since the file system ends with it.
    script = (
        f"mount -t tmpfs -o size=64m none {small} && cp -a {made}/. {small} &&"
        f' "$@"; status=$?; cp -a {small}/. {made}; exit $status'
    )
    wrapper = ("unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh")
    async with hammering(
        f"sqlite:///{small}/kiosk.db", nodes=1, clients=8, seed=11, wrapper=wrapper
    ) as hammer:
        for _ in range(2):
            await hammer.answers(50)
            before = len(hammer.failures)
            while len(hammer.failures) == before:
                # Again and again: SQLite may find room within its own files for a while.
                hammer.nodes[0].write("fill")
                assert await hammer.notes.get() == "filled"
            hammer.nodes[0].write("free")
            assert await hammer.notes.get() == "freed"
            await hammer.answers(50)
        hammer.url = f"sqlite:///{made}/kiosk.db"
    assert any("full" in failure for failure in hammer.failures)


async def test_a_disk_that_fails_refuses_and_then_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kiosk.db"
    await migrate(url)
    store = await open_store(url, serving=True)

    async def issue(seq: int) -> None:
        event = TicketIssued(f"t{seq}", f"A{seq:03d}", (LegPlan("tax", "A"),))
        (record,) = records([event if seq else HallConfigured(CONFIG)], seq=seq)
        await store.append(Batch("main", seq, (Entry(record),)))

    async def fill(seqs: range) -> None:
        for seq in seqs:
            await issue(seq)

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        await fill(range(5))
        written = max(file.stat().st_size for file in tmp_path.iterdir())
        # The kernel now refuses every write behind this byte, as a disk with a bad end does.
        resource.setrlimit(resource.RLIMIT_FSIZE, (written, before[1]))
        with pytest.raises(Unavailable, match="disk"):
            await fill(range(5, 500))
        seq = len(await store.after("main", 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        await issue(seq)
        assert (await verify(store)).broken is None
        assert await store.rebuild(check=True) == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        await store.close()
