"""The page of the paper roll, over HTTP and in a real browser."""

import json
from collections.abc import AsyncIterator

import httpx2
import pytest
from playwright.async_api import async_playwright, expect

from printer.virtual import Faults, VirtualPrinter
from printer.virtual.page import RollPage

from .test_virtual import TICKET, send


@pytest.fixture
async def page(virtual: VirtualPrinter) -> AsyncIterator[RollPage]:
    """Serve the page of the virtual printer."""
    async with RollPage({"printer": virtual}, host="127.0.0.1", port=0) as page:
        yield page


@pytest.fixture
async def http(page: RollPage) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the page."""
    async with httpx2.AsyncClient(base_url=page.url) as client:
        yield client


async def test_files_come_with_a_strict_policy(http: httpx2.AsyncClient) -> None:
    for path in ("", "roll.css", "roll.js", "texts.json"):
        answer = await http.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    html = (await http.get("")).text
    assert "<style" not in html
    assert "onclick" not in html


async def test_a_ticket_is_told_and_shown(
    http: httpx2.AsyncClient, virtual: VirtualPrinter
) -> None:
    async with http.stream("GET", "events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: printers"
        state = json.loads((await anext(lines)).removeprefix("data: "))
        assert state["printer"]["tickets"] == []
        assert state["printer"]["url"] == virtual.url
        await send(virtual, TICKET)
        assert await anext(lines) == ""
        assert await anext(lines) == "event: ticket"
        told = json.loads((await anext(lines)).removeprefix("data: "))
        assert told == {"printer": "printer", "number": 1}
    picture = await http.get("printer/1.png")
    assert picture.content == virtual.tickets[0].png
    assert (await http.get("printer/2.png")).status_code == 404
    assert (await http.get("other/1.png")).status_code == 404


async def test_faults_are_set_by_the_page_and_by_no_other(
    http: httpx2.AsyncClient, virtual: VirtualPrinter
) -> None:
    body = b'{"paper_out": true}'
    other = {"Sec-Fetch-Site": "cross-site"}
    assert (await http.put("printer/faults", content=body, headers=other)).status_code == 403
    assert virtual.faults == Faults()
    assert (await http.put("printer/faults", content=b"[]")).status_code == 400
    assert (await http.put("other/faults", content=body)).status_code == 404
    assert (await http.put("printer/faults", content=body)).status_code == 204
    assert virtual.faults == Faults(paper_out=True)


async def test_a_taken_port_is_an_error(page: RollPage, virtual: VirtualPrinter) -> None:
    port = int(page.url.rstrip("/").rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        async with RollPage({"printer": virtual}, host="127.0.0.1", port=port):
            pass


@pytest.mark.browser
async def test_people_see_the_paper_come_out(page: RollPage, virtual: VirtualPrinter) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        view = await browser.new_page(locale="zh-CN")
        complaints: list[str] = []
        view.on("console", lambda message: complaints.append(message.text))
        view.on("pageerror", lambda error: complaints.append(str(error)))
        await view.goto(page.url)
        await expect(view.get_by_text("还没有打印")).to_be_visible()
        await send(virtual, TICKET)
        await expect(view.get_by_role("img")).to_have_count(1)
        await expect(view.get_by_text("还没有打印")).to_be_hidden()
        await view.get_by_role("button", name="English").click()
        await expect(view.get_by_role("heading", level=1)).to_have_text("Virtual printer")
        async with view.expect_response("**/faults"):
            await view.get_by_label("out of paper").check()
        assert virtual.faults == Faults(paper_out=True)
        await browser.close()
        assert complaints == []
