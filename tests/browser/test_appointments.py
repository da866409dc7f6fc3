"""Appointments at the hall: staff's sheet at the console, and arrivals on time and late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.axe import PROVOKES, findings
from tests.browser.conftest import PASSWORD, Visit, hire
from tests.browser.county import county, later
from tests.browser.hall import Hall
from tests.support.server import RunningServer

NEWBORN = "register-a-newborn"
NAME = "新生儿出生登记"
ID_NUMBER = "110101199003074258"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The county hall on a Monday morning, with a printer and staff who can log in."""
    folder = tmp_path_factory.mktemp("appointments")
    made = county(folder, printer=f"file://{folder}/paper.bin")
    hire(made.db, folder)
    with made as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def hall(api: httpx2.AsyncClient) -> Hall:
    """Nobody waits and nobody is at a window."""
    made = Hall(api)
    for ticket in await made.get("/tickets", state="waiting,called,serving,parked"):
        await made.act(ticket["id"], "cancel")
    return made


async def desk(visit: Visit, window: str = "3", *, lang: str = "zh-CN") -> Page:
    page = await visit("/window", lang=lang, allow=PROVOKES)
    await page.locator("input[name=account]").fill("li.na")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".tile").first.wait_for()
    await page.keyboard.type(window)
    await page.keyboard.press("Enter")
    await page.locator("desk-lists").wait_for()
    return page


async def check_in(visit: Visit, code: str) -> Page:
    """Somebody types the code at the kiosk."""
    page = await visit("/kiosk", width=1080, height=1920)
    await page.get_by_role("button", name="我有预约").click()
    await page.keyboard.type(code, delay=100)
    await page.get_by_role("button", name="签到取号").click()
    await page.locator("ticket-view .vast").wait_for()
    return page


async def next_is(page: Page, number: str) -> None:
    await expect(page.locator(".next .who")).to_contain_text(number)


async def call(page: Page, number: str) -> None:
    await next_is(page, number)
    await expect(page.locator('.next[aria-disabled="false"]')).to_be_visible()
    await page.keyboard.press("F9")
    await expect(page.locator(".present .number")).to_have_text(number)


async def slots_of(hall: Hall) -> list[dict]:
    """The times that staff may book, full ones too: the first begins in half an hour."""
    return await hall.get("/slots", service=NEWBORN, by="staff")


async def free_slot(hall: Hall) -> dict:
    return next(slot for slot in await slots_of(hall) if slot["free"])


