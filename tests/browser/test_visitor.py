"""The visitor's phone page: whole without JavaScript, true by itself with it."""

from __future__ import annotations

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.desk import HALL, empty, state, take
from tests.browser.modules import run
from tests.support.server import RunningServer

PHONE = {"width": 360, "height": 740}
FIRST_VIEW_BYTES = 30_000


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def quiet_hall(api: httpx2.AsyncClient) -> None:
    await empty(api)


async def act(api: httpx2.AsyncClient, ticket: dict, action: str, **body: object) -> None:
    answer = await api.post(f"{HALL}/tickets/{ticket['id']}/{action}", json=body)
    assert answer.status_code == 200, answer.text


async def call(api: httpx2.AsyncClient, window: str = "3") -> dict:
    await api.post(f"{HALL}/windows/{window}/open", json={"staff": "li"})
    answer = await api.post(f"{HALL}/windows/{window}/call-next")
    assert answer.status_code == 200, answer.text
    return answer.json()["ticket"]


async def phone(visit: Visit, ticket: dict, **options: object) -> Page:
    return await visit(f"/t/{ticket['token']}", **PHONE, **options)


async def test_the_first_view_is_whole_without_javascript(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    await take(api)
    ticket = await take(api)
    page = await phone(visit, ticket, java_script_enabled=False)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(ticket["number"])
    for text in ("1 人", "户口登记", "身份证原件", "一层大厅"):
        await expect(page.get_by_text(text).first).to_be_visible()


async def test_the_number_is_first_and_largest(visit: Visit, api: httpx2.AsyncClient) -> None:
    page = await phone(visit, await take(api))
    sizes = await page.evaluate(
        """[...document.querySelectorAll("main *:not(.visually-hidden)")]
            .filter((e) => e.checkVisibility())
            .map((e) => [e.tagName, parseFloat(getComputedStyle(e).fontSize)])"""
    )
    largest = max(size for _, size in sizes)
    assert sizes[0] == ["H1", largest]
    assert [tag for tag, size in sizes if size == largest] == ["H1"]


async def test_the_first_view_is_small(server: RunningServer, api: httpx2.AsyncClient) -> None:
    ticket = await take(api)
    root = server.url
    async with httpx2.AsyncClient() as client:
        page = await client.get(f"{root}/t/{ticket['token']}")
        styles = [part.split('"')[0] for part in page.text.split('rel="stylesheet" href="')[1:]]
        base = await client.get(root + styles[0])
        tokens = styles[0].replace("base.css", "tokens.css")
        others = [await client.get(root + address) for address in (*styles[1:], tokens)]
    assert all(answer.status_code == 200 for answer in (page, base, *others))
    total = sum(len(answer.content) for answer in (page, base, *others))
    assert total < FIRST_VIEW_BYTES


async def test_leaving_works_without_javascript(visit: Visit, api: httpx2.AsyncClient) -> None:
    ticket = await take(api)
    page = await phone(visit, ticket, java_script_enabled=False)
    await page.get_by_text("不办了，离开队伍").click()
    await page.get_by_role("button", name="确认离开").click()
    await expect(page.get_by_text("号码已取消")).to_be_visible()
    assert await state(api, ticket) == "cancelled"


async def test_it_follows_the_ticket_by_itself(visit: Visit, api: httpx2.AsyncClient) -> None:
    first, second = await take(api), await take(api)
    page = await phone(visit, second)
    await expect(page.get_by_text("自动刷新")).to_be_visible()
    await act(api, first, "cancel")
    await expect(page.get_by_text("您是下一位")).to_be_visible()
    await expect(page.get_by_text("请现在回到一层大厅")).to_be_visible()
    await call(api)
    await expect(page.get_by_text("请到3号窗口")).to_be_visible()
    await expect(page).to_have_title(f"请到3号窗口 · {second['number']}")
    await act(api, second, "recall")
    await expect(page.get_by_text("第 2 次")).to_be_visible()
    await act(api, second, "start")
    await expect(page.get_by_text("正在3号窗口办理")).to_be_visible()
    await act(api, second, "park", note="复印材料", minutes=30)
    await expect(page.get_by_text("您的位置保留到")).to_be_visible()
    await expect(page.get_by_text("复印材料")).to_be_visible()
    await act(api, second, "resume")
    await call(api)
    await act(api, second, "no-show")
    await expect(page.get_by_text("已过号")).to_be_visible()


@pytest.mark.parametrize("scripted", [True, False])
async def test_a_finished_visit_can_be_rated_once(
    visit: Visit, api: httpx2.AsyncClient, scripted: bool
) -> None:
    ticket = await take(api)
    page = await phone(visit, ticket, java_script_enabled=scripted)
    await expect(page.get_by_role("button", name="非常满意", exact=True)).to_be_hidden()
    await call(api)
    await act(api, ticket, "finish")
    if not scripted:
        await page.reload()
    await page.get_by_role("button", name="非常满意", exact=True).click()
    await expect(page.get_by_text("已收到您的评价")).to_be_visible()
    await expect(page.get_by_role("button", name="满意", exact=True)).to_be_hidden()
    found = (await api.get(f"{HALL}/tickets/{ticket['id']}")).json()
    assert found["rating"] == 5


async def test_more_time_keeps_the_place_and_back_ends_it(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    ticket = await take(api)
    page = await phone(visit, ticket)
    await page.get_by_text("我需要更多时间").click()
    await page.get_by_role("button", name="保留我的位置").click()
    await expect(page.get_by_text("您的位置保留到")).to_be_visible()
    assert await state(api, ticket) == "parked"
    await page.get_by_role("button", name="我回来了").click()
    await expect(page.get_by_text("您是下一位")).to_be_visible()
    await expect(page.get_by_text("我需要更多时间")).to_be_hidden()


async def test_english_and_back(visit: Visit, api: httpx2.AsyncClient) -> None:
    page = await phone(visit, await take(api, language="en"))
    await expect(page.get_by_text("You are next")).to_be_visible()
    await expect(page.get_by_text("Household registration")).to_be_visible()
    await expect(page.locator(".bring li")).to_have_text(
        ["ID card (original)", "Household register"]
    )
    await page.get_by_role("link", name="中文").click()
    await expect(page.get_by_text("您是下一位")).to_be_visible()
    await expect(page.get_by_text("自动刷新")).to_be_visible()


async def test_a_wait_is_explained(visit: Visit, api: httpx2.AsyncClient) -> None:
    await take(api)
    first = await call(api)
    ticket = await take(api)
    page = await phone(visit, ticket)  # told by push as soon as the forecast has seen it
    await expect(page.locator("[data-part=behind]")).to_have_text("现在有 1 个窗口办理。")
    plain = await phone(visit, ticket, java_script_enabled=False)
    await expect(plain.locator("[data-part=behind]")).to_have_text("现在有 1 个窗口办理。")
    await act(api, first, "start")
    await act(api, first, "finish")
    closed = await api.post(f"{HALL}/windows/3/close", json={})
    assert closed.status_code == 200, closed.text
    await expect(page.locator("[data-part=behind]")).to_be_hidden()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "1 window is open for it.",
                "4 windows are open for it, 1 more from about 13:30, 2 appointments are due.",
                "2 windows are open for it, 2 more from about 13:30, 1 appointment is due.",
            ],
        ),
        (
            "zh",
            [
                "现在有 1 个窗口办理。",
                "现在有 4 个窗口办理，预计 13:30 再开 1 个，有 2 位预约的人将到。",
                "现在有 2 个窗口办理，预计 13:30 起再开 2 个，有 1 位预约的人将到。",
            ],
        ),
    ],
)
async def test_an_explanation_counts_in_words(
    visit: Visit, api: httpx2.AsyncClient, lang: str, said: list[str]
) -> None:
    page = await visit(f"/t/{(await take(api))['token']}?lang={lang}", **PHONE)
    await page.locator("[data-part=reload]").wait_for(state="hidden")
    opens = ["2026-11-23T13:30:00+08:00", "2026-11-23T14:00:00+08:00"]
    waits = [
        {"windows": 1, "opening": [], "due": 0},
        {"windows": 4, "opening": opens[:1], "due": 2},
        {"windows": 2, "opening": opens, "due": 1},
    ]
    assert await run(page, "shared/behind.js", "return x.map(m.behindWords);", waits) == said


