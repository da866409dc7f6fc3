"""Live connections: snapshot, events without gaps, resume, and who may listen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from tests.support.server import RunningServer

SECONDS = 120


class Listener:
    """A live connection that checks the rule of gaps as it reads."""

    def __init__(self, connection: ClientConnection, last: int | None = None) -> None:
        self.connection = connection
        self.last = last

    async def frame(self) -> dict[str, Any]:
        """The next frame; its `prev` must be what was seen before."""
        frame = json.loads(await asyncio.wait_for(self.connection.recv(), SECONDS))
        if frame["type"] == "event" and self.last is not None:
            assert frame.get("prev", frame["seq"] - 1) == self.last
        if "seq" in frame:
            self.last = frame["seq"]
        return frame

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of a kind."""
        while True:
            frame = await self.frame()
            if frame["type"] == "event" and frame["event"]["type"] == kind:
                return frame["event"]


@asynccontextmanager
async def listen(
    server: RunningServer,
    query: str,
    headers: dict[str, str] | None = None,
    last: int | None = None,
) -> AsyncIterator[Listener]:
    async with websockets.connect(
        f"{server.ws}/halls/main?{query}",
        additional_headers=server.auth() if headers is None else headers,
        proxy=None,
    ) as connection:
        yield Listener(connection, last)


async def post(server: RunningServer, path: str, body: object = None) -> dict[str, Any]:
    async with httpx2.AsyncClient(base_url=server.api, headers=server.auth()) as client:
        answer = await client.post(f"/halls/main{path}", json=body or {})
    answer.raise_for_status()
    return answer.json() if answer.content else {}


async def test_first_a_snapshot_then_each_event(server: RunningServer) -> None:
    async with listen(server, "topics=board") as screen:
        snapshot = await screen.frame()
        assert snapshot["type"] == "snapshot"
        assert {g["id"] for g in snapshot["board"]["groups"]} == {"B", "G", "N"}
        ticket = await post(server, "/tickets", {"service": "household-register"})
        await post(server, "/windows/3/open")
        await post(server, "/windows/3/call-next")
        issued = await screen.event("ticket_issued")
        assert issued["groups"][0]["waiting"] >= 1
        called = await screen.event("ticket_called")
        assert called["number"] == ticket["number"]
        assert (called["window"], called["zone"]) == ("3", "1F")
        assert "ticket" not in called


async def test_a_subscriber_that_comes_back_gets_what_it_missed(server: RunningServer) -> None:
    async with listen(server, "topics=board") as screen:
        seen = (await screen.frame())["seq"]
    taken = [await post(server, "/tickets", {"service": "marriage"}) for _ in range(3)]
    async with listen(server, f"topics=board&after={seen}", last=seen) as screen:
        numbers = [(await screen.event("ticket_issued"))["number"] for _ in range(3)]
    assert numbers == [t["number"] for t in taken]


async def test_a_zone_hears_only_of_itself(server: RunningServer) -> None:
    async with listen(server, "topics=zone:2F") as screen:
        await screen.frame()
        await post(server, "/tickets", {"service": "household-register"})
        ticket = await post(server, "/tickets", {"service": "marriage"})
        frame = await screen.frame()
        assert frame["event"]["number"] == ticket["number"]
        assert "prev" in frame


async def test_a_restart_loses_nothing_for_who_resumes(fresh: RunningServer) -> None:
    async with listen(fresh, "topics=board") as screen:
        seen = (await screen.frame())["seq"]
    ticket = await post(fresh, "/tickets", {"service": "marriage"})
    fresh.kill()
    fresh.start()
    async with listen(fresh, f"topics=board&after={seen}", last=seen) as screen:
        assert (await screen.event("ticket_issued"))["number"] == ticket["number"]


async def test_staff_see_tickets_and_whom_they_call_next(server: RunningServer) -> None:
    ticket = await post(server, "/tickets", {"service": "marriage"})
    async with listen(server, "topics=desk:4") as desk:
        live = (await desk.frame())["live"]
        assert ticket["id"] in {t["id"] for t in live["waiting"]}
        assert all(t["group"] == "G" for t in live["waiting"])
        assert live["next"]["reason"]["text"]["zh"]
        await post(server, f"/tickets/{ticket['id']}/cancel")
        cancelled = await desk.event("ticket_cancelled")
        assert cancelled["ticket"]["state"] == "cancelled"
        assert "token" not in cancelled["ticket"]


async def test_a_visitor_needs_only_the_token(server: RunningServer) -> None:
    ticket = await post(server, "/tickets", {"service": "household-register"})
    async with listen(server, f"topics=ticket:{ticket['token']}", headers={}) as phone:
        assert (await phone.frame())["visitor"]["ticket"]["number"] == ticket["number"]
        await post(server, f"/tickets/{ticket['id']}/cancel")
        event = await phone.event("ticket_cancelled")
        assert event["visitor"]["ticket"]["state"] == "cancelled"


async def test_beats_come_to_who_asks(server: RunningServer) -> None:
    async with listen(server, "topics=board&beats=1") as screen:
        await screen.frame()
        assert (await screen.frame())["type"] == "beat"


@pytest.mark.parametrize(
    ("query", "role", "origin", "status"),
    [
        ("topics=board", None, None, 401),
        ("topics=board", "wrong", None, 401),
        ("topics=manager", "screen", None, 403),
        ("topics=desk:3", "kiosk", None, 403),
        ("topics=gossip", "admin", None, 422),
        ("topics=window:99", "admin", None, 422),
        ("topics=board&after=never", "admin", None, 422),
        ("topics=ticket:FORGED", None, None, 404),
        ("topics=board", "admin", "http://elsewhere.example", 403),
    ],
)
async def test_who_may_not_listen_is_refused_with_a_problem(
    server: RunningServer, query: str, role: str | None, origin: str | None, status: int
) -> None:
    headers = {} if role is None else {"Authorization": "Bearer nonsense"}
    if role not in (None, "wrong"):
        headers = server.auth(role)
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(
            f"{server.ws}/halls/main?{query}",
            additional_headers=headers,
            origin=websockets.Origin(origin) if origin else None,
            proxy=None,
        ):
            pass
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body)["status"] == status


async def test_garbage_and_deaf_clients_disturb_nobody(server: RunningServer) -> None:
    async with listen(server, "topics=board") as deaf, listen(server, "topics=board") as screen:
        await screen.frame()
        with suppress(websockets.ConnectionClosed):
            for _ in range(100):
                await deaf.connection.send("garbage \x00 \ufffd" * 50)
                await deaf.connection.send(b"\xff\xfe")
        await asyncio.wait_for(deaf.connection.wait_closed(), SECONDS)
        assert deaf.connection.close_code == 1008
        ticket = await post(server, "/tickets", {"service": "household-register"})
        assert (await screen.event("ticket_issued"))["number"] == ticket["number"]
