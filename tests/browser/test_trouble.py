"""Devices in trouble: what is new, what was noted, and when a screen is a lost one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.modules import run
from tests.support.server import RunningServer

WATCH = """
    const watch = new m.Watch();
    return x.map((keys) => {
        if (keys === "note") { watch.note(); return [false, watch.pressing]; }
        return [watch.look(keys), watch.pressing];
    });
"""

LOST = """
    const lost = new m.LostScreens();
    return x.map(([at, connected]) => {
        const connection = connected ? {} : null;
        const device = { id: "s", name: "door", kind: "screen", state: "paired", hall: "main" };
        const others = [
            { ...device, id: "k", kind: "kiosk", connection: null },
            { ...device, id: "h", hall: "other", connection: null },
            { ...device, id: "p", state: "pending", connection: null },
        ];
        lost.take([{ ...device, connection }, ...others], "main", at);
        return lost.list(at).map(({ name }) => name);
    });
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, bare: RunningServer) -> AsyncIterator[Page]:
    """One page for all: these tests only call functions."""
    shown = await browser.new_page()
    await shown.goto(f"{bare.url}/screen?sound=0")
    yield shown
    await shown.close()


async def test_only_what_begins_is_news_and_what_was_noted_is_quiet(page: Page) -> None:
    looks = [["a"], ["a"], ["a", "b"], "note", ["a", "b"], ["b"], ["a", "b"], []]
    assert await run(page, "shared/trouble.js", WATCH, looks) == [
        [False, True],  # it stood before the page did: no news, but nobody has noted it
        [False, True],
        [True, True],
        [False, False],
        [False, False],
        [False, False],
        [True, True],  # over and there again: news again
        [False, False],
    ]


async def test_a_screen_is_lost_when_it_is_gone_for_longer_than_a_start(page: Page) -> None:
    seen = [[0, True], [1000, False], [10_999, False], [11_000, False], [12_000, True]]
    seen += [[13_000, False], [22_000, False]]
    told = await run(page, "manager/lost-screens.js", LOST, seen)
    assert told == [[], [], [], ["door"], [], [], []]
