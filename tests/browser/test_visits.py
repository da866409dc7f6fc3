"""Visits, from the kiosk or the phone to the last window: each story through the pages alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, WebSocket, expect

from tests.browser.axe import PROVOKES, findings
from tests.browser.conftest import Visit, hire
from tests.browser.county import county
from tests.browser.desk import log_in
from tests.browser.hall import Hall
from tests.support.server import RunningServer

PHONE = {"width": 360, "height": 740}
PAYS = "pay-fees-against-a-payment-notice"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The county hall with a printer that writes to a file, and staff who can log in."""
    folder = tmp_path_factory.mktemp("visits")
    made = county(folder, printer=f"file://{folder}/paper.bin")
    hire(made.db, folder)
    with made as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def hall(api: httpx2.AsyncClient) -> Hall:
    """Nobody is here, and every window is closed."""
    made = Hall(api)
    for ticket in await made.get("/tickets", state="waiting,called,serving,parked"):
        await made.act(ticket["id"], "cancel")
    for window in await made.get("/windows"):
        if window["lent"]:
            await made.post(f"/windows/{window['id']}/return")
        if window["state"] != "closed":
            await made.post(f"/windows/{window['id']}/close")
    return made


async def kiosk(visit: Visit) -> Page:
    page = await visit("/kiosk?printer=kiosk-1", width=1080, height=1920)
    await page.locator("start-view").wait_for()
    return page


async def desk(visit: Visit, window: str, account: str = "li.na") -> Page:
    """A person logs in and sits down at a window."""
    page = await visit("/window")
    await log_in(page, account)
    await page.locator(".tile").first.wait_for()
    await page.keyboard.type(window)
    await page.keyboard.press("Enter")
    await page.locator(".desk").wait_for()
    await expect(page.get_by_role("heading", name=f"{window}号窗口")).to_be_visible()
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def row(page: Page, which: str, number: str) -> Locator:
    return page.locator(f".list.{which} tr", has_text=number)


async def number_on(page: Page) -> str:
    """The number that the kiosk shows."""
    await expect(page.locator(".vast")).to_have_text(re.compile(r"^[A-Z]+\d{3}$"))
    return await page.locator(".vast").inner_text()


async def next_is(page: Page, number: str) -> None:
    await expect(page.locator(".next .who")).to_contain_text(number)


async def call(page: Page, number: str) -> None:
    """Call a visitor whom the hall's rule would call now, and begin."""
    await next_is(page, number)
    await expect(page.locator('.next[aria-disabled="false"]')).to_be_visible()
    await page.keyboard.press("F9")
    await expect(page.locator(".present .number")).to_have_text(number)
    await page.keyboard.press("s")
    await expect(page.locator(".present.serving")).to_be_visible()


async def found(hall: Hall, number: str) -> dict:
    """The latest ticket of a number."""
    return [t for t in await hall.get("/tickets") if t["number"] == number][-1]


async def test_three_services_on_one_ticket(visit: Visit, hall: Hall) -> None:
    page = await kiosk(visit)
    await button(page, "一件事一次办").click()
    await page.locator(".tile", has_text="新生儿出生一件事").click()
    await expect(page.locator(".basket-list li")).to_have_count(3)
    await expect(page.locator(".basket-list")).to_contain_text("在“新生儿出生登记”之后办")
    await button(page, "取一个号").click()
    await expect(page.locator(".question")).to_have_text("父母已办理结婚登记吗？")
    await button(page, "是").click()
    await expect(page.locator(".paper-list")).to_contain_text("结婚证")
    await button(page, "材料都带了").click()
    number = await number_on(page)
    await expect(page.locator(".plan li")).to_have_count(3)
    await expect(page.locator(".plan h3")).to_contain_text("全部办完")
    police = await desk(visit, "3")
    await call(police, number)
    await expect(police.locator(".legs li")).to_have_count(3)
    await police.keyboard.press("f")
    await police.keyboard.press("2")
    await expect(police.locator(".present.empty")).to_be_visible()
    social = await desk(visit, "10", "wang.wei")
    for left in (2, 1):
        await expect(social.locator(".next .who")).to_contain_text(number)
        await call(social, number)
        await expect(social.locator(".legs .done")).to_have_count(3 - left)
        await social.keyboard.press("f")
        await social.keyboard.press("0")
        await expect(social.locator(".present.empty")).to_be_visible()
    assert (await found(hall, number))["state"] == "done"


