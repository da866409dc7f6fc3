from typing import Any

import pytest

from display.panels.content import Shown
from display.panels.windows import UNKNOWN, Windows

Frame = dict[str, Any]


def window(window_id: str, number: str | None = None, state: str = "open") -> Frame:
    return {"id": window_id, "state": state, "number": number}


def snapshot(*windows: Frame, called: tuple[tuple[str, str], ...] = ()) -> Frame:
    calls = [{"window": w, "number": n, "state": "called"} for w, n in called]
    return {"type": "snapshot", "seq": 1, "board": {"windows": list(windows), "calls": calls}}


def event(kind: str, at: str | None, *windows: Frame) -> Frame:
    return {"type": "event", "seq": 2, "event": {"type": kind, "window": at, "windows": [*windows]}}


def test_a_snapshot_says_all_and_only_changes_are_told() -> None:
    windows = Windows()
    board = snapshot(
        window("1", "A001"), window("2", "A002"), window("3"), window("4", state="paused"),
        called=(("1", "A001"), ("2", "A009")),
    )  # fmt: skip
    assert windows.take(board) == {
        "1": Shown("called", "A001"),
        "2": Shown("serving", "A002"),
        "3": Shown("free"),
        "4": Shown("paused"),
    }
    assert windows.take(board) == {}


def test_a_visitor_s_way_over_one_window() -> None:
    windows = Windows()
    windows.take(snapshot(window("3", state="closed")))
    way = [
        ("window_opened", window("3"), Shown("free")),
        ("ticket_called", window("3", "B001"), Shown("called", "B001")),
        ("service_started", window("3", "B001"), Shown("serving", "B001")),
        ("service_finished", window("3"), Shown("free")),
        ("ticket_called", window("3", "B002"), Shown("called", "B002")),
        ("ticket_missed", window("3"), Shown("free")),
        ("window_closed", window("3", state="closed"), Shown("closed")),
    ]
    for kind, changed, shown in way:
        assert windows.take(event(kind, "3", changed)) == {"3": shown}


def test_a_recall_flashes_again_and_other_events_leave_a_call_called() -> None:
    windows = Windows()
    windows.take(snapshot(window("3"), window("4")))
    windows.take(event("ticket_called", "3", window("3", "B001")))
    assert windows.take(event("ticket_called", "4", window("3", "B001"), window("4", "B002"))) == {
        "4": Shown("called", "B002")
    }
    windows.take(event("service_started", "3", window("3", "B001")))
    assert windows.take(event("ticket_recalled", "3", window("3", "B001"))) == {
        "3": Shown("called", "B001")
    }


def test_a_lost_connection_leaves_no_number_standing() -> None:
    windows = Windows()
    windows.take(snapshot(window("3", "B001"), window("4")))
    assert windows.lose() == {"3": UNKNOWN, "4": UNKNOWN}
    assert windows.lose() == {}
    assert windows.take(snapshot(window("3", "B002"), window("4"), called=(("3", "B002"),))) == {
        "3": Shown("called", "B002"),
        "4": Shown("free"),
    }


@pytest.mark.parametrize("kind", ["beat", "status", "estimates"])
def test_other_frames_change_nothing(kind: str) -> None:
    assert Windows().take({"type": kind}) == {}
