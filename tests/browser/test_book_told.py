"""Who books and leaves an address is told there, and sees where."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from kiosk.server.outbox.virtual import VirtualPost
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.county import county
from tests.browser.test_book import to_times
from tests.support.server import RunningServer


@pytest_asyncio.fixture(loop_scope="session")
async def post() -> AsyncIterator[VirtualPost]:
    """A mail server and a gateway."""
    async with VirtualPost() as made:
        yield made


@pytest.fixture
def server(tmp_path: Path, post: VirtualPost) -> Iterator[RunningServer]:
    """The county hall, which sends e-mail and SMS."""
    more = f"""
[messages]
send = ["booked", "moved"]

[mail]
url = "{post.mail_url}"
sender = "County Hall <hall@example.org>"

[sms]
url = "{post.sms_url}"
"""
    with county(tmp_path, more=more) as running:
        yield running


async def test_an_address_left_is_used_and_shown_hidden(visit: Visit, post: VirtualPost) -> None:
    page = await visit("/book", width=360, height=740)
    await to_times(page)
    await page.locator(".times .button:enabled").last.click()
    await expect(page.locator("form")).to_contain_text("留下电子邮箱或手机号")
    await page.get_by_label("手机号").fill("13800000000")
    await page.get_by_label("电子邮箱").fill("nobody@")
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.locator("input:invalid")).to_have_attribute("name", "email")
    await page.get_by_label("电子邮箱").fill("wang@example.org")
    assert await axe.findings(page) == []
    await page.get_by_role("button", name="确认预约").click()
    await page.wait_for_url(re.compile(r"/a/\w{28}"))
    code = await page.locator(".code .number").inner_text()
    await post.until(lambda post: post.arrived)
    assert [(m.channel, m.to) for m in post.arrived] == [("mail", "wang@example.org")]
    assert code in post.arrived[0].text
    assert page.url.partition("?")[0] in post.arrived[0].text
    await page.reload()
    await expect(page.locator("main")).to_contain_text("w***@example.org")
