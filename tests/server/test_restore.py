"""A backup is restored beneath a running server: it goes on with what the backup says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.store.postgres_server import PostgresServer
from tests.support.server import HALL, RunningServer, kiosk

TICKETS = "/halls/main/tickets"
BODY = {"service": "household-register"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.delete()


@pytest.fixture(params=["sqlite", "postgres"])
def running(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningServer]:
    """A server whose keys were made before anything is backed up."""
    if request.param == "sqlite":
        server = RunningServer.make(tmp_path)
    else:
        monkeypatch.setenv("KIOSK_KEY_FILE", str(tmp_path / "keys.json"))
        server = RunningServer(request.getfixturevalue("postgres").database())
        (tmp_path / "hall.toml").write_text(HALL, encoding="utf-8")
        kiosk("init", "--db", server.db, "--hall", str(tmp_path / "hall.toml"))
    for role in ("admin", "screen"):
        server.key(role)
    with server:
        yield server


@pytest.fixture
def client(running: RunningServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=running.api, headers=running.auth(), timeout=30) as made:
        yield made


def issue(client: httpx2.Client) -> str:
    """Take a ticket; its number."""
    answer = client.post(TICKETS, json=BODY)
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["number"]
    return number


def board(server: RunningServer, after: int | None = None) -> ClientConnection:
    resumed = "" if after is None else f"&after={after}"
    return connect(
        f"{server.ws}/halls/main?topics=board{resumed}",
        additional_headers=server.auth("screen"),
    )


def snapshot(screen: ClientConnection) -> dict[str, object]:
    """The next snapshot that a screen is sent."""
    while (frame := json.loads(screen.recv(30)))["type"] != "snapshot":
        pass
    found: dict[str, object] = frame
    return found


def test_a_quiet_server_takes_the_restored_log_by_itself(
    running: RunningServer, client: httpx2.Client, tmp_path: Path
) -> None:
    pid = running.pid
    numbers = [issue(client) for _ in range(3)]
    kiosk("backup", "--db", running.db, str(tmp_path / "backup"))
    with board(running) as screen:
        before = snapshot(screen)["seq"]
        late = [issue(client) for _ in range(2)]
        kiosk("restore", "--db", running.db, str(tmp_path / "backup"))
        assert snapshot(screen)["seq"] == before
    listed = [t["number"] for t in client.get(TICKETS).json()]
    assert listed == numbers
    # Who was cut off in the old log is not told the rest of another one.
    with board(running, after=int(str(before)) + 1) as screen:
        assert snapshot(screen)["seq"] == before
    assert issue(client) == late[0]
    assert running.pid == pid
    assert "unbroken" in kiosk("audit", "verify", "--db", running.db).stdout
    assert kiosk("rebuild", "--check", "--db", running.db).returncode == 0


def test_a_busy_server_refuses_nobody_while_a_backup_comes_back(
    running: RunningServer, client: httpx2.Client, tmp_path: Path
) -> None:
    first = issue(client)
    kiosk("backup", "--db", running.db, str(tmp_path / "backup"))
    over = threading.Event()
    failed: list[str] = []
    served = threading.Semaphore(0)

    def visitors() -> None:
        with httpx2.Client(base_url=running.api, headers=running.auth(), timeout=30) as mine:
            while not over.is_set():
                answer = mine.post(TICKETS, json=BODY)
                if answer.status_code != 201:
                    failed.append(answer.text)
                served.release()

    crowd = [threading.Thread(target=visitors, daemon=True) for _ in range(4)]
    for visitor in crowd:
        visitor.start()
    for _ in crowd:
        assert served.acquire(timeout=30)
    kiosk("restore", "--db", running.db, str(tmp_path / "backup"))
    over.set()
    for visitor in crowd:
        visitor.join()
    assert failed == []
    numbers = [first, *(issue(client) for _ in range(3))]
    listed = [t["number"] for t in client.get(TICKETS).json()]
    assert len(set(listed)) == len(listed)
    assert set(numbers) <= set(listed)
    assert "unbroken" in kiosk("audit", "verify", "--db", running.db).stdout
    assert kiosk("rebuild", "--check", "--db", running.db).returncode == 0


def test_a_hall_that_the_backup_lacks_is_gone(running: RunningServer, tmp_path: Path) -> None:
    kiosk("backup", "--db", running.db, str(tmp_path / "backup"))
    annex = HALL.replace('id = "main"', 'id = "annex"')
    (tmp_path / "annex.toml").write_text(annex, encoding="utf-8")
    kiosk("init", "--db", running.db, "--hall", str(tmp_path / "annex.toml"))
    with httpx2.Client(base_url=running.api, headers=running.auth(), timeout=30) as client:
        while client.get("/halls/annex").status_code != 200:
            pass
        kiosk("restore", "--db", running.db, str(tmp_path / "backup"))
        while client.get("/halls/annex").status_code != 404:
            pass
        assert client.get("/halls/main").status_code == 200
