"""A served hall estimates: whoever waits is told how long, soon after something happened."""

from __future__ import annotations

import time

import httpx2

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
