"""Kiosks and screens that must be paired: a code, a word of an administrator, then their work."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import MONDAY_MORNING, Visit
from tests.support.server import HALL, RunningServer

REFUSED = r"WebSocket|401|403"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall whose devices must be paired."""
    folder = tmp_path_factory.mktemp("pairing")
    with RunningServer.make(folder, HALL, "--clock-start", MONDAY_MORNING) as running:
        yield running


ASK_AGAIN_MS = 3000
"""How often a page asks whether it is approved."""


async def pair(page: Page, api: httpx2.AsyncClient, **settings: object) -> None:
    """Approve the code that a page shows, and let it ask."""
    shown = page.locator(".code")
    await expect(shown).to_have_text(re.compile(r"\w{4,}"))
    code = await shown.inner_text()
    body = {"name": "by the door", "hall": "main", "settings": settings}
    answer = await api.post(f"/devices/{code}/approve", json=body)
    assert answer.is_success, answer.text
    await page.clock.run_for(ASK_AGAIN_MS)


async def test_a_screen_shows_a_code_then_its_zone(visit: Visit, api: httpx2.AsyncClient) -> None:
    screen = await visit("/screen", width=1920, height=1080, clock=True)
    await pair(screen, api, zones=["2F"], layout="waiting", language="en", sound=False)
    await expect(screen.locator(".zone")).to_have_text("First floor")
    await expect(screen.locator("waiting-board")).to_be_visible()
    await screen.reload()
    await expect(screen.locator("waiting-board")).to_be_visible()


async def test_a_kiosk_shows_a_code_then_takes_tickets(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    kiosk = await visit("/kiosk", width=1080, height=1920, clock=True)
    await pair(kiosk, api, language="en")
    await expect(kiosk.get_by_role("heading", name="What would you like to do?")).to_be_visible()
    await kiosk.locator(".tile", has_text="Marriage registration").click()
    await kiosk.get_by_role("button", name="Take a ticket").click()
    await expect(kiosk.locator(".vast")).to_have_text(re.compile(r"^G\d{3}$"))


async def test_a_removed_screen_shows_a_new_code(visit: Visit, api: httpx2.AsyncClient) -> None:
    screen = await visit("/screen", width=1920, height=1080, allow=REFUSED, clock=True)
    await pair(screen, api, sound=False)
    await expect(screen.locator("main-board")).to_be_visible()
    known = (await api.get("/devices")).json()
    connected = [d["id"] for d in known if d["state"] == "paired" and d["connection"]]
    for device in connected:
        (await api.delete(f"/devices/{device}")).raise_for_status()
    await expect(screen.locator(".code")).to_have_text(re.compile(r"\w{4,}"))
