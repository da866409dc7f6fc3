"""Paper and its troubles as the pages tell them: a real printer protocol, every page that looks."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import httpx2
import pytest
from PIL import Image
from playwright.async_api import Page, expect

from printer import blocks, raster
from printer.profiles import profile
from printer.template import default
from printer.virtual import Faults, VirtualPrinter
from printer.words import say
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.county import county
from tests.browser.desk import log_in
from tests.browser.scanner import scan
from tests.printer.reading import read_number, read_qr
from tests.support.server import RunningServer
from tests.support.server import kiosk as run_kiosk

EARS = """
window.heard = [];
window.OscillatorNode = class extends OscillatorNode {
  constructor(audio, options) { super(audio, options);
    document.documentElement.dataset.heard = heard.push(options.frequency);
  }
};
"""
"""What a page sounds, in hertz; how often stands at the document."""


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

    async def paper(self, count: int) -> bytes:
        """The picture of the `count`-th paper, when it is out."""
        out = self.printer.wait_for_tickets(count)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(out, self._loop))
        return next(paper.png for paper in self.printer.tickets if paper.number == count)


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
    await expect(said).to_have_text("请取走您的号票")
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
            await expect(page.locator(".paper")).to_contain_text("打印机没有确认出票")
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
        await expect(page.locator("start-view .notice")).to_contain_text("打印机暂时不能出票")
    finally:
        await device.has(Faults())
    await expect(page.locator("start-view .notice")).to_have_count(0)


async def sit_down(visit: Visit, window: str, **options: str) -> Page:
    """The console at a window."""
    page = await visit("/window", **options)
    await log_in(page, "boss")
    await page.locator(".tile").first.wait_for()
    await page.keyboard.type(window)
    await page.keyboard.press("Enter")
    await page.locator(".desk").wait_for()
    return page


async def test_staff_see_at_once_which_printer_needs_a_hand(device: Device, visit: Visit) -> None:
    """On the console, the manager's page and the administrator's, by push; and it is heard."""
    desk = await sit_down(visit, "3", script=EARS)
    manager = await visit("/manager", profile_of=desk, script=EARS)
    await manager.get_by_role("button", name="现在").click()  # a page is silent until it is touched
    told = manager.locator(".alarms .device")
    admin = await visit("/admin", profile_of=desk)
    troubles = [
        desk.locator('.top .light.out[title*="kiosk-1: 缺纸"]'),
        manager.locator(".printers li.bad", has_text="kiosk-1 缺纸"),
        admin.locator(".printers .states .bad", has_text="缺纸"),
    ]
    await expect(manager.locator(".printers li", has_text="kiosk-1")).to_be_visible()
    await expect(admin.locator(".printers .states tr", has_text="kiosk-1")).to_be_visible()
    for trouble in troubles:
        await expect(trouble).to_have_count(0)
    await device.has(Faults(paper_out=True))
    try:
        for trouble in troubles:
            await expect(trouble).to_be_visible()
        for page in (desk, manager):
            await expect(page.locator("html")).to_have_attribute("data-heard", "2")
        await expect(told).to_contain_text("打印机 kiosk-1：缺纸")
        await expect(manager).to_have_title("● 打印机 kiosk-1：缺纸")
        await told.get_by_role("button", name="知道了").click()
        await expect(told).to_have_count(0)
        await manager.get_by_role("button", name="提示音：开").click()
    finally:
        await device.has(Faults())
    for trouble in troubles:
        await expect(trouble).to_have_count(0)
    await device.has(Faults(paper_out=True))
    try:
        await expect(told).to_be_visible()
        assert len(await manager.evaluate("heard")) == 2
    finally:
        await device.has(Faults())
    await expect(told).to_have_count(0)


def marked_as(copy: int, png: bytes) -> bool:
    """Whether the mark of the n-th copy stands on a paper, dot for dot."""
    banner = blocks.Banner(say("copy", "zh", n=copy), default().sizes.copy)
    mark = raster.strip(banner, profile("generic-80mm").bed)
    with Image.open(io.BytesIO(png)) as picture:
        paper, wanted = picture.convert("1"), mark.tobytes()
    tops = range(paper.height - mark.height)
    return any(
        paper.crop((0, top, mark.width, top + mark.height)).tobytes() == wanted for top in tops
    )


async def test_a_lost_paper_is_printed_again_from_each_page(
    device: Device, visit: Visit, api: httpx2.AsyncClient, tmp_path: Path
) -> None:
    """Kiosk, console and administrator: the same number and code, each copy marked and counted."""
    before = device.printer.cut
    kiosk = await visit("/kiosk?printer=kiosk-1", width=1080, height=1920)
    await take(kiosk)
    number = await kiosk.locator(".vast").inner_text()
    await expect(kiosk.locator(".paper")).to_have_text("请取走您的号票")
    await expect(kiosk.locator(".another")).to_have_count(0)
    papers = [await device.paper(before + 1)]
    address = read_qr(papers[0], tmp_path)

    await kiosk.locator(".take").click()
    await scan(kiosk, address)
    await kiosk.get_by_role("button", name="补打号票").click()
    papers.append(await device.paper(before + 2))
    await expect(kiosk.locator(".paper")).to_have_text("请取走您的号票")
    await expect(kiosk.locator(".another")).to_have_count(0)

    desk = await sit_down(visit, "3")
    await desk.keyboard.press("i")
    await desk.get_by_label("号码", exact=True).fill("Z999")
    await desk.keyboard.press("Enter")
    await desk.keyboard.press("1")
    await expect(desk.locator(".done")).to_contain_text("没有号码为 Z999")
    await desk.get_by_label("号码", exact=True).fill(number.lower())
    await desk.keyboard.press("Enter")
    await desk.keyboard.press("1")
    await expect(desk.locator(".done")).to_contain_text("补打（第 2 次）")
    papers.append(await device.paper(before + 3))

    admin = await visit("/admin", profile_of=desk)
    await admin.get_by_label("号码", exact=True).fill(number)
    await admin.get_by_role("button", name="补打", exact=True).click()
    await expect(admin.get_by_text(f"{number} 在 kiosk-1 补打（第 3 次）")).to_be_visible()
    papers.append(await device.paper(before + 4))

    for copy, paper in enumerate(papers):
        assert read_qr(paper, tmp_path) == address
        assert read_number(paper) == number
        assert [n for n in range(1, 5) if marked_as(n, paper)] == ([copy] if copy else [])
    tickets = (await api.get("/halls/main/tickets")).json()
    assert next(t for t in tickets if t["number"] == number)["print"]["copy"] == 3


async def test_who_waits_without_paper_is_listed_and_served(device: Device, visit: Visit) -> None:
    """The line breaks within the ticket; the administrator prints it when the printer is well."""
    admin = await visit("/admin")
    await log_in(admin, "boss")
    kiosk = await visit("/kiosk?printer=kiosk-1", width=1080, height=1920)
    await device.has(Faults.parse(["drop-after=20000"]))
    try:
        await take(kiosk)
        number = await kiosk.locator(".vast").inner_text()
        again = admin.get_by_role("button", name=f"补打 {number}")
        await expect(again).to_be_visible()
    finally:
        await device.has(Faults())
    await again.click()
    await expect(kiosk.locator(".paper")).to_have_text("请取走您的号票")
    await expect(again).to_have_count(0)
