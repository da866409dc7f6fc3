"""A screen on a bad line, with a server that falls over: in the end it has shown the log."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from random import Random

import pytest

from tests.browser.conftest import CUT, Visit
from tests.browser.hall import Hall
from tests.browser.line import Line
from tests.browser.test_screen import HIGHLIGHTS
from tests.support.server import RunningServer

FAULTS = ("none", "cut", "hold", "late", "overtake", "restart")
ROUNDS = 2 * len(FAULTS)
ROWS = 8
SECONDS = 60
LATE_S = 3.0
"""Late, but not so late that the page gives a connection up."""
OVERTAKEN_S = 6.0
"""So late that the page connects anew, and what the old connection brings comes after the new."""

ROWS_NOW = """() => [...document.querySelectorAll(".call")].map((row) => [
    row.querySelector(".number").textContent, row.querySelector(".window").textContent,
])"""


def called(server: RunningServer) -> list[str]:
    """The numbers that were called, in order, as the log has them."""
    with sqlite3.connect(server.db.removeprefix("sqlite:///")) as log:
        rows = log.execute(
            "SELECT type, payload FROM events WHERE type IN ('ticket_issued', 'ticket_called')"
            " ORDER BY seq"
        ).fetchall()
    log.close()
    numbers: dict[str, str] = {}
    calls = []
    for kind, payload in rows:
        event = json.loads(payload)
        if kind == "ticket_issued":
            numbers[event["ticket"]] = event["number"]
        else:
            calls.append(numbers[event["ticket"]])
    return calls


async def serve_some(hall: Hall, rng: Random) -> None:
    """Visitors come and are called; whoever was there goes."""
    for _ in range(rng.randint(1, 3)):
        await hall.take("marriage")
        await hall.call(rng.choice(["3", "4"]))


@pytest.mark.parametrize("seed", [7])
async def test_whatever_the_line_does_the_screen_ends_with_the_log(
    visit: Visit, api: object, server: RunningServer, seed: int
) -> None:
    rng = Random(seed)
    hall = Hall(api)  # type: ignore[arg-type]
    await hall.open("3", "4")
    with Line(server.url) as line:
        page = await visit("/screen?sound=0", url=line.url, width=1920, height=1080, allow=CUT)
        await page.evaluate(HIGHLIGHTS)
        await page.locator("main-board").wait_for()
        for n in range(ROUNDS):
            fault = FAULTS[n % len(FAULTS)]
            if fault == "cut":
                line.cut()
            elif fault == "hold":
                line.hold()
            elif fault == "late":
                line.delay(LATE_S)
            elif fault == "overtake":
                line.overtake(OVERTAKEN_S)
            elif fault == "restart":
                server.kill()
                server.start()
            await serve_some(hall, rng)
            if fault in ("cut", "hold"):
                line.cut()
                line.restore()
            board = await hall.get("/board")
            wanted = [[c["number"], c["window"]] for c in board["calls"][:ROWS]]
            assert [number for number, _ in wanted] == called(server)[: -ROWS - 1 : -1]
            async with asyncio.timeout(SECONDS):
                while await page.evaluate(ROWS_NOW) != wanted:
                    await asyncio.sleep(0.05)
            line.delay(0)
        highlights = Counter(await page.evaluate("highlights"))
    log = called(server)
    assert set(highlights) <= set(log)
    assert set(highlights.values()) == {1}, highlights
    seen_live = [c["number"] for c in board["calls"] if c["state"] == "called"]
    assert set(seen_live) <= set(highlights)
