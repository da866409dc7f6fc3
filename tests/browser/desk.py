"""What the tests of staff pages share: take tickets by HTTP, empty the hall, log in by keyboard."""

from __future__ import annotations

import httpx2
from playwright.async_api import Page

from tests.browser.conftest import PASSWORD

HALL = "/halls/main"


async def take(
    api: httpx2.AsyncClient, service: str = "household-register", **more: object
) -> dict:
    answer = await api.post(f"{HALL}/tickets", json={"service": service, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def state(api: httpx2.AsyncClient, ticket: dict) -> str:
    answer = await api.get(f"{HALL}/tickets/{ticket['id']}")
    return answer.json()["state"]


async def empty(api: httpx2.AsyncClient) -> None:
    """Nobody waits, is parked or stands at a window; all windows are closed."""
    for window in ("3", "4"):
        await api.post(f"{HALL}/windows/{window}/open", json={"staff": "nobody"})
    active = await api.get(f"{HALL}/tickets", params={"state": "waiting,called,serving,parked"})
    for ticket in active.json():
        await api.post(f"{HALL}/tickets/{ticket['id']}/cancel", json={})
    for window in ("3", "4"):
        await api.post(f"{HALL}/windows/{window}/close", json={})


async def log_in(page: Page, account: str = "li.na", password: str = PASSWORD) -> None:
    await page.get_by_label("账号").fill(account)
    await page.get_by_label("密码").fill(password)
    await page.keyboard.press("Enter")
