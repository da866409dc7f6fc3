"""Kiosks and screens that must be paired: a code, a word of an administrator, then their work."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import CUT, MONDAY_MORNING, Visit, hire
from tests.browser.desk import log_in
from tests.support.server import HALL, RunningServer

PATIENCE_S = 30
REFUSED = r"WebSocket|401|403"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall whose devices must be paired."""
    folder = tmp_path_factory.mktemp("pairing")
    made = RunningServer.make(folder, HALL, "--clock-start", MONDAY_MORNING)
    hire(made.db, folder)
    with made as running:
        yield running


ASK_AGAIN_MS = 3000
"""How often a page asks whether it is approved."""


async def pair(
    page: Page, api: httpx2.AsyncClient, name: str = "by the door", **settings: object
) -> None:
    """Approve the code that a page shows, and let it ask."""
    shown = page.locator(".code")
    await expect(shown).to_have_text(re.compile(r"\w{4,}"))
    code = await shown.inner_text()
    body = {"name": name, "hall": "main", "settings": settings}
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


TURN_MS = 12_000
"""How long a notice stands before the next one has its turn."""


async def test_notices_take_turns(visit: Visit, api: httpx2.AsyncClient) -> None:
    screen = await visit("/screen", width=1920, height=1080, allow=CUT, clock=True)
    notices = [
        {"zh": "中午照常办理", "en": "Open at noon"},
        {"zh": "周六可预约", "en": "Book Saturdays"},
    ]
    await pair(screen, api, notices=notices, language="zh", sound=False)
    said = screen.locator("footer.bottom")
    await expect(said).to_have_text(re.compile("中午照常办理|周六可预约"))
    first = (await said.inner_text()).strip()
    [second] = {notice["zh"] for notice in notices} - {first}
    for text in (second, first, second):
        await screen.clock.run_for(TURN_MS)
        await expect(said).to_have_text(text)


async def test_a_kiosk_shows_a_code_then_takes_tickets(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    kiosk = await visit("/kiosk", width=1080, height=1920, clock=True)
    await pair(kiosk, api, language="en")
    await expect(kiosk.get_by_role("heading", name="What would you like to do?")).to_be_visible()
    await kiosk.locator(".tile", has_text="Marriage registration").click()
    await kiosk.get_by_role("button", name="Take a ticket").click()
    await expect(kiosk.locator(".vast")).to_have_text(re.compile(r"^G\d{3}$"))


GRACE_MS = 10_000
"""How long a screen may take to start again before it is a lost one."""


async def test_a_lost_screen_is_told_to_the_manager_until_it_is_back(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    screen = await visit("/screen", width=1920, height=1080, allow=CUT, clock=True)
    await pair(screen, api, "north wall", sound=False)
    await expect(screen.locator("main-board")).to_be_visible(timeout=10_000)
    manager = await visit("/manager", allow=CUT, clock=True)
    await log_in(manager, "boss")
    listed = manager.locator(".printers li", has_text="north wall")
    await expect(listed).not_to_contain_text("连接中断")
    told = manager.locator(".alarms .device", has_text="叫号屏“north wall”连接中断")
    await screen.goto("about:blank")
    async with asyncio.timeout(PATIENCE_S):
        while not await told.count():
            await manager.clock.run_for(GRACE_MS)
    await expect(listed).to_contain_text("连接中断")
    todo = manager.locator(".todo li", has_text="north wall")
    await expect(todo).to_contain_text("请检查屏幕的电源和网络")
    await screen.go_back()
    await expect(told).to_have_count(0)


async def test_a_removed_screen_shows_a_new_code(visit: Visit, api: httpx2.AsyncClient) -> None:
    screen = await visit("/screen", width=1920, height=1080, allow=REFUSED, clock=True)
    await pair(screen, api, sound=False)
    await expect(screen.locator("main-board")).to_be_visible()
    known = (await api.get("/devices")).json()
    connected = [d["id"] for d in known if d["state"] == "paired" and d["connection"]]
    for device in connected:
        (await api.delete(f"/devices/{device}")).raise_for_status()
    await expect(screen.locator(".code")).to_have_text(re.compile(r"\w{4,}"))
