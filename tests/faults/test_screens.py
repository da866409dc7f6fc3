"""Screens at two nodes of one hall: one of them speaks, both nodes know of both, and what is
changed for a screen at one node, or by a command, reaches it at the other."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.store.postgres_server import PostgresServer
from tests.support.server import HALL, RunningServer, kiosk

SCREEN = "zone:1F,speaker:1F&layout=main&beats=1&version="
PATIENCE_S = 60
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Listener:
    """A live connection whose frames are kept."""

    def __init__(
        self, server: RunningServer, topics: str, role: str = "", cookie: str = ""
    ) -> None:
        headers = {"Cookie": f"kiosk_device={cookie}"} if cookie else server.auth(role)
        self._frames: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._open = ExitStack()
        self._wire = self._open.enter_context(
            connect(f"{server.ws}/halls/main?topics={topics}", additional_headers=headers)
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self._thread.join(PATIENCE_S)

    def _read(self) -> None:
        try:
            for text in self._wire:
                with self._news:
                    self._frames.append(json.loads(text))
                    self._news.notify_all()
        except ConnectionClosed:
            return

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first frame that is wanted, however old."""
        found = self.sees(wanted, PATIENCE_S)
        assert found is not None, self._frames[-5:]
        return found

    def sees(self, wanted: Callable[[dict[str, Any]], bool], within_s: float = 0) -> Any:
        """The first frame that is wanted, or None."""

        def first() -> dict[str, Any] | None:
            return next((f for f in self._frames if wanted(f)), None)

        with self._news:
            self._news.wait_for(lambda: first() is not None, within_s)
            return first()

    def forget(self) -> None:
        """Look only at what comes from now on."""
        with self._news:
            self._frames.clear()


@pytest.fixture
def nodes(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[RunningServer, RunningServer]]:
    monkeypatch.setenv("KIOSK_KEY_FILE", str(tmp_path / "keys.json"))
    db = postgres.database()
    (tmp_path / "hall.toml").write_text(HALL, encoding="utf-8")
    kiosk("init", "--db", db, "--hall", str(tmp_path / "hall.toml"))
    files = ("--files", str(tmp_path / "files"))
    with RunningServer(db, *files) as one, RunningServer(db, *files) as other:
        yield one, other


def screens(*versions: str) -> Callable[[dict[str, Any]], bool]:
    """A frame with a manager's list of exactly these screens."""

    def wanted(frame: dict[str, Any]) -> bool:
        listed = frame.get("screens", frame.get("live", {}).get("screens"))
        return listed is not None and sorted(s["version"] for s in listed) == sorted(versions)

    return wanted


def light(count: int, *, speaker: bool) -> Callable[[dict[str, Any]], bool]:
    """A frame that tells a console of its zone's screens."""
    expected = {"screens": count, "speaker": speaker}
    return lambda frame: (frame.get("light") or frame.get("live", {}).get("light")) == expected


def says(frame: dict[str, Any]) -> bool:
    return frame["type"] == "say"


def spoken(frame: dict[str, Any]) -> bool:
    return bool((frame.get("call") or {}).get("spoken_at"))


def hear(client: httpx2.Client, ticket: str, holder: Listener) -> dict[str, Any]:
    """Call a visitor until the holder of the speaker says it: a new one has to settle first."""
    while (said := holder.sees(says, 1.0)) is None:
        again = client.post(f"/halls/main/tickets/{ticket}/recall", json={"window": "3"})
        assert again.status_code == 200, again.text
    found: dict[str, Any] = said
    return found


async def told_by_another_version(db: str) -> None:
    """A node that is still of last year's version tells of its screens."""
    connection = await asyncpg.connect(db)
    row = "('main', 'of-last-year', 1, 1, $1)"
    told = "INSERT INTO presence (hall, node, beat, revision, state) VALUES"
    await connection.execute(f"{told} {row}", b'{"screens": 3}')
    await connection.close()


