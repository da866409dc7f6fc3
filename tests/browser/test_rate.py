"""The evaluator at a window: asks once after each service, steers nobody."""

from __future__ import annotations

import httpx2
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.desk import HALL, empty, take

LEVELS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")


@pytest_asyncio.fixture(loop_scope="session")
async def served(api: httpx2.AsyncClient) -> dict:
    """A visitor at window 3."""
    await empty(api)
    ticket = await take(api)
    await api.post(f"{HALL}/windows/3/open", json={"staff": "li"})
    await api.post(f"{HALL}/windows/3/call-next")
    return ticket


async def evaluator(visit: Visit) -> Page:
    """It listens already, and its clock stands: thanks stay until they are read."""
    page = await visit("/rate/3", width=1280, height=800, clock="stopped", live=True)
    await expect(page.get_by_role("heading", name="欢迎评价")).to_be_visible()
    return page


async def finish(api: httpx2.AsyncClient, ticket: dict) -> None:
    answer = await api.post(f"{HALL}/tickets/{ticket['id']}/finish", json={})
    assert answer.status_code == 200, answer.text


async def test_one_touch_after_the_service(
    visit: Visit, api: httpx2.AsyncClient, served: dict
) -> None:
    page = await evaluator(visit)
    await finish(api, served)
    await expect(page.get_by_text(served["number"])).to_be_visible()
    await page.get_by_role("button", name="基本满意", exact=True).click()
    await expect(page.get_by_role("heading", name="谢谢")).to_be_visible()
    found = (await api.get(f"{HALL}/tickets/{served['id']}")).json()
    assert found["rating"] == 3


async def test_the_language_is_the_visitors_until_the_next_one(
    visit: Visit, api: httpx2.AsyncClient, served: dict
) -> None:
    page = await evaluator(visit)
    await page.get_by_role("button", name="English").click()
    await finish(api, served)
    await expect(page.get_by_role("heading", name="How was the service?")).to_be_visible()
    after = await take(api)
    await api.post(f"{HALL}/windows/3/call-next")
    await api.post(f"{HALL}/tickets/{after['id']}/start", json={})
    await expect(page.get_by_role("heading", name="欢迎评价")).to_be_visible()


async def test_no_answer_is_easier_than_another(
    visit: Visit, api: httpx2.AsyncClient, served: dict
) -> None:
    page = await evaluator(visit)
    await finish(api, served)
    looks = set()
    for level in LEVELS:
        button = page.get_by_role("button", name=level, exact=True)
        await expect(button).to_be_visible()
        looks.add(
            await button.evaluate(
                """(b) => { const s = getComputedStyle(b);
                    return [b.offsetWidth, b.offsetHeight, b.offsetTop, s.color,
                            s.backgroundColor, s.fontSize].join() }"""
            )
        )
    assert len(looks) == 1


async def test_a_visit_rated_on_the_phone_is_not_rated_again(
    visit: Visit, api: httpx2.AsyncClient, served: dict
) -> None:
    page = await evaluator(visit)
    await finish(api, served)
    await api.post(f"/tickets/{served['token']}/rating", json={"score": 1})
    await page.get_by_role("button", name="非常满意", exact=True).click()
    await expect(page.get_by_text("已经评价过了")).to_be_visible()
    found = (await api.get(f"{HALL}/tickets/{served['id']}")).json()
    assert found["rating"] == 1


async def test_the_next_service_takes_the_question_away(
    visit: Visit, api: httpx2.AsyncClient, served: dict
) -> None:
    page = await evaluator(visit)
    await finish(api, served)
    await expect(page.get_by_role("heading", name="满意吗")).to_be_visible()
    after = await take(api)
    await api.post(f"{HALL}/windows/3/call-next")
    await expect(page.get_by_role("heading", name="满意吗")).to_be_visible()
    await api.post(f"{HALL}/tickets/{after['id']}/start", json={})
    await expect(page.get_by_role("heading", name="欢迎评价")).to_be_visible()


async def test_a_wrong_address_says_so(visit: Visit) -> None:
    page = await visit("/rate/99")
    await expect(page.get_by_role("heading", name="没有 99 号窗口")).to_be_visible()