async def test_services_are_picked_one_by_one(visit: Visit, hall: Hall) -> None:
    page = await kiosk(visit)
    await page.locator(".tile", has_text="公安综合").click()
    await page.locator(".tile", has_text="居住证申领").click()
    await button(page, "还要办别的事").click()
    await button(page, "再加一项").click()
    await expect(page.get_by_role("heading", name="请选择还要办的事")).to_be_visible()
    await page.locator(".tile", has_text="人社医保").click()
    await page.locator(".tile", has_text="社会保障卡申领").click()
    await button(page, "加入这次办理").click()
    await expect(page.locator(".basket-list li")).to_have_count(2)
    await button(page, "取一个号").click()
    number = await number_on(page)
    assert len((await found(hall, number))["services"]) == 2


async def test_a_missing_paper_is_promised(visit: Visit, hall: Hall) -> None:
    page = await kiosk(visit)
    await page.locator(".tile", has_text="综合受理").click()
    await page.locator(".tile", has_text="企业开办一件事").click()
    await button(page, "核对材料，取号").click()
    await button(page, "是").click()
    await button(page, "否").click()
    await page.locator(".paper-line", has_text="租赁合同").click()
    await expect(page.locator(".facilities")).to_contain_text("自助复印机")
    await button(page, "先办理，承诺以后补交").click()
    number = await number_on(page)
    await expect(page.locator("ticket-view")).to_contain_text("租赁合同")
    ticket = await found(hall, number)
    assert ticket["promised"] == ["租赁合同"]
    later = await hall.take("start-a-company", promised=["身份证原件"], language="en")
    phone = await visit(f"/t/{later['token']}", **PHONE, live=True)
    promise = phone.locator("[data-part=promised]")
    await expect(promise).to_have_text("You hand in later: ID card (original)")
    window = await desk(visit, "1")
    await call(window, number)
    await expect(window.locator(".present")).to_contain_text("以后补交")
    await expect(window.locator(".present")).to_contain_text("租赁合同")


async def to_the_copier(page: Page) -> str:
    """A visitor takes a ticket and says that a copy is missing: its number.

    Until the ticket is followed: a browser complains of a connection that is left half made.
    """
    followed = asyncio.Event()

    def opened(socket: WebSocket) -> None:
        if "topics=ticket" in socket.url:
            socket.on("framereceived", lambda _: followed.set())

    page.on("websocket", opened)
    await page.locator(".tile", has_text="公安综合").click()
    await page.locator(".tile", has_text="新生儿出生登记").click()
    await button(page, "核对材料，取号").click()
    await button(page, "否").click()
    await page.locator(".paper-line", has_text="户口簿").click()
    await button(page, "先取号，马上去补").click()
    number = await number_on(page)
    await asyncio.wait_for(followed.wait(), 30)
    return number


async def test_the_place_is_kept_for_the_way_to_the_copier(visit: Visit, hall: Hall) -> None:
    page = await kiosk(visit)
    number = await to_the_copier(page)
    await expect(page.locator(".wait-now")).to_contain_text("位置保留到")
    await button(page, "完成").click()
    await button(page, "我回来了").click()
    await page.keyboard.type(number)
    await page.locator(".take").click()
    await expect(page.get_by_role("heading", name="欢迎回来")).to_be_visible()
    assert (await found(hall, number))["state"] == "waiting"
    page = await kiosk(visit)
    refused = {"type": "about:blank", "title": "-", "status": 409, "code": "wrong_state"}
    await page.route("**/more-time", lambda route: route.fulfill(status=409, json=refused))
    number = await to_the_copier(page)
    await expect(page.get_by_role("alert")).to_contain_text("位置没有保留下来")
    assert (await found(hall, number))["state"] == "waiting"


