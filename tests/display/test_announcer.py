from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from display.announcer import GRACE_S, PAUSE_S, Announcement, Announcer, Turn

LENGTH_S = 4.0


def call(ticket: str, window: str, at: float = 0.0, *, recall: bool = False) -> Announcement:
    return Announcement(ticket, window, at, LENGTH_S, recall)


def announcer_of(*, repeats: int = 2, max_age_s: float = 60.0) -> Announcer[Announcement]:
    return Announcer(repeats=repeats, max_age_s=max_age_s)


def say_all(announcer: Announcer[Announcement], now: float = 0.0) -> list[str]:
    """Runs a speaker that takes just as long as the sound, until nothing is to come."""
    said = []
    while (wake := announcer.wake_at(now)) is not None:
        now = wake
        turn = announcer.next(now)
        if turn is not None:
            said.append(turn.announcement.ticket + ("+" if turn.again else ""))
            now += LENGTH_S
            announcer.done(turn.number, now)
    return said


def test_a_lonely_call_is_said_twice() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "3"))
    assert say_all(announcer) == ["A1", "A1+"]


def test_a_hall_may_want_it_once_or_thrice() -> None:
    for repeats, said in ((1, ["A1"]), (3, ["A1", "A1+", "A1+"])):
        announcer = announcer_of(repeats=repeats)
        announcer.call(call("A1", "3"))
        assert say_all(announcer) == said


def test_when_many_wait_each_is_said_once_in_order() -> None:
    announcer = announcer_of()
    for n in range(1, 5):
        announcer.call(call(f"A{n}", str(n)))
    assert say_all(announcer) == ["A1", "A2", "A3", "A4", "A4+"]


def test_one_thing_at_a_time() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "1"))
    announcer.call(call("A2", "2"))
    assert announcer.next(0.0) is not None
    assert announcer.next(LENGTH_S) is None


def test_the_second_pass_leaves_a_pause_and_gives_way() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "1"))
    first = announcer.next(0.0)
    assert first is not None
    announcer.done(first.number, LENGTH_S)
    assert announcer.next(LENGTH_S) is None
    assert announcer.wake_at(LENGTH_S) == LENGTH_S + PAUSE_S
    announcer.call(call("A2", "2", at=LENGTH_S))
    assert say_all(announcer, LENGTH_S) == ["A2", "A2+"]


def test_a_recall_goes_first() -> None:
    announcer = announcer_of()
    for n in range(1, 4):
        announcer.call(call(f"A{n}", str(n)))
    announcer.call(call("A0", "9", recall=True))
    announcer.call(call("A3", "3", recall=True))
    assert say_all(announcer)[:4] == ["A0", "A3", "A1", "A2"]


def test_the_newest_call_of_a_window_wins() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "1"))
    announcer.call(call("A2", "2"))
    announcer.call(call("A3", "1"))
    assert say_all(announcer)[:2] == ["A2", "A3"]


def test_what_is_withdrawn_is_not_said_and_not_said_again() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "1"))
    announcer.call(call("A2", "2"))
    first = announcer.next(0.0)
    assert first is not None
    announcer.withdraw("A1")
    announcer.withdraw("A2")
    announcer.done(first.number, LENGTH_S)
    assert say_all(announcer, LENGTH_S) == []


def test_an_old_call_is_not_said_when_the_speaker_comes_back() -> None:
    announcer = announcer_of(max_age_s=60)
    announcer.call(call("A1", "1", at=0.0))
    announcer.call(call("A2", "2", at=30.0))
    assert say_all(announcer, now=75.0)[:1] == ["A2"]


def test_a_speaker_that_never_reports_does_not_silence_the_hall() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "1"))
    announcer.call(call("A2", "2"))
    announcer.next(0.0)
    late = announcer.wake_at(0.0)
    assert late == LENGTH_S + GRACE_S
    turn = announcer.next(late)
    assert turn is not None
    assert turn.announcement.ticket == "A2"


def test_a_late_report_of_an_earlier_turn_does_not_end_the_present_one() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "1"))
    announcer.call(call("A2", "2"))
    first = announcer.next(0.0)
    assert first is not None
    assert announcer.next(LENGTH_S + GRACE_S) is not None
    announcer.done(first.number, LENGTH_S + GRACE_S)
    assert announcer.next(LENGTH_S + GRACE_S) is None


def test_quiet_hours_leave_nothing_behind() -> None:
    announcer = announcer_of()
    announcer.call(call("A1", "1"))
    turn = announcer.next(0.0)
    assert turn is not None
    announcer.call(call("A2", "2"))
    announcer.clear()
    announcer.done(turn.number, LENGTH_S)
    assert say_all(announcer, LENGTH_S) == []


class Hall(RuleBasedStateMachine):
    """Random windows, recalls, withdrawals and a speaker that sometimes reports."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.announcer = announcer_of(repeats=2, max_age_s=20)
        self.turn: Turn[Announcement] | None = None
        self.silent_until = 0.0
        self.said: dict[Announcement, int] = {}
        self.withdrawn: set[str] = set()
        self.newest: dict[str, Announcement] = {}

    @rule(n=st.integers(1, 6), window=st.sampled_from("123"), recall=st.booleans())
    def call(self, n: int, window: str, recall: bool) -> None:
        announcement = call(f"A{n}", window, self.now, recall=recall)
        self.withdrawn.discard(announcement.ticket)
        self.newest[window] = announcement
        self.announcer.call(announcement)
        self.said.pop(announcement, None)

    @rule(n=st.integers(1, 6))
    def withdraw(self, n: int) -> None:
        self.announcer.withdraw(f"A{n}")
        self.withdrawn.add(f"A{n}")

    @rule()
    def report(self) -> None:
        if self.turn is not None:
            self.announcer.done(self.turn.number, self.now)
            self.silent_until = self.now

    @rule(seconds=st.floats(0.1, 15.0))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def ask(self) -> None:
        turn = self.announcer.next(self.now)
        if turn is None:
            return
        announcement = turn.announcement
        assert self.now >= self.silent_until, "two at a time"
        assert announcement.ticket not in self.withdrawn
        assert self.now - announcement.at <= 20
        assert self.newest[announcement.window] is announcement
        self.said[announcement] = self.said.get(announcement, 0) + 1
        assert self.said[announcement] <= 2
        assert turn.again == (self.said[announcement] == 2)
        self.turn = turn
        self.silent_until = self.now + LENGTH_S + GRACE_S

    @invariant()
    def it_never_sleeps_for_ever(self) -> None:
        wake = self.announcer.wake_at(self.now)
        assert wake is None or wake >= self.now


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=100, stateful_step_count=40)
