"""The modules behind the staff pages: what is advised, what a key means, what a frame changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from printer.words import rounded
from tests.browser.modules import run
from tests.support.server import RunningServer

MINUTE = 60
ADVISE = """
    const since = (minutes) => minutes * 60;  // instants are given as minutes ago
    const byId = (list) => new Map(list.map((each) => [each.id, each]));
    const floor = { groups: byId(x.groups), windows: byId(x.windows), allWindows: x.windows,
                    printers: x.printers ?? [], idleSince: new Map(x.idle ?? []) };
    const services = new Map([["short", { minutes: 10 }]]);
    return m.advise(floor, services, since)
        .map(({ problem, act, group, window }) => [problem, act, window ?? group]);
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, bare: RunningServer) -> AsyncIterator[Page]:
    """One page for all: these tests only call functions."""
    shown = await browser.new_page()
    await shown.goto(f"{bare.url}/manager")
    await shown.locator("input[name=account]").wait_for()
    yield shown
    await shown.close()


def group(name: str = "B", waiting: int = 1, longest: float = 1, target: float = 15) -> dict:
    return {
        "id": name,
        "waiting": waiting,
        "longest_since": longest if waiting else None,
        "target_s": target * MINUTE,
    }


def window(name: str, *groups: str, state: str = "open", ticket: dict | None = None) -> dict:
    since = 5 if state == "paused" else None
    return {
        "id": name,
        "groups": list(groups) or ["B"],
        "state": state,
        "ticket": ticket,
        "since": since,
    }


def at_window(minutes: float) -> dict:
    return {"started_at": minutes, "services": [{"id": "short", "state": "serving"}]}


BUSY = {"ticket": at_window(1)}
ADVICE = {
    "nobody waits too long": ([group()], [window("3", **BUSY)], []),
    "no window is open": (
        [group()],
        [window("3", state="closed")],
        [["problem_no_window", "do_open", "3"]],
    ),
    "a paused window first": (
        [group(longest=20)],
        [window("3", **BUSY), window("4", state="closed"), window("5", state="paused")],
        [["problem_long", "do_resume", "5"]],
    ),
    "too many wait": (
        [group(waiting=21)],
        [window("3", **BUSY), window("4", state="closed")],
        [["problem_many", "do_open", "4"]],
    ),
    "a colleague without visitors": (
        [group(longest=16), group("G", waiting=0)],
        [window("3", **BUSY), window("7", "G")],
        [["problem_long", "do_share", "7"]],
    ),
    "one colleague helps one line": (
        [group(longest=16), group("C", longest=17), group("G", waiting=0)],
        [window("3", "B", **BUSY), window("4", "C", **BUSY), window("7", "G")],
        [["problem_long", "do_share", "7"], ["problem_long", "do_all_open", "B"]],
    ),
    "all are at work": (
        [group(longest=16)],
        [window("3", **BUSY)],
        [["problem_long", "do_all_open", "B"]],
    ),
    "a service takes very long": (
        [group(waiting=0)],
        [window("3", ticket=at_window(26))],
        [["problem_slow", "do_look", "3"]],
    ),
    "the gravest first": (
        [group("B", longest=40), group("G", waiting=2)],
        [window("3", "B", **BUSY), window("7", "G", state="closed")],
        [["problem_no_window", "do_open", "7"], ["problem_long", "do_all_open", "B"]],
    ),
}


@pytest.mark.parametrize("case", ADVICE)
async def test_what_is_wrong_and_what_to_do(page: Page, case: str) -> None:
    groups, windows, expected = ADVICE[case]
    hall = {"groups": groups, "windows": windows}
    assert await run(page, "manager/advice.js", ADVISE, hall) == expected


