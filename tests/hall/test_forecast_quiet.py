"""The hour of today to come at: where little is expected, and nothing while that is not known."""

from __future__ import annotations

from kiosk.hall.calendar import MINUTE
from kiosk.hall.forecast import KNOWN_DAYS
from kiosk.hall.learning_arrivals import HALF_HOUR, DayCount
from kiosk.hall.roster import Shift
from tests.hall.script import OPENING
from tests.hall.test_forecast import Forecast, shift

FIRST = 18
"""The half hour at which these days begin: 09:00. The hall closes from 12:00 to 13:30."""


def day(quiet: int | None, *, crowd: int = 6) -> DayCount:
    """A day with a crowd in every half hour but two."""
    count = DayCount()
    for slot in range(FIRST, FIRST + 17):
        calm = quiet is not None and slot in (quiet, quiet + 1)
        for _ in range(1 if calm else crowd):
            count.add(("advice", "normal"), slot)
    return count


def hall(days: int, quiet: int | None, *shifts: Shift, crowd: int = 6) -> Forecast:
    """A hall with an open window after so many days that were alike."""
    forecast = Forecast(*(shifts or (shift("1"),)))
    forecast.open("1")
    forecast.refresh()
    forecast.forecaster.learner.arrivals.past.extend(day(quiet, crowd=crowd) for _ in range(days))
    return forecast


def best(forecast: Forecast, group: str = "A") -> float | None:
    """Half hours after midnight."""
    found = forecast.forecaster.best_hours(forecast.hall, forecast.now).get(group)
    if found is None:
        return None
    return (found - forecast.forecaster.learner.midnight) / HALF_HOUR


def test_the_hour_when_few_come_is_named() -> None:
    assert best(hall(KNOWN_DAYS, 30, crowd=3)) == 30


def test_nothing_is_said_after_few_days() -> None:
    assert best(hall(KNOWN_DAYS - 1, 30, crowd=3)) is None


def test_nothing_is_said_where_all_hours_are_alike() -> None:
    assert best(hall(KNOWN_DAYS, None, crowd=3)) is None


def test_an_hour_that_is_over_is_not_named() -> None:
    forecast = hall(KNOWN_DAYS, 20, crowd=3)
    assert best(forecast) == 20
    forecast.now += 180 * MINUTE
    assert best(forecast) is None


def test_a_crowd_that_waits_spoils_the_hours_after_it() -> None:
    # More come than one window serves: the queue is shortest where the day begins.
    assert best(hall(KNOWN_DAYS, 30, crowd=40)) == FIRST


def test_late_in_the_day_there_is_nothing_to_choose() -> None:
    forecast = hall(KNOWN_DAYS, 30, crowd=3)
    forecast.now += 420 * MINUTE
    assert best(forecast) is None


def test_hours_in_which_nobody_ever_came_are_not_named() -> None:
    forecast = hall(KNOWN_DAYS, 30, crowd=3)
    for past in forecast.forecaster.learner.arrivals.past:
        for slot in (20, 21, 22):
            past.counts["advice", "normal"][slot] = past.totals[slot] = 0
    assert best(forecast) == 30


def test_an_hour_without_a_window_is_not_named() -> None:
    three = OPENING + 360 * MINUTE
    away = shift("1", break_at=three, break_ms=60 * MINUTE)
    assert best(hall(KNOWN_DAYS, 30, away, crowd=3)) != 30
