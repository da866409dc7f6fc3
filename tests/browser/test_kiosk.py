"""The touch page: from what to do to a number, whatever is out of order."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import CUT, PASSWORD, Visit
from tests.browser.county import county
from tests.browser.desk import log_in
from tests.browser.hall import Hall
from tests.browser.line import Line
from tests.browser.modules import run
from tests.browser.scanner import scan
from tests.support.server import HALL, RunningServer
from tests.support.server import kiosk as run_kiosk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The county hall, with a printer that writes to a file."""
    folder = tmp_path_factory.mktemp("county")
    with county(folder, printer=f"file://{folder}/paper.bin") as running:
        yield running


@pytest.fixture
def hall(api: httpx2.AsyncClient) -> Hall:
    return Hall(api)


@pytest_asyncio.fixture(loop_scope="session")
async def kiosk(visit: Visit) -> Page:
    page = await visit("/kiosk", width=1080, height=1920)
    await page.locator("start-view").wait_for()
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def line(server: RunningServer) -> AsyncIterator[Line]:
    with Line(server.url) as made:
        yield made


async def waiting(hall: Hall, group: str) -> int:
    groups = (await hall.get())["groups"]
    return next(g["waiting"] for g in groups if g["id"] == group)


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tile", has_text=name)


async def test_a_ticket_in_three_touches(kiosk: Page, hall: Hall) -> None:
    await tile(kiosk, "公安综合").click()
    await tile(kiosk, "居住证申领").click()
    await expect(kiosk.locator(".wait-now")).to_contain_text("暂无窗口办理")
    await expect(kiosk.locator(".facts")).to_contain_text("近期照片")
    await kiosk.get_by_role("button", name="取号", exact=True).click()
    number = kiosk.locator(".vast")
    await expect(number).to_have_text(re.compile(r"^B\d{3}$"))
    tickets = await hall.get("/tickets", state="waiting")
    shown = await number.inner_text()
    taken = next(ticket for ticket in tickets if ticket["number"] == shown)
    assert (taken["channel"], taken["language"]) == ("kiosk", "zh")