async def test_home_with_a_dated_list_of_what_is_missing(visit: Visit, hall: Hall) -> None:
    page = await kiosk(visit)
    await page.locator(".tile", has_text="公安综合").click()
    await page.locator(".tile", has_text="新生儿出生登记").click()
    await button(page, "核对材料，取号").click()
    await button(page, "是").click()
    await page.locator(".paper-line", has_text="结婚证").click()
    await button(page, "改天再来").click()
    await expect(page.locator("notice-view")).to_contain_text("11月23日")
    await expect(page.locator("notice-view .warn")).to_contain_text("结婚证")
    await button(page, "打印清单").click()
    await expect(button(page, "正在打印")).to_be_visible()
    assert await hall.get("/tickets", state="waiting") == []


async def test_several_of_the_same(visit: Visit, hall: Hall) -> None:
    page = await kiosk(visit)
    await button(page, "搜索事项").click()
    await page.keyboard.type("weituo", delay=60)
    await page.locator(".tile", has_text="委托公证").click()
    for _ in range(2):
        await button(page, "多一份").click()
    await page.locator(".take").click()
    number = await number_on(page)
    assert (await found(hall, number))["services"][0]["quantity"] == 3


async def test_away_for_a_copy_and_back_at_the_kiosk(visit: Visit, hall: Hall) -> None:
    taken = await hall.take("apply-for-a-residence-permit")
    number = taken["number"]
    window = await desk(visit, "3")
    await call(window, number)
    await window.keyboard.press("p")
    await window.keyboard.press("1")
    await expect(row(window, "parked", number)).to_contain_text("复印材料")
    phone = await visit(f"/t/{taken['token']}", **PHONE)
    await expect(phone.get_by_text("您去复印材料。")).to_be_visible()
    await hall.take("apply-for-a-residence-permit")
    page = await kiosk(visit)
    await button(page, "我回来了").click()
    for key in number:
        await button(page, key).first.click()
    await page.locator(".take").click()
    await expect(page.get_by_role("status")).to_contain_text("窗口已经知道")
    await call(window, number)


async def test_a_payment_goes_to_the_bank_and_back(visit: Visit, hall: Hall) -> None:
    taken = await hall.take("apply-for-a-residence-permit")
    number = taken["number"]
    window = await desk(visit, "3")
    await call(window, number)
    await window.keyboard.press("m")
    await window.locator("input[name=item]").fill("工本费")
    await window.locator("input[name=amount]").fill("35.5")
    await window.keyboard.press("Enter")
    await expect(window.locator(".present.empty")).to_be_visible()
    phone = await visit(f"/t/{taken['token']}", **PHONE)
    await expect(phone.locator("[data-part=pay]")).to_contain_text("工本费 · 35.50 元")
    await expect(phone.locator("[data-part=pay_qr]")).to_be_visible()
    plain = await visit(f"/t/{taken['token']}", **PHONE, java_script_enabled=False)
    await expect(plain.locator("[data-part=pay]")).to_contain_text("工本费 · 35.50 元")
    notice = await phone.locator("[data-part=pay_number]").inner_text()
    code = await phone.locator("[data-part=pay_qr]").get_attribute("src")
    assert code == f"/t/{taken['token']}/notice.svg?of={notice}"
    bank = await desk(visit, "16", "wang.wei")
    await next_is(bank, number)
    await bank.keyboard.type(f"/{notice}")  # as a scanner does that begins with the key of "find"
    await bank.keyboard.press("Enter")
    await expect(bank.locator(".present .number")).to_have_text(number)
    await expect(bank.locator(".present")).to_contain_text("工本费")
    await button(bank, "已缴费").click()
    await expect(bank.locator(".present.empty")).to_be_visible()
    await expect(phone.locator("[data-part=pay_state]")).to_contain_text("已缴费")
    await call(window, number)
    await expect(window.locator(".present .paid")).to_be_visible()


async def test_a_consultation_turns_into_a_service(visit: Visit, hall: Hall) -> None:
    taken = await hall.take("materials-pre-check-and-enquiry")
    window = await desk(visit, "1")
    await call(window, taken["number"])
    await expect(window.locator(".badges")).to_contain_text("咨询")
    await window.keyboard.press("t")
    await expect(window.get_by_role("heading", name="转为办理哪一项")).to_be_visible()
    await window.locator("input[name=find]").fill("居住证")
    await expect(window.locator(".choices .button").first).to_contain_text("居住证")
    await window.keyboard.press("Enter")
    await expect(window.locator(".present.empty")).to_be_visible()
    ticket = await found(hall, taken["number"])
    assert (ticket["group"], ticket["issued_at"]) == ("B", taken["issued_at"])


