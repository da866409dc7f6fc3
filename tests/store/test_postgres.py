"""Several nodes on one database, cut wires, a server that goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from kiosk.hall.events import HallConfigured, LegPlan, TicketIssued
from kiosk.store import (
    Answer,
    Batch,
    Conflict,
    Entry,
    Store,
    Unavailable,
    Uncertain,
    migrate,
    open_store,
)
from kiosk.store.audit import verify

from .days import CONFIG, drawn, records, write
from .postgres_server import PostgresServer
from .proxy import Proxy


@pytest.fixture
def url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
async def other(url: str) -> AsyncIterator[Store]:
    """A second node."""
    store = await open_store(url, serving=True)
    yield store
    await store.close()


@pytest.fixture
async def proxy(postgres: PostgresServer) -> AsyncIterator[Proxy]:
    proxy = Proxy(postgres.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def remote(url: str, proxy: Proxy) -> AsyncIterator[Store]:
    """A node behind the proxy."""
    database = url.rpartition("/")[2]
    store = await open_store(
        f"postgresql://kiosk@127.0.0.1:{proxy.port}/{database}?sslmode=disable"
    )
    yield store
    await store.close()


def issue(seq: int, key: bytes | None = None) -> Batch:
    (record,) = records([TicketIssued(f"t{seq}", f"A{seq:03d}", (LegPlan("tax", "A"),))], seq=seq)
    answers = () if key is None else (Answer("main", key, key, 0, 201, b"{}"),)
    return Batch("main", seq, (Entry(record, key),), answers)


KEY = b"k" * 16


def is_commit(data: bytes) -> bool:
    """Whether this is the statement that writes: it carries the request's key."""
    return KEY in data


async def test_of_two_nodes_one_wins_each_place(store: Store, other: Store) -> None:
    await write(store, records([HallConfigured(CONFIG)]))

    async def take(node: Store, name: str, count: int) -> None:
        taken = 0
        while taken < count:
            seq = (await node.load("main")).seq
            event = TicketIssued(f"{name}{taken}", f"A{seq:03d}", (LegPlan("tax", "A"),))
            (record,) = records([event], seq=seq)
            try:
                await node.append(Batch("main", seq, (Entry(record),)))
            except Conflict:
                continue
            taken += 1

    await asyncio.gather(take(store, "a", 30), take(other, "b", 30), take(store, "c", 30))
    log = await other.after("main", 1)
    assert [e.record.seq for e in log] == list(range(2, 92))
    assert len({e.record.event.ticket for e in log}) == 90
    assert (await verify(store)).broken is None
    assert await store.rebuild(check=True) == []


async def test_halls_of_two_nodes_never_wait_in_a_circle(store: Store, other: Store) -> None:
    async def fill(node: Store, hall: str) -> None:
        for seq in range(20):
            event = HallConfigured(CONFIG) if seq == 0 else drawn(1, 30, hall=hall)[seq].event
            (record,) = records([event], hall=hall, seq=seq)
            try:
                await node.append(Batch(hall, seq, (Entry(record),)))
            except Conflict:
                return

    halls = [f"h{n}" for n in range(8)]
    async with asyncio.timeout(60):
        await asyncio.gather(
            *(fill(store, hall) for hall in halls), *(fill(other, hall) for hall in halls[::-1])
        )
    assert (await verify(store)).broken is None


async def test_a_commit_wakes_the_other_nodes_but_not_its_own(store: Store, other: Store) -> None:
    mine, theirs = asyncio.Queue[str](), asyncio.Queue[str]()
    await store.listen(lambda: mine.put_nowait("woken"))
    await other.listen(lambda: theirs.put_nowait("woken"))
    async with asyncio.timeout(60):
        await asyncio.gather(mine.get(), theirs.get())
        await write(store, records([HallConfigured(CONFIG)]))
        await theirs.get()
        assert await other.behind({"main": 0, "nowhere": 0}) == ["main"]
        assert await other.behind({"main": 1}) == []
        await other.append(issue(1))
        await mine.get()
    assert theirs.empty()


