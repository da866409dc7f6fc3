"""A visitor at a kiosk asks for a person."""

from __future__ import annotations

import asyncio
import json

import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.support.server import RunningServer

HELP = "/halls/main/help"


@pytest.fixture
async def kiosk(server: RunningServer):
    auth = server.auth("kiosk")
    async with httpx2.AsyncClient(base_url=server.api, headers=auth, timeout=30) as client:
        yield client


async def test_it_says_whether_anybody_was_told(
    server: RunningServer, kiosk: httpx2.AsyncClient
) -> None:
    assert (await kiosk.post(HELP, json={"place": "door"})).json() == {"heard": False}
    address = f"{server.ws}/halls/main?topics=manager"
    async with connect(address, additional_headers=server.auth("manager"), proxy=None) as board:
        assert json.loads(await board.recv())["type"] == "snapshot"
        assert (await kiosk.post(HELP, json={"place": "door"})).json() == {"heard": True}
        async with asyncio.timeout(20):
            said = json.loads(await board.recv())
            while "help" not in said:
                said = json.loads(await board.recv())
    assert said["type"] == "status"
    assert said["help"]["place"] == "door"
    assert said["help"]["at"].endswith("+08:00")


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 200), ({"place": 3}, 422), ({"place": "x" * 65}, 422), ({"who": "me"}, 422)],
)
async def test_what_it_takes(kiosk: httpx2.AsyncClient, body: object, status: int) -> None:
    assert (await kiosk.post(HELP, json=body)).status_code == status


async def test_strangers_and_screens_may_not(server: RunningServer) -> None:
    async with httpx2.AsyncClient(base_url=server.api, timeout=30) as nobody:
        assert (await nobody.post(HELP, json={})).status_code == 401
        screen = await nobody.post(HELP, json={}, headers=server.auth("screen"))
        assert screen.status_code == 403
        unknown = await nobody.post("/halls/none/help", json={}, headers=server.auth("kiosk"))
        assert unknown.status_code == 404
