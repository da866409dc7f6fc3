"""Screens and loudspeakers: who speaks, what was shown and spoken, and the console's light."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from display.sound import read_wav
from tests.support.server import HALL, RunningServer

SECONDS = 120
Frame = dict[str, Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer.make(tmp_path_factory.mktemp("screens")) as running:
        yield running


@asynccontextmanager
async def connected(
    server: RunningServer, query: str, role: str = "screen"
) -> AsyncIterator[ClientConnection]:
    address = f"{server.ws}/halls/main?{query}"
    async with websockets.connect(
        address, additional_headers=server.auth(role), proxy=None
    ) as connection:
        assert json.loads(await connection.recv())["type"] == "snapshot"
        yield connection


async def frame(connection: ClientConnection, wanted: Callable[[Frame], bool]) -> Frame:
    """The next frame that is wanted; others are let pass."""
    async with asyncio.timeout(SECONDS):
        async for text in connection:
            read: Frame = json.loads(text)
            if wanted(read):
                return read
    raise AssertionError("the connection ended")


def says(read: Frame) -> bool:
    return read["type"] == "say"


def status(member: str) -> Callable[[Frame], bool]:
    return lambda read: read["type"] == "status" and member in read


def lit(screens: int, *, speaker: bool = False) -> Callable[[Frame], bool]:
    """Told of so many screens; of those that are just going before them there may be word too."""
    expected = {"screens": screens, "speaker": speaker}
    return lambda read: read["type"] == "status" and read.get("light") == expected


@pytest.fixture
async def admin(server: RunningServer) -> AsyncIterator[httpx2.AsyncClient]:
    base = f"{server.api}/halls/main"
    async with httpx2.AsyncClient(base_url=base, headers=server.auth(), timeout=30) as client:
        yield client


@pytest.fixture
async def screen(server: RunningServer) -> AsyncIterator[httpx2.AsyncClient]:
    headers = server.auth("screen")
    async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=30) as client:
        yield client


async def call(admin: httpx2.AsyncClient, window: str = "3", **body: object) -> Frame:
    """A visitor comes and is called."""
    issued = await admin.post("/tickets", json={"service": "household-register", **body})
    assert issued.status_code == 201
    await admin.post(f"/windows/{window}/open", json={})
    called = await admin.post(f"/windows/{window}/call", json={"ticket": issued.json()["id"]})
    ticket: Frame = called.json()["ticket"]
    return ticket


async def spoken(
    hall: ClientConnection, screen: httpx2.AsyncClient, wanted: Callable[[Frame], bool]
) -> Frame:
    """Play whatever is to be said, at once, until what is wanted is said."""
    while True:
        say = await frame(hall, says)
        path = f"/api/v1/halls/main/zones/{say['zone']}/said"
        assert (await screen.post(path, json={"turn": say["turn"]})).status_code == 204
        if wanted(say):
            return say


async def test_a_call_is_shown_and_spoken_and_its_console_knows(
    server: RunningServer, admin: httpx2.AsyncClient, screen: httpx2.AsyncClient
) -> None:
    async with (
        connected(server, "topics=desk:3", "staff") as desk,
        connected(server, "topics=zone:1F,speaker:1F&layout=main&version=abc") as hall,
    ):
        await frame(desk, lit(1, speaker=True))
        ticket = await call(admin)

        shown = await screen.post(
            "/api/v1/halls/main/windows/3/shown", json={"number": ticket["number"]}
        )
        assert shown.status_code == 204
        aired = (await frame(desk, status("call")))["call"]
        assert aired["number"] == ticket["number"]
        assert aired["shown_at"] is not None
        assert aired["spoken_at"] is None

        say = await frame(hall, says)
        assert (say["zone"], say["window"], say["ticket"]) == ("1F", "3", ticket["id"])
        assert say["captions"]["zh"] == f"请{ticket['number']}号到3号窗口"
        sound = await screen.get(f"/voice/{say['sound']}.wav")
        assert sound.headers["content-type"] == "audio/wav"
        assert "immutable" in sound.headers["cache-control"]
        assert len(read_wav(sound.content)) > 0

        said = await screen.post("/api/v1/halls/main/zones/1F/said", json={"turn": say["turn"]})
        assert said.status_code == 204
        assert (await frame(desk, status("call")))["call"]["spoken_at"] is not None
    async with asyncio.timeout(SECONDS):
        while (await admin.get("/live")).json()["screens"]:
            pass


async def test_one_screen_of_a_zone_speaks_and_another_takes_over(
    server: RunningServer, admin: httpx2.AsyncClient, screen: httpx2.AsyncClient
) -> None:
    async with connected(server, "topics=board,speaker:1F&layout=main") as second:
        async with connected(server, "topics=zone:1F,speaker&layout=main"):
            ticket = await call(admin)
            await spoken(second, screen, lambda say: say["ticket"] == ticket["id"])
        ticket = await call(admin)
        again = await spoken(second, screen, lambda say: say["ticket"] == ticket["id"])
        assert again["zone"] == "1F"


async def test_occasions_have_their_phrases(
    server: RunningServer, admin: httpx2.AsyncClient, screen: httpx2.AsyncClient
) -> None:
    async with connected(server, "topics=zone:1F,speaker:1F&layout=main") as hall:
        ticket = await call(admin)
        await spoken(hall, screen, lambda say: say["ticket"] == ticket["id"])
        path = f"/tickets/{ticket['id']}"
        assert (await admin.post(f"{path}/recall", json={"window": "3"})).status_code == 200
        said = await spoken(hall, screen, lambda say: "再次呼叫" in say["captions"]["zh"])
        assert said["ticket"] == ticket["id"]
        await admin.post(f"{path}/park", json={"window": "3"})
        await admin.post(f"{path}/resume", json={})
        await admin.post("/windows/3/call", json={"ticket": ticket["id"]})
        said = await spoken(hall, screen, lambda say: "回到" in say["captions"]["zh"])
        assert said["captions"]["en"].endswith("please come back to window 3")


async def test_the_light_goes_out_with_the_last_screen(
    server: RunningServer, admin: httpx2.AsyncClient
) -> None:
    async with connected(server, "topics=desk:3", "staff") as desk:
        async with connected(server, "topics=board&layout=main&version=v7"):
            await frame(desk, lit(1))
            [view] = (await admin.get("/live")).json()["screens"]
            assert (view["zones"], view["layout"], view["version"]) == ([], "main", "v7")
        await frame(desk, lit(0))


async def test_managers_see_screens_come_and_go(server: RunningServer) -> None:
    async with connected(server, "topics=manager", "manager") as manager:
        async with connected(server, "topics=zone:2F,zone:1F&layout=waiting&beats=1"):
            came = await frame(
                manager, lambda read: status("screens")(read) and len(read["screens"]) == 1
            )
            [view] = came["screens"]
            assert (view["zones"], view["layout"], view["sound"]) == (
                ["1F", "2F"],
                "waiting",
                False,
            )
        await frame(manager, lambda read: status("screens")(read) and read["screens"] == [])


@pytest.mark.parametrize("role", ["kiosk", "staff"])
async def test_only_screens_hold_speakers_and_report(server: RunningServer, role: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with connected(server, "topics=zone:1F,speaker:1F", role):
            pass
    assert refused.value.response.status_code == 403
    async with httpx2.AsyncClient(base_url=server.api, headers=server.auth(role)) as client:
        report = await client.post("/halls/main/zones/1F/said", json={"turn": 1})
        assert report.status_code == 403
        report = await client.post("/halls/main/windows/3/shown", json={"number": "B001"})
        assert report.status_code == 403


async def test_what_the_server_did_not_make_or_call_is_not_there(
    screen: httpx2.AsyncClient,
) -> None:
    assert (await screen.get(f"/voice/{'0' * 32}.wav")).status_code == 404
    assert (await screen.get("/voice/..%2f..%2fhall.db.wav")).status_code == 404
    zone = await screen.post("/api/v1/halls/main/zones/attic/said", json={"turn": 1})
    assert zone.status_code == 404
    late = await screen.post("/api/v1/halls/main/windows/3/shown", json={"number": "Z999"})
    assert late.status_code == 204


async def test_a_hall_that_wants_no_voice_is_silent(tmp_path: Path) -> None:
    voice = '[voice]\nvolume = 0\n\n[[zones]]\nid = "3F"\nname = "Third"\nvolume = 50\n\n'
    hall = HALL.replace("[[zones]]", voice + "[[zones]]", 1)
    hall = hall.replace('zone = "1F"\ngroups = ["G"]', 'zone = "3F"\ngroups = ["B"]')
    with RunningServer.make(tmp_path, hall) as server:
        base = f"{server.api}/halls/main"
        async with (
            httpx2.AsyncClient(base_url=base, headers=server.auth(), timeout=30) as admin,
            connected(server, "topics=board,speaker") as hall_screen,
        ):
            silent, heard = await call(admin, "3"), await call(admin, "4")
            say = await frame(hall_screen, says)
            assert (say["zone"], say["ticket"], say["volume"]) == ("3F", heard["id"], 50)
            assert silent["id"] != heard["id"]
