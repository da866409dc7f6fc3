from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall.calendar import MINUTE, Calendar, parse_hours
from kiosk.hall.config import Session, SpecialDay
from tests.hall.script import at

WHOLE_DAYS = {"mon-sun": ["00:00-24:00"]}
HOURS = {"mon-fri": ["08:30-12:00", "13:30-17:30"], "sat": ["09:00-12:00"]}
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"]
)
INSTANTS = st.integers(0, 4_000_000_000_000)


def test_hours_are_open_from_the_first_to_before_the_last_minute() -> None:
    calendar = Calendar("Asia/Shanghai", HOURS)
    for clock, is_open in [
        ("08:29:59", False),
        ("08:30:00", True),
        ("11:59:59", True),
        ("12:00:00", False),
        ("13:30:00", True),
        ("17:30:00", False),
    ]:
        assert calendar.is_open(at(clock)) is is_open, clock
    assert calendar.is_open(at("11:00", "2026-11-28"))
    assert not calendar.is_open(at("11:00", "2026-11-29"))


def test_the_next_opening_and_closing() -> None:
    calendar = Calendar("Asia/Shanghai", HOURS)
    assert calendar.opens_next(at("12:10")) == at("13:30")
    assert calendar.opens_next(at("18:00")) == at("08:30", "2026-11-24")
    assert calendar.opens_next(at("12:00", "2026-11-28")) == at("08:30", "2026-11-30")
    assert calendar.closes_next(at("09:00")) == at("12:00")
    assert calendar.closes_next(at("12:00")) is None
    assert Calendar("Asia/Shanghai", {}).opens_next(at("09:00")) is None
    assert calendar.spans("2026-11-28") == [(at("09:00", "2026-11-28"), at("12:00", "2026-11-28"))]


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ({"monday": []}, "is no day"),
        ({"mon-": ["08:00-09:00"], "x": []}, "is no day"),
        ({"fri-mon": []}, "runs backwards"),
        ({"mon": ["8:30-12:00"]}, "is no span"),
        ({"mon": ["08:30-25:00"]}, "is no span"),
        ({"mon": ["12:00-08:30"]}, "ends before"),
        ({"mon": ["08:30-08:30"]}, "ends before"),
        ({"mon": ["23:00-24:30"]}, "ends before"),
        ({"mon": ["08:30-12:00", "11:00-13:00"]}, "overlaps"),
    ],
)
def test_wrong_hours_are_named(hours: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_hours(hours)


def test_an_unknown_time_zone() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        Calendar("Asia/Atlantis", {})


def test_the_business_day_is_the_halls_not_greenwichs() -> None:
    calendar = Calendar("Asia/Shanghai", WHOLE_DAYS)
    assert calendar.day(at("23:59:59")) == "2026-11-23"
    assert calendar.day(at("00:00", "2026-11-24")) == "2026-11-24"
    assert calendar.rfc3339(at("09:00") + 5) == "2026-11-23T09:00:00.005+08:00"


def test_days_of_23_and_of_25_hours() -> None:
    calendar = Calendar("Europe/Berlin", WHOLE_DAYS)
    for day, hours in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)]:
        assert calendar.ends(day) - calendar.starts(day) == hours * 60 * MINUTE
        assert calendar.is_open(calendar.starts(day))
        assert calendar.is_open(calendar.ends(day) - 1)


def test_the_hour_that_comes_twice_is_open_twice() -> None:
    calendar = Calendar("Europe/Berlin", {"sun": ["02:30-02:45"]})
    for hour in (0, 1):
        first = int(datetime(2026, 10, 25, hour, 40, tzinfo=UTC).timestamp() * 1000)
        assert calendar.local(first).hour == 2
        assert calendar.is_open(first)


def test_a_day_that_begins_at_one_because_midnight_is_skipped() -> None:
    calendar = Calendar("Africa/Cairo", WHOLE_DAYS)
    start = calendar.starts("2026-04-24")
    assert calendar.local(start).hour == 1
    assert calendar.day(start) == "2026-04-24"
    assert calendar.day(start - 1) == "2026-04-23"


@given(ZONES, INSTANTS)
def test_days_follow_each_other_without_gap_or_overlap(zone: str, instant: int) -> None:
    calendar = Calendar(zone, WHOLE_DAYS)
    day = calendar.day(instant)
    assert calendar.starts(day) <= instant < calendar.ends(day)
    assert calendar.day(calendar.ends(day)) > day
    assert calendar.starts(calendar.day(calendar.ends(day))) == calendar.ends(day)


@given(ZONES, st.lists(INSTANTS, min_size=2, max_size=6))
def test_what_a_calendar_remembers_never_shows(zone: str, instants: list[int]) -> None:
    used = Calendar(zone, HOURS)
    for instant in instants:
        local = datetime.fromtimestamp(instant / 1000, tz=UTC).astimezone(ZoneInfo(zone))
        assert used.day(instant) == local.date().isoformat()


@given(ZONES, INSTANTS)
def test_it_is_open_from_the_next_opening_on(zone: str, instant: int) -> None:
    calendar = Calendar(zone, HOURS)
    opens = calendar.opens_next(instant)
    assert opens is not None
    assert opens >= instant
    assert calendar.is_open(opens)
    closes = calendar.closes_next(opens)
    assert closes is not None
    assert not calendar.is_open(closes)


# ── special days and sessions ────────────────────────────────────────────────────────────────

SATURDAY = Session("s", {"en": "S"}, ("sat", "2026-10-01"), ("09:00-10:00",), ("1",))
SPECIAL = Calendar(
    "Asia/Shanghai",
    {"mon-fri": ["08:30-12:00", "13:30-17:30"]},
    (
        SpecialDay("2026-10-01", (), {"en": "National Day"}),
        SpecialDay("2026-10-10", ("08:30-12:00", "13:30-17:30")),
        SpecialDay("2026-10-12", ("10:00-11:00",)),
    ),
    (SATURDAY,),
)


def test_a_date_with_hours_of_its_own_comes_before_the_week() -> None:
    assert SPECIAL.spans("2026-10-01") == []
    assert SPECIAL.name("2026-10-01") == {"en": "National Day"}
    assert len(SPECIAL.spans("2026-10-10")) == 2
    eve = SPECIAL.ends("2026-09-30")
    assert not SPECIAL.is_open(eve + 9 * 60 * MINUTE)
    opens = SPECIAL.opens_next(eve)
    assert opens is not None
    assert SPECIAL.rfc3339(opens) == "2026-10-02T08:30:00.000+08:00"


def test_own_hours_of_a_part_lie_within_the_halls_and_are_a_mondays_on_a_moved_day() -> None:
    week = parse_hours({"mon": ["08:30-10:30"], "tue-fri": ["14:00-15:00"]})
    saturday, monday = date(2026, 10, 10), date(2026, 10, 12)
    assert SPECIAL.minutes(saturday, week) == ((510, 630),)
    assert SPECIAL.minutes(monday, week) == ((600, 630),)
    assert SPECIAL.minutes(date(2026, 10, 1), week) == ()


def test_a_session_opens_the_hall_to_nobody_but_who_booked_it() -> None:
    ordinary = SPECIAL.starts("2026-10-17") + 9 * 60 * MINUTE
    assert SPECIAL.in_session(ordinary)
    assert not SPECIAL.is_open(ordinary)
    assert SPECIAL.sessions(date(2026, 10, 10)) == []  # a moved working day is no Saturday
    assert SPECIAL.sessions(date(2026, 10, 1)) == [(SATURDAY, ((540, 600),))]  # by its date
