"""What a visitor is told of the paper, by a printer that has every trouble."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Self

import pytest
from playwright.async_api import Page, expect

from printer.virtual import Faults, VirtualPrinter
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.county import county
from tests.browser.desk import log_in
from tests.support.server import RunningServer
from tests.support.server import kiosk as run_kiosk

PATIENCE_MS = 45_000


class Device:
    """A virtual printer beside the test, in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.printer = VirtualPrinter()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.printer.start(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.printer.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def has(self, faults: Faults) -> None:
        """Have these faults from now on."""
        change = asyncio.run_coroutine_threadsafe(self.printer.set_faults(faults), self._loop)
        await asyncio.wrap_future(change)


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    with Device() as made:
        yield made


@pytest.fixture(scope="module")
def server(device: Device, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The county hall, with a printer on the network."""
    folder = tmp_path_factory.mktemp("county")
    made = county(folder, printer=device.printer.url)
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    run_kiosk(
        *("account", "create", "boss", "--db", made.db, "--role", "manager"),
        *("--password-file", str(secret)),
    )
    with made as running:
        yield running


async def take(page: Page) -> None:
    """Take a ticket by touch."""
    await page.locator(".tile", has_text="综合受理").click()
    await page.locator("list-view .tile").first.click()
    await page.locator(".take").click()
    await expect(page.locator(".vast")).to_be_visible()


async def test_paper_is_promised_only_when_the_printer_has_confirmed_it(
    device: Device, visit: Visit
) -> None:
    page = await visit("/kiosk?printer=kiosk-1", width=1080, height=1920)
    await take(page)
    said = page.locator(".paper")
    await expect(said).to_have_text("请取走您的号票", timeout=PATIENCE_MS)
    assert device.printer.cut >= 1


@pytest.mark.parametrize("fault", ["drop-after=20000", "mute"])
async def test_the_phone_is_offered_when_nobody_knows_of_the_paper(
    device: Device, visit: Visit, fault: str
) -> None:
    """The line breaks in the middle of the ticket, or the printer says nothing any more."""
    page = await visit("/kiosk?printer=kiosk-1", width=1080, height=1920)
    await device.has(Faults.parse([fault]))
    try:
        await take(page)
        promised = page.locator(".paper", has_text="请取走您的号票")
        if fault != "mute":
            await expect(page.locator(".paper")).to_contain_text(
                "没有打印纸质号票", timeout=PATIENCE_MS
            )
        await expect(promised).to_have_count(0)
        await expect(page.locator("ticket-view img")).to_be_visible()
    finally:
        await device.has(Faults())


@pytest.mark.parametrize("fault", ["paper-out", "cover-open"])
async def test_a_stopped_printer_is_said_beforehand_and_no_longer_than_it_is(
    device: Device, visit: Visit, fault: str
) -> None:
    await device.has(Faults.parse([fault]))
    try:
        page = await visit("/kiosk?printer=kiosk-1", width=1080, height=1920)
        await expect(page.locator("start-view .notice")).to_contain_text(
            "打印机暂时不能出票", timeout=PATIENCE_MS
        )
    finally:
        await device.has(Faults())
    await expect(page.locator("start-view .notice")).to_have_count(0, timeout=PATIENCE_MS)


async def test_a_manager_sees_at_once_which_printer_needs_a_hand(
    device: Device, visit: Visit
) -> None:
    page = await visit("/manager")
    await log_in(page, "boss")
    trouble = page.locator(".printers li.bad", has_text="kiosk-1")
    await expect(page.locator(".printers li", has_text="kiosk-1")).to_be_visible()
    await device.has(Faults(paper_out=True))
    try:
        await expect(trouble).to_contain_text("缺纸", timeout=PATIENCE_MS)
    finally:
        await device.has(Faults())
    await expect(trouble).to_have_count(0, timeout=PATIENCE_MS)