async def test_an_idle_window_is_reminded_only_when_its_idleness_is_known(page: Page) -> None:
    hall: dict[str, Any] = {"groups": [group()], "windows": [window("3")]}
    assert await run(page, "manager/advice.js", ADVISE, hall) == []
    hall["idle"] = [["3", 6]]
    expected = [["problem_idle", "do_ask_window", "3"]]
    assert await run(page, "manager/advice.js", ADVISE, hall) == expected


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("ready", None),
        ("unknown", None),
        ("near_end", "do_near_end"),
        ("paper_out", "do_paper"),
        ("cover_open", "do_cover"),
        ("offline", "do_check_printer"),
        ("cutter", "do_check_printer"),
    ],
)
async def test_printers(page: Page, state: str, act: str | None) -> None:
    hall = {"groups": [], "windows": [], "printers": [{"id": "kiosk-1", "state": state}]}
    expected = [["problem_printer", act, None]] if act else []
    assert await run(page, "manager/advice.js", ADVISE, hall) == expected


KEY = """
    const target = document.createElement(x.on ?? "div");
    const event = { key: x.key, target, ...x.with };
    return m.actOf(event, { letters: x.letters ?? true });
"""


@pytest.mark.parametrize(
    ("pressed", "act"),
    [
        ({"key": " "}, "next"),
        ({"key": "Enter"}, "next"),
        ({"key": "F9"}, "next"),
        ({"key": "F9", "on": "input"}, "next"),
        ({"key": " ", "on": "input"}, None),
        ({"key": " ", "on": "button"}, None),
        ({"key": " ", "with": {"repeat": True}}, None),
        ({"key": "F9", "with": {"repeat": True}}, None),
        ({"key": "n"}, "no_show"),
        ({"key": "N"}, "no_show"),
        ({"key": "n", "letters": False}, None),
        ({"key": "n", "on": "input"}, None),
        ({"key": "n", "with": {"ctrlKey": True}}, None),
        ({"key": "Escape", "on": "input"}, "back"),
        ({"key": "x"}, None),
    ],
)
async def test_what_a_key_means(page: Page, pressed: dict[str, Any], act: str | None) -> None:
    assert await run(page, "window/keys.js", KEY, pressed) == act


FLOOR = """
    const floor = new m.Floor();
    const ticket = (id, state, at) => ({ id, number: id, state, issued_at: at, called_at: at });
    floor.replace({ name: {}, open: true, day: "", zones: [], group_names: {}, printers: [],
        now: "09:00", groups: [{ id: "B", waiting: 2 }],
        windows: [{ id: "3", state: "open", ticket: null }], next: { ticket: "a" },
        waiting: [ticket("b", "waiting", "2"), ticket("a", "waiting", "1")], parked: [],
        missed: [] });
    const seen = [floor.in("waiting").map((t) => t.id), floor.idleSince.get("3")];
    floor.apply({ at: "09:01", ticket: ticket("a", "called", "1"),
        groups: [{ id: "B", waiting: 1 }],
        windows: [{ id: "3", state: "open", ticket: { id: "a" } }] });
    seen.push(floor.in("waiting").map((t) => t.id), floor.groups.get("B").waiting,
        floor.idleSince.get("3") ?? null);
    floor.apply({ at: "09:02", ticket: ticket("a", "no_show", "1"),
        windows: [{ id: "3", state: "open", ticket: null }] });
    floor.note({ type: "next", next: { ticket: "b" } });
    floor.note({ type: "estimates", tickets: { b: { ahead: 0 }, z: { ahead: 1 } } });
    seen.push(floor.in("no_show").map((t) => t.id), floor.next.ticket, floor.tickets.get("b").ahead,
        floor.tickets.has("z"), floor.idleSince.get("3"));
    return seen;
"""


async def test_the_floor_follows_its_frames(page: Page) -> None:
    assert await run(page, "shared/floor.js", FLOOR) == [
        ["a", "b"],
        "09:00",
        ["b"],
        1,
        None,
        ["a"],
        "b",
        0,
        False,
        "09:02",
    ]


async def test_paper_and_pages_round_a_wait_alike(page: Page) -> None:
    seconds = [30, 60, 299, 600, 601, 1195, 3600, 3601, 5400, 10_800, 10_801, 20_000]
    waits = [(low, high) for low in [0, *seconds] for high in seconds if low <= high]
    on_pages = await run(
        page, "shared/format.js", "return x.map((range) => m.roundedRange(...range))", waits
    )
    on_paper = [[low, high] for low, high in (rounded(*wait) for wait in waits)]
    assert on_pages == on_paper
