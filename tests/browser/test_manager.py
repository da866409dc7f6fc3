"""The manager's page: what is wrong and what to do on top, figures with their scope, past days."""

from __future__ import annotations

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import PASSWORD, Visit
from tests.browser.desk import HALL, empty, log_in, take


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def quiet_hall(api: httpx2.AsyncClient) -> None:
    await empty(api)


async def open_window(api: httpx2.AsyncClient, window: str, verb: str = "open") -> None:
    body = {"staff": "li"} if verb == "open" else {}
    answer = await api.post(f"{HALL}/windows/{window}/{verb}", json=body)
    assert answer.status_code == 200, answer.text


async def manage(visit: Visit, path: str = "/manager", **options: object) -> Page:
    page = await visit(path, **options)
    await log_in(page, "boss")
    return page


def tile(page: Page, title: str):
    return page.locator(".tiles > div", has=page.get_by_text(title, exact=True))


async def test_what_is_wrong_and_what_to_do_stands_on_top(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    page = await manage(visit)
    await expect(page.get_by_text("一切正常")).to_be_visible()
    await take(api)
    first = page.locator(".todo li").first
    await expect(first).to_contain_text("公安综合：1 人等候，没有开放的窗口")
    await expect(first).to_contain_text("开放3号窗口")
    await open_window(api, "3")
    await expect(page.get_by_text("一切正常")).to_be_visible()
    await open_window(api, "3", "pause")
    await expect(first).to_contain_text("请3号窗口恢复")


async def test_figures_move_by_push(visit: Visit, api: httpx2.AsyncClient) -> None:
    page = await manage(visit)
    await expect(tile(page, "等候").locator("dd").first).to_have_text("0")
    ticket = await take(api)
    await expect(tile(page, "等候").locator("dd").first).to_have_text("1")
    await open_window(api, "3")
    await api.post(f"{HALL}/windows/3/call-next")
    await expect(tile(page, "等候").locator("dd").first).to_have_text("0")
    row = page.locator(".windows li", has_text="3号窗口")
    await expect(row).to_contain_text(ticket["number"])
    await expect(row).to_contain_text("已叫号")
    await expect(page.get_by_text("今天从开门到现在")).to_be_visible()


async def test_a_zone_alone(visit: Visit, api: httpx2.AsyncClient) -> None:
    page = await manage(visit)
    await take(api, "marriage")
    await expect(tile(page, "等候").locator("dd").first).to_have_text("1")
    await page.get_by_label("区域").select_option("1F")
    await expect(tile(page, "等候").locator("dd").first).to_have_text("0")
    await expect(page.locator(".groups tbody tr")).to_have_count(1)


async def test_a_past_day_as_figures_chart_and_table(visit: Visit, api: httpx2.AsyncClient) -> None:
    await open_window(api, "3")
    for _ in range(2):
        await take(api)
        await api.post(f"{HALL}/windows/3/call-next")
    page = await manage(visit, "/manager#past")
    rows = page.locator("tbody tr")
    total = page.locator("tfoot td").first
    await expect(page.get_by_role("img", name="取号与办结")).to_be_visible()
    shown = int(await total.inner_text())
    stats = (await api.get(f"{HALL}/stats", params={"by": "half_hour"})).json()
    assert shown == stats["total"]["arrivals"] >= 2
    await expect(rows).to_have_count(len(stats["rows"]))
    await page.get_by_label("分组方式").select_option("service")
    await expect(rows.filter(has_text="户口登记")).to_be_visible()
    await page.get_by_role("button", name="昨天").click()
    await expect(page.get_by_text("没有取号记录")).to_be_visible()


async def test_the_table_can_be_taken_along(visit: Visit, api: httpx2.AsyncClient) -> None:
    await take(api)
    page = await manage(visit, "/manager#past")
    await expect(page.locator("tfoot")).to_be_visible()
    async with page.expect_download() as started:
        await page.get_by_role("link", name="下载 CSV").click()
    download = await started.value
    text = (await download.path()).read_text(encoding="utf-8-sig")
    assert download.suggested_filename.endswith(".csv")
    assert len(text.splitlines()) >= 2


async def test_staff_without_the_right_are_told(visit: Visit) -> None:
    page = await visit("/manager#past")
    await log_in(page, "li.na")
    await expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("width", [1366, 820, 390])
async def test_nothing_is_wider_than_the_screen(
    visit: Visit, api: httpx2.AsyncClient, width: int
) -> None:
    await take(api)
    page = await manage(visit, width=width)
    await expect(page.locator(".tiles")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_english(visit: Visit, api: httpx2.AsyncClient) -> None:
    await take(api)
    page = await visit("/manager", lang="en-GB")
    await page.get_by_label("Account").fill("boss")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".todo li").first).to_contain_text(
        "Police: 1 wait, no window is open"
    )
    await page.get_by_role("button", name="Past days").click()
    await expect(page.get_by_role("img", name="Tickets and served")).to_be_visible()
