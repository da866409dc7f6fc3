from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.demo.guests import ABSENT, LOAD, Guest, draw_day
from kiosk.demo.run import next_opening
from kiosk.hall.calendar import MINUTE, Calendar
from kiosk.sample import county_hall
from tests.hall.script import at

CONFIG = county_hall()
CALENDAR = Calendar(CONFIG.timezone, CONFIG.hours)
SPANS = CALENDAR.spans("2026-11-23")


def drawn(seed: int = 1) -> list[Guest]:
    return draw_day(CONFIG, SPANS, Random(seed))


def test_the_same_seed_draws_the_same_people() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


@settings(max_examples=20)
@given(st.integers(0, 10**9))
def test_people_come_while_the_hall_is_open_and_for_what_it_offers(seed: int) -> None:
    services = {s.id for s in CONFIG.services}
    priorities = {p.id for p in CONFIG.priorities} | {None}
    guests = drawn(seed)
    assert [g.at for g in guests] == sorted(g.at for g in guests)
    for guest in guests:
        assert CALENDAR.is_open(guest.at)
        assert set(guest.services) == set(guest.service) <= services
        assert guest.priority in priorities
        assert all(seconds > 0 for seconds in guest.service.values())


def test_the_morning_is_busy_and_people_stop_coming_before_lunch_and_closing() -> None:
    half_hours = Counter(
        (g.at - SPANS[0][0]) // (30 * MINUTE) for seed in range(5) for g in drawn(seed)
    )
    busiest = max(half_hours, key=lambda n: half_hours[n])
    assert 0 <= busiest <= 3
    assert half_hours[6] < half_hours[busiest] / 2
    assert half_hours[7] == half_hours[8] == half_hours[9] == 0
    assert half_hours[12] > half_hours[17]


def test_the_work_that_people_bring_fills_the_staffs_time_as_planned() -> None:
    open_s = sum(end - start for start, end in SPANS) / 1000
    work = [sum(sum(g.service.values()) for g in drawn(seed)) for seed in range(8)]
    share = sum(work) / len(work) / (open_s * len(CONFIG.windows))
    assert LOAD * 0.85 < share < LOAD * 1.25


def test_every_group_is_asked_for_and_some_people_never_come() -> None:
    groups = {s.id: s.group for s in CONFIG.services}
    guests = [g for seed in range(3) for g in drawn(seed)]
    assert {groups[g.services[0]] for g in guests} == {g.id for g in CONFIG.groups}
    absent = sum(g.walk is None for g in guests) / len(guests)
    assert ABSENT / 3 < absent < ABSENT * 3
    assert any(len(g.services) == 2 for g in guests)
    assert {g.language for g in guests} == {"zh", "en"}


def test_the_demo_begins_on_a_day_on_which_the_hall_opens() -> None:
    assert next_opening(CALENDAR, at("16:00")) == at("08:30")
    assert next_opening(CALENDAR, at("00:00", "2026-11-24")) == at("08:30", "2026-11-24")
    assert next_opening(CALENDAR, at("10:00", "2026-11-28")) == at("08:30", "2026-11-30")
