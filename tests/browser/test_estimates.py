"""How good the estimates were: for the manager in figures, at the entrance in a sentence."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import PROVOKES, findings
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.modules import run
from tests.support.server import RunningServer

LANGUAGES = ["zh-CN", "en-GB"]


@pytest.fixture
def card(past: RunningServer) -> dict[str, Any]:
    found: dict[str, Any] = httpx2.get(f"{past.api}/halls/small/calibration", timeout=30).json()
    return found


async def estimates(visit: Visit, url: str | None = None, **options: Any) -> Page:
    page = await visit("/manager#estimates", url=url, **options)
    await page.locator("input[name=account]").fill("boss")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".verdict").wait_for()
    return page


async def test_the_figures_are_the_card_s(
    visit: Visit, past: RunningServer, card: dict[str, Any]
) -> None:
    total = card["total"]
    assert total["estimates"] >= 300
    page = await estimates(visit, past.url)
    share = f"{round(total['inside'] * 100)}%"
    await expect(page.locator(".verdict")).to_contain_text(
        f"{total['estimates']} 次预计中，{share} 在告知的区间内叫到（承诺 90%）"
    )
    tile = page.locator(".tiles > div", has_text="平均误差")
    await expect(tile.locator("dd").first).to_have_text(f"{total['mean_error_s'] / 60:.1f}分钟")
    for name, scores in (("取号时段", card["by_hour"]), ("预计等候", card["by_wait"])):
        rows = page.get_by_role("region", name=name).locator("tbody tr")
        counts = await rows.locator("td:last-child").all_inner_texts()
        assert counts == [str(score["estimates"]) for score in scores]
        enough = [score for score in scores if score["estimates"] >= 30]
        await expect(rows.locator("svg.bar")).to_have_count(len(enough))
        few = rows.filter(has_text="还不够")
        await expect(few).to_have_count(len(scores) - len(enough))


async def test_a_new_hall_says_that_it_does_not_know_yet(visit: Visit) -> None:
    page = await estimates(visit)
    await expect(page.locator(".verdict")).to_contain_text("还不够：近 30 天只有 0 次预计")
    await expect(page.locator(".tiles, table")).to_have_count(0)
    screen = await visit("/screen?layout=entrance&sound=0", width=1920, height=1080)
    await screen.locator(".cards .group").first.wait_for()
    await expect(screen.locator(".held")).to_have_count(0)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (1080, 1920)])
async def test_the_entrance_says_it_in_a_sentence(
    visit: Visit, past: RunningServer, card: dict[str, Any], size: tuple[int, int]
) -> None:
    path = "/screen?layout=entrance&sound=0"
    page = await visit(path, url=past.url, width=size[0], height=size[1])
    held = int(card["total"]["inside"] * 100 + 1e-9)
    await expect(page.locator(".held")).to_contain_text(f"100 次预计中有 {held} 次")
    await expect(page.locator(".held")).to_contain_text(f"{held} of 100 estimates held")
    box = await page.locator(".held").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]


async def test_the_verdict_allows_for_chance(visit: Visit) -> None:
    page = await estimates(visit)
    cases = [(99, 0.9), (100, 0.85), (100, 0.80), (5000, 0.88), (5000, 0.86), (5000, 0.95)]
    cards = [{"promised": 0.9, "total": {"estimates": n, "inside": inside}} for n, inside in cases]
    said = await run(page, "shared/calibration.js", "return x.map(m.verdict);", cards)
    assert said == ["few", "kept", "narrow", "kept", "narrow", "wide"]
    shares = [0.29, 0.9, 0.9099, 0.9999, 1]
    hundred = await run(page, "shared/calibration.js", "return x.map(m.ofHundred);", shares)
    assert hundred == [29, 90, 90, 99, 100]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_it_is_accessible(visit: Visit, past: RunningServer, lang: str) -> None:
    page = await estimates(visit, past.url, lang=lang, allow=PROVOKES)
    assert await findings(page) == []


@pytest.mark.parametrize("width", [1366, 820, 390])
async def test_it_is_not_wider_than_the_page(visit: Visit, past: RunningServer, width: int) -> None:
    page = await estimates(visit, past.url, width=width)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
