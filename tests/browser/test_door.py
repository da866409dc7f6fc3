"""The wait before the ticket: a token of the door at the kiosk, and what managers see of it."""

from __future__ import annotations

import re

import httpx2
from playwright.async_api import Page, expect

from tests.browser.axe import PROVOKES, findings
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.hall import Hall


async def scan(page: Page, code: str) -> None:
    """A QR reader types a code faster than any hand."""
    await page.evaluate(
        """(keys) => keys.forEach((key) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key, bubbles: true})))""",
        [*code, "Enter"],
    )


async def managing(visit: Visit, lang: str = "zh-CN") -> Page:
    page = await visit("/manager#estimates", lang=lang, allow=PROVOKES)
    await page.locator("input[name=account]").fill("boss")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".verdict").wait_for()
    return page


async def test_a_token_of_the_door_goes_with_the_ticket_taken_at_the_kiosk(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    hall = Hall(api)
    page = await managing(visit)
    await expect(page.locator("hall-door h2")).to_have_count(0)  # nobody was counted
    came = await hall.post("/door", count=3)
    kiosk = await visit("/kiosk", width=1080, height=1920)
    await kiosk.locator("start-view").wait_for()
    await scan(kiosk, came["token"])
    await expect(kiosk.locator("start-view")).to_be_visible()
    await kiosk.locator(".tile", has_text="户口登记").click()
    await kiosk.locator(".take").click()
    await expect(kiosk.locator(".vast")).to_have_text(re.compile(r"^B\d{3}$"))
    assert (await hall.get("/door"))["total"]["tokens"] == 1
    await hall.take("marriage")
    assert (await hall.get("/door"))["total"]["tokens"] == 1
    for lang, title in (("zh-CN", "从进门到取号"), ("en-GB", "from the door to the kiosk")):
        page = await managing(visit, lang)
        await expect(page.locator("hall-door h2")).to_contain_text(title)
        await expect(page.locator("hall-door tbody tr")).to_have_count(1)
        await expect(page.locator("hall-door .tiles dd").nth(4)).to_have_text("3")
        assert await findings(page) == []
