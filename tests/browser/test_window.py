"""The staff console: one key per visitor, everything by keyboard, nothing lost by a slip."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import PASSWORD, Visit, stop_clock
from tests.browser.desk import HALL, empty, log_in, state, take
from tests.support.server import RunningServer


async def sit_down(page: Page, account: str = "li.na", window: str = "3") -> None:
    """Log in and take a window, by keyboard alone."""
    await log_in(page, account)
    await expect(page.get_by_role("heading", name="您坐在哪个窗口？")).to_be_visible()
    await page.keyboard.type(window)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=f"{window}号窗口")).to_be_visible()


def present(page: Page, number: str):
    return page.locator(".present .number", has_text=number)


def row(page: Page, which: str, number: str):
    return page.locator(f".list.{which} tr", has_text=number)


async def press_next(page: Page, number: str = "") -> None:
    """Press the key as soon as it counts again; wait for `number` to stand at the window."""
    await expect(page.locator('.next[aria-disabled="false"]')).to_be_visible()
    await page.keyboard.press("Space")
    if number:
        await expect(present(page, number)).to_be_visible()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(api: httpx2.AsyncClient, visit: Visit) -> Page:
    """Li Na at window 3 of an empty hall."""
    await empty(api)
    page = await visit("/window")
    await sit_down(page)
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def timed_desk(api: httpx2.AsyncClient, visit: Visit) -> Page:
    """The same with a clock that can be stopped: the moment after a key is short."""
    await empty(api)
    page = await visit("/window", clock=True)
    await sit_down(page)
    return page


async def test_a_wrong_password_is_said_and_the_right_one_goes_on(visit: Visit) -> None:
    page = await visit("/window")
    await log_in(page, password="wrong")
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await page.keyboard.type(PASSWORD)  # what was wrong is selected: typing replaces it
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="您坐在哪个窗口？")).to_be_visible()


async def test_the_window_is_remembered_on_this_computer(desk: Page) -> None:
    await desk.reload()
    await expect(desk.get_by_role("heading", name="3号窗口")).to_be_visible()


async def test_one_key_per_visitor(desk: Page, api: httpx2.AsyncClient) -> None:
    first, second = await take(api), await take(api)
    await expect(desk.locator(".next .who")).to_contain_text(first["number"])
    await press_next(desk)
    await expect(present(desk, first["number"])).to_be_visible()
    await expect(desk.locator(".next .who")).to_contain_text(second["number"])
    await press_next(desk)
    await expect(present(desk, second["number"])).to_be_visible()
    assert await state(api, first) == "done"
    await press_next(desk)
    await expect(desk.get_by_text("窗口前没有人")).to_be_visible()
    assert await state(api, second) == "done"


async def test_a_double_press_finishes_nobody(timed_desk: Page, api: httpx2.AsyncClient) -> None:
    first, second = await take(api), await take(api)
    await expect(row(timed_desk, "waiting", second["number"])).to_be_visible()
    await stop_clock(timed_desk)
    await timed_desk.keyboard.press("Space")
    await timed_desk.keyboard.press("Space")
    await expect(present(timed_desk, first["number"])).to_be_visible()
    await timed_desk.keyboard.press("Space")
    await expect(timed_desk.get_by_role("status")).to_contain_text(first["number"])
    assert await state(api, second) == "waiting"


async def test_it_says_what_the_visitor_came_for_and_why_called(
    desk: Page, api: httpx2.AsyncClient
) -> None:
    ticket = await take(api, priority="senior", language="en")
    await expect(row(desk, "waiting", ticket["number"])).to_contain_text("户口登记")
    await press_next(desk)
    card = desk.locator(".present")
    for text in ("户口登记", "身份证原件", "户口簿", "老年人", "英文", "通常 12 分钟"):
        await expect(card).to_contain_text(text)
    await expect(desk.locator(".why")).not_to_be_empty()


async def test_an_early_next_is_undone(desk: Page, api: httpx2.AsyncClient) -> None:
    first, second = await take(api), await take(api)
    await expect(row(desk, "waiting", second["number"])).to_be_visible()
    await press_next(desk, first["number"])
    await desk.keyboard.press("s")
    await expect(desk.get_by_text("正在办理")).to_be_visible()
    await press_next(desk)
    await expect(present(desk, second["number"])).to_be_visible()
    await desk.keyboard.press("u")
    await expect(present(desk, first["number"])).to_be_visible()
    assert await state(api, first) == "serving"
    assert await state(api, second) == "waiting"


async def test_no_show_and_back_by_a_click(desk: Page, api: httpx2.AsyncClient) -> None:
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await press_next(desk, ticket["number"])
    await desk.keyboard.press("r")
    await expect(desk.get_by_text("已叫 2 次")).to_be_visible()
    await desk.keyboard.press("n")
    await expect(row(desk, "no_show", ticket["number"])).to_be_visible()
    await row(desk, "no_show", ticket["number"]).get_by_role("button").click()
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()


async def test_park_asks_why_without_hiding_the_visitor(
    desk: Page, api: httpx2.AsyncClient
) -> None:
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await press_next(desk, ticket["number"])
    await desk.keyboard.press("p")
    await expect(desk.get_by_role("heading", name="为什么要暂时离开")).to_be_visible()
    await expect(present(desk, ticket["number"])).to_be_visible()
    await desk.keyboard.press("1")
    await expect(row(desk, "parked", ticket["number"])).to_be_visible()
    found = (await api.get(f"{HALL}/tickets/{ticket['id']}")).json()
    assert (found["state"], found["errand"]) == ("parked", "copy")
    await desk.keyboard.press("/")
    await desk.keyboard.type(ticket["number"].lower())
    await desk.keyboard.press("Enter")
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()


async def test_parking_the_wrong_one_is_undone(desk: Page, api: httpx2.AsyncClient) -> None:
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await press_next(desk, ticket["number"])
    await desk.keyboard.press("p")
    await desk.keyboard.press("2")
    await expect(row(desk, "parked", ticket["number"])).to_be_visible()
    await desk.keyboard.press("u")
    await expect(present(desk, ticket["number"])).to_be_visible()


async def test_transfer_finds_a_service_by_initials(desk: Page, api: httpx2.AsyncClient) -> None:
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await press_next(desk, ticket["number"])
    await desk.keyboard.press("t")
    await desk.get_by_label("事项（中文、拼音、首字母）或窗口号").fill("hydj")
    await expect(desk.get_by_role("button", name="婚姻登记")).to_be_visible()
    await desk.get_by_label("给接手同事的留言").fill("带了结婚证")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("窗口前没有人")).to_be_visible()
    found = (await api.get(f"{HALL}/tickets/{ticket['id']}")).json()
    assert (found["state"], found["group"], found["note"]) == ("waiting", "G", "带了结婚证")


async def test_a_ticket_for_another_window_leaves_the_list(
    desk: Page, api: httpx2.AsyncClient
) -> None:
    await api.post(f"{HALL}/windows/4/open", json={"staff": "wang.wei"})
    ticket = await take(api, "marriage")
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await press_next(desk, ticket["number"])
    await desk.keyboard.press("t")
    await desk.keyboard.type("4")
    await expect(desk.get_by_role("button", name="4号窗口")).to_be_visible()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("窗口前没有人")).to_be_visible()
    await expect(row(desk, "waiting", ticket["number"])).to_have_count(0)


async def test_a_given_ticket_is_called_by_its_number(desk: Page, api: httpx2.AsyncClient) -> None:
    first, second = await take(api), await take(api)
    await expect(row(desk, "waiting", second["number"])).to_be_visible()
    await desk.keyboard.press("/")
    await desk.keyboard.type(second["number"])
    await desk.keyboard.press("Enter")
    await expect(present(desk, second["number"])).to_be_visible()
    assert await state(api, first) == "waiting"


async def test_nothing_moves_between_two_visitors(desk: Page, api: httpx2.AsyncClient) -> None:
    places = (
        "[...document.querySelectorAll('.next, .acts .button, .present, .done, .top > .button')]"
    )
    boxes = f"{places}.map((e) => JSON.stringify(e.getBoundingClientRect()))"
    empty_desk = await desk.evaluate(boxes)
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    assert await desk.evaluate(boxes) == empty_desk
    await press_next(desk)
    await expect(present(desk, ticket["number"])).to_be_visible()
    assert await desk.evaluate(boxes) == empty_desk
    await desk.keyboard.press("p")
    await expect(desk.get_by_role("heading", name="为什么要暂时离开")).to_be_visible()
    assert await desk.evaluate(boxes) == empty_desk


@pytest.mark.parametrize("size", [(1366, 650), (1920, 1080), (1024, 768)])
async def test_the_desk_needs_no_scrolling(
    visit: Visit, api: httpx2.AsyncClient, size: tuple[int, int]
) -> None:
    await empty(api)
    page = await visit("/window", width=size[0], height=size[1])
    await sit_down(page)
    box = "document.documentElement"
    fits = f"{box}.scrollHeight <= innerHeight && {box}.scrollWidth <= innerWidth"
    assert await page.evaluate(fits)


async def test_letter_keys_can_be_switched_off(timed_desk: Page, api: httpx2.AsyncClient) -> None:
    ticket = await take(api)
    await expect(row(timed_desk, "waiting", ticket["number"])).to_be_visible()
    await timed_desk.get_by_text("li.na").click()
    await timed_desk.get_by_role("button", name="字母键").click()
    await expect(timed_desk.get_by_role("button", name="字母键：关")).to_be_visible()
    await stop_clock(timed_desk)
    await timed_desk.keyboard.press("F9")
    await expect(present(timed_desk, ticket["number"])).to_be_visible()
    await timed_desk.keyboard.press("n")
    await timed_desk.keyboard.press("F9")  # whatever "n" did has been done before this is answered
    await expect(timed_desk.get_by_role("status")).to_contain_text(ticket["number"])
    assert await state(api, ticket) == "called"


async def test_pause_says_why_and_next_opens_again(desk: Page, api: httpx2.AsyncClient) -> None:
    await desk.keyboard.press("a")
    await desk.keyboard.press("2")
    await expect(desk.get_by_text("暂停：用餐")).to_be_visible()
    window = (await api.get(f"{HALL}/windows")).json()[0]
    assert (window["state"], window["reason"]) == ("paused", "用餐")
    await desk.keyboard.press("Space")
    await expect(desk.locator(".top .state", has_text="开放")).to_be_visible()


async def test_whoever_is_replaced_is_told(desk: Page, visit: Visit) -> None:
    other = await visit("/window")
    await sit_down(other, "wang.wei")
    await expect(desk.get_by_text("wang.wei 已接替此窗口")).to_be_visible()


async def test_a_refusal_is_said_in_one_line(desk: Page, api: httpx2.AsyncClient) -> None:
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await desk.evaluate("document.querySelector('window-desk').live.stop()")  # the page is behind
    await api.post(f"{HALL}/tickets/{ticket['id']}/cancel", json={})
    await row(desk, "waiting", ticket["number"]).get_by_role("button").click()
    await expect(desk.locator(".done.bad")).to_contain_text(ticket["number"])


async def test_english_throughout(visit: Visit, api: httpx2.AsyncClient) -> None:
    await empty(api)
    ticket = await take(api)
    page = await visit("/window", lang="en-GB")
    await page.get_by_label("Account").fill("li.na")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Window 3").click()
    await press_next(page)
    await expect(present(page, ticket["number"])).to_be_visible()
    await expect(page.locator(".present")).to_contain_text("Household registration")
    await page.get_by_text("li.na").click()
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator(".present")).to_contain_text("户口登记")


async def test_the_session_may_end_and_the_desk_is_still_there(
    desk: Page, api: httpx2.AsyncClient
) -> None:
    ticket = await take(api)
    await desk.context.clear_cookies()
    await desk.keyboard.press("Space")
    await log_in(desk)
    await expect(desk.get_by_role("heading", name="3号窗口")).to_be_visible()
    await press_next(desk)
    await expect(present(desk, ticket["number"])).to_be_visible()


async def test_a_lost_connection_is_said_and_passes_by_itself(
    desk: Page, api: httpx2.AsyncClient, server: RunningServer
) -> None:
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await press_next(desk, ticket["number"])
    server.stop()
    await expect(desk.get_by_role("alert")).to_contain_text("连接中断")
    await expect(present(desk, ticket["number"])).to_be_visible()
    server.start()
    await expect(desk.get_by_text("已连接")).to_be_visible()
    await press_next(desk)
    await expect(desk.get_by_text("窗口前没有人")).to_be_visible()
    assert await state(api, ticket) == "done"


async def test_what_is_pressed_before_the_answer_comes_next(
    desk: Page, api: httpx2.AsyncClient
) -> None:
    """The live frame shows the visitor before the slow answer of the call has come."""
    ticket = await take(api)
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    let_go = asyncio.Event()

    async def slowly(route: Route) -> None:
        answer = await route.fetch()
        await let_go.wait()
        await route.fulfill(response=answer)

    await desk.route("**/call-next", slowly)
    await press_next(desk, ticket["number"])
    await desk.keyboard.press("p")
    await desk.keyboard.press("3")
    let_go.set()
    await expect(row(desk, "parked", ticket["number"])).to_be_visible()


async def test_of_several_matters_the_next_one_is_named(
    desk: Page, api: httpx2.AsyncClient
) -> None:
    services = ["household-register", "marriage"]
    ticket = (await api.post(f"{HALL}/tickets", json={"services": services})).json()
    await expect(row(desk, "waiting", ticket["number"])).to_be_visible()
    await expect(desk).to_have_title("1 人等候 · 3号窗口")
    await press_next(desk, ticket["number"])
    await expect(desk).to_have_title(f"{ticket['number']} · 3号窗口")
    await expect(desk.locator(".present")).to_contain_text("第 1 项，共 2 项")
    await expect(desk.locator(".present")).to_contain_text("之后去办：婚姻登记")
