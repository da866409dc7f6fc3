from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from display.hub import RETURNS_S, SNAPSHOT_KEPT_S, Hub
from tests.display.support import MemorySink, Screen, event

BOARD = frozenset({"board"})


class Bench:
    """A hub with a clock and a count of the snapshots made."""

    def __init__(self, seq: int = 0, **limits: int) -> None:
        self.now = 0.0
        self.made: Counter[frozenset[str]] = Counter()
        self.hub = Hub(seq, self.snapshot, lambda: self.now, **limits)

    def snapshot(self, topics: frozenset[str]) -> bytes:
        self.made[topics] += 1
        return b'"made":%d' % self.made[topics]


def test_first_a_snapshot_then_the_events_of_its_topics() -> None:
    hub = Bench(seq=10).hub
    sink = MemorySink()
    hub.subscribe(sink, BOARD)
    hub.publish([event(11, "board"), event(12, "manager")])
    hub.publish([event(13, "zone:1F", "board")])
    assert [(f["type"], f["seq"], f.get("prev")) for f in sink.taken()] == [
        ("snapshot", 10, None),
        ("event", 11, None),
        ("event", 13, 11),
    ]


def test_an_event_on_two_topics_of_a_subscriber_comes_once() -> None:
    hub = Bench().hub
    sink = MemorySink()
    hub.subscribe(sink, frozenset({"board", "zone:1F"}))
    sink.taken()
    hub.publish([event(1, "board", "zone:1F")])
    assert [f["seq"] for f in sink.taken()] == [1]


def test_resume_brings_what_was_missed_and_nothing_else() -> None:
    hub = Bench().hub
    hub.publish([event(n, "board" if n % 2 else "manager") for n in range(1, 8)])
    sink = MemorySink()
    hub.subscribe(sink, BOARD, after=2)
    hub.publish([event(8, "board")])
    assert [(f["seq"], f.get("prev")) for f in sink.taken()] == [
        (3, None),
        (5, 3),
        (7, 5),
        (8, None),
    ]


def test_resume_at_the_head_waits_silently() -> None:
    hub = Bench(seq=5).hub
    sink = MemorySink()
    hub.subscribe(sink, BOARD, after=5)
    assert sink.taken() == []
    hub.publish([event(6, "manager"), event(7, "board")])
    assert [(f["seq"], f.get("prev")) for f in sink.taken()] == [(7, 5)]


@pytest.mark.parametrize("after", [1, 99])
def test_resume_beyond_what_is_known_gets_a_snapshot(after: int) -> None:
    hub = Bench(max_events=3).hub
    hub.publish([event(n, "board") for n in range(1, 9)])
    sink = MemorySink()
    hub.subscribe(sink, BOARD, after=after)
    assert [(f["type"], f["seq"]) for f in sink.taken()] == [("snapshot", 8)]


def test_the_frame_is_one_object_for_all() -> None:
    hub = Bench().hub
    sinks = [MemorySink() for _ in range(50)]
    for sink in sinks:
        hub.subscribe(sink, BOARD)
        sink.sent.clear()
    hub.publish([event(1, "board")])
    assert len({id(sink.sent[0]) for sink in sinks}) == 1


def test_a_thousand_that_come_at_once_cost_one_snapshot() -> None:
    bench = Bench()
    for _ in range(1000):
        bench.hub.subscribe(MemorySink(), BOARD)
    assert bench.made[BOARD] == 1


def test_a_snapshot_is_not_reused_after_an_event_or_a_second() -> None:
    bench = Bench()
    bench.hub.subscribe(MemorySink(), BOARD)
    bench.hub.publish([event(1, "manager")])
    bench.hub.subscribe(MemorySink(), BOARD)
    assert bench.made[BOARD] == 2
    bench.now += SNAPSHOT_KEPT_S
    bench.hub.subscribe(MemorySink(), BOARD)
    assert bench.made[BOARD] == 3


def test_a_full_subscriber_is_skipped_and_caught_up_by_a_snapshot() -> None:
    hub = Bench().hub
    slow, quick = MemorySink(), MemorySink()
    hub.subscribe(slow, BOARD)
    hub.subscribe(quick, BOARD)
    slow.full = True
    hub.publish([event(1, "board")])
    hub.publish([event(2, "board")])
    assert [f["seq"] for f in quick.taken()] == [0, 1, 2]
    assert hub.skipped == 2
    slow.drain()
    hub.publish([event(3, "board")])
    assert [(f["type"], f["seq"]) for f in slow.taken()] == [
        ("snapshot", 0),
        ("snapshot", 2),
        ("event", 3),
    ]


