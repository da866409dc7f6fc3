"""Every call and why: for the staff of the window, also after a reload, and for auditors."""

from __future__ import annotations

import json
from http import HTTPStatus

import httpx2
import pytest
from websockets.asyncio.client import connect

from kiosk.hall.config import HallConfig
from kiosk.hall.events import Reason
from kiosk.server.reasons import numbers, words
from tests.support.server import RunningServer

HALL = "/halls/main"


def called(client: httpx2.Client, number: int = 2) -> dict:
    """The answer to a call by window 3 that leaves others waiting."""
    client.post(f"{HALL}/windows/3/open", json={"staff": "li"}).raise_for_status()
    for _ in range(number):
        client.post(f"{HALL}/tickets", json={"service": "household-register"}).raise_for_status()
    found: dict = client.post(f"{HALL}/windows/3/call-next", json={}).json()
    return found


def test_auditors_read_each_call_of_a_day(server: RunningServer, client: httpx2.Client) -> None:
    answer = called(client)
    ticket = answer["ticket"]
    with httpx2.Client(base_url=server.api, headers=server.auth("auditor")) as auditor:
        found = auditor.get(f"{HALL}/calls").raise_for_status().json()
        mine = [c for c in found["calls"] if c["number"] == ticket["number"]]
        of_number = auditor.get(f"{HALL}/calls", params={"number": ticket["number"]}).json()
        none = auditor.get(f"{HALL}/calls", params={"window": "no"}).json()
        past = auditor.get(f"{HALL}/calls", params={"day": "2020-01-01"}).json()
        wrong = auditor.get(f"{HALL}/calls", params={"day": "yesterday"})
    (call,) = mine
    assert (call["window"], call["ticket"], call["at"]) == ("3", ticket["id"], ticket["called_at"])
    assert call["reason"] == answer["reason"]
    assert call["reason"]["ahead_of"] >= 1
    assert set(call["reason"]["text"]) == {"zh", "en"}
    assert of_number["calls"] == mine
    assert none["calls"] == past["calls"] == []
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with httpx2.Client(base_url=server.api, headers=server.auth("kiosk")) as kiosk:
        assert kiosk.get(f"{HALL}/calls").status_code == HTTPStatus.FORBIDDEN


async def test_a_console_that_is_loaded_again_still_says_why(
    server: RunningServer, client: httpx2.Client
) -> None:
    answer = called(client)
    desk = f"{server.ws}{HALL}?topics=desk:3"
    async with connect(desk, additional_headers=server.auth()) as console:
        why = json.loads(await console.recv())["live"]["why"]
    assert why["ticket"] == answer["ticket"]["id"]
    assert why["reason"] == answer["reason"]


CONFIG = HallConfig(id="main", name={"en": "Hall"}, timezone="UTC", hours={})


@pytest.mark.parametrize(
    ("reason", "said", "counted"),
    [
        (Reason("help", group="B", points=4.26), "other lines", "4.3 points; nobody else to call"),
        (
            Reason("help", group="B", points=30, lead=12, ahead_of=9, passed=1),
            "leads by 12",
            "30.0 points, the next line 18.0; 9 others could be called, 1 of them waited longer",
        ),
        (
            Reason("first", points=5, ahead_of=2),
            "First",
            "5.0 points; 2 others in the same line",
        ),
    ],
)
def test_a_reason_in_words_and_numbers(reason: Reason, said: str, counted: str) -> None:
    assert said in words(CONFIG, reason)["en"]
    assert numbers("en", reason) == counted
