"""Whatever is killed, stopped or paused: what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.store.postgres_server import PostgresServer

from .conftest import installed
from .hammer import Hammer

PATIENCE_S = 400
"""A machine that is busy with other tests is slow; one that hangs is found out."""

KILLS = 50


@asynccontextmanager
async def hammering(
    url: str, *, nodes: int, clients: int, seed: int, wrapper: tuple[str, ...] = ()
) -> AsyncIterator[Hammer]:
    """Load on some nodes; at the end everybody is answered and the log is checked."""
    hammer = Hammer(url, nodes=nodes, clients=clients, seed=seed, wrapper=wrapper)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await hammer.start()
            yield hammer
            await hammer.finish()
    finally:
        await hammer.abandon()
    await hammer.check()


async def kill_often(hammer: Hammer) -> None:
    for _ in range(KILLS):
        await hammer.answers(hammer.draw.randrange(1, 30))
        # Some moment within or between two commits.
        await asyncio.sleep(hammer.draw.random() * 0.01)
        await hammer.kill(hammer.draw.randrange(len(hammer.nodes)))


async def test_a_node_on_sqlite_is_killed_again_and_again(sqlite_url: str) -> None:
    async with hammering(sqlite_url, nodes=1, clients=32, seed=1) as hammer:
        await kill_often(hammer)


async def test_nodes_on_postgres_are_killed_again_and_again(postgres_url: str) -> None:
    async with hammering(postgres_url, nodes=2, clients=32, seed=2) as hammer:
        await kill_often(hammer)


async def test_two_nodes_hammer_the_same_hall(postgres_url: str) -> None:
    async with hammering(postgres_url, nodes=2, clients=64, seed=3) as hammer:
        await hammer.answers(1_500)
    assert not hammer.failures


async def test_a_node_is_paused_and_goes_on(postgres_url: str) -> None:
    async with hammering(postgres_url, nodes=2, clients=16, seed=4) as hammer:
        for _ in range(4):
            await hammer.answers(20)
            hammer.nodes[0].signal(signal.SIGSTOP)
            # The other one alone; within a transaction of the paused one until that is ended.
            await hammer.answers(60)
            hammer.nodes[0].signal(signal.SIGCONT)
            await hammer.answers(20)


async def test_postgres_stops_and_starts_under_load() -> None:
    server = await asyncio.to_thread(PostgresServer)
    try:
        url = await installed(server.url("stops"))
        async with hammering(url, nodes=2, clients=32, seed=5) as hammer:
            for mode in ("fast", "immediate", "immediate"):
                await hammer.answers(100)
                await asyncio.to_thread(server.stop, mode)
                await asyncio.to_thread(server.start)
                await hammer.answers(100)
            assert hammer.failures
    finally:
        await asyncio.to_thread(server.delete)