def test_a_full_subscriber_that_missed_nothing_gets_nothing() -> None:
    hub = Bench().hub
    sink = MemorySink()
    hub.subscribe(sink, BOARD)
    sink.taken()
    sink.full = True
    hub.publish([event(1, "manager")])
    sink.drain()
    assert sink.taken() == []


def test_refresh_replaces_what_a_topic_shows() -> None:
    hub = Bench(seq=4).hub
    board, manager = MemorySink(), MemorySink()
    hub.subscribe(board, frozenset({"board", "zone:1F"}))
    hub.subscribe(manager, frozenset({"manager"}))
    hub.refresh(["zone:1F"])
    assert [f["made"] for f in board.taken()] == [1, 2]
    assert [f["made"] for f in manager.taken()] == [1]


def test_beats_go_to_who_asked_and_can_take_them() -> None:
    hub = Bench().hub
    asked, silent, full = MemorySink(), MemorySink(), MemorySink()
    for sink, beats in ((asked, True), (silent, False), (full, True)):
        hub.subscribe(sink, BOARD, beats=beats)
        sink.taken()
    full.full = True
    hub.beat("2026-11-22T09:00:00+08:00")
    assert [f["type"] for f in asked.taken()] == ["beat"]
    assert silent.taken() == full.taken() == []


def test_counts_who_watches() -> None:
    hub = Bench().hub
    one = hub.subscribe(MemorySink(), frozenset({"board", "zone:1F"}))
    two = hub.subscribe(MemorySink(), frozenset({"zone:1F"}))
    assert (hub.watching("zone:1F"), hub.watching("board"), hub.subscribers()) == (2, 1, 2)
    hub.unsubscribe(one)
    hub.unsubscribe(one)
    assert (hub.watching("zone:1F"), hub.watching("board"), hub.subscribers()) == (1, 0, 1)
    hub.unsubscribe(two)
    assert (hub.watching("zone:1F"), hub.subscribers()) == (0, 0)


def test_events_are_awaited_while_somebody_listens_or_may_come_back() -> None:
    bench = Bench()
    assert bench.hub.expects()
    bench.now += RETURNS_S
    assert not bench.hub.expects()
    here = bench.hub.subscribe(MemorySink(), BOARD)
    bench.now += RETURNS_S
    assert bench.hub.expects()
    bench.hub.unsubscribe(here)
    assert bench.hub.expects()
    bench.now += RETURNS_S
    assert not bench.hub.expects()


def test_who_left_gets_nothing_even_when_its_connection_drains() -> None:
    hub = Bench().hub
    sink = MemorySink()
    subscriber = hub.subscribe(sink, BOARD)
    sink.taken()
    sink.full = True
    hub.publish([event(1, "board")])
    hub.unsubscribe(subscriber)
    sink.drain()
    hub.publish([event(2, "board")])
    assert sink.taken() == []


TOPICS = ("board", "zone:1F", "window:3", "manager")


