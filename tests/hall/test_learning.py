"""What the learner makes of a log."""

from __future__ import annotations

import pickle
from random import Random

import pytest

from kiosk.hall import draw, simulate, world
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import NORMAL
from kiosk.hall.events import Record
from kiosk.hall.learning import Learner
from kiosk.hall.learning_arrivals import HALF_HOUR, Arrivals
from kiosk.hall.learning_service import QUANTILES, Sample, ServiceTimes
from kiosk.hall.roster import Booking, Roster, Shift
from tests.hall.script import CONFIG, OPENING, Script

DAYS = draw.days("small", 3, seed=11)


def logged(days: list[world.DrawnDay]) -> list[Record]:
    return [r for day in simulate.play(days, estimates=False) for r in day.records]


def learned(records: list[Record]) -> Learner:
    learner = Learner(world.hall_config(DAYS[0], "fair", "small"))
    for record in records:
        learner.observe(record)
    return learner


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return logged(DAYS)


@pytest.fixture(scope="module")
def learner(records: list[Record]) -> Learner:
    return learned(records)


def test_the_same_log_teaches_the_same(records: list[Record], learner: Learner) -> None:
    again = learned(records)
    assert again.services.lengths("1") == learner.services.lengths("1")
    assert again.no_shows() == learner.no_shows()
    assert again.arrivals.rates(9 * 60 * MINUTE) == learner.arrivals.rates(9 * 60 * MINUTE)


def test_a_pickled_learner_goes_on_where_it_was(records: list[Record]) -> None:
    half = len(records) // 2
    split = pickle.loads(pickle.dumps(learned(records[:half])))
    for record in records[half:]:
        split.observe(record)
    assert split.services.means == learned(records).services.means


def test_means_come_near_the_truth(learner: Learner) -> None:
    """Group 2 of the small hall takes 14.9 min plus about 0.8 of walking; the catalogue says 15."""
    assert learner.services.means["1"] == pytest.approx((9.9 + 0.8) * MINUTE, rel=0.15)
    assert learner.services.means["0"] == pytest.approx((4.05 + 0.8) * MINUTE, rel=0.15)


def test_fast_windows_are_told_from_slow_ones(learner: Learner) -> None:
    true = {str(w.id): w.speed for w in DAYS[0].windows}
    fastest, slowest = min(true, key=true.__getitem__), max(true, key=true.__getitem__)
    speeds = learner.services.speeds
    assert speeds[fastest] < speeds[slowest]


def test_before_anything_is_known_the_catalogue_stands() -> None:
    times = ServiceTimes({"a": 10.0 * MINUTE})
    lengths = times.lengths("a")
    assert len(lengths) == QUANTILES
    assert list(lengths) == sorted(lengths)
    assert sum(lengths) / QUANTILES == pytest.approx(10 * MINUTE, rel=0.1)
    assert times.factor("1", home=True) == 1


def test_a_wrong_catalogue_is_found_out_from_other_services() -> None:
    """Nothing of service b was ever seen, but all of a took half the minutes that are listed."""
    times = ServiceTimes({"a": 20.0 * MINUTE, "b": 20.0 * MINUTE})
    rng = Random(1)
    for _ in range(200):
        length = round(10 * MINUTE * rng.uniform(0.5, 1.5))
        times.add("a", Sample(length, "1", home=True))
    expected = times.means["b"] * times.pace
    assert expected == pytest.approx(10 * MINUTE, rel=0.2)


def test_the_pace_follows_a_change_sooner_than_the_lengths() -> None:
    times = ServiceTimes({"a": 10.0 * MINUTE})
    rng = Random(2)
    for factor, count in ((1.0, 400), (1.5, 150)):
        for _ in range(count):
            length = round(10 * MINUTE * factor * rng.uniform(0.5, 1.5))
            times.add("a", Sample(length, "1", home=True))
    assert times.pace > 1.05
    assert times.expected("a", "1", home=True) * times.pace > times.means["a"]


def test_no_shows_grow_with_the_wait(learner: Learner) -> None:
    rates = learner.no_shows()
    assert rates[0] < 0.02
    assert rates[0] < rates[4] < rates[-1]


def test_bookings_are_outstanding_until_they_check_in() -> None:
    learner = Learner(CONFIG)
    script = Script()
    slot = OPENING + 30 * MINUTE
    mine, other = Booking("passport", slot), Booking("passport", slot + 15 * MINUTE)
    day = script.hall.calendar.day(OPENING)
    learner.plan(day, Roster((), (mine, mine, other)))
    assert learner.outstanding() == (mine, mine, other)
    for record in script.put(
        script.hall.check_in(OPENING, ticket_id="t", services=["passport"], slot=slot)
    ):
        learner.observe(record)
    assert learner.outstanding() == (mine, other)
    shown = learner.arrivals.show_rate
    learner.plan("2026-11-24", Roster())
    assert learner.arrivals.show_rate < shown
    assert learner.outstanding() == ()


