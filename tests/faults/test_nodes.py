"""Two servers on one PostgreSQL are one hall: whoever asks either of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from tests.store.postgres_server import PostgresServer
from tests.support.server import HALL, RunningServer, kiosk


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer
) -> Iterator[tuple[RunningServer, RunningServer]]:
    """Two servers of one installation: the same database, the same key ring."""
    folder = tmp_path_factory.mktemp("nodes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIOSK_KEY_FILE", str(folder / "keys.json"))
        db = postgres.database()
        (folder / "hall.toml").write_text(HALL, encoding="utf-8")
        kiosk("init", "--db", db, "--hall", str(folder / "hall.toml"))
        with RunningServer(db) as one, RunningServer(db) as other:
            yield one, other


def test_a_screen_on_one_node_sees_a_call_made_on_the_other(
    nodes: tuple[RunningServer, RunningServer],
) -> None:
    one, other = nodes
    with (
        httpx2.Client(base_url=one.api, headers=one.auth(), timeout=30) as here,
        httpx2.Client(base_url=other.api, headers=one.auth(), timeout=30) as there,
        connect(
            f"{other.ws}/halls/main?topics=board", additional_headers=one.auth("screen")
        ) as screen,
    ):
        assert json.loads(screen.recv(30))["type"] == "snapshot"
        here.post("/halls/main/windows/3/open", json={"staff": "li"})
        ticket = here.post("/halls/main/tickets", json={"service": "household-register"}).json()
        call = here.post("/halls/main/windows/3/call-next", json={}).json()
        assert call["ticket"]["number"] == ticket["number"]
        seen = []
        while "ticket_called" not in seen:
            frame = json.loads(screen.recv(30))
            if frame["type"] == "event":
                seen.append(frame["event"]["type"])
        assert seen == ["window_opened", "ticket_issued", "ticket_called"]
        # The other node knows the ticket, its token, and serves it on.
        assert there.get(f"/tickets/{ticket['token']}").status_code == 200
        done = there.post(f"/halls/main/tickets/{ticket['id']}/finish", json={"window": "3"})
        assert done.json()["state"] == "done"


def test_a_request_repeated_at_the_other_node_happens_once(
    nodes: tuple[RunningServer, RunningServer],
) -> None:
    one, other = nodes
    headers = {**one.auth(), "Idempotency-Key": "once"}
    body = {"service": "household-register"}
    path = "/halls/main/tickets"
    answers = [
        httpx2.post(f"{node.api}{path}", json=body, headers=headers, timeout=30)
        for node in (one, other, one)
    ]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    numbers = [
        httpx2.post(f"{node.api}{path}", json=body, headers=one.auth(), timeout=30).json()["number"]
        for node in (other, one, other)
    ]
    first = int(answers[0].json()["number"][1:])
    assert numbers == [f"B{first + n:03d}" for n in (1, 2, 3)]


def test_the_commands_work_beside_two_servers(
    nodes: tuple[RunningServer, RunningServer], tmp_path: Path
) -> None:
    one, _ = nodes
    path, body = "/halls/main/tickets", {"service": "marriage"}
    for node in nodes:
        httpx2.post(f"{node.api}{path}", json=body, headers=one.auth(), timeout=30)
    assert "unbroken" in kiosk("audit", "verify", "--db", one.db).stdout
    assert kiosk("rebuild", "--check", "--db", one.db).returncode == 0
    kiosk("backup", "--db", one.db, str(tmp_path / "backup"))
    kiosk("restore", "--db", f"sqlite:///{tmp_path}/moved.db", str(tmp_path / "backup"))
    assert "unbroken" in kiosk("audit", "verify", "--db", f"sqlite:///{tmp_path}/moved.db").stdout
