"""How kiosk and screens are laid out: boxes, sizes and contrast, not pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.async_api import Page

from tests.browser.axe import PROVOKES, findings
from tests.browser.conftest import Visit
from tests.browser.county import county
from tests.browser.hall import Hall
from tests.support.server import RunningServer

KIOSKS = [(1080, 1920), (1920, 1080)]
SCREENS = [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920)]

OUTSIDE = """() => {
    const seen = (box) => box.width > 0 && box.height > 0;
    const frame = document.documentElement;
    return Array.from(document.querySelectorAll("button, h1, h2, .number, p, dd, td"))
        .filter((element) => !element.closest(".about, .cards, .visually-hidden"))
        .map((element) => [element, element.getBoundingClientRect()])
        .filter(([, box]) => seen(box))
        .filter(([, box]) => box.left < -1 || box.top < -1
            || box.right > frame.clientWidth + 1 || box.bottom > frame.clientHeight + 1)
        .map(([{ tagName, className, textContent }]) =>
            `${tagName}.${className}: ${textContent.trim()}`);
}"""
OVERLAPPING = """() => {
    const buttons = Array.from(document.querySelectorAll("button"))
        .filter((button) => !button.closest(".cards, .countdown"));
    const boxes = buttons.map((button) => button.getBoundingClientRect());
    const found = [];
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 1) {
            found.push([buttons[i], buttons[i + 1 + j]].map((one) => one.textContent.trim()));
        }
    }));
    return found;
}"""
CLIPPED = """(selector) => Array.from(document.querySelectorAll(selector))
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => element.textContent.trim())"""
CUT_OFF = """(selector) => Array.from(document.querySelectorAll(selector))
    .filter((element) => element.scrollHeight > element.clientHeight
        + Number.parseFloat(getComputedStyle(element).fontSize) / 2)
    .map((element) => element.textContent.trim())"""
"""What lacks a line at its lower edge."""
SMALLEST_TEXT = """() => Math.min(...Array.from(document.querySelectorAll("body *"))
    .filter((element) => Array.from(element.childNodes).some((node) => node.nodeType === 3
        && node.textContent.trim()) && !element.closest("svg"))
    .map((element) => Number.parseFloat(getComputedStyle(element).fontSize)))"""


PLAIN = re.compile("居民身份证补领|Replace lost identity card")
"""A service without questions on the way to its ticket."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with county(tmp_path_factory.mktemp("county")) as running:
        yield running


async def tidy(page: Page) -> dict[str, Any]:
    """What lies outside the page or over something else."""
    return {
        "outside": await page.evaluate(OUTSIDE),
        "overlapping": await page.evaluate(OVERLAPPING),
        "scrolls": await page.evaluate(
            "() => document.documentElement.scrollHeight > innerHeight + 1"
        ),
    }


TIDY = {"outside": [], "overlapping": [], "scrolls": False}


