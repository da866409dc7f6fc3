"""A real server and a real Chromium for the pages' tests.

All browser tests share one event loop and one browser; every page is watched, and a message in
its console, a blocked resource or a missing text fails the test that opened it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright, expect

from tests.browser.played import played
from tests.support.server import HALL, RunningServer, kiosk

PASSWORD = "county-hall-1"
ACCOUNTS = {"li.na": "staff", "wang.wei": "staff", "boss": "manager"}
MONDAY_MORNING = "2037-11-23T09:00:00+08:00"

PATIENCE_MS = 90_000
"""How long a page may take until it is as expected, or lets itself be touched.

A busy machine takes its time: this is when to give up, and says nothing of how fast a page is.
"""
expect.set_options(timeout=PATIENCE_MS)

Visit = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests here run in the loop of the browser."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall in which nothing happens, for all tests that only call functions of the pages."""
    folder = tmp_path_factory.mktemp("bare")
    with RunningServer.make(folder, HALL, "--open-devices") as running:
        yield running


def hire(db: str, folder: Path) -> None:
    """Make the accounts of a hall's people."""
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    for name, role in ACCOUNTS.items():
        asked = ("--db", db, "--role", role, "--password-file", str(secret))
        kiosk("account", "create", name, *asked)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall on a Monday morning, with accounts, whose kiosks and screens need no pairing."""
    folder = tmp_path_factory.mktemp("browser")
    made = RunningServer.make(folder, HALL, "--open-devices", "--clock-start", MONDAY_MORNING)
    hire(made.db, folder)
    with made as running:
        yield running


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall with two days behind it, for tests that only look back."""
    with played(tmp_path_factory.mktemp("played"), 2, PASSWORD) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def api(server: RunningServer) -> AsyncIterator[httpx2.AsyncClient]:
    """The hall's API with an administrator's key."""
    made = httpx2.AsyncClient(base_url=server.api, headers=server.auth(), timeout=30)
    async with made as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(server: RunningServer, browser: Browser) -> AsyncIterator[Visit]:
    """Open a page of the server in a fresh profile; `profile_of` shares another page's.

    `url` names another server; `allow` is a pattern of complaints that a test provokes; `script`
    runs before the page's own; with `clock` the test may wind the page's clock, which stands still
    by itself if it is "stopped"; with `live` the page's live connection has brought something.
    """
    complaints: list[str] = []
    contexts = []

    async def open_page(
        path: str,
        *,
        width: int = 1366,
        height: int = 768,
        lang: str = "zh-CN",
        profile_of: Page | None = None,
        url: str | None = None,
        allow: str | None = None,
        script: str = "",
        clock: bool | str = False,
        live: bool = False,
        **options: object,
    ) -> Page:
        if profile_of is None:
            size = {"width": width, "height": height}
            context = await browser.new_context(viewport=size, locale=lang, **options)
            context.set_default_timeout(PATIENCE_MS)
            contexts.append(context)
        else:
            context = profile_of.context
        page = await context.new_page()
        watch(page, complaints, allow)
        if script:
            await page.add_init_script(script)
        if clock:
            await page.clock.install()
        if clock == "stopped":
            await page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
        followed = asyncio.Event()
        page.on("websocket", lambda socket: socket.on("framereceived", lambda _: followed.set()))
        await page.goto((url or server.url) + path)
        if live:
            await asyncio.wait_for(followed.wait(), PATIENCE_MS / 1000)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


async def stop_clock(page: Page) -> None:
    """Stop a page's clock (opened with `clock`) a second from now: no moment passes any more."""
    while True:
        soon = await page.evaluate("Date.now() + 1000")
        try:
            await page.clock.pause_at(datetime.fromtimestamp(soon / 1000, UTC))
        except Error as late:  # the second was over before the clock could be stopped
            if "past" not in str(late):
                raise
        else:
            return


SILENT = """
window.AudioContext = class extends AudioContext {
  constructor(...options) { super(...options); this.suspend(); }
};
"""
"""Silence until a touch. Whether Chromium grants a page sound by itself differs from run to run."""

CUT = r"WebSocket|ERR_|Failed to fetch"
"""What Chromium says of a line that is cut."""

EXPECTED = re.compile(
    r"the server responded with a status of (401|403|409|422)|net::ERR_CONNECTION_(REFUSED|RESET)"
    r"|WebSocket is closed before the connection is established"
)
"""Chromium reports refusals and a stopped server as errors; how the page takes it is tested.

A page that gives up a connection that is not made in seconds, or is left meanwhile, does right too:
on a busy machine that happens to any.
"""


def watch(page: Page, complaints: list[str], allow: str | None = None) -> None:
    """Note what a page complains of, refusals and what `allow` matches left out."""

    def said(message: ConsoleMessage) -> None:
        provoked = EXPECTED.search(message.text) or (allow and re.search(allow, message.text))
        if message.type in ("error", "warning") and not provoked:
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
