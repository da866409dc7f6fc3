"""Databases with one hall for nodes to serve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.hall.events import HallConfigured, Record
from kiosk.server.clock import Clock
from kiosk.store import Batch, Entry, migrate, open_store
from tests.store.days import CONFIG
from tests.store.postgres_server import PostgresServer


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.delete()


async def installed(url: str) -> str:
    """The address of a database in which the test hall is configured."""
    await migrate(url)
    store = await open_store(url)
    record = Record("main", 1, Clock.real(), "2026-01-01", "test", HallConfigured(CONFIG))
    await store.append(Batch("main", 0, (Entry(record),)))
    await store.close()
    return url


@pytest.fixture
async def sqlite_url(tmp_path: Path) -> str:
    return await installed(f"sqlite:///{tmp_path}/kiosk.db")


@pytest.fixture
async def postgres_url(postgres: PostgresServer) -> str:
    return await installed(postgres.database())