async def test_staff_book_in_a_full_slot_print_the_slip_and_check_in(
    visit: Visit, hall: Hall, server: RunningServer
) -> None:
    slot = await free_slot(hall)
    time = slot["start"][11:16]
    for _ in range(slot["free"]):
        await hall.post("/appointments", service=NEWBORN, start=slot["start"], name="李雷")
    page = await desk(visit)
    await page.keyboard.press("d")
    await expect(page.locator(".appointments li")).to_have_count(slot["free"])
    await page.get_by_role("button", name="新预约").click()
    await page.keyboard.type("xinshenger")
    await expect(page.locator(".choices .button").first).to_contain_text(NAME)
    await page.keyboard.press("Enter")
    await page.locator(".slots .full", has_text=time).click()
    await page.get_by_label("姓名").fill("欧阳震华")
    await page.get_by_label("手机号").fill("13800138000")
    await page.get_by_label("身份证号").fill(ID_NUMBER)
    await page.locator(".languages").get_by_text("English").click()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("加约原因")).to_be_focused()  # refused: it must be given
    await page.keyboard.type("从外地赶来")
    await page.keyboard.press("Enter")
    await expect(page.locator(".appointments .card")).to_contain_text("欧阳震华")
    await expect(page.locator(".done")).to_contain_text("约好了")
    await page.get_by_label("号票和凭证").select_option("kiosk-1")
    await page.get_by_role("button", name="打印预约凭证").click()
    await expect(page.locator(".done")).to_contain_text("已送 kiosk-1")
    await page.keyboard.press("Escape")
    await page.locator("input[data-focus]").fill("38000")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="签到", exact=True).click()
    row = page.locator(".list.waiting tr", has_text="预约")
    await expect(row).to_contain_text(NAME)
    [booked] = [a for a in await hall.get("/appointments") if a.get("overbooked") == "从外地赶来"]
    assert (booked["state"], booked["phone"]) == ("checked_in", "13800138000")
    [ticket] = await hall.get("/tickets", state="waiting")
    assert ticket["language"] == "en"
    file = Path(server.db.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    for private in (ID_NUMBER, "13800138000", "欧阳震华"):
        assert private.encode() not in kept


async def test_staff_move_and_cancel_and_see_what_happens_elsewhere(
    visit: Visit, hall: Hall
) -> None:
    slot = await free_slot(hall)
    made = await hall.post("/appointments", service=NEWBORN, start=slot["start"], name="韩梅梅")
    page = await desk(visit)
    await page.keyboard.press("d")
    await page.locator(".open", has_text="韩梅梅").click()
    await page.get_by_role("button", name="改时间").click()
    await page.locator(".slots .button:not(.full)").last.click()
    await page.locator("form .primary").click()
    await expect(page.locator(".done")).to_contain_text("韩梅梅 已改到")
    await expect(page.locator(".card .when")).not_to_contain_text(slot["start"][11:16])
    await page.keyboard.press("Escape")
    await hall.post("/appointments", service=NEWBORN, start=slot["start"], name="从手机约的")
    await expect(page.locator(".open", has_text="从手机约的")).to_be_visible()
    await page.locator(".open", has_text="韩梅梅").click()
    await page.get_by_role("button", name="取消预约").click()
    await page.get_by_role("button", name="确认取消").click()
    await expect(page.locator(".card")).to_contain_text("已取消")
    [after] = [a for a in await hall.get("/appointments") if a["id"] == made["id"]]
    assert (after["state"], after["reason"]) == ("cancelled", "staff")


async def test_every_sheet_is_accessible(visit: Visit, hall: Hall) -> None:
    ticket = await hall.take(NEWBORN)
    page = await desk(visit, lang="en-GB")
    await hall.post("/windows/3/call", ticket=ticket["id"])
    await page.locator(".present.called").wait_for()
    for key in "mglhf":
        await page.keyboard.press(key)
        await page.locator(".sheet").wait_for()
        assert await findings(page, within=".sheet") == [], key
        await page.keyboard.press("Escape")


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
async def test_every_step_of_the_appointments_is_accessible(
    visit: Visit, hall: Hall, lang: str
) -> None:
    slot = await free_slot(hall)
    await hall.post("/appointments", service=NEWBORN, start=slot["start"], name="A", note="B")
    page = await desk(visit, lang=lang)
    await page.keyboard.press("d")
    await page.locator(".appointments li").first.wait_for()
    assert await findings(page, within=".sheet") == []
    await page.locator(".open", has_text="A").first.click()
    await page.locator(".step-one > .button").last.click()
    assert await findings(page, within=".sheet") == []
    await page.keyboard.press("Escape")
    await page.locator(".row > .button").click()
    await page.keyboard.type("xinshenger")
    await page.locator(".choices .button").first.wait_for()
    assert await findings(page, within=".sheet") == []
    await page.keyboard.press("Enter")
    await page.locator(".slots .button").first.click()
    assert await findings(page, within=".sheet") == []


async def test_on_time_is_called_near_the_slot_and_late_waits_with_the_others(
    visit: Visit, hall: Hall, server: RunningServer
) -> None:
    [slot, *_] = await slots_of(hall)
    booked = [
        await hall.post("/appointments", service=NEWBORN, start=slot["start"], overbook="story")
        for _ in range(2)
    ]
    kiosk = await check_in(visit, booked[0]["code"])
    await expect(kiosk.locator(".booked")).to_contain_text("已准时签到")
    on_time = await kiosk.locator(".vast").inner_text()
    walked_in = await hall.take(NEWBORN)
    page = await desk(visit)
    await call(page, walked_in["number"])  # half an hour before the slot others go first
    await later(server, 31, kiosk, page)
    page = await desk(visit)
    after = await hall.take(NEWBORN)
    await call(page, on_time)
    await page.keyboard.press("s")
    await page.locator(".present.serving").wait_for()
    await expect(page.locator(".badges")).to_contain_text("预约")
    await page.keyboard.press("f")
    await page.keyboard.press("0")
    await expect(page.locator(".present.empty")).to_be_visible()
    phone = await visit(f"/a/{booked[0]['token']}", width=360, height=740)
    await expect(phone.locator("h1")).to_have_text("已签到")
    await later(server, 46, page, phone)
    kiosk = await check_in(visit, booked[1]["code"])
    await expect(kiosk.locator(".booked.warn")).to_contain_text("和现场取号的人一起排队")
    late = await kiosk.locator(".vast").inner_text()
    phone = await visit(f"/a/{booked[1]['token']}", width=360, height=740)
    await phone.get_by_role("link", name="看我的号码").click()
    await expect(phone.locator(".notice.warn")).to_contain_text("一起排队")
    page = await desk(visit)
    await call(page, after["number"])
    await page.keyboard.press("s")
    await page.keyboard.press("f")
    await page.keyboard.press("0")
    await expect(page.locator(".present.empty")).to_be_visible()
    await call(page, late)
