"""Booking on the phone: from a service to an appointment, its change, and what can go wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import unquote

import httpx2
import pytest
from playwright.async_api import Page, Route, expect

from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.county import county, later
from tests.browser.hall import Hall
from tests.support.server import RunningServer

HUKOU = "新生儿出生登记"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The county hall on a Monday morning."""
    with county(tmp_path_factory.mktemp("booked")) as running:
        yield running


@pytest.fixture
def hall(api: httpx2.AsyncClient) -> Hall:
    return Hall(api)


async def to_times(page: Page, service: str = HUKOU) -> None:
    await page.get_by_role("searchbox").fill(service)
    first = page.locator(".choices .button").first
    await expect(first).to_contain_text(service)
    await first.click()
    await page.get_by_role("button", name="选择时间").click()
    await page.locator(".times .button").first.wait_for()


async def book(page: Page) -> None:
    await to_times(page)
    await page.locator(".days > li > .button:enabled").nth(1).click()
    await page.locator(".times .button:enabled").first.click()
    await page.get_by_label("姓名").fill("王小明")
    await page.get_by_label("手机号").fill("13800000000")
    await page.get_by_role("button", name="确认预约").click()
    await page.wait_for_url(re.compile(r"/a/\w{28}"))


async def test_booked_changed_and_cancelled_on_the_phone(visit: Visit) -> None:
    page = await visit("/book", width=360, height=740)
    await book(page)
    await expect(page.locator("h1")).to_have_text("已预约")
    before = await page.locator(".when").inner_text()
    code = await page.locator(".code .number").inner_text()
    assert await axe.findings(page) == []
    await page.get_by_role("link", name="改时间").click()
    await page.locator(".times .button:enabled").nth(2).click()
    await expect(page.locator("h1")).to_have_text("已预约")
    assert await page.locator(".when").inner_text() != before
    await expect(page.locator(".code .number")).to_have_text(code)
    await page.get_by_text("取消预约").click()
    await page.get_by_role("button", name="确认取消").click()
    await expect(page.locator("h1")).to_have_text("已取消")
    await expect(page.get_by_role("link", name="重新预约")).to_be_visible()


async def test_back_loses_nothing(visit: Visit) -> None:
    page = await visit("/book", width=360, height=740)
    await to_times(page)
    await page.locator(".times .button:enabled").first.click()
    await page.get_by_label("姓名").fill("王小明")
    await page.go_back()
    await page.locator(".times .button:enabled").nth(1).click()
    await expect(page.get_by_label("姓名")).to_have_value("王小明")
    await expect(page.locator(".card")).to_contain_text(HUKOU)


async def test_a_time_that_is_gone_is_said_and_others_are_offered(visit: Visit, hall: Hall) -> None:
    page = await visit("/book", width=360, height=740)
    await to_times(page)
    services = await hall.get("/services", q=HUKOU)
    slots = await hall.get("/slots", service=services[0]["id"])
    first = next(slot for slot in slots if slot["free"])
    for _ in range(first["free"]):
        await hall.post("/holds", service=services[0]["id"], start=first["start"])
    await page.locator(".times .button:enabled").first.click()
    await expect(page.get_by_role("alert")).to_contain_text("已约满")
    await expect(page.locator(".times .button:enabled").first).to_be_visible()


async def test_a_hold_that_runs_out_is_said_and_what_was_typed_stays(
    visit: Visit, hall: Hall, server: RunningServer
) -> None:
    [service] = [s["id"] for s in await hall.get("/services", q=HUKOU) if s["name"]["zh"] == HUKOU]
    page = await visit("/book", width=360, height=740, clock=True)
    await to_times(page)
    await page.locator(".times .button:enabled").last.click()
    await page.get_by_label("姓名").fill("王小明")
    await expect(page.locator(".card")).to_contain_text("为您保留到")
    start = re.search(r"start=([^&]+)", unquote(page.url))[1]
    slots = {s["start"]: s for s in await hall.get("/slots", service=service)}
    for _ in range(slots[start]["free"]):
        await hall.post("/appointments", service=service, start=start, overbook="others")
    full = {s["start"]: s for s in await hall.get("/slots", service=service)}
    assert full[start]["free"] == 0
    await later(server, 20)
    await page.clock.fast_forward("05:00")
    await expect(page.get_by_role("alert")).to_contain_text("为您保留的时间已过")
    after = {s["start"]: s for s in await hall.get("/slots", service=service)}
    assert after[start]["free"] == 1  # what nobody booked is there for others
    await page.locator(".times .button:enabled").last.click()
    await expect(page.get_by_label("姓名")).to_have_value("王小明")
    await expect(page.locator(".card")).to_contain_text("为您保留到")