async def test_a_wire_cut_before_the_commit_arrives_is_uncertain_and_not_written(
    store: Store, remote: Store, proxy: Proxy
) -> None:
    await write(remote, records([HallConfigured(CONFIG)]))
    proxy.cut_before = is_commit
    with pytest.raises(Uncertain):
        await remote.append(issue(1, KEY))
    assert await store.answer("main", KEY) is None
    await remote.append(issue(1, KEY))
    assert (await store.after("main", 1))[0].key == KEY


async def test_a_wire_cut_after_the_commit_is_found_out_by_its_key(
    store: Store, remote: Store, proxy: Proxy
) -> None:
    await write(remote, records([HallConfigured(CONFIG)]))
    proxy.cut_after = is_commit
    with pytest.raises(Uncertain):
        await remote.append(issue(1, KEY))
    async with asyncio.timeout(60):
        while await remote.answer("main", KEY) is None:
            await asyncio.sleep(0)
    with pytest.raises(Conflict):
        await remote.append(issue(1, KEY))
    assert len(await store.after("main", 1)) == 1


async def test_a_restore_between_reading_and_writing_is_noticed(url: str, store: Store) -> None:
    await write(store, records([HallConfigured(CONFIG)]))
    await store.append(issue(1, KEY))
    restoring = await asyncpg.connect(url)
    async with asyncio.timeout(60), restoring.transaction():
        await restoring.execute("LOCK TABLE events IN EXCLUSIVE MODE")
        late = asyncio.create_task(store.append(issue(2, b"l" * 16)))
        while not await restoring.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0)
        await restoring.execute("UPDATE epoch SET number = number + 1")
    await restoring.close()
    with pytest.raises(Conflict):
        await late
    assert len(await store.after("main", 0)) == 2
    assert await store.answer("main", b"l" * 16) is None
    assert await store.rebuild(check=True) == []


async def test_a_wire_cut_while_a_group_reads_means_nothing_was_written(
    store: Store, remote: Store, proxy: Proxy
) -> None:
    await write(remote, records([HallConfigured(CONFIG)]))
    proxy.cut_before = lambda data: b'["main"]' in data
    with pytest.raises(Unavailable):
        await remote.append(issue(1))
    assert await store.after("main", 1) == []
    await remote.append(issue(1))


@pytest.fixture
async def own_server() -> AsyncIterator[PostgresServer]:
    """A cluster that the test may stop."""
    server = await asyncio.to_thread(PostgresServer)
    yield server
    await asyncio.to_thread(server.delete)


async def test_a_server_that_stops_is_unavailable_until_it_is_back(
    own_server: PostgresServer,
) -> None:
    url = own_server.url("stops")
    await migrate(url)
    store = await open_store(url)
    try:
        woken = asyncio.Event()
        await store.listen(woken.set)
        await write(store, records([HallConfigured(CONFIG)]))
        await asyncio.to_thread(own_server.stop, "immediate")
        with pytest.raises(Unavailable):
            await store.append(issue(1))
        with pytest.raises(Unavailable):
            await store.after("main", 0)
        woken.clear()
        await asyncio.to_thread(own_server.start)
        async with asyncio.timeout(60):
            while True:
                try:
                    await store.append(issue(1))
                    break
                except Unavailable:
                    await asyncio.sleep(0.05)
            await woken.wait()
        assert len(await store.after("main", 0)) == 2
    finally:
        await store.close()


async def test_a_node_that_stands_still_does_not_hold_up_the_others(
    store: Store, other: Store
) -> None:
    await write(store, records([HallConfigured(CONFIG)]))
    writer = await store.database._ready()
    await writer.execute("SET idle_in_transaction_session_timeout = '200ms'")
    await writer.execute(  # in one go: between two it could stand still before it has written
        "BEGIN; INSERT INTO events"
        " SELECT hall, 2, at, day, actor, type, payload, key, digest FROM events"
    )
    async with asyncio.timeout(60):
        await other.append(issue(1))
    assert [e.record.seq for e in await other.after("main", 0)] == [1, 2]
    with pytest.raises((Unavailable, Conflict)):
        await store.append(issue(1))
    await store.append(issue(2))


@pytest.mark.parametrize("url", ["postgresql://kiosk@127.0.0.1:1/none"])
async def test_a_server_that_is_not_there_is_unavailable(url: str) -> None:
    with pytest.raises(Unavailable):
        await open_store(url)
