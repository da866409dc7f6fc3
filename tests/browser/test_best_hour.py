"""The hour to come at, on the overview at the entrance."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.async_api import expect

from kiosk.hall.forecast import KNOWN_DAYS
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.played import played
from tests.support.server import RunningServer

ENTRANCE = "/screen?layout=entrance&sound=0"
HALL = "/halls/small"
LEARNED_S = 120


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall in the morning, all windows open, with enough days behind it."""
    with (
        played(tmp_path_factory.mktemp("best"), KNOWN_DAYS + 2, PASSWORD) as running,
        httpx2.Client(base_url=running.api, headers=running.auth(), timeout=30) as client,
    ):
        for window in client.get(f"{HALL}/live").json()["windows"]:
            client.post(f"{HALL}/windows/{window['id']}/open", json={"staff": "li"})
        yield running


@pytest.fixture
def hours(past: RunningServer) -> dict[str, str]:
    """Where groups have a best hour, its beginning; asked until the hall has learned."""
    patience = time.monotonic() + LEARNED_S
    while time.monotonic() < patience:
        groups: list[dict[str, Any]] = httpx2.get(f"{past.api}{HALL}", timeout=30).json()["groups"]
        if found := {g["id"]: g["best_at"] for g in groups if g["best_at"]}:
            return found
    raise AssertionError(groups)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (1080, 1920)])
async def test_the_entrance_names_the_hour(
    visit: Visit, past: RunningServer, hours: dict[str, str], size: tuple[int, int]
) -> None:
    page = await visit(ENTRANCE, url=past.url, width=size[0], height=size[1])
    lines = page.locator(".best")
    await expect(lines).to_have_count(len(hours))
    first = next(iter(hours.values()))
    begins = first[11:16]
    ends = f"{int(first[11:13]) + 1:02d}{first[13:16]}"
    await expect(lines.first).to_contain_text(f"今天 {begins}–{ends} 最快")
    await expect(lines.first).to_contain_text(f"Quietest today {begins}–{ends}")
    for line in await lines.all():
        box, card = await line.bounding_box(), await line.locator("..").bounding_box()
        assert box is not None
        assert card is not None
        assert box["y"] + box["height"] <= card["y"] + card["height"]


async def test_other_boards_and_new_halls_say_nothing(
    visit: Visit, past: RunningServer, hours: dict[str, str]
) -> None:
    assert hours
    page = await visit("/screen?layout=waiting&sound=0", url=past.url, width=1920, height=1080)
    await page.locator(".cards .group").first.wait_for()
    await expect(page.locator(".best")).to_have_count(0)
    fresh = await visit(ENTRANCE, width=1920, height=1080)
    await fresh.locator(".cards .group").first.wait_for()
    await expect(fresh.locator(".best")).to_have_count(0)
