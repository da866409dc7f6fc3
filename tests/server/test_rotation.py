"""The key of personal data is changed beneath a running server: nothing fails, nothing is lost."""

from __future__ import annotations

import asyncio
import threading

import httpx2

from kiosk.store import open_store
from kiosk.store.keyring import load_ring
from tests.support.server import RunningServer, kiosk


def visit(client: httpx2.Client, number: int) -> httpx2.Response:
    """Take a ticket under a real name."""
    body = {"service": "passport", "name": "张三", "id_number": f"11010119900307{number:04d}"}
    return client.post("/halls/main/tickets", json=body)


async def unsealed(db: str) -> int:
    """How many entries of people there are; raises KeyRingError when one can't be opened."""
    ring = load_ring(db, {})
    store = await open_store(db)
    rows = await store.database.scan("people_after", "", "", 100_000)
    await store.close()
    assert {row[2][0] for row in rows} == {ring.data[-1].id}
    return len([ring.unseal(*row) for row in rows])


def test_a_server_seals_with_the_new_key_at_once(fresh: RunningServer) -> None:
    over = threading.Event()
    answers: list[int] = []
    answered = threading.Condition()

    def visitors() -> None:
        with httpx2.Client(base_url=fresh.api, headers=fresh.auth(), timeout=30) as client:
            while not over.is_set():
                status = visit(client, len(answers)).status_code
                with answered:
                    answers.append(status)
                    answered.notify()

    def one_more() -> None:
        with answered:
            before = len(answers)
            assert answered.wait_for(lambda: len(answers) > before, 30)

    crowd = threading.Thread(target=visitors, daemon=True)
    crowd.start()
    one_more()
    for _ in range(2):
        kiosk("keys", "rotate", "--drop-old", "--db", fresh.db)
        one_more()
    over.set()
    crowd.join()
    assert set(answers) == {201}
    assert asyncio.run(unsealed(fresh.db)) == len(answers)
