import pytest

from display.backlog import Backlog, PublicEvent


def event(seq: int, data: bytes = b"{}") -> PublicEvent:
    return PublicEvent(seq, frozenset({"board"}), data)


def seqs(events: list[PublicEvent] | None) -> list[int] | None:
    return None if events is None else [e.seq for e in events]


def test_gives_what_came_after() -> None:
    backlog = Backlog(10)
    for seq in (11, 12, 13):
        backlog.append(event(seq))
    assert seqs(backlog.since(10)) == [11, 12, 13]
    assert seqs(backlog.since(12)) == [13]
    assert seqs(backlog.since(13)) == []


def test_before_its_time_and_after_its_head_it_knows_nothing() -> None:
    backlog = Backlog(10)
    backlog.append(event(11))
    assert backlog.since(9) is None
    assert backlog.since(12) is None


def test_forgets_the_oldest_by_count() -> None:
    backlog = Backlog(0, max_events=3)
    for seq in range(1, 6):
        backlog.append(event(seq))
    assert backlog.since(1) is None
    assert seqs(backlog.since(2)) == [3, 4, 5]


def test_forgets_the_oldest_by_bytes() -> None:
    backlog = Backlog(0, max_bytes=250)
    for seq in range(1, 4):
        backlog.append(event(seq, b"x" * 100))
    assert backlog.since(0) is None
    assert seqs(backlog.since(1)) == [2, 3]


def test_an_event_larger_than_all_room_leaves_nothing_to_replay() -> None:
    backlog = Backlog(0, max_bytes=50)
    backlog.append(event(1, b"x" * 100))
    assert backlog.since(0) is None
    assert backlog.since(1) == []


def test_refuses_a_gap() -> None:
    backlog = Backlog(4)
    with pytest.raises(ValueError, match="6 published, 5 expected"):
        backlog.append(event(6))
    assert backlog.head == 4
