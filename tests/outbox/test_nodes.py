"""Two servers on one database: each message leaves once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

from kiosk.server.outbox.virtual import VirtualPost
from tests.outbox.test_sending import ADDRESS, Desk, ended, hall_text, states
from tests.store.postgres_server import PostgresServer
from tests.support.server import RunningServer, kiosk

BOOKED = 5


async def test_of_two_servers_one_sends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_KEY_FILE", str(tmp_path / "keys.json"))
    postgres = await asyncio.to_thread(PostgresServer)
    async with VirtualPost() as post:
        file = tmp_path / "hall.toml"
        file.write_text(hall_text(post, slots=BOOKED), encoding="utf-8")
        db, keys = postgres.database(), f"--files={tmp_path}"
        nodes = [RunningServer(db, keys) for _ in range(2)]
        try:
            await asyncio.to_thread(kiosk, "init", "--db", db, "--hall", str(file))
            for node in nodes:
                await asyncio.to_thread(node.start)
            async with httpx2.AsyncClient(base_url=nodes[0].api, timeout=30) as client:
                desk = Desk(nodes[0], client)
                made = [await desk.book(email=ADDRESS) for _ in range(BOOKED)]
                for each in made:
                    found = await desk.until(each["id"], ended(1))
                    assert states(found) == ["booked mail sent"]
            assert sorted(m.id for m in post.arrived) == sorted({m.id for m in post.arrived})
            assert len(post.arrived) == BOOKED
        finally:
            for node in nodes:
                await asyncio.to_thread(node.stop)
            await asyncio.to_thread(postgres.delete)
