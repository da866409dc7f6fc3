"""The card says how often the interval kept its word."""

from __future__ import annotations

import pytest

from kiosk.hall import draw, simulate
from kiosk.hall.calendar import MINUTE, Calendar
from kiosk.hall.calibration_card import Outcome, Score, Tally, card, outcomes
from kiosk.hall.events import Estimate, TicketCalled, TicketIssued
from tests.hall.script import OPENING, Script

CALENDAR = Calendar("Asia/Shanghai", {})
TOLD = Estimate(300, 600, 900)


def outcome(wait_s: int, told: Estimate = TOLD, hours_later: int = 0) -> Outcome:
    issued = OPENING + hours_later * 60 * MINUTE
    return Outcome(issued, issued + wait_s * 1000, told)


def test_counts_inside_before_and_after() -> None:
    found = card([outcome(w) for w in (299, 300, 600, 900, 901)], CALENDAR)
    assert found.promised == 0.9
    assert found.total == Score(
        "total",
        5,
        inside=0.6,
        too_early=0.2,
        too_late=0.2,
        mean_error_s=pytest.approx((301 + 300 + 0 + 300 + 301) / 5, abs=0.1),
        bias_s=0,
        mean_width_s=600,
    )


def test_by_local_hour_of_issue_and_by_predicted_wait() -> None:
    long, short = Estimate(600, 1200, 1800), Estimate(0, 60, 120)
    found = card(
        [outcome(60, short, 1), outcome(1200, long), outcome(500), outcome(9999, long)], CALENDAR
    )
    assert [(s.key, s.estimates) for s in found.by_hour] == [("09", 3), ("10", 1)]
    assert [(s.key, s.inside) for s in found.by_wait] == [("0-5", 1), ("5-20", 1), ("20+", 0.5)]


def test_days_put_together_give_the_card_of_all() -> None:
    found = [outcome(w, hours_later=w // 100) for w in range(0, 2400, 7)]
    whole = Tally()
    for part in (found[:100], found[100:101], [], found[101:]):
        day = Tally()
        day.add(part, CALENDAR)
        whole.merge(day)
    assert whole.card() == card(found, CALENDAR)


def test_no_estimates_no_shares() -> None:
    assert card([], CALENDAR).total == Score("total", 0)


def test_only_first_calls_of_tickets_with_an_estimate_count() -> None:
    script = Script()
    script.open("1")
    script.put(script.hall.issue(script.now, ticket_id="t", services=["advice"], estimate=TOLD))
    script.issue("advice")
    script.later(5)
    script.next("1")
    script.put(script.hall.requeue("t"))
    script.later(5)
    script.next("1")
    script.next("1")
    (found,) = outcomes(script.log)
    assert found == Outcome(OPENING, OPENING + 5 * MINUTE, TOLD)


def test_a_played_log_gives_the_same_card_as_its_tickets() -> None:
    played = simulate.play(draw.days("small", 1, seed=6))
    records = [r for day in played for r in day.records]
    found = list(outcomes(records))
    told = sum(isinstance(r.event, TicketIssued) and r.event.estimate is not None for r in records)
    assert len(found) == told
    assert sum(isinstance(r.event, TicketCalled) for r in records) > told
    assert card(found, Calendar("UTC", {})).total.estimates == told
