"""What waits would have been: a past day with one more window, asked and answered on the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import PROVOKES, findings
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.modules import run
from tests.support.server import RunningServer


async def what_if(visit: Visit, past: RunningServer, **options: Any) -> Page:
    page = await visit("/manager#what_if", url=past.url, **options)
    await page.locator("input[name=account]").fill("boss")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".question").wait_for()
    return page


def figures(page: Page, world: str):
    """The cells of the whole hall in one of the worlds."""
    return page.locator("tbody").first.locator(f"tr.{world} td")


async def test_a_day_with_one_more_window(visit: Visit, past: RunningServer) -> None:
    page = await what_if(visit, past, allow=PROVOKES)
    play = page.get_by_role("button", name="开始推演")
    await page.get_by_role("button", name="去掉").click()
    await expect(play).to_be_disabled()
    await page.get_by_role("button", name="多开一个窗口").click()
    await page.locator("input[name=opens]").fill("09:00")
    await page.locator("input[name=closes]").fill("17:00")
    await play.click()  # the day before, on which nobody came
    await expect(page.locator(".notice[role=alert]")).to_have_text(
        "所选的日子没有人取号，请选择其他日期。"
    )
    await choose(page, "2026-01-06", "2026-01-06")
    await play.click()
    await expect(page.locator(".verdict")).to_contain_text("平均等候")
    await expect(page.locator(".found h2")).to_contain_text("2026-01-06，")
    await expect(page.locator(".found > p").first).to_have_text("09:00–17:00 多开一个窗口办理info")
    recorded = await figures(page, "recorded").all_inner_texts()
    await expect(figures(page, "unchanged")).to_have_text(recorded)
    await expect(figures(page, "changed").nth(1)).to_have_class("figure better")
    await expect(page.get_by_text("模型准不准：照原样推演")).to_be_visible()
    assert await findings(page) == []

    # Days on which nobody came are left out; without any window nobody is called.
    await page.get_by_role("button", name="最近 7 天").click()
    await page.get_by_role("button", name="去掉").click()
    for window in range(await closable(page)):
        await page.get_by_role("button", name="关闭一个窗口").click()
        await page.locator("select[name=window]").nth(window).select_option(index=window)
    await play.click()
    await expect(page.locator(".verdict")).to_contain_text("没有人会被叫到。")
    await expect(page.locator(".found h2")).to_contain_text("2026-01-05 至 2026-01-06（2 天）")
    await expect(page.get_by_text("没有人取号的日子不计：2026-01-01、")).to_be_visible()


async def choose(page: Page, first: str, last: str) -> None:
    """Other days."""
    await page.locator("input[name=from]").fill(first)
    await page.locator("input[name=to]").fill(last)


async def closable(page: Page) -> int:
    """How many windows there are to close."""
    await page.get_by_role("button", name="关闭一个窗口").click()
    found = await page.locator("select[name=window] option").count()
    await page.get_by_role("button", name="去掉").click()
    return found


async def test_in_english_on_a_phone(visit: Visit, past: RunningServer) -> None:
    page = await what_if(visit, past, lang="en-GB", width=390, allow=PROVOKES)
    await choose(page, "2026-01-05", "2026-01-06")
    await page.get_by_label("Order of calls").select_option("fifo")
    await page.get_by_label("Helps when another line leads by").fill("5")
    await page.get_by_role("button", name="Play these days").click()
    await expect(page.locator(".found > p").first).to_have_text(
        "one more window for info, 10:00–12:00, order of calls: longest wait first, "
        "help when another line leads by 5 min"
    )
    await expect(page.locator(".verdict")).to_contain_text("mean wait")
    assert await findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("rules", [{}, {"cap_minutes": "45", "help_gap_minutes": ""}])
async def test_the_question_as_the_server_takes_it(
    visit: Visit, past: RunningServer, rules: dict[str, str]
) -> None:
    page = await visit("/manager", url=past.url)
    asked = {
        "routing": "",
        "rules": rules,
        "changes": [
            {"kind": "closed", "window": "5"},
            {"kind": "more", "group": "B", "opens": "10:00", "closes": "12:00"},
        ],
    }
    said = await run(page, "manager/what-if-question.js", "return m.changesOf(x);", asked)
    assert said == {
        "windows": {
            "5": {"closed": True},
            "+2": {"groups": ["B"], "opens": "10:00", "closes": "12:00"},
        },
        "rules": {"cap_minutes": 45} if rules else {},
    }
