"""A served hall estimates: whoever waits is told how long, soon after something happened."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from kiosk.hall.forecast import Point
from kiosk.server.estimates import Told as Said
from kiosk.server.views import EstimateView
from tests.support.server import RunningServer

HALL = "/halls/main"
PATIENCE_S = 60.0


def until_estimated(client: httpx2.Client, path: str) -> dict:
    """The view at a path, once it has an estimate."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        view = client.get(path).json()
        if view["estimate"] is not None:
            return view
    raise AssertionError(f"{path} has no estimate: {view}")


def test_a_waiting_ticket_gets_an_estimate_from_the_forecast(client: httpx2.Client) -> None:
    client.post(f"{HALL}/windows/3/open", json={"staff": "li"}).raise_for_status()
    for _ in range(3):
        answer = client.post(f"{HALL}/tickets", json={"service": "household-register"})
    ticket = answer.json()
    view = until_estimated(client, f"{HALL}/tickets/{ticket['id']}")
    estimate = view["estimate"]
    assert view["estimate_status"] == "ok"
    assert 0 <= estimate["low_s"] <= estimate["median_s"] <= estimate["high_s"]
    assert estimate["high_s"] > 0


async def test_estimates_are_told_to_whoever_looks_on(server: RunningServer) -> None:
    """A manager's page and the phone of who waits; what is the same isn't repeated each time."""
    async with httpx2.AsyncClient(base_url=server.api, headers=server.auth()) as client:
        (await client.post(f"{HALL}/windows/3/open", json={"staff": "li"})).raise_for_status()
        for _ in range(3):
            answer = await client.post(f"{HALL}/tickets", json={"service": "household-register"})
        ticket = answer.json()
        manager = f"{server.ws}{HALL}?topics=manager,estimates"
        phone = f"{server.ws}{HALL}?topics=ticket:{ticket['token']}"
        async with connect(manager, additional_headers=server.auth()) as floor:
            told = await first(floor, lambda f: f.get("tickets", {}).get(ticket["id"]))
            assert told["estimate_status"] == "ok"
            assert told["ahead"] >= 1
            async with connect(phone) as own:
                await client.post(f"{HALL}/windows/3/call-next", json={})
                view = await first(own, lambda f: f.get("visitor"))
                assert view["ticket"]["id"] == ticket["id"]
                assert view["behind"]["windows"] >= 1


async def first(connection: ClientConnection, pick: Callable[[dict], dict | None]) -> dict:
    """What a frame of estimates holds, of the first that holds it."""
    async with asyncio.timeout(PATIENCE_S):
        async for text in connection:
            frame = json.loads(text)
            if frame["type"] == "estimates" and (found := pick(frame)):
                return found
    raise AssertionError("the connection ended")


@pytest.mark.parametrize(
    ("new", "same"),
    [
        (EstimateView(1800, 2400, 3000), True),
        (EstimateView(1950, 2400, 3250), True),
        (EstimateView(1800, 2400, 3301), False),
        (EstimateView(1619, 2400, 3000), False),
        (None, False),
    ],
)
def test_a_tenth_is_a_step_of_a_long_wait(new: EstimateView | None, same: bool) -> None:
    told = Said(4, EstimateView(1800, 2400, 3000), "ok", 0.0)
    assert told.still_says(4, new, "ok") is same
    assert not told.still_says(3, new, "ok")


def test_a_minute_is_a_step_of_a_short_wait() -> None:
    told = Said(1, EstimateView(60, 120, 180), "ok", 0.0)
    assert told.still_says(1, EstimateView(1, 120, 239), "ok")
    assert not told.still_says(1, EstimateView(0, 120, 180), "ok")
    assert Said(0, None, "no_window", 0.0).still_says(0, None, "no_window")
    assert not Said(0, None, "no_window", 0.0).still_says(0, None, "unknown")


@pytest.mark.parametrize(
    ("point", "ahead", "stands"),
    [
        (Point(1_000_000, 300.0), 4, True),
        (Point(1_120_000, 350.0), 4, True),
        (Point(1_120_000, 370.0), 4, False),
        (Point(800_000, 300.0), 4, False),
        (Point(1_000_000, 300.0), 3, False),
        (None, 4, False),
    ],
)
def test_a_refresh_that_moves_a_wait_little_is_no_news(
    point: Point | None, ahead: int, *, stands: bool
) -> None:
    told = Said(4, EstimateView(1800, 2400, 3000), "ok", 0.0, Point(1_000_000, 300.0))
    assert told.stands(ahead, point) is stands
    assert not told._replace(point=None).stands(ahead, point)
