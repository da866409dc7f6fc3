"""Servers for these tests: one that most share, and fresh ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.server import RunningServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A running server with one hall, shared by a module."""
    with RunningServer.make(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[RunningServer]:
    """A running server of this test alone."""
    with RunningServer.make(tmp_path) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx2.Client]:
    """A client of the hall's API with an administrator's key."""
    with httpx2.Client(base_url=server.api, headers=server.auth(), timeout=30) as made:
        yield made
