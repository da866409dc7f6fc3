"""One slot of capacity 1, two servers on one PostgreSQL database, 64 clients: one booking."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from tests.server.test_appointments import BOOKABLE
from tests.store.postgres_server import PostgresServer
from tests.support.server import RunningServer, kiosk


def test_two_nodes_give_one_booking(tmp_path: Path, postgres: PostgresServer) -> None:
    db = postgres.url("booked")
    file = tmp_path / "hall.toml"
    file.write_text(BOOKABLE, "utf-8")
    kiosk("init", "--db", db, "--hall", str(file))
    with RunningServer(db) as one, RunningServer(db) as other:
        query = {"service": "household-register"}
        offered = httpx2.get(f"{one.api}/halls/main/slots", params=query, timeout=30).json()
        body = {"service": "household-register", "start": offered[40]["start"]}

        def book(n: int) -> tuple[int, str]:
            api = (one if n % 2 else other).api
            answer = httpx2.post(f"{api}/halls/main/appointments", json=body, timeout=60)
            return answer.status_code, answer.json().get("code", "")

        with ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(book, range(64)))
    assert sum(status == 201 for status, _ in answers) == 1
    assert {answer for answer in answers if answer[0] != 201} == {(409, "slot_full")}