def test_one_screen_of_a_zone_speaks_and_every_node_knows_all_screens(
    nodes: tuple[RunningServer, RunningServer],
) -> None:
    one, other = nodes
    asyncio.run(told_by_another_version(one.db))
    with (
        httpx2.Client(base_url=other.api, headers=other.auth(), timeout=30) as client,
        Listener(one, "manager", "admin") as boss_here,
        Listener(other, "manager", "admin") as boss_there,
        Listener(one, "desk:3", "admin") as desk_here,
        Listener(other, "desk:3", "admin") as desk_there,
        Listener(one, f"{SCREEN}first", "screen") as first,
        Listener(other, f"{SCREEN}second", "screen") as second,
    ):
        for boss in (boss_here, boss_there):
            boss.until(screens("first", "second"))
        for desk in (desk_here, desk_there):
            desk.until(light(2, speaker=True))
        client.post("/halls/main/windows/3/open", json={"staff": "li"})
        ticket = client.post("/halls/main/tickets", json={"service": "household-register"}).json()
        client.post("/halls/main/windows/3/call-next", json={})
        turn = hear(client, ticket["id"], first)["turn"]
        report = {"turn": turn, "played": True}
        httpx2.post(f"{one.api}/halls/main/zones/1F/said", json=report, headers=one.auth("screen"))
        # The console at the other node hears of it too; the other screen stayed silent.
        desk_here.until(spoken)
        desk_there.until(spoken)
        assert second.sees(says) is None

        for listener in (boss_there, desk_there):
            listener.forget()
        one.kill()
        boss_there.until(screens("second"))
        desk_there.until(light(1, speaker=True))
        hear(client, ticket["id"], second)


def test_a_node_that_ends_cleanly_takes_its_screens_along(
    nodes: tuple[RunningServer, RunningServer],
) -> None:
    one, other = nodes
    with Listener(other, "manager", "admin") as boss:
        with Listener(one, f"{SCREEN}first", "screen"):
            boss.until(screens("first"))
            boss.forget()
            one.stop()
        boss.until(screens())


def paired(client: httpx2.Client, boss: httpx2.Client) -> tuple[str, str]:
    """A screen that shows its code at one node and is approved at another: cookie and id."""
    asked = client.post("/devices", json={"kind": "screen"}).json()
    body = {"name": "north wall", "hall": "main"}
    boss.post(f"/devices/{asked['code']}/approve", json=body).raise_for_status()
    return client.cookies["kiosk_device"], asked["id"]


def to_start_again(frame: dict[str, Any]) -> bool:
    return frame["type"] == "device"


def to_read_media(frame: dict[str, Any]) -> bool:
    return frame["type"] == "media"


def test_what_is_changed_for_a_screen_reaches_it_at_any_node(
    nodes: tuple[RunningServer, RunningServer],
) -> None:
    here, there = nodes
    with (
        httpx2.Client(base_url=here.api, timeout=30) as device,
        httpx2.Client(base_url=there.api, headers=there.auth(), timeout=30) as boss,
        Listener(here, "manager", "admin") as manager,
    ):
        cookie, screen = paired(device, boss)
        manager.until(lambda frame: bool(frame.get("devices")))

        def connected() -> Listener:
            setup = device.get("/devices/me").json()["setup"]
            return Listener(here, f"board&layout=main&setup={setup}", cookie=cookie)

        with connected() as listener:
            listener.until(lambda frame: frame["type"] == "snapshot")
            body = {"name": "north wall", "settings": {"layout": "main", "sound": True}}
            boss.post(f"/devices/{screen}/configure", json=body).raise_for_status()
            listener.until(to_start_again)
        assert device.get("/devices/me").json()["settings"]["sound"] is True

        with connected() as listener:
            added = boss.post("/halls/main/media", content=PICTURE).json()
            listener.until(to_read_media)
            assert device.get("/halls/main/media").json() == added
            file = added["slides"][0]["file"]
            assert device.get(f"{here.url}/media/main/{file}").content == PICTURE
            # With the settings that it has now it was not told to start again.
            assert listener.sees(to_start_again) is None
            kiosk("device", "remove", screen, "--db", here.db)
            listener.until(to_start_again)
        assert device.get("/devices/me").json()["state"] == "none"
