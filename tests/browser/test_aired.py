"""Whether a call reaches its visitor: what the console and the manager's page say of it."""

from __future__ import annotations

import os
from pathlib import Path

import httpx2
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.desk import empty, log_in, take
from tests.browser.test_window import press_next, sit_down


async def test_the_console_sees_its_call_on_a_screen_and_the_light_go_out(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    await empty(api)
    screen = await visit("/screen?zones=1F&sound=0", width=1920, height=1080)
    await screen.locator("main-board").wait_for()
    desk = await visit("/window")
    await sit_down(desk)
    light = desk.locator(".top .light")
    await expect(light).to_have_text("1 块叫号屏在线，无语音")

    ticket = await take(api)
    await press_next(desk, ticket["number"])
    await expect(desk.locator(".present .aired")).to_contain_text("已上屏")
    if folder := os.environ.get("KIOSK_PICTURES"):
        await desk.screenshot(path=str(Path(folder) / "desk-aired.png"))

    await screen.close()
    await expect(light).to_have_text("本区没有叫号屏在线，请口头叫号")


async def test_managers_see_which_screens_are_there(visit: Visit) -> None:
    manager = await visit("/manager")
    await log_in(manager, "boss")
    screens = manager.locator("section", has=manager.get_by_role("heading", name="叫号屏"))
    await expect(screens).to_contain_text("没有叫号屏在线")
    screen = await visit("/screen?zones=2F&sound=0", width=1920, height=1080)
    await screen.locator("main-board").wait_for()
    await expect(screens).to_contain_text("未配对 二层大厅")
    await screen.close()
    await expect(screens).to_contain_text("没有叫号屏在线")