@pytest.mark.parametrize("size", KIOSKS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("aids", [(), ("大字",), ("大字", "低位操作")])
async def test_every_step_at_the_kiosk_fits(
    visit: Visit, size: tuple[int, int], language: str, aids: tuple[str, ...]
) -> None:
    page = await visit("/kiosk", width=size[0], height=size[1])
    for aid in aids:
        await page.get_by_role("button", name=aid).click()
    if language == "en":
        await page.get_by_role("button", name="English").click()
    await page.locator("start-view .tile").first.wait_for()
    assert await tidy(page) == TIDY
    heights = await page.eval_on_selector_all(
        ".tile", "tiles => tiles.map((tile) => tile.getBoundingClientRect().height)"
    )
    assert min(heights) >= 96
    assert await page.evaluate(SMALLEST_TEXT) >= 24
    await page.locator(".tile", has_text="B").first.click()
    assert await tidy(page) == TIDY
    await page.locator("list-view .tile", has_text=PLAIN).first.click()
    await page.locator(".take").wait_for()
    assert await tidy(page) == TIDY
    await page.locator(".take").click()
    await page.locator("ticket-view img").wait_for()
    assert await tidy(page) == TIDY


@pytest.mark.parametrize("size", KIOSKS)
async def test_search_leaves_room_for_what_it_found_and_all_papers_to_bring_are_in_sight(
    visit: Visit, size: tuple[int, int]
) -> None:
    page = await visit("/kiosk", width=size[0], height=size[1])
    await page.locator("start-view").wait_for()
    await page.get_by_role("button", name="搜索事项").click()
    await page.keyboard.type("d", delay=60)
    await page.locator("search-view .tile").nth(3).wait_for()
    assert await tidy(page) == TIDY
    await page.keyboard.press("Backspace")
    await page.keyboard.type("gjj", delay=60)
    await page.locator("search-view .tile", has_text="住房公积金贷款申请").click()
    await page.locator(".about", has_text="可以先取号").wait_for()  # no window is open
    assert await page.locator(".materials li").count() == 6
    assert await page.evaluate(
        "() => { const about = document.querySelector('.about');"
        "  return about.scrollHeight <= about.clientHeight; }"
    )


async def test_the_kiosk_is_accessible_at_every_step(visit: Visit) -> None:
    page = await visit("/kiosk", width=1080, height=1920, allow=PROVOKES)
    await page.locator("start-view .tile").first.wait_for()
    assert await findings(page, enhanced=True) == []
    await page.get_by_role("button", name="搜索事项").click()
    await page.locator(".keyboard").wait_for()
    assert await findings(page, enhanced=True) == []
    await page.get_by_role("button", name="返回").click()
    await page.get_by_role("button", name="按部门查找").click()
    await page.locator("departments-view .tile").first.click()
    await page.locator("service-card").first.wait_for()
    assert await findings(page, enhanced=True) == []
    await page.get_by_role("button", name="详细说明").first.click()
    await page.locator(".take").wait_for()
    assert await findings(page, enhanced=True) == []
    await page.locator(".take").click()
    await page.locator("ticket-view img").wait_for()
    assert await findings(page, enhanced=True) == []
    await page.get_by_role("button", name="需要帮助").click()
    assert await findings(page, enhanced=True) == []


async def test_the_kiosk_works_with_a_keyboard(visit: Visit) -> None:
    page = await visit("/kiosk", width=1080, height=1920)
    tile = page.locator("start-view .tile").first
    await tile.wait_for()
    focused = "() => document.activeElement.className"
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate(focused) == "tile":
            break
    await page.keyboard.press("Enter")
    await page.locator("list-view").wait_for()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.locator(".take").wait_for()
    await page.keyboard.press("Escape")
    await page.locator("list-view").wait_for()


async def test_a_call_is_a_tenth_of_every_screen_high_and_every_name_fits(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    hall = Hall(api)
    await hall.open("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")
    for service in (await hall.get("/services"))[::9]:
        await hall.take(service["id"])
    for window in ("3", "10", "12"):
        await api.post(f"/halls/main/windows/{window}/call-next")
    for language in ("", "&language=zh", "&language=en"):
        page = await visit(f"/screen?sound=0{language}", width=1920, height=1080)
        call = page.locator(".large .call").first
        await call.wait_for()
        for width, height in SCREENS:
            await page.set_viewport_size({"width": width, "height": height})
            for part in ("number", "window"):
                box = await call.locator(f".{part}").first.bounding_box()
                assert box is not None
                assert box["height"] >= height / 10 * 0.99
            assert await tidy(page) == TIDY
            beside = ".board aside, .groups .name span"
            clipped = f".large .number, .small .number, td, {beside}"
            assert await page.evaluate(CLIPPED, clipped) == []
            assert await page.evaluate(CUT_OFF, beside) == []
        await page.close()


@pytest.mark.parametrize("layout", ["waiting", "entrance", "window"])
async def test_every_layout_fits_every_screen(visit: Visit, layout: str) -> None:
    page = await visit(f"/screen?layout={layout}&window=3&sound=0", width=1920, height=1080)
    await page.locator("main-board, waiting-board, window-panel").wait_for()
    for width, height in SCREENS:
        await page.set_viewport_size({"width": width, "height": height})
        assert await tidy(page) == TIDY


@pytest.mark.parametrize("layout", ["main", "waiting", "entrance", "window"])
async def test_screens_are_accessible(visit: Visit, layout: str) -> None:
    path = f"/screen?layout={layout}&window=3&sound=0"
    page = await visit(path, width=1920, height=1080, allow=PROVOKES)
    await page.locator("main-board, waiting-board, window-panel").wait_for()
    assert await findings(page, enhanced=True) == []