async def test_a_search_that_is_still_asked_holds_up_nothing(visit: Visit) -> None:
    page = await visit("/book", width=360, height=740)
    reached, answered = asyncio.Event(), asyncio.Event()

    async def answer_late(route: Route) -> None:
        await reached.wait()
        await route.continue_()
        answered.set()

    await page.route(re.compile(r"/services\?q="), answer_late)
    async with page.expect_request(re.compile(r"/services\?q=")):
        await page.get_by_role("searchbox").fill(HUKOU)
    await page.locator(".choices .button", has_text=HUKOU).first.click()
    await page.get_by_role("button", name="选择时间").click()
    await page.locator(".times .button").first.wait_for()
    reached.set()
    await answered.wait()
    await page.go_back()
    await page.go_back()
    await expect(page.locator(".choices .button", has_text=HUKOU).first).to_be_visible()
    await expect(page.locator(".choices .button").nth(1)).to_be_visible()


async def test_the_language_stays_over_a_reload_and_back(visit: Visit) -> None:
    page = await visit("/book", width=360, height=740)
    await page.get_by_role("button", name="English").click()
    await page.locator(".choices .button").first.click()
    await page.reload()
    await expect(page.locator("h1")).to_have_text("What to bring")
    english = re.compile(r"^[\x20-\x7e]+$")
    for paper in await page.locator(".bring li").all():
        await expect(paper).to_have_text(english)
    await page.get_by_role("button", name="中文").click()
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("您要办什么？")
    await page.reload()
    await expect(page.locator("h1")).to_have_text("您要办什么？")


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
async def test_every_step_is_accessible(visit: Visit, lang: str) -> None:
    page = await visit("/book", width=360, height=740, lang=lang)
    await page.locator(".choices .button").first.wait_for()
    assert await axe.findings(page) == []
    await page.locator(".choices .button").first.click()
    await page.locator(".card").wait_for()
    assert await axe.findings(page) == []
    await page.locator("main > .primary").click()
    await page.locator(".times .button").first.wait_for()
    assert await axe.findings(page) == []
    await page.locator(".times .button:enabled").first.click()
    await page.locator("form").wait_for()
    assert await axe.findings(page) == []


async def test_a_wrong_link_says_what_to_do(visit: Visit) -> None:
    page = await visit(f"/a/{'0' * 28}", width=360, height=740, allow="404")
    await expect(page.locator("h1")).to_have_text("没有找到这个预约")


async def test_an_appointment_becomes_a_ticket_at_the_kiosk(visit: Visit, hall: Hall) -> None:
    services = await hall.get("/services", q=HUKOU)
    slots = await hall.get("/slots", service=services[0]["id"])
    free = [slot["start"] for slot in slots if slot["free"]]
    booked = [
        await hall.post("/appointments", service=services[0]["id"], start=start)
        for start in (free[0], free[-1])
    ]
    kiosk = await visit("/kiosk", width=1080, height=1920)
    await kiosk.get_by_role("button", name="我有预约").click()
    for key in "000000":
        await kiosk.locator(".keypad").get_by_role("button", name=key, exact=True).click()
    await kiosk.get_by_role("button", name="签到取号").click()
    await expect(kiosk.get_by_role("alert")).to_contain_text("没有找到今天的这个预约码")
    assert await axe.findings(kiosk) == []
    await kiosk.evaluate(
        """(keys) => keys.forEach((key) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})))""",
        [*f"http://kiosk/a/{booked[0]['token']}", "Enter"],
    )
    await expect(kiosk.get_by_role("alert")).to_contain_text("还没到签到时间")
