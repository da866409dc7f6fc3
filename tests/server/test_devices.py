"""Devices: an expired code, one too many, other settings, removal, and whose hall it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from kiosk.server.access import MOST_PENDING
from tests.support.server import RunningServer, kiosk


@pytest.fixture
def admin(server: RunningServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.api, headers=server.auth(), timeout=30) as client:
        yield client


@contextmanager
def new_screen(server: RunningServer) -> Iterator[tuple[httpx2.Client, str]]:
    """A new screen, and the code that it shows."""
    with httpx2.Client(base_url=server.api, timeout=30) as device:
        yield device, device.post("/devices", json={"kind": "screen"}).json()["code"]


def change(server: RunningServer, statement: str) -> None:
    """Change the table of devices as time does."""
    database = sqlite3.connect(server.db.removeprefix("sqlite:///"))
    with database:
        database.execute(statement)
    database.close()


def test_a_screen_is_approved_by_command(server: RunningServer, admin: httpx2.Client) -> None:
    with new_screen(server) as (_, code):
        where = ("--zone", "1F", "--zone", "2F", "--layout", "waiting", "--language", "en")
        kiosk(
            "device", "approve", code, "--db", server.db, "--hall", "main", "--name", "West", *where
        )
    [known] = [d for d in admin.get("/devices").json() if d["name"] == "West"]
    assert (known["state"], known["hall"]) == ("paired", "main")
    assert known["settings"] == {"zones": ["1F", "2F"], "layout": "waiting", "language": "en"}


def test_other_settings_and_removal(server: RunningServer, admin: httpx2.Client) -> None:
    with new_screen(server) as (device, code):
        body = {"name": "北墙", "hall": "main", "settings": {"zones": ["1F", "2F"], "sound": True}}
        assert admin.post(f"/devices/{code}/approve", json=body).status_code == 204
        [known] = [d for d in admin.get("/devices").json() if d["name"] == "北墙"]
        assert (known["state"], known["code"], known["connection"]) == ("paired", None, None)

        path = f"/devices/{known['id']}"
        body = {"name": "南墙", "settings": {"layout": "entrance"}}
        changed = admin.post(f"{path}/configure", json=body).json()
        assert (changed["name"], changed["settings"]) == ("南墙", {"layout": "entrance"})
        mine = device.get("/devices/me").json()
        assert mine["settings"] == {"layout": "entrance"}
        [known] = [d for d in admin.get("/devices").json() if d["name"] == "南墙"]
        assert known["last_seen"].endswith("+08:00")
        assert device.get("/halls/main/board").status_code == 200

        assert admin.delete(path).status_code == 204
        assert device.get("/devices/me").json()["state"] == "none"
        assert device.get("/halls/main/board").status_code == 401
        assert admin.delete(path).status_code == 404
        assert admin.post(f"{path}/configure", json=body).status_code == 404


@pytest.mark.parametrize(
    ("settings", "field"),
    [({"zones": ["1F", "attic"]}, "settings.zones"), ({"window": "99"}, "settings.window")],
)
def test_a_place_that_the_hall_does_not_have(
    server: RunningServer, admin: httpx2.Client, settings: dict[str, str], field: str
) -> None:
    body = {"name": "x", "hall": "main", "settings": settings}
    with new_screen(server) as (_, code):
        refused = admin.post(f"/devices/{code}/approve", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_an_expired_code_is_shown_and_taken_no_longer(
    server: RunningServer, admin: httpx2.Client
) -> None:
    with new_screen(server) as (device, code):
        change(server, f"UPDATE devices SET expires = 1 WHERE code = '{code}'")
        assert device.get("/devices/me").json()["state"] == "none"
        assert code not in [d["code"] for d in admin.get("/devices").json()]
        body = {"name": "x", "hall": "main"}
        assert admin.post(f"/devices/{code}/approve", json=body).status_code == 404


def test_nobody_fills_the_table_with_requests(fresh: RunningServer) -> None:
    with httpx2.Client(base_url=fresh.api, timeout=30) as anybody:
        for _ in range(MOST_PENDING):
            assert anybody.post("/devices", json={"kind": "kiosk"}).status_code == 201
        refused = anybody.post("/devices", json={"kind": "kiosk"})
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize("role", ["staff", "screen", "auditor"])
def test_only_managers_see_and_change_devices(server: RunningServer, role: str) -> None:
    with httpx2.Client(base_url=server.api, headers=server.auth(role), timeout=30) as client:
        assert client.get("/devices").status_code == 403
        assert client.delete("/devices/x").status_code == 403
        body = {"name": "x", "settings": {}}
        assert client.post("/devices/x/configure", json=body).status_code == 403
