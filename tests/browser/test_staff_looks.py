"""What axe-core finds on the pages of staff, visitors' phones and evaluators: nothing."""

from __future__ import annotations

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import PROVOKES, findings
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.desk import HALL, empty, take

LANGUAGES = ["zh-CN", "en-GB"]


async def enter(page: Page, account: str) -> None:
    await page.locator("input[name=account]").fill(account)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def sit(page: Page) -> None:
    await page.locator(".tile").first.wait_for()
    await page.keyboard.type("3")
    await page.keyboard.press("Enter")
    await page.locator(".desk").wait_for()


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_desk(visit: Visit, api: httpx2.AsyncClient, lang: str) -> None:
    await empty(api)
    page = await visit("/window", lang=lang, allow=PROVOKES)
    await page.locator("input[name=account]").wait_for()
    assert await findings(page) == []
    await enter(page, "li.na")
    await page.locator(".tile").first.wait_for()
    assert await findings(page) == []
    await sit(page)
    assert await findings(page) == []
    for _ in range(3):
        await take(api, priority="senior", language="en")
    await page.locator(".list.waiting tbody tr").first.wait_for()
    await page.keyboard.press("F9")
    await page.locator(".present.called").wait_for()
    assert await findings(page) == []
    for key in ("p", "t", "a", "i"):
        await page.keyboard.press(key)
        await page.locator(".sheet").wait_for()
        assert await findings(page) == [], key
        await page.keyboard.press("Escape")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_manager(visit: Visit, api: httpx2.AsyncClient, lang: str) -> None:
    await empty(api)
    await take(api)
    page = await visit("/manager", lang=lang, allow=PROVOKES)
    await page.locator("input[name=account]").wait_for()
    await enter(page, "boss")
    await page.locator(".todo li").first.wait_for()
    assert await findings(page) == []
    await page.locator("nav button").nth(2).click()
    await page.locator("tfoot").wait_for()
    assert await findings(page) == []
    await page.locator("select[name=by]").select_option("service")
    await page.locator("td.bars").first.wait_for()
    assert await findings(page) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_phone(visit: Visit, api: httpx2.AsyncClient, lang: str) -> None:
    await empty(api)
    ticket = await take(api)
    page = await visit(f"/t/{ticket['token']}?lang={lang}", width=360, height=740, allow=PROVOKES)
    await api.post(f"{HALL}/windows/3/open", json={"staff": "li"})
    steps = (
        f"{HALL}/windows/3/call-next",
        f"{HALL}/tickets/{ticket['id']}/start",
        f"{HALL}/tickets/{ticket['id']}/park",
        f"{HALL}/tickets/{ticket['id']}/resume",
        f"{HALL}/windows/3/call-next",
        f"{HALL}/tickets/{ticket['id']}/finish",
    )
    for step in ("", *steps):
        answer = await api.post(step, json={}) if step else None
        state = answer.json().get("ticket", answer.json())["state"] if answer else "waiting"
        await page.locator(f"[data-for={state}]").wait_for()
        assert await findings(page, enhanced=True) == [], state


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_evaluator(visit: Visit, api: httpx2.AsyncClient, lang: str) -> None:
    await empty(api)
    page = await visit("/rate/3", width=1280, height=800, allow=PROVOKES)
    await page.locator("h1").wait_for()
    if lang == "en":
        await page.get_by_role("button", name="English").click()
    assert await findings(page, enhanced=True) == []
    ticket = await take(api)
    await api.post(f"{HALL}/windows/3/open", json={"staff": "li"})
    await api.post(f"{HALL}/windows/3/call-next", json={})
    await api.post(f"{HALL}/tickets/{ticket['id']}/finish", json={})
    await expect(page.locator(".scores button")).to_have_count(5)
    assert await findings(page, enhanced=True) == []