def test_walk_ins_are_expected_when_they_came_before() -> None:
    arrivals = Arrivals({})
    for _ in range(10):
        for minute in range(0, 60, 2):
            arrivals.add(("a", NORMAL), (9 * 60 + minute) * MINUTE)
        arrivals.close_day()
    slots = arrivals.rates(8 * 60 * MINUTE).slots
    rates = [sum(rate for _, rate in slot) for slot in slots]
    assert rates[18] == pytest.approx(15, rel=0.05)
    assert rates[19] == pytest.approx(15, rel=0.05)
    assert rates[30] == 0


def test_a_busy_morning_raises_what_is_expected_of_the_afternoon() -> None:
    arrivals = Arrivals({})
    for factor in (1, 1, 1, 2):
        for slot in range(16, 24):
            for _ in range(20 * factor):
                arrivals.add(("a", NORMAL), slot * HALF_HOUR)
        if factor == 1:
            arrivals.close_day()
    usual = arrivals._from_past().slots[23][0][1]
    assert arrivals.rates(24 * HALF_HOUR).slots[23][0][1] > 1.3 * usual


def test_on_a_first_day_the_prior_gives_way_to_what_is_seen() -> None:
    arrivals = Arrivals({("a", NORMAL): 10.0})
    at_eight = arrivals.rates(16 * HALF_HOUR).slots[16]
    assert at_eight == ((("a", NORMAL), 10.0),)
    for slot in range(16, 19):
        for _ in range(40):
            arrivals.add(("a", NORMAL), slot * HALF_HOUR)
    ((_, rate),) = arrivals.rates(19 * HALF_HOUR).slots[20]
    assert 30 < rate < 40


def observed(*scripts: Script) -> Learner:
    learner = Learner(CONFIG)
    for script in scripts:
        for record in script.log:
            learner.observe(record)
    return learner


def opened(*windows: str, days_later: int = 0) -> Script:
    script = Script(now=OPENING + days_later * 24 * 60 * MINUTE)
    script.open(*windows)
    return script


def test_windows_are_expected_from_the_opening_with_a_break_at_noon() -> None:
    opens, noon = OPENING - 30 * MINUTE, OPENING + 180 * MINUTE
    shift = observed(opened("1")).shift("2", OPENING)
    assert shift == Shift("2", opens, OPENING + 510 * MINUTE, True, noon, 90 * MINUTE)


def test_windows_that_usually_stay_closed_are_not_expected() -> None:
    learner = observed(*(opened("1", days_later=n) for n in range(3)))
    shift = learner.shift("1", OPENING)
    assert shift is not None
    assert shift.start == OPENING + 2 * 24 * 60 * MINUTE
    assert learner.shift("2", OPENING) is None


def test_what_concerns_another_day_does_not_turn_the_day() -> None:
    script = opened("1")
    today = script.hall.calendar.day(OPENING)
    script.put(script.hall.open_window("2"), day=today)
    script.put(script.hall.pause_window("2"), day="2026-12-03")
    assert observed(script).day == today


def test_an_interrupted_service_says_nothing_about_its_length() -> None:
    script = opened("1")
    script.issue("advice")
    script.next("1")
    script.later(20)
    script.put(script.hall.park("t1", script.now))
    script.later(5)
    script.put(script.hall.resume("t1"))
    script.next("1")
    script.later(7)
    script.put(script.hall.finish("t1"))
    samples = observed(script).services.samples
    assert list(samples["advice"]) == [Sample(7 * MINUTE, "1", home=True)]


def test_each_service_of_a_ticket_is_learned_as_its_own() -> None:
    script = opened("1")
    script.issue("advice", "passport")
    script.next("1")
    script.later(4)
    script.next("1")
    script.later(9)
    script.put(script.hall.finish("t1"))
    samples = observed(script).services.samples
    assert list(samples["advice"]) == [Sample(4 * MINUTE, "1", home=True)]
    assert list(samples["passport"]) == [Sample(9 * MINUTE, "1", home=False)]


def test_the_end_of_a_day_is_no_service_time() -> None:
    script = opened("1")
    script.issue("advice")
    script.next("1")
    script.later(24 * 60)
    assert not observed(script).services.samples


def test_a_pause_after_a_service_is_learned_and_a_break_is_not() -> None:
    script = opened("1")
    script.issue("advice")
    script.next("1")
    script.later(10)
    script.put(script.hall.finish("t1"))
    script.put(script.hall.pause_window("1"))
    script.later(6)
    script.open("1")
    learner = observed(script)
    before = Learner(CONFIG)
    assert learner.pause_rate > before.pause_rate
    assert list(learner.pauses) == [*before.pauses, 6 * MINUTE]
    script.later(at=OPENING + 185 * MINUTE)
    script.put(script.hall.pause_window("1"))
    learner = observed(script)
    assert learner.breaks == {"1": script.now + 90 * MINUTE}
    assert len(learner.pauses) == len(before.pauses) + 1


def test_how_long_staff_take_to_call_the_next_is_learned() -> None:
    script = opened("1")
    script.issue("advice")
    script.issue("advice")
    for _ in range(2):
        script.next("1")
        script.later(10)
        script.put(script.hall.finish(script.hall.window("1").ticket or ""))
        script.later(2)
    script.issue("advice")
    script.later(1)
    script.next("1")
    learner = observed(script)
    assert [gap for gap in learner.handovers if gap] == [2 * MINUTE]
    assert learner.handover == pytest.approx(2 * MINUTE / len(learner.handovers))
