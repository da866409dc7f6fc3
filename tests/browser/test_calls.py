"""Which calls a screen shows and highlights, played on a clock of our own."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.modules import run
from tests.support.server import RunningServer

LARGE = 4
SHOWN = 8
STEP = 250

PLAY = """
    const start = Date.parse("2026-11-23T09:00:00+08:00");
    const calls = new m.Calls();
    const iso = (ms) => new Date(start + ms).toISOString();
    return JSON.stringify(JSON.parse(x).map(([at, kind, what]) => {
        const time = { hallMs: start + at, localMs: at, rate: 1 };
        if (kind === "snapshot") {
            calls.replace(what.map((call) => ({ ...call, at: iso(call.at) })), time);
        } else if (kind === "event") {
            calls.apply({ ...what, at: iso(what.at ?? at) }, { zh: what.window }, time);
        } else {
            calls.tick(time);
        }
        return calls.list(at).map(({ number, state, fresh }) => ({ number, state, fresh }));
    }));
"""
"""As text both ways: Playwright takes seconds for what is a megabyte of objects."""

Shown = list[dict[str, Any]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, bare: RunningServer) -> AsyncIterator[Page]:
    """One page for all: these tests only call functions."""
    shown = await browser.new_page()
    await shown.goto(f"{bare.url}/screen?sound=0")
    yield shown
    await shown.close()


async def play(page: Page, *script: tuple[int, str, Any]) -> list[Shown]:
    """What is shown after each line of a script: (milliseconds, kind, what)."""
    boards: list[Shown] = json.loads(
        await run(page, "screen/calls.js", PLAY, json.dumps([list(line) for line in script]))
    )
    return boards


def called(
    number: str, window: str = "3", kind: str = "ticket_called", **more: Any
) -> dict[str, Any]:
    return {"type": kind, "number": number, "window": window, "zone": "1F", "calls": 1, **more}


def on_board(number: str, at: int, state: str = "called", window: str = "3") -> dict[str, Any]:
    return {"number": number, "window": window, "zone": "1F", "at": at, "state": state, "calls": 1}


def fresh(board: Shown) -> list[str]:
    return [call["number"] for call in board if call["fresh"]]


def numbers(board: Shown) -> list[str]:
    return [call["number"] for call in board]


async def test_a_call_is_highlighted_for_eight_seconds(page: Page) -> None:
    boards = await play(
        page,
        (0, "snapshot", []),
        (100, "event", called("B001")),
        (8000, "tick", None),
        (8100, "tick", None),
    )
    assert [fresh(board) for board in boards] == [[], ["B001"], ["B001"], []]
    assert numbers(boards[-1]) == ["B001"]


async def test_calls_of_the_same_moment_all_stay_visible_long_enough(page: Page) -> None:
    burst = [(0, "event", called(f"B00{n}", str(n))) for n in range(1, 8)]
    ticks = [(at, "tick", None) for at in range(0, 30_000, STEP)]
    boards = await play(page, (0, "snapshot", []), *burst, *ticks)
    for n in range(1, 8):
        rows = [[call["number"] for call in board[:LARGE] if call["fresh"]] for board in boards]
        large = sum(f"B00{n}" in row for row in rows) * STEP
        assert large >= 8000, f"B00{n} was large and highlighted for {large} ms"


async def test_the_newest_stands_on_top_and_eight_at_most_are_shown(page: Page) -> None:
    script = [(n * 9000, "event", called(f"B{n:03}", str(n))) for n in range(1, 13)]
    boards = await play(page, (0, "snapshot", []), *script)
    assert numbers(boards[-1]) == [f"B{n:03}" for n in range(12, 4, -1)]


async def test_a_mis_click_disappears_at_once(page: Page) -> None:
    boards = await play(
        page,
        (0, "snapshot", []),
        (100, "event", called("B001")),
        (900, "event", called("B001", kind="ticket_requeued")),
    )
    assert boards[-1] == []


async def test_a_recall_is_highlighted_again_on_top(page: Page) -> None:
    boards = await play(
        page,
        (0, "snapshot", []),
        (0, "event", called("B001", "3")),
        (9000, "event", called("B002", "4")),
        (20_000, "event", called("B001", "3", kind="ticket_recalled")),
    )
    assert numbers(boards[-1]) == ["B001", "B002"]
    assert fresh(boards[-1]) == ["B001"]


async def test_a_visitor_who_stands_there_again_is_not_called(page: Page) -> None:
    """Undo of an early "next": the ticket is called and served in the same moment."""
    boards = await play(
        page,
        (0, "snapshot", []),
        (500, "event", called("B001")),
        (500, "event", called("B001", kind="service_started")),
    )
    assert numbers(boards[-1]) == ["B001"]
    assert fresh(boards[-1]) == []


@pytest.mark.parametrize(
    ("event", "state"),
    [
        ("service_started", "serving"),
        ("service_finished", "done"),
        ("ticket_missed", "no_show"),
        ("ticket_parked", "done"),
    ],
)
async def test_what_happens_next_is_shown(page: Page, event: str, state: str) -> None:
    boards = await play(
        page,
        (0, "snapshot", []),
        (0, "event", called("B001")),
        (9000, "event", called("B001", kind=event)),
    )
    assert [call["state"] for call in boards[-1]] == [state]


async def test_finished_calls_leave_after_five_minutes(page: Page) -> None:
    boards = await play(
        page,
        (0, "snapshot", []),
        (0, "event", called("B001")),
        (5000, "event", called("B001", kind="service_finished")),
        (299_000, "tick", None),
        (301_000, "tick", None),
    )
    assert [numbers(board) for board in boards[-2:]] == [["B001"], []]


async def test_after_a_reconnect_each_call_is_highlighted_once(page: Page) -> None:
    """B001 was seen, B002 was missed and is news, B003 was missed and is too old to be."""
    before = on_board("B001", 1000)
    boards = await play(
        page,
        (0, "snapshot", []),
        (1000, "event", called("B001")),
        (
            80_000,
            "snapshot",
            [on_board("B002", 79_000, window="4"), on_board("B003", 9000), before],
        ),
        (
            81_000,
            "snapshot",
            [on_board("B002", 79_000, window="4"), on_board("B003", 9000), before],
        ),
        (
            90_000,
            "snapshot",
            [on_board("B002", 79_000, window="4"), on_board("B003", 9000), before],
        ),
    )
    assert [fresh(board) for board in boards[2:]] == [["B002"], ["B002"], []]
    assert numbers(boards[-1]) == ["B002", "B003", "B001"]


async def test_a_screen_that_was_switched_on_shows_old_calls_as_old(page: Page) -> None:
    boards = await play(
        page,
        (100_000, "snapshot", [on_board("B002", 99_000, window="4"), on_board("B001", 60_000)]),
    )
    assert numbers(boards[0]) == ["B002", "B001"]
    assert fresh(boards[0]) == ["B002"]


@pytest.mark.parametrize("seed", range(4))
async def test_a_busy_day_of_calls(page: Page, seed: int) -> None:
    """However calls fall: none vanishes unseen, none is highlighted twice, eight rows at most."""
    drawn = random.Random(seed)
    times = sorted(drawn.randrange(0, 240_000, 50) for _ in range(80))
    events = [(at, "event", called(f"B{n:03}", str(n % 24))) for n, at in enumerate(times)]
    ticks = [(at, "tick", None) for at in range(0, 280_000, STEP)]
    boards = await play(page, (0, "snapshot", []), *sorted([*events, *ticks], key=lambda e: e[0]))
    assert max(map(len, boards)) <= SHOWN
    for n in range(80):
        seen = [f"B{n:03}" in fresh(board[:LARGE]) for board in boards]
        starts = sum(now and not before for before, now in zip([False, *seen], seen, strict=False))
        assert starts == 1, f"B{n:03} was highlighted {starts} times"


async def test_more_calls_than_any_screen_could_show(page: Page) -> None:
    """Ten a second for a minute: what waits for a row is bounded, and the end is soon reached."""
    events = [(n * 100, "event", called(f"B{n:03}", str(n % 90))) for n in range(600)]
    ticks = [(at, "tick", None) for at in range(60_000, 75_000, STEP)]
    boards = await play(page, (0, "snapshot", []), *events, *ticks)
    assert max(map(len, boards)) <= SHOWN
    assert numbers(boards[-1])[0] == "B599"
