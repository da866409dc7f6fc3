"""The manager's appointments: a day that moves by push, an afternoon that is closed, what the past
weeks propose, and a person who missed two appointments.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import PROVOKES, findings
from tests.browser.bookings import ID_NUMBER, NEWBORN, hall_file, reload, weeks_after
from tests.browser.conftest import Visit
from tests.browser.desk import log_in
from tests.browser.hall import Hall
from tests.support.server import RunningServer

TUESDAY = "2037-11-24"
LONG_NAME = "阿不都热合曼·买买提依明江·吐尔逊娜依"
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bookings")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RunningServer]:
    """The county hall after a week in which some did not come."""
    with weeks_after(folder) as running:
        yield running


@pytest.fixture
def hall(api: httpx2.AsyncClient) -> Hall:
    return Hall(api)


async def book(hall: Hall, clock: str, name: str, phone: str, **more: Any) -> dict[str, Any]:
    start = f"{TUESDAY}T{clock}:00+08:00"
    body = {"service": NEWBORN, "start": start, "name": name, "phone": phone} | more
    made: dict[str, Any] = await hall.post("/appointments", **body)
    return made


async def manager(visit: Visit, path: str = "/manager") -> Page:
    page = await visit(path, allow=PROVOKES)
    await log_in(page, "boss")
    await page.locator(".top").wait_for()
    return page


async def part(page: Page, name: str) -> None:
    await page.locator(".parts .button", has_text=name).click()


async def look(page: Page) -> None:
    """Nothing is wrong in either language, nor wider than a small or a large screen."""
    assert await findings(page) == []
    await page.get_by_role("button", name="English").click()
    await page.set_viewport_size({"width": 1920, "height": 1080})
    assert await findings(page) == []
    assert not await page.evaluate(WIDER)
    await page.set_viewport_size({"width": 1366, "height": 768})
    assert not await page.evaluate(WIDER)
    await page.get_by_role("button", name="中文").click()


def tile(page: Page, title: str) -> Any:
    return page.locator(".tiles > div", has=page.get_by_text(title, exact=True)).locator("dd").first


async def test_a_day_with_its_load_moves_by_push(
    visit: Visit, hall: Hall, server: RunningServer
) -> None:
    page = await manager(visit, "/manager#appointments")
    await expect(page.locator(".load tbody tr", has_text="公安综合")).to_contain_text("0/45")
    await expect(page.get_by_text("这一天还没有预约")).to_be_visible()
    await look(page)
    await page.get_by_role("button", name="后一天").click()
    await expect(page.locator(".what-day")).to_contain_text(
        "11月24日星期二 08:30-12:00、13:30-17:30"
    )
    made = await book(hall, "09:00", LONG_NAME, "13700000009", note="坐轮椅")
    row = page.locator(".by-slot tr", has_text=made["code"])
    await expect(row).to_contain_text(LONG_NAME)
    await expect(page.locator(".load tbody tr", has_text="公安综合")).to_contain_text("1/45")
    await expect(tile(page, "待签到")).to_have_text("1")
    await page.get_by_role("searchbox").fill("nobody")
    await expect(page.get_by_text("没有符合的预约")).to_be_visible()
    await page.get_by_role("searchbox").fill(made["code"])
    await look(page)
    await hall.post(f"/appointments/{made['id']}/cancel")
    await expect(row).to_contain_text("已取消")
    await page.get_by_label("日期").fill("2037-11-28")
    await expect(page.locator(".what-day")).to_contain_text(
        "周六预约服务 09:00-12:00（窗口 3、4、10，值班 li.na、wang.wei）"
    )
    saturday = {"from": "2037-11-28", "to": "2037-11-28"}
    [told] = httpx2.get(f"{server.api}/halls/main/days", params=saturday, timeout=30).json()
    assert "staff" not in told["sessions"][0]
    await page.get_by_label("日期").fill("2037-11-29")
    await expect(page.get_by_text("也没有可预约的时段")).to_be_visible()
    await page.get_by_label("日期").fill("2037-11-19")
    await expect(tile(page, "已签到")).to_have_text("20")
    await expect(tile(page, "爽约")).to_have_text("4")


async def test_an_afternoon_is_closed_one_is_moved_another_told(
    visit: Visit, hall: Hall, server: RunningServer, folder: Path
) -> None:
    moved = await book(hall, "14:00", LONG_NAME, "13700000001")
    told = await book(hall, "15:30", "王小明", "13700000002")
    page = await manager(visit)
    await page.locator(".todo").wait_for()
    reload(server, hall_file(folder, closed_afternoon=TUESDAY))
    await expect(page.locator(".todo")).to_contain_text("2 个预约按现在的安排办不了")
    await expect(page.locator(".top .badge")).to_have_text("2")
    await expect(page.locator(".top .badge")).to_have_attribute("title", "2 个待处理")
    await page.get_by_role("button", name="去处理").click()
    row = page.locator("tbody tr", has_text="13700000001")
    await expect(row).to_contain_text("那时不开放")
    await look(page)
    await row.get_by_role("checkbox").check()
    await page.get_by_role("button", name="把所选改到下一个空档（1）").click()
    await expect(page.locator(".done")).to_contain_text(f"{LONG_NAME} 13700000001")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_label("通知里写一句话").fill("下午停电检修")
    await page.get_by_role("button", name="通知全部还没通知的人（1）").click()
    await expect(page.locator(".done")).to_contain_text("已通知 1 个")
    await expect(page.get_by_role("button", name="通知全部还没通知的人（0）")).to_be_disabled()
    await expect(page.locator(".badge")).to_have_count(0)
    await look(page)

    phone = await visit(f"/a/{moved['token']}?lang=zh", width=360, height=740, allow=PROVOKES)
    await expect(phone.locator(".notice.warn")).to_contain_text(
        "从 11月24日 星期二 14:00 改到 11月24日 星期二"
    )
    assert await findings(phone) == []
    phone = await visit(f"/a/{told['token']}?lang=zh", width=360, height=740, allow=PROVOKES)
    await expect(phone.locator(".notice.warn")).to_contain_text("下午停电检修")
    await expect(phone.get_by_role("link", name="改时间")).to_be_visible()
    await hall.post("/appointments/conflicts", action="rebook")
    await expect(page.get_by_text("所有预约都办得了")).to_be_visible()


async def test_a_proposal_is_taken_over(visit: Visit, hall: Hall) -> None:
    page = await manager(visit, "/manager#appointments/capacity")
    row = page.locator("tbody tr", has_text="公安综合")
    await expect(row).to_contain_text("平均办理 6.0 分钟（20 件）")
    proposed = next(p for p in await hall.get("/capacity") if p["group"] == "B")
    assert (proposed["present"], proposed["proposed"]) == (3, 7)
    await look(page)
    await row.get_by_role("checkbox").check()
    await page.get_by_role("button", name="采用所选建议（1）").click()
    await expect(page.get_by_text("已采用 1 项")).to_be_visible()
    await expect(row.get_by_role("checkbox")).to_have_count(0)
    assert next(p for p in await hall.get("/capacity") if p["group"] == "B")["present"] == 7


async def test_a_person_is_looked_up_and_pardoned(visit: Visit, hall: Hall) -> None:
    page = await manager(visit, "/manager#appointments/person")
    number = page.get_by_label("手机号或身份证号")
    await number.fill("138 0000 0000")
    await page.get_by_role("button", name="查询").click()
    await expect(page.get_by_text("没有计入的爽约")).to_be_visible()
    await number.fill(ID_NUMBER.upper())
    await page.get_by_role("button", name="查询").click()
    await expect(page.get_by_text("暂停预约，到")).to_be_visible()
    await expect(page.locator("tbody tr")).to_have_count(2)
    await expect(page.locator("tbody tr").first).to_contain_text("11月19日星期四 10:00")
    await look(page)
    await page.get_by_label("为什么撤销").fill("住院，有证明")
    await page.get_by_role("button", name="撤销爽约记录").click()
    await expect(page.get_by_text("已撤销，现在可以预约")).to_be_visible()
    standing = await hall.post("/persons/look-up", id_number=ID_NUMBER)
    assert (standing["strikes"], standing["barred_until"]) == ([], None)


async def test_a_call_for_help_is_seen_whatever_is_shown(visit: Visit, hall: Hall) -> None:
    page = await manager(visit, "/manager#appointments")
    await page.locator(".load").wait_for()
    await hall.open("3")
    await hall.post("/windows/3/assistance", note="有人身体不适")
    alarm = page.locator(".alarms")
    await expect(alarm).to_contain_text("3号窗口 紧急求助")
    await expect(page).to_have_title("3号窗口 紧急求助")
    assert await findings(page) == []
    await alarm.get_by_role("button", name="我去").click()
    await expect(alarm).not_to_contain_text("紧急求助")
    await hall.open("4", "5")
    await hall.post("/windows/4/pause", reason="break")
    await hall.post("/windows/5/pause", reason="back-office")
    await page.locator("button[aria-pressed]", has_text="现在").click()
    tile = page.locator(".tiles > div", has_text="开放窗口")
    await expect(tile).to_contain_text("暂停 1，内部工作 1")
