import asyncio
from typing import Any

import pytest

from kiosk.robots.mirror import Mirror
from kiosk.robots.watch import Watch


def ticket(number: str, state: str = "waiting", paper: str | None = None) -> dict[str, Any]:
    printed = {"printer": "p", "copy": 0, "state": paper} if paper else None
    return {"id": f"t{number}", "number": number, "state": state, "group": "A", "print": printed}


def snapshot(*tickets: dict[str, Any]) -> dict[str, Any]:
    windows = [{"id": "1", "state": "open", "ticket": None}]
    live = {"windows": windows, "waiting": list(tickets), "parked": [], "missed": []}
    return {"type": "snapshot", "seq": 1, "live": live}


def event(shown: dict[str, Any], seq: int = 2) -> dict[str, Any]:
    return {"type": "event", "seq": seq, "event": {"type": "x", "ticket": shown, "windows": []}}


async def test_a_mirror_shows_what_it_was_told_last() -> None:
    mirror = Mirror()
    called = asyncio.create_task(mirror.until(lambda: mirror.state("tA1") == "called"))
    mirror.see(snapshot(ticket("A1", paper="queued"), ticket("A2")))
    assert mirror.waiting(["A"]) == 2
    assert mirror.paper("tA1") == "queued"
    assert mirror.active == {"tA1", "tA2"}
    mirror.see(event(ticket("A1", "called", "printed")))
    await called
    assert mirror.waiting(["A"]) == 1
    assert mirror.waiting(["B"]) == 0
    assert mirror.paper("tA1") == "printed"
    assert mirror.state("unheard-of") == "done"
    assert mirror.paper("unheard-of") == ""
    mirror.see(event(ticket("A1", "done")))
    assert mirror.active == {"tA2"}
    mirror.see(snapshot(ticket("A3")))
    assert (mirror.active, mirror.waiting(["A"])) == ({"tA3"}, 1)


@pytest.mark.parametrize(
    ("frame", "follows", "handed_on"),
    [
        ({"type": "event", "seq": 8}, True, True),
        ({"type": "event", "seq": 12, "prev": 7}, True, True),
        ({"type": "event", "seq": 7}, True, False),
        ({"type": "event", "seq": 9}, False, False),
        ({"type": "snapshot", "seq": 3}, True, True),
        ({"type": "beat"}, True, True),
    ],
)
def test_each_event_is_handed_on_once_and_a_gap_is_noticed(
    frame: dict[str, Any], follows: bool, handed_on: bool
) -> None:
    watch = Watch("http://127.0.0.1:1", "key", "board")
    seen: list[dict[str, Any]] = []
    watch.seq = 7
    assert watch._take(frame, seen.append) is follows
    assert seen == ([frame] if handed_on else [])