async def test_a_transfer_that_comes_back_and_one_that_goes_in_a_circle(
    visit: Visit, hall: Hall
) -> None:
    taken = await hall.take("apply-for-a-residence-permit")
    number = taken["number"]
    police = await desk(visit, "3")
    await call(police, number)
    await police.keyboard.press("t")
    await police.locator("input[type=checkbox]").check()
    await police.locator("input[name=find]").fill("社会保障卡")
    await expect(police.locator(".choices .button").first).to_contain_text("社会保障卡")
    await police.locator("input[name=find]").press("Enter")
    await expect(police.locator(".present.empty")).to_be_visible()
    social = await desk(visit, "10", "wang.wei")
    await call(social, number)
    await social.keyboard.press("t")
    await social.locator("input[name=find]").fill("居住证")
    await expect(social.locator(".choices .warn").first).to_contain_text("请先电话问清")
    await social.keyboard.press("Escape")
    await social.keyboard.press("f")
    await social.keyboard.press("0")
    await call(police, number)


async def test_a_window_is_lent_and_returned(visit: Visit, hall: Hall) -> None:
    window = await desk(visit, "3")
    taken = await hall.take("apply-for-social-security-card")
    await window.keyboard.press("l")
    await window.locator(".choices .button", has_text="人社医保").click()
    await expect(window.locator(".top .state")).to_contain_text("借窗到")
    await call(window, taken["number"])
    await window.keyboard.press("l")
    await expect(window.locator(".top .state")).to_have_text("开放")


async def test_a_call_for_help_is_on_every_console_and_at_the_manager(
    visit: Visit, hall: Hall
) -> None:
    asks = await desk(visit, "3")
    other = await desk(visit, "10", "wang.wei")
    board = await visit("/manager")
    await log_in(board, "boss")
    await board.locator(".todo").wait_for()
    await asks.keyboard.press("h")
    await expect(asks.locator(".alarm.on")).to_have_count(0)
    await asks.keyboard.press("2")
    await expect(other.locator(".alarm.on")).to_contain_text("3号窗口 需要帮助")
    await expect(board.locator(".todo li").first).to_contain_text("3号窗口 紧急求助")
    await other.keyboard.press("y")
    await expect(asks.locator(".alarm.on")).to_have_count(0)
    await expect(board.locator(".todo")).not_to_contain_text("紧急求助")


async def test_a_green_channel_needs_a_reason_and_a_name(visit: Visit, hall: Hall) -> None:
    first = await hall.take("apply-for-a-residence-permit")
    later = await hall.take("apply-for-a-residence-permit")
    window = await desk(visit, "3")
    await expect(window.locator(".next .who")).to_contain_text(first["number"])
    await window.keyboard.press("g")
    await window.locator("input[name=number]").fill(later["number"])
    await window.locator("input[name=cause]").fill("急诊住院")
    await window.locator("input[name=approver]").fill("张主任")
    await window.locator(".choices .button", has_text="绿色通道").click()
    await call(window, later["number"])
    await expect(window.locator(".present")).to_contain_text("急诊住院（批准：张主任）")
    board = await visit("/manager#visits")
    await log_in(board, "boss")
    await expect(board.locator("table").first).to_contain_text("绿色通道")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_each_step_is_accessible(visit: Visit, hall: Hall, lang: str) -> None:
    page = await visit("/kiosk", width=1080, height=1920, allow=PROVOKES)
    await page.locator("start-view").wait_for()
    if lang == "en":
        await button(page, "English").click()
    await button(page, "一件事一次办" if lang == "zh" else "One matter, one visit").click()
    await page.locator(".tile").first.click()
    assert await findings(page, enhanced=True) == []
    await page.locator(".take").click()
    assert await findings(page, enhanced=True) == []
    await page.locator(".answers .button").first.click()
    await page.locator(".paper-line").first.click()
    assert await findings(page, enhanced=True) == []
    first = await page.locator(".paper-line span").first.inner_text()
    assert first.isascii() == (lang == "en")
    await page.locator(".way").last.click()
    await expect(page.locator("notice-view .warn li")).to_have_text([first])
    assert await findings(page, enhanced=True) == []
