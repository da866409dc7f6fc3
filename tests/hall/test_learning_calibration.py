"""Intervals keep their word, also when the forecast behind them is wrong."""

from __future__ import annotations

from math import log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall.learning_calibration import Calibration


def coverage(error_sd: float, bias: float, median_s: float, count: int = 4000) -> float:
    """The share of waits inside the interval when errors differ from the claimed half-width."""
    calibration, rng, inside = Calibration(), Random(3), 0
    for _ in range(count):
        shown = calibration.estimate(median_s, spread_s=300)
        wait = max(0.0, median_s + rng.gauss(bias, error_sd))
        inside += shown.low_s <= wait <= shown.high_s
        calibration.observe(shown, wait)
    return inside / count


@pytest.mark.parametrize(("error_sd", "bias"), [(60, 0), (180, 150), (180, -150), (600, 400)])
def test_nine_in_ten_whatever_the_raw_forecast_claims(error_sd: float, bias: float) -> None:
    assert coverage(error_sd, bias, median_s=3000) == pytest.approx(0.9, abs=0.02)


def test_the_interval_holds_a_point_that_is_always_too_early_and_nine_in_ten() -> None:
    assert coverage(error_sd=60, bias=300, median_s=3000) == pytest.approx(0.91, abs=0.02)


def test_an_interval_around_skewed_waits_is_shorter_than_one_with_equal_tails() -> None:
    calibration, rng, inside, widths = Calibration(), Random(5), 0, []
    for _ in range(4000):
        shown = calibration.estimate(3000, spread_s=300)
        wait = 2800 + rng.expovariate(1 / 300)
        inside += shown.low_s <= wait <= shown.high_s
        widths.append(shown.high_s - shown.low_s)
        calibration.observe(shown, wait)
    equal = 300 * (log(1 / 0.05) - log(1 / 0.95))
    assert inside / 4000 == pytest.approx(0.9, abs=0.02)
    assert sum(widths[1000:]) / 3000 < 0.95 * equal


def test_bins_of_predicted_wait_learn_apart() -> None:
    calibration, rng = Calibration(), Random(4)
    for _ in range(500):
        shown = calibration.estimate(2000, 300)
        calibration.observe(shown, 2000 + rng.gauss(0, 900))
    wide, narrow = calibration.estimate(2000, 300), calibration.estimate(600, 300)
    assert wide.high_s - wide.median_s > 2 * (narrow.high_s - narrow.median_s)


def test_a_new_hall_is_a_little_less_sure_than_its_paths() -> None:
    shown = Calibration().estimate(1800, 600)
    assert 600 < shown.high_s - shown.median_s < 900
    assert 600 < shown.median_s - shown.low_s < 900


@given(st.floats(0, 10**5), st.floats(0, 10**4))
def test_an_estimate_is_ordered_and_never_negative(median_s: float, spread_s: float) -> None:
    shown = Calibration().estimate(median_s, spread_s)
    assert 0 <= shown.low_s <= shown.median_s <= shown.high_s
    assert shown.median_s == round(median_s)
    assert shown.spread_s == round(spread_s)