class Floor(RuleBasedStateMachine):
    """Random publishing, stalls, leaving, coming back; every screen checks the rule."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = Bench(seq=100, max_events=6).hub
        self.log: list[tuple[int, frozenset[str]]] = []
        self.present: list[tuple[Screen, MemorySink, frozenset[str]]] = []
        self.away: list[tuple[Screen, frozenset[str]]] = []
        self.subscribers: list[object] = []

    @rule(batch=st.lists(st.sets(st.sampled_from(TOPICS)), min_size=1, max_size=4))
    def publish(self, batch: list[set[str]]) -> None:
        events = [event(self.hub.seq + n, *topics) for n, topics in enumerate(batch, 1)]
        self.log += [(e.seq, frozenset(e.topics)) for e in events]
        self.hub.publish(events)
        self.look()

    @rule(topics=st.sets(st.sampled_from(TOPICS), min_size=1))
    def arrive(self, topics: set[str]) -> None:
        self.join(Screen(), frozenset(topics), None)

    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        if self.present:
            at = data.draw(st.integers(0, len(self.present) - 1))
            screen, _sink, topics = self.present.pop(at)
            self.hub.unsubscribe(self.subscribers.pop(at))  # type: ignore[arg-type]
            self.away.append((screen, topics))

    @rule()
    def come_back(self) -> None:
        if self.away:
            screen, topics = self.away.pop(0)
            self.join(screen, topics, screen.last)

    @rule(data=st.data(), full=st.booleans())
    def stall(self, data: st.DataObject, full: bool) -> None:
        if self.present:
            _, sink, _ = data.draw(st.sampled_from(self.present))
            if full:
                sink.full = True
            else:
                sink.drain()
            self.look()

    def join(self, screen: Screen, topics: frozenset[str], after: int | None) -> None:
        sink = MemorySink()
        self.present.append((screen, sink, topics))
        self.subscribers.append(self.hub.subscribe(sink, topics, after))
        self.look()

    def look(self) -> None:
        for screen, sink, topics in self.present:
            for frame in sink.taken():
                screen.take(frame)
            assert len(screen.shown) == len(set(screen.shown)), "shown twice"
            if sink.full:
                continue
            assert screen.last is not None
            missed = [n for n, on in self.log if n > screen.last and not topics.isdisjoint(on)]
            assert missed == []


TestFloor = Floor.TestCase
TestFloor.settings = settings(max_examples=60, stateful_step_count=40)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 30))
def test_a_resume_at_any_point_is_as_if_never_away(shown: list[bool], at: int) -> None:
    hub = Bench().hub
    stayed = MemorySink()
    hub.subscribe(stayed, BOARD, after=0)
    hub.publish([event(n, "board" if on else "manager") for n, on in enumerate(shown, 1)])
    all_frames = stayed.taken()
    seen = [f for f in all_frames if f["seq"] <= at]
    back = MemorySink()
    hub.subscribe(back, BOARD, after=seen[-1]["seq"] if seen else 0)
    assert seen + back.taken() == all_frames


def test_what_is_no_event_goes_to_all_who_watch_and_have_room() -> None:
    hub = Bench().hub
    one, both, full = MemorySink(), MemorySink(), MemorySink()
    for sink, topics in ((one, {"a"}), (both, {"a", "b"}), (full, {"a"})):
        hub.subscribe(sink, frozenset(topics))
        sink.taken()
    full.full = True
    hub.tell(["a", "b"], b'{"type":"status"}')
    assert one.taken() == both.taken() == [{"type": "status"}]
    full.drain()
    assert full.taken() == []


def test_what_is_for_one_goes_to_the_same_one_while_it_stays() -> None:
    hub = Bench().hub
    first, second = MemorySink(), MemorySink()
    holder = hub.subscribe(first, frozenset({"speaker:1F"}))
    hub.subscribe(second, frozenset({"speaker:1F", "board"}))
    first.taken()
    second.taken()
    for _ in range(2):
        assert hub.tell_one("speaker:1F", b"{}")
    assert (len(first.taken()), len(second.taken())) == (2, 0)
    hub.unsubscribe(holder)
    hub.subscribe(MemorySink(), frozenset({"speaker:1F"}))
    assert hub.tell_one("speaker:1F", b"{}")
    assert len(second.taken()) == 1
    assert not hub.tell_one("speaker:2F", b"{}")


def test_refresh_of_all_reaches_everybody() -> None:
    hub = Bench().hub
    sinks = [MemorySink(), MemorySink()]
    for sink, topic in zip(sinks, ("a", "b"), strict=True):
        hub.subscribe(sink, frozenset({topic}))
    hub.refresh_all()
    assert [len(sink.taken()) for sink in sinks] == [2, 2]


def test_after_a_skip_who_resumes_from_before_gets_a_snapshot() -> None:
    hub = Bench().hub
    hub.publish([event(1, "board"), event(2, "board")])
    hub.skip_to(10)
    for after, types in ((1, ["snapshot"]), (9, ["snapshot"]), (10, [])):
        sink = MemorySink()
        hub.subscribe(sink, BOARD, after=after)
        assert [f["type"] for f in sink.taken()] == types
    hub.publish([event(11, "board")])
    assert hub.seq == 11


def test_those_who_say_who_they_are_are_known_while_they_are_there() -> None:
    hub = Hub(0, lambda _topics: b"", lambda: 0.0)
    changes: list[list[object]] = []
    hub.on_known = lambda: changes.append([s.who for s in hub.known()])
    sinks = [MemorySink() for _ in range(3)]
    topics = frozenset({"board"})
    screen = hub.subscribe(sinks[0], topics, who="screen", beats=True)
    hub.subscribe(sinks[1], topics, who="panel")
    nameless = hub.subscribe(sinks[2], topics)
    hub.beat("2026-11-23T09:00:00+08:00")
    assert screen.taken_at == "2026-11-23T09:00:00+08:00"
    sinks[0].full = True
    hub.beat("2026-11-23T09:00:02+08:00")
    assert screen.taken_at == "2026-11-23T09:00:00+08:00"
    for sink in sinks:
        sink.taken()
    hub.tell_known(lambda who: who == "panel", b'{"type":"device"}')
    assert [sink.taken() for sink in sinks] == [[], [{"type": "device"}], []]
    hub.unsubscribe(screen)
    hub.unsubscribe(screen)
    hub.unsubscribe(nameless)
    assert changes == [["screen"], ["screen", "panel"], ["panel"]]
