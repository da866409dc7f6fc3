"""The voice, in a browser that may sound: said once, by one screen, and the console hears of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import websockets
from playwright.async_api import Browser, Page, async_playwright, expect
from websockets.asyncio.client import ClientConnection

from tests.browser.conftest import SILENT, watch
from tests.support.server import HALL, RunningServer

HALL_PATH = "/halls/main"
SECONDS = 60
SHORT = '[voice]\nlanguages = ["zh"]\nrepeats = 1\nchime = "bell"\n\n[[zones]]'

Open = Callable[[Browser, str], Awaitable[tuple[Page, list[str]]]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall that says each call once, in one language."""
    hall = HALL.replace("[[zones]]", SHORT, 1)
    folder = tmp_path_factory.mktemp("voice")
    with RunningServer.make(folder, hall, "--open-devices") as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def loud() -> AsyncIterator[Browser]:
    """A Chromium as a screen's kiosk mode starts it: it may sound without a touch."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(server: RunningServer) -> AsyncIterator[ClientConnection]:
    address = f"{server.ws}/halls/main?topics=desk:3"
    async with websockets.connect(
        address, additional_headers=server.auth("staff"), proxy=None
    ) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def screen(server: RunningServer) -> AsyncIterator[Open]:
    """Opens a call screen: its page, and the sounds that it fetches."""
    pages: list[Page] = []
    complaints: list[str] = []

    async def open_screen(
        browser: Browser, query: str = "", script: str = ""
    ) -> tuple[Page, list[str]]:
        page = await browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        pages.append(page)
        watch(page, complaints, "AudioContext")
        if script:
            await page.add_init_script(script)
        sounds: list[str] = []
        page.on("response", lambda r: sounds.append(r.url) if "/voice/" in r.url else None)
        await page.goto(f"{server.url}/screen{query}")
        await page.locator("main-board").wait_for()
        return page, sounds

    yield open_screen
    for page in pages:
        await page.close()
    assert complaints == []


async def status(desk: ClientConnection, member: str) -> dict[str, Any]:
    async with asyncio.timeout(SECONDS):
        async for text in desk:
            frame = json.loads(text)
            if frame["type"] == "status" and member in frame:
                return frame[member]
    raise AssertionError("the connection ended")


async def call(api: httpx2.AsyncClient) -> str:
    """A visitor is called to window 3: the number."""
    taken = await api.post(f"{HALL_PATH}/tickets", json={"service": "household-register"})
    await api.post(f"{HALL_PATH}/windows/3/open", json={})
    called = await api.post(f"{HALL_PATH}/windows/3/call", json={"ticket": taken.json()["id"]})
    return called.json()["ticket"]["number"]


async def test_a_call_is_shown_then_spoken_by_one_of_two_screens(
    screen: Open, loud: Browser, api: httpx2.AsyncClient, desk: ClientConnection
) -> None:
    first, heard = await screen(loud, "?zones=1F")
    second, echo = await screen(loud, "")
    number = await call(api)
    for page in (first, second):
        row = page.locator(".call", has_text=number)
        await expect(row).to_be_visible()
    aired = await status(desk, "call")
    assert aired["number"] == number
    assert (aired["shown_at"] is not None, aired["spoken_at"]) == (True, None)
    assert (await status(desk, "call"))["spoken_at"] is not None
    assert (len(heard), echo) == (1, [])

    await first.close()
    while (await status(desk, "light"))["screens"] > 1:
        pass
    number = await call(api)
    while (await status(desk, "call"))["spoken_at"] is None:
        pass
    assert len(echo) == 1


async def test_a_screen_that_may_not_sound_says_so_to_the_server(
    screen: Open, browser: Browser, api: httpx2.AsyncClient
) -> None:
    page, sounds = await screen(browser, "?zones=1F", SILENT)
    await expect(page.locator("footer")).to_contain_text("请触摸屏幕以开启声音")
    async with page.expect_request(lambda r: r.url.endswith("/said")) as report:
        await call(api)
    assert (await report.value).post_data_json["played"] is False
    assert sounds == []
