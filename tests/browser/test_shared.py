"""The shared modules of the pages, imported as the pages do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.modules import run
from tests.support.server import RunningServer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, bare: RunningServer) -> AsyncIterator[Page]:
    """One page for all: these tests only call functions."""
    shown = await browser.new_page()
    await shown.goto(f"{bare.url}/kiosk")
    await shown.locator("start-view").wait_for()
    yield shown
    await shown.close()


@pytest.mark.parametrize(
    ("frame", "last", "verdict"),
    [
        ({"type": "snapshot", "seq": 3}, 9, "replace"),
        ({"type": "event", "seq": 10}, 9, "apply"),
        ({"type": "event", "seq": 9}, 9, "ignore"),
        ({"type": "event", "seq": 2}, 9, "ignore"),
        ({"type": "event", "seq": 11}, 9, "resume"),
        ({"type": "event", "seq": 14, "prev": 9}, 9, "apply"),
        ({"type": "event", "seq": 14, "prev": 8}, 9, "resume"),
        ({"type": "event", "seq": 1}, None, "resume"),
    ],
)
async def test_a_frame_is_taken_once_and_in_order(
    page: Page, frame: dict[str, Any], last: int | None, verdict: str
) -> None:
    assert await run(page, "shared/live.js", "return m.judge(...x)", [frame, last]) == verdict


@pytest.mark.parametrize(
    ("low", "high", "rounded"),
    [
        (0, 0, [0, 1]),
        (61, 299, [1, 5]),
        (119, 601, [0, 15]),
        (610, 1195, [10, 20]),
        (1795, 3601, [20, 70]),
        (7000, 12_000, [90, 210]),
    ],
)
async def test_rounding_never_makes_a_promise_tighter(
    page: Page, low: int, high: int, rounded: list[int]
) -> None:
    said = await run(page, "shared/format.js", "return m.roundedRange(...x)", [low, high])
    assert said == rounded
    assert said[0] * 60 <= low
    assert said[1] * 60 >= high


@pytest.mark.parametrize(
    ("language", "view", "words"),
    [
        (
            "en",
            {"estimate": {"low_s": 310, "high_s": 590}, "estimate_status": "ok"},
            "5–10 minutes",
        ),
        ("zh", {"estimate": {"low_s": 310, "high_s": 590}, "estimate_status": "ok"}, "5-10分钟"),
        (
            "en",
            {"estimate": {"low_s": 20, "high_s": 170}, "estimate_status": "ok"},
            "Up to 3 minutes",
        ),
        ("zh", {"estimate": None, "estimate_status": "no_window"}, "暂无窗口办理"),
        ("en", {"estimate": None, "estimate_status": "now"}, "No wait now"),
        ("en", {"estimate": None, "estimate_status": "closed"}, "Closed now"),
        ("en", {"estimate": None, "estimate_status": "unknown"}, "Not known yet"),
        (
            "en",
            {"estimate": {"low_s": 4000, "high_s": 7300}, "estimate_status": "ok"},
            "1 hour to 2 hours 10 minutes",
        ),
    ],
)
async def test_a_wait_is_said_as_people_say_it(
    page: Page, language: str, view: dict[str, Any], words: str
) -> None:
    said = await page.evaluate(
        """async ([language, view]) => {
            const entry = document.querySelector("script[type=module]").src;
            const i18n = await import(new URL("../shared/i18n.js", entry).href);
            const format = await import(new URL("../shared/format.js", entry).href);
            i18n.setLanguage(language);
            return format.wait(view);
        }""",
        [language, view],
    )
    assert said == words


async def test_the_hall_clock_counts_with_the_hall_not_the_machine(page: Page) -> None:
    body = """
        let local = 1000;
        const clock = new m.HallClock(() => local);
        clock.reset("2026-11-23T09:00:00+08:00", 10);
        local += 6000;
        const iso = clock.iso();
        const late = clock.sync("2026-11-23T09:00:10+08:00");
        return [iso, clock.since("2026-11-23T09:00:30+08:00"), late];
    """
    assert await run(page, "shared/clock.js", body) == ["2026-11-23T09:01:00+08:00", 30, 5]


async def test_idempotency_keys_are_long_and_differ(page: Page) -> None:
    keys = await run(page, "shared/api.js", "return Array.from({length: 50}, m.newKey)")
    assert len(set(keys)) == 50
    assert all(len(key) == 32 for key in keys)


async def test_group_marks_differ_in_colour_or_shape(page: Page) -> None:
    marks = await run(
        page, "shared/group-mark.js", "return x.map(m.markOf)", list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    )
    assert len({(mark["colour"], mark["shape"]) for mark in marks}) == 26
