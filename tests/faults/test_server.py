"""The whole server: killed under load over HTTP, and searched for names that must not be there."""

from __future__ import annotations

import asyncio
import random
import uuid
from pathlib import Path

import httpx2

from kiosk.hall.events import TicketCalled, TicketIssued
from kiosk.store import open_store
from kiosk.store.audit import verify
from kiosk.store.backup import backup
from kiosk.store.export import export
from tests.support.server import HALL, RunningServer

KILLS = 6
CLIENTS = 12
PLANTED = {"name": "龘𪚥小明", "id_number": "110101199003071233", "phone": "13912345678"}
PRINTER = """
[[printers]]
id = "paper"
url = "file://{}"
"""


class Client:
    """One who asks again, with the same key, until there is an answer."""

    def __init__(self, server: RunningServer, draw: random.Random) -> None:
        self._server = server
        self._headers = server.auth()
        self._draw = draw
        self.told: dict[str, tuple[str, int, bytes]] = {}

    async def post(self, http: httpx2.AsyncClient, path: str, body: dict[str, str]) -> None:
        key = uuid.UUID(int=self._draw.getrandbits(128)).hex
        first = await self._until_answered(http, path, body, key)
        if self._draw.random() < 0.3:
            assert await self._until_answered(http, path, body, key) == first
        self.told[key] = (path, *first)

    async def _until_answered(
        self, http: httpx2.AsyncClient, path: str, body: dict[str, str], key: str
    ) -> tuple[int, bytes]:
        headers = {**self._headers, "Idempotency-Key": key}
        while True:
            try:
                answer = await http.post(f"{self._server.api}{path}", json=body, headers=headers)
            except httpx2.TransportError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code != 503:
                return answer.status_code, answer.content


async def test_a_server_that_is_killed_under_load(tmp_path: Path) -> None:
    server = RunningServer.make(tmp_path)
    server.auth()
    draw = random.Random(7)
    clients = [Client(server, draw) for _ in range(CLIENTS)]
    over = asyncio.Event()

    async def run(client: Client, http: httpx2.AsyncClient) -> None:
        await client.post(http, "/halls/main/windows/3/open", {"staff": "li"})
        while not over.is_set():
            await client.post(http, "/halls/main/tickets", {"service": "household-register"})
            if draw.random() < 0.4:
                await client.post(http, "/halls/main/windows/3/call-next", {})

    def told() -> int:
        return sum(len(client.told) for client in clients)

    with server:
        async with httpx2.AsyncClient(timeout=30) as http, asyncio.timeout(500):
            tasks = [asyncio.create_task(run(client, http)) for client in clients]
            for _ in range(KILLS):
                target = told() + draw.randrange(20, 120)
                while told() < target:
                    await asyncio.sleep(0.01)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            over.set()
            await asyncio.gather(*tasks)
    store = await open_store(server.db)
    try:
        assert (await verify(store)).broken is None
        assert await store.rebuild(check=True) == []
        events = [entry.record.event async for entry in store.walk("main")]
    finally:
        await store.close()
    issued = [e.ticket for e in events if isinstance(e, TicketIssued)]
    calls = sum(isinstance(e, TicketCalled) for e in events)
    answers = [answer for client in clients for answer in client.told.values()]
    # Each acknowledged once, and nothing in the log that nobody was told of.
    assert sorted(issued) == sorted(_ids(answers))
    assert calls == sum(status == 200 and path.endswith("call-next") for path, status, _ in answers)


def _ids(answers: list[tuple[str, int, bytes]]) -> list[str]:
    return [
        httpx2.Response(status, content=body).json()["id"]
        for _, status, body in answers
        if status == 201
    ]


async def test_no_file_tells_who_was_there(tmp_path: Path) -> None:
    paper = tmp_path / "paper.bin"
    server = RunningServer.make(tmp_path, HALL + PRINTER.format(paper))
    with server:
        body = {"service": "passport", "printer": "paper", **PLANTED}
        async with httpx2.AsyncClient(headers=server.auth(), timeout=30) as http:
            made = await http.post(f"{server.api}/halls/main/tickets", json=body)
            assert made.status_code == 201, made.text
            bad = {**body, "id_number": PLANTED["id_number"] + "9"}
            await http.post(f"{server.api}/halls/main/tickets", json=bad)
            async with asyncio.timeout(60):
                while not paper.exists() or not paper.stat().st_size:
                    await asyncio.sleep(0.02)
        store = await open_store(server.db)
        try:
            person = await store.person("main", made.json()["id"])
            assert person is not None
            await backup(store, tmp_path / "backup")
            (day,) = await store.reports.days("main", "", "9999")
            await export(store, "main", day.day, day.day, tmp_path / "out", ["csv", "parquet"])
        finally:
            await store.close()
    files = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    files[Path("the server's log")] = "".join(server.log).encode()
    assert len(files) > 12
    for file, content in files.items():
        for planted in PLANTED.values():
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert planted.encode(encoding) not in content, file
