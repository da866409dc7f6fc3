"""The hall's pace: soon after a change, and only then."""

from __future__ import annotations

from random import Random

import pytest

from kiosk.hall.calendar import MINUTE
from kiosk.hall.learning_pace import Pace
from kiosk.hall.learning_service import Sample, ServiceTimes

SHAPE = 2.8
"""Service times differ as much as those of a public hall: a coefficient of variation of 0.6."""


def lengths(count: int, mean: float, rng: Random) -> list[float]:
    return [rng.gammavariate(SHAPE, mean / SHAPE) for _ in range(count)]


def after(*phases: tuple[int, float], seed: int) -> Pace:
    pace, rng = Pace(), Random(seed)
    for count, mean in phases:
        for ratio in lengths(count, mean, rng):
            pace.add(ratio)
    return pace


def test_an_unknown_hall_keeps_its_catalogue() -> None:
    assert Pace().now == 1


@pytest.mark.parametrize(("mean", "count"), [(0.5, 100), (0.8, 300), (1.25, 300), (2.0, 100)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_change_of_all_services_is_followed(mean: float, count: int, seed: int) -> None:
    """The larger it is, the sooner."""
    assert after((2000, 1.0), (count, mean), seed=seed).now == pytest.approx(mean, rel=0.15)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chance_is_no_change(seed: int) -> None:
    pace, rng = after((500, 1.0), seed=seed), Random(seed)
    seen = []
    for ratio in lengths(3000, 1.0, rng):
        pace.add(ratio)
        seen.append(pace.now)
    assert sum(abs(now - 1) for now in seen) / len(seen) < 0.03


def test_one_endless_service_moves_little() -> None:
    pace = after((1000, 1.0), seed=4)
    before = pace.now
    for ratio in (1.0, 1.0, 60.0, 1.0, 1.0):
        pace.add(ratio)
    assert pace.now == pytest.approx(before, rel=0.03)


def test_a_change_is_not_learned_twice() -> None:
    """However long it lasts: tables and pace together expect what happens."""
    times, rng = ServiceTimes({"a": 10.0 * MINUTE}), Random(5)
    for minutes, count in ((10, 800), (12.5, 800)):
        for length in lengths(count, minutes * MINUTE, rng):
            times.add("a", Sample(round(length), "1", home=True))
    expected = times.expected("a", "1", home=True) * times.pace
    assert expected == pytest.approx(12.5 * MINUTE, rel=0.08)
