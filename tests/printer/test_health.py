"""The state of a printer, by its most pressing signal, since when."""

from hypothesis import given
from hypothesis import strategies as st

from printer.health import NEEDS_STAFF, PRINTS, Health, State, judge
from printer.status import Signals
from printer.words import catalogue

SIGNALS = st.builds(Signals, *[st.booleans()] * len(Signals.__struct_fields__))


def test_silence_is_unknown_and_no_signal_is_ready() -> None:
    assert judge(None) is State.UNKNOWN
    assert judge(Signals()) is State.READY


def test_a_cause_goes_before_its_consequence() -> None:
    assert judge(Signals(offline=True, paper_out=True)) is State.PAPER_OUT
    assert judge(Signals(offline=True, cover_open=True, paper_out=True)) is State.COVER_OPEN
    assert judge(Signals(near_end=True, offline=True)) is State.OFFLINE


@given(SIGNALS)
def test_only_a_printer_without_trouble_is_sent_tickets(signals: Signals) -> None:
    trouble = [
        signals.cover_open,
        signals.paper_out,
        signals.cutter,
        signals.fault,
        signals.offline,
    ]
    assert (judge(signals) in PRINTS) == (not any(trouble))


@given(st.lists(st.tuples(st.sampled_from(State), st.integers(1, 9)), max_size=20))
def test_since_is_the_begin_of_the_last_run(steps: list[tuple[State, int]]) -> None:
    health = Health()
    seen = [(State.UNKNOWN, 0)]
    now = 0
    for state, pause in steps:
        now += pause
        health = health.now(state, now)
        if state is not seen[-1][0]:
            seen.append((state, now))
    assert (health.state, health.since) == seen[-1]


def test_every_state_has_words_and_somebody_who_cares() -> None:
    for state in State:
        assert f"printer_{state}" in catalogue()
    assert set(State) - PRINTS <= NEEDS_STAFF
    assert State.NEAR_END in NEEDS_STAFF & PRINTS