async def test_two_services_show_where_they_stand(visit: Visit, api: httpx2.AsyncClient) -> None:
    answer = await api.post(
        f"{HALL}/tickets", json={"services": ["household-register", "marriage"]}
    )
    ticket = answer.json()
    page = await phone(visit, ticket)
    await call(api)
    await act(api, ticket, "start")
    services = page.get_by_role("listitem")
    await expect(services.filter(has_text="户口登记")).to_contain_text("正在办理")
    await expect(services.filter(has_text="婚姻登记")).to_contain_text("约 ")


async def test_an_unknown_ticket_says_what_to_do(server: RunningServer) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"{server.url}/t/NOSUCHTOKEN?lang=zh")
    assert answer.status_code == 404
    assert "没有找到这个号码" in answer.text


async def test_nothing_is_wider_than_the_phone(visit: Visit, api: httpx2.AsyncClient) -> None:
    page = await visit(f"/t/{(await take(api))['token']}?lang=en", width=320, height=560)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_lost_connection_is_said(
    server: RunningServer, visit: Visit, api: httpx2.AsyncClient
) -> None:
    page = await phone(visit, await take(api))
    await expect(page.get_by_text("自动刷新")).to_be_visible()
    server.stop()
    await expect(page.get_by_text("连接中断")).to_be_visible()
    server.start()
    await expect(page.get_by_text("连接中断")).to_be_hidden()
    await expect(page.get_by_text("自动刷新")).to_be_visible()