async def test_a_department_s_ticket_is_three_touches_away(kiosk: Page) -> None:
    await kiosk.get_by_role("button", name="按部门查找").click()
    await tile(kiosk, "县公安局出入境管理").click()
    card = kiosk.locator("service-card", has_text="普通护照首次申领")
    await card.get_by_role("button", name="取号").click()
    await expect(kiosk.locator(".vast")).to_have_text(re.compile(r"^B\d{3}$"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [("sfz", "居民身份证换领"), ("huzhao", "普通护照首次申领"), ("passport", "普通护照首次申领")],
)
async def test_typing_anywhere_searches(kiosk: Page, typed: str, found: str) -> None:
    first, rest = typed[0], typed[1:]
    await kiosk.keyboard.press(first)
    await expect(kiosk.locator("search-view input")).to_be_focused()
    await kiosk.keyboard.type(rest, delay=80)
    await tile(kiosk, found).click()
    await expect(kiosk.get_by_role("heading", name=found)).to_be_visible()


async def test_letters_to_touch_search_too(kiosk: Page) -> None:
    await kiosk.get_by_role("button", name="搜索事项").click()
    for letter in "JHDJ":
        await kiosk.get_by_role("button", name=letter, exact=True).click()
    await expect(kiosk.locator("search-view input")).to_have_value("jhdj")
    await expect(tile(kiosk, "结婚登记")).to_be_visible()
    await kiosk.get_by_role("button", name="清空").click()
    await expect(kiosk.locator("search-view .tile")).to_have_count(0)


async def test_an_impatient_finger_takes_one_ticket(kiosk: Page, hall: Hall) -> None:
    before = await waiting(hall, "L")
    await tile(kiosk, "法律服务").click()
    await kiosk.locator(".tile, service-card .primary").first.wait_for()
    button = kiosk.locator("service-card .primary").first
    await button.dblclick()
    await expect(kiosk.locator(".vast")).to_be_visible()
    assert await waiting(hall, "L") == before + 1


async def test_a_lost_answer_takes_one_ticket(visit: Visit, hall: Hall) -> None:
    kiosk = await visit("/kiosk", width=1080, height=1920, allow=CUT)
    keys: list[str] = []

    async def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await kiosk.route("**/tickets", lose_the_first)
    before = await waiting(hall, "K")
    await tile(kiosk, "交通运输").click()
    await kiosk.locator("service-card .primary").first.click()
    await expect(kiosk.locator(".vast")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert await waiting(hall, "K") == before + 1


async def test_take_your_paper_is_said_once_it_is_printed(visit: Visit) -> None:
    page = await visit("/kiosk?printer=kiosk-1", width=1080, height=1920)
    await tile(page, "综合受理").click()
    await page.locator("list-view .tile").first.click()
    await page.locator(".take").click()
    await expect(page.locator(".paper")).to_have_text("请取走您的号票")


async def test_without_a_printer_the_number_stays_on_the_screen(visit: Visit) -> None:
    page = await visit("/kiosk?printer=kiosk-2", width=1080, height=1920)
    await expect(page.locator("start-view .notice")).to_contain_text("打印机暂时不能出票")
    await tile(page, "综合受理").click()
    await page.locator("list-view .tile").first.click()
    await page.locator(".take").click()
    await expect(page.locator(".paper")).to_contain_text("没有打印纸质号票")
    code = page.locator("ticket-view img")
    await expect(code).to_be_visible()
    await expect(code).not_to_have_js_property("naturalWidth", 0)


async def test_a_reader_types_a_ticket_s_code(
    kiosk: Page, hall: Hall, server: RunningServer
) -> None:
    ticket = await hall.take((await hall.get("/services"))[0]["id"])
    await scan(kiosk, f"{server.url}/t/{ticket['token']}")
    await expect(kiosk.locator(".vast")).to_have_text(ticket["number"])
    await expect(kiosk.locator("ticket-view h2")).to_have_text("您的号票")
    await kiosk.get_by_role("button", name="完成").click()
    await expect(kiosk.locator("start-view")).to_be_visible()


async def test_a_foreign_code_is_answered(visit: Visit) -> None:
    page = await visit("/kiosk", width=1080, height=1920, allow="404")
    await page.locator("start-view").wait_for()
    for code in ("6901234567892", "http://elsewhere/t/AAAAAAAAAAAAAAAAAAAA"):
        await scan(page, code)
        await expect(page.get_by_role("alert")).to_contain_text("没有找到这张号票")
        await page.keyboard.press("Escape")
        await expect(page.locator("start-view")).to_be_visible()


async def test_the_language_changes_at_once_and_goes_home_with_the_visitor(kiosk: Page) -> None:
    await kiosk.get_by_role("button", name="English").click()
    await expect(kiosk.locator("html")).to_have_attribute("lang", "en")
    await expect(kiosk.get_by_role("heading", name="What would you like to do?")).to_be_visible()
    await tile(kiosk, "Police and traffic").click()
    await tile(kiosk, "Replace lost driving licence").click()
    await expect(kiosk.locator(".materials li")).to_have_text(
        ["ID card (original)", "One-inch photo (25 × 35 mm)"]
    )
    await kiosk.get_by_role("button", name="Start again").click()
    await expect(kiosk.locator("html")).to_have_attribute("lang", "zh-CN")


async def test_a_priority_class_is_a_choice_and_goes_with_the_ticket(
    kiosk: Page, hall: Hall
) -> None:
    await tile(kiosk, "公安综合").click()
    await tile(kiosk, "居住证申领").click()
    await expect(kiosk.get_by_role("radio", name="都不是")).to_be_checked()
    await kiosk.get_by_role("radio", name="老年人").click()
    await kiosk.locator(".take").click()
    number = await kiosk.locator(".vast").inner_text()
    tickets = await hall.get("/tickets", state="waiting")
    assert next(t["priority"] for t in tickets if t["number"] == number) == "senior"


async def test_a_kiosk_that_was_left_goes_home_with_a_countdown(visit: Visit) -> None:
    page = await visit("/kiosk", width=1080, height=1920, clock="stopped", allow=CUT)
    await page.get_by_role("button", name="English").click()
    await page.get_by_role("button", name="I need help").click()
    await page.clock.run_for(42_000)
    await expect(page.locator(".countdown")).to_contain_text(re.compile(r"in 1\d seconds"))
    await page.get_by_role("button", name="I'm still here").click()
    await page.clock.run_for(1000)
    await expect(page.locator(".countdown")).to_have_count(0)
    await expect(page.get_by_role("heading", name="I need help")).to_be_visible()
    await page.clock.run_for(56_000)
    await expect(page.locator("help-view")).to_have_count(0)
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


async def test_without_a_connection_it_says_so_and_comes_back(visit: Visit, line: Line) -> None:
    page = await visit("/kiosk", width=1080, height=1920, url=line.url, allow=CUT)
    await tile(page, "公安综合").click()
    line.cut()
    await expect(page.locator("blocked-view")).to_contain_text("断开连接")
    await expect(page.get_by_role("button", name="需要帮助")).to_be_enabled()
    line.restore()
    await expect(page.locator("list-view")).to_be_visible()


async def test_a_wait_is_explained_before_and_after_the_ticket(
    visit: Visit, tmp_path: Path
) -> None:
    with county(tmp_path) as server:
        made = httpx2.AsyncClient(base_url=server.api, headers=server.auth(), timeout=30)
        async with made as api:
            hall = Hall(api)
            await hall.open("3", "4")
            birth = next(s for s in await hall.get("/services") if "新生儿" in s["name"]["zh"])
            for _ in range(8):
                await hall.take(birth["id"])
            for window in ("3", "4", "3"):
                await hall.call(window)
        page = await visit("/kiosk", width=1080, height=1920, url=server.url)
        await tile(page, "公安综合").click()
        await tile(page, "居住证申领").click()
        await expect(page.locator(".wait-now .behind")).to_have_text("现在有 2 个窗口办理。")
        await page.get_by_role("button", name="取号", exact=True).click()
        await expect(page.locator("ticket-view .behind")).to_have_text("现在有 2 个窗口办理。")


async def test_a_closed_hall_says_when_it_opens(visit: Visit, tmp_path: Path) -> None:
    with county(tmp_path, start="2037-11-22T20:00:00+08:00") as sunday:
        page = await visit("/kiosk", width=1080, height=1920, url=sunday.url)
        await expect(page.get_by_role("heading", name="大厅现在不办理业务")).to_be_visible()
        await expect(page.locator(".opens")).to_contain_text("11月23日星期一")
        await expect(page.locator(".opens")).to_contain_text("08:30")


async def test_a_service_that_needs_a_real_name_asks_for_it(visit: Visit, tmp_path: Path) -> None:
    with RunningServer.make(tmp_path, HALL, "--open-devices") as real_name:
        page = await visit("/kiosk", width=1080, height=1920, url=real_name.url)
        await tile(page, "普通护照申领").click()
        await page.locator(".take").click()
        await expect(page.get_by_role("heading", name="请输入身份证号")).to_be_visible()
        await page.keyboard.type("11010519491231002")
        await page.get_by_role("button", name="3", exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text("身份证号不正确")
        await expect(page.locator(".take")).to_be_disabled()
        await page.get_by_role("button", name="退格").click()
        await page.keyboard.press("x")
        await expect(page.locator(".typed")).to_have_text("●" * 14 + "002X")
        await page.locator(".take").click()
        await expect(page.locator(".vast")).to_have_text(re.compile(r"^B\d{3}$"))


async def test_mistyped_identity_numbers_are_noticed(kiosk: Page) -> None:
    number = "11010519491231002X"
    wrong = [number[:i] + str((int(number[i]) + 1) % 10) + number[i + 1 :] for i in range(17)]
    swapped = [number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(16)]
    tried = [*wrong, *(other for other in swapped if other != number), number[:-1], number + "1"]
    body = "return x.map(m.isValid)"
    assert await run(kiosk, "kiosk/identity.js", body, [number]) == [True]
    assert not any(await run(kiosk, "kiosk/identity.js", body, tried))


async def test_asking_for_help_calls_a_person_or_says_where_one_is(
    visit: Visit, tmp_path: Path
) -> None:
    """The kiosk's word is true: nobody at a manager's board, nobody was told."""
    password = tmp_path / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    made = RunningServer.make(tmp_path, HALL, "--open-devices")
    asked = ("--db", made.db, "--role", "manager", "--password-file", str(password))
    run_kiosk("account", "create", "boss", *asked)
    with made as server:
        kiosk = await visit("/kiosk?printer=by-the-door", width=1080, height=1920, url=server.url)
        await kiosk.get_by_role("button", name="需要帮助").click()
        await expect(kiosk.locator("help-view .notice")).to_contain_text("总服务台")
        await kiosk.get_by_role("button", name="返回").click()
        board = await visit("/manager", url=server.url)
        await log_in(board, "boss")
        await board.locator(".todo").wait_for()
        await kiosk.get_by_role("button", name="需要帮助").click()
        await expect(kiosk.locator("help-view .notice")).to_contain_text("已通知工作人员")
        await expect(board.locator(".todo")).to_contain_text("取号机（by-the-door）旁有人需要帮助")
