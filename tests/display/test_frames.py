import json

import pytest

from display.frames import beat_frame, event_frames, snapshot_frame, text_frame
from tests.display.support import event, payloads


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 70000])
def test_every_length_is_read_back_by_a_client(size: int) -> None:
    assert payloads(text_frame(b"x" * size) + text_frame(b"end")) == [b"x" * size, b"end"]


def test_prev_stands_only_where_a_number_was_skipped() -> None:
    frames = event_frames([event(5, "board"), event(6, "board"), event(9, "board")], last=3)
    read = [json.loads(p) for p in payloads(frames)]
    assert [(f["seq"], f.get("prev")) for f in read] == [(5, 3), (6, None), (9, 6)]
    assert [f["event"]["n"] for f in read] == [5, 6, 9]


def test_a_snapshot_carries_its_members() -> None:
    [payload] = payloads(snapshot_frame(7, '"board":{"name":"大厅"}'.encode()))
    assert json.loads(payload) == {"type": "snapshot", "seq": 7, "board": {"name": "大厅"}}


def test_an_empty_snapshot_is_still_json() -> None:
    [payload] = payloads(snapshot_frame(0, b""))
    assert json.loads(payload) == {"type": "snapshot", "seq": 0}


def test_a_beat_tells_the_time() -> None:
    [payload] = payloads(beat_frame("2026-11-22T09:00:00+08:00"))
    assert json.loads(payload) == {"type": "beat", "at": "2026-11-22T09:00:00+08:00"}
