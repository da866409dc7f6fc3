"""The administrator's page: a new screen is approved, changed and removed, and obeys."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Visit
from tests.support.server import HALL, RunningServer, kiosk

PASSWORD = "county-hall-1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall whose devices must be paired."""
    folder = tmp_path_factory.mktemp("admin")
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    made = RunningServer.make(folder, HALL)
    for name, role in (("boss", "manager"), ("li.na", "staff")):
        asked = ("--db", made.db, "--role", role, "--password-file", str(secret))
        kiosk("account", "create", name, *asked)
    with made as running:
        yield running


async def log_in(page: Page, account: str = "boss") -> None:
    await page.get_by_label("账号").fill(account)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")


@pytest_asyncio.fixture(loop_scope="session")
async def admin(visit: Visit) -> Page:
    page = await visit("/admin")
    await log_in(page)
    await page.get_by_role("heading", name="待确认的设备").wait_for()
    return page


async def code_of(screen: Page) -> str:
    """The pairing code that a new screen shows."""
    shown = screen.locator(".code")
    await expect(shown).to_have_text(re.compile(r"\d{6}"))
    return await shown.inner_text()


async def picture(page: Page, name: str) -> None:
    """Keep a picture to look at, where somebody asked for it."""
    if folder := os.environ.get("KIOSK_PICTURES"):
        await page.screenshot(path=str(Path(folder) / f"{name}.png"))


async def test_a_screen_is_approved_changed_and_removed(
    visit: Visit, admin: Page, api: httpx2.AsyncClient
) -> None:
    screen = await visit("/screen", width=1920, height=1080, allow="AudioContext")
    code = await code_of(screen)
    waiting = admin.locator(".pending li", has_text=code)
    await waiting.get_by_role("button", name="确认设备").click()
    await waiting.get_by_label("名称").fill("北墙大屏")
    await waiting.get_by_role("group", name="区域").get_by_label("一层大厅").check()
    await waiting.get_by_label("播放语音叫号").check()
    assert await findings(admin) == []
    await picture(admin, "admin-form")
    await waiting.get_by_role("button", name="确认设备").click()

    await expect(screen.locator("main-board")).to_be_visible()
    await expect(screen.locator(".zone")).to_contain_text("一层大厅")
    row = admin.locator("tbody tr", has_text="北墙大屏")
    await expect(row).to_contain_text(re.compile(r"已连接[\s\S]*版本 \w{6,}"))
    await expect(row).to_contain_text("叫号主屏 · 一层大厅 · 语音叫号")
    await picture(admin, "admin-list")

    await row.get_by_role("button", name="修改").click()
    form = admin.locator("device-form")
    await form.get_by_role("combobox", name="版式").select_option(label="等候人数")
    await form.get_by_label("通知 1, 中文").fill("周五下午不办理业务")
    await form.get_by_role("button", name="保存").click()
    await expect(screen.locator("waiting-board")).to_be_visible()
    await expect(screen.locator("footer")).to_contain_text("周五下午不办理业务")

    row = admin.locator("tbody tr", has_text="北墙大屏")
    await row.get_by_role("button", name="移除").click()
    await row.get_by_role("button", name="确定移除").click()
    await expect(screen.locator(".code")).not_to_have_text(code)
    await expect(admin.locator("tbody tr", has_text="北墙大屏")).to_have_count(0)
    devices = (await api.get("/devices")).json()
    assert [device["state"] for device in devices] == ["pending"]


async def test_a_hall_s_own_pictures_stand_beside_the_calls(
    visit: Visit, admin: Page, tmp_path: Path
) -> None:
    for name, size in (("logo", (320, 80)), ("guide", (800, 1000))):
        Image.new("RGB", size, "seagreen").save(tmp_path / f"{name}.png")
    await admin.locator(".media input").first.set_input_files(tmp_path / "guide.png")
    await expect(admin.locator(".media li", has_text="guide.png")).to_be_visible()

    screen = await visit("/screen", width=1920, height=1080)
    waiting = admin.locator(".pending li", has_text=await code_of(screen))
    await waiting.get_by_role("button", name="确认设备").click()
    await waiting.get_by_label("名称").fill("门厅")
    await waiting.get_by_label("叫号旁边显示").select_option(label="图片和视频")
    await waiting.get_by_role("button", name="确认设备").click()
    await expect(screen.locator("hall-slides img")).to_be_visible()

    await admin.locator(".media input").nth(1).set_input_files(tmp_path / "logo.png")
    await expect(screen.locator(".logo")).to_be_visible()
    await picture(screen, "screen-media")
    await picture(admin, "admin-media")
    await admin.get_by_role("button", name="移除 guide.png").click()
    await expect(screen.locator("hall-slides")).to_have_count(0)
    await expect(screen.locator(".groups")).to_be_visible()


async def test_a_device_paired_by_command_shows_its_window(
    visit: Visit, server: RunningServer
) -> None:
    panel = await visit("/screen", width=1280, height=720)
    code = await code_of(panel)
    assert f"code {code}" in kiosk("device", "list", "--db", server.db).stdout
    told = ("--hall", "main", "--name", "Panel 4", "--layout", "window", "--window", "4")
    kiosk("device", "approve", "--db", server.db, code, *told)
    await expect(panel.locator("window-panel")).to_contain_text("4")
    [line] = [
        x for x in kiosk("device", "list", "--db", server.db).stdout.splitlines() if "Pan" in x
    ]
    device = line.split()[0]
    assert kiosk("device", "approve", "--db", server.db, code, *told, check=False).returncode == 1
    kiosk("device", "remove", "--db", server.db, device)
    assert kiosk("device", "remove", "--db", server.db, device, check=False).returncode == 1


async def test_staff_may_not_administer(visit: Visit) -> None:
    page = await visit("/admin")
    await log_in(page, "li.na")
    await expect(page.get_by_role("alert")).to_be_visible()


async def test_the_page_speaks_english_too(visit: Visit) -> None:
    page = await visit("/admin", lang="en-GB")
    await page.get_by_label("Account").fill("boss")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="New devices")).to_be_visible()
    await expect(page.get_by_role("heading", name="Logo, pictures and videos")).to_be_visible()
    assert await findings(page) == []
    await picture(page, "admin-en")
