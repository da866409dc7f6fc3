"""A fresh store for each test, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.store import Store, migrate, open_store

from .postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One cluster for all tests."""
    server = PostgresServer()
    yield server
    server.delete()


@pytest.fixture(scope="session")
def migrated(postgres: PostgresServer) -> str:
    """The name of a database from which others are copied."""
    url = postgres.url("migrated")
    # In a thread: a test's own event loop may be running already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(migrate(url))).result()
    return "migrated"


@pytest.fixture
async def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/kiosk.db"
    await migrate(url)
    return url


@pytest.fixture
def postgres_url(postgres: PostgresServer, migrated: str) -> str:
    return postgres.database(migrated)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: every test that uses it runs on both."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url, serving=True)
    yield store
    await store.close()
