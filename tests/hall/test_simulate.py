"""The world around the engine, and what comes out of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from msgspec import structs

from kiosk.hall import draw, simulate, simulate_report
from kiosk.hall.config import Routing
from kiosk.hall.simulate import PlayedDay
from kiosk.hall.world import DrawnBooking, DrawnDay, DrawnLeg, DrawnTicket
from tests.hall import drawn


def visitor(number: int, arr: float, base: float = 10, **fields: object) -> DrawnTicket:
    given = {"group": 0, "kind": 0, **fields}
    return DrawnTicket(id=number, arr=arr, base=base, **given)  # type: ignore[arg-type]


def rows(days: Sequence[PlayedDay]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("\n".join(simulate_report.table(days)))))


def play(day: DrawnDay, routing: Routing = "fair") -> list[dict[str, str]]:
    return rows(simulate.play([day], routing, estimates=False))


def calls(found: list[dict[str, str]]) -> list[float]:
    """When each ticket was called, minutes since 00:00."""
    return [float(row["called_s"]) / 60 for row in found]


def one_window(*tickets: DrawnTicket, **fields: float) -> list[dict[str, str]]:
    return play(drawn.day([drawn.window(0, [0], **fields)], list(tickets), groups=1))


def test_service_is_walk_and_base_times_speed() -> None:
    found = one_window(visitor(0, 490, base=10, walk=1), visitor(1, 490), speed=0.5)
    assert calls(found) == [490, 496]


def test_away_from_home_service_is_slower() -> None:
    day = drawn.day([drawn.window(0, [1, 0])], [visitor(0, 490), visitor(1, 490)])
    assert calls(play(day)) == [490, 501]


def test_a_window_is_off_until_its_start() -> None:
    assert calls(one_window(visitor(0, 490), start=540)) == [540]


def test_a_break_is_taken_when_the_window_is_free() -> None:
    found = one_window(
        visitor(0, 490, base=20), visitor(1, 495), visitor(2, 600), break_at=500, break_len=35
    )
    assert calls(found) == [490, 545, 600]


def test_an_idle_window_goes_on_its_break_at_once() -> None:
    assert calls(one_window(visitor(0, 510), break_at=500, break_len=35)) == [535]


def test_a_break_that_is_due_after_the_end_is_not_taken() -> None:
    found = one_window(visitor(0, 1070, base=30), visitor(1, 1071), break_at=1085, break_len=35)
    assert calls(found) == [1070, 1100]


def test_at_its_end_a_window_closes_unless_it_works_off_the_day() -> None:
    windows = [drawn.window(0, [0], end=500), drawn.window(1, [0], start=700)]
    day = drawn.day(windows, [visitor(0, 490, base=20), visitor(1, 491)], groups=1)
    assert calls(play(day)) == [490, 700]
    found = one_window(*(visitor(n, 1070, base=20) for n in range(3)))
    assert calls(found) == [1070, 1090, 1110]


def test_a_closed_window_never_opens() -> None:
    closed = structs.replace(drawn.window(0, [0]), closed=True)
    day = drawn.day([closed, drawn.window(1, [0], start=700)], [visitor(0, 490)], groups=1)
    assert play(day)[0]["window"] == "1"


def test_who_loses_patience_is_gone_when_called_and_holds_the_window() -> None:
    found = one_window(
        visitor(0, 490, base=30), visitor(1, 491, patience=20), visitor(2, 492, patience=60)
    )
    assert [row["state"] for row in found] == ["done", "no_show", "done"]
    assert calls(found) == [490, 520, 521.5]


def test_who_booked_is_patient() -> None:
    found = one_window(visitor(0, 490, base=60), visitor(1, 491, kind=2, slot=495.0, patience=5))
    assert found[1]["state"] == "done"


def test_after_a_service_the_window_may_pause() -> None:
    found = one_window(visitor(0, 490, pause=7), visitor(1, 491))
    assert calls(found) == [490, 507]


def test_a_late_appointment_joins_the_priority_class() -> None:
    """Window busy to 520: the on-time booking and the late one compete with a priority visitor."""
    found = one_window(
        visitor(0, 480, base=40),
        visitor(1, 500, kind=1),
        visitor(2, 501, kind=2, slot=490.0),
        visitor(3, 502, kind=2, slot=495.0),
    )
    order = sorted(found[1:], key=lambda row: float(row["called_s"]))
    assert [row["ticket"] for row in order] == ["3", "1", "2"]


def test_a_visitor_with_two_services_waits_for_both() -> None:
    tickets = [visitor(0, 490, then=[DrawnLeg(1, 5.0)]), visitor(1, 491), visitor(2, 492, group=1)]
    day = drawn.day([drawn.window(0, [0]), drawn.window(1, [1])], tickets)
    found = play(day)
    assert calls(found) == [490, 500, 492]
    assert found[0]["finished_s"] == str(507 * 60)


def test_a_service_that_turns_out_at_the_window_is_done_in_the_old_place() -> None:
    tickets = [
        visitor(0, 490, found=[DrawnLeg(1, 5.0)]),
        visitor(1, 491, group=1),
        visitor(2, 492, group=1),
    ]
    found = play(drawn.day([drawn.window(0, [0]), drawn.window(1, [1])], tickets))
    # Called for the second service at 501, before who has waited since 492.
    assert calls(found) == [490, 491, 506]
    assert [row["finished_s"] for row in found] == [str(m * 60) for m in (506, 501, 516)]


def test_several_breaks_are_taken_in_turn() -> None:
    rests = structs.replace(drawn.window(0, [0], break_at=500, break_len=5), breaks=[(520, 10)])
    day = drawn.day([rests], [visitor(0, 501), visitor(1, 521)], groups=1)
    assert calls(play(day)) == [505, 530]


def test_the_table_has_the_columns_and_units_of_the_contract() -> None:
    (row,) = one_window(visitor(0, 490.5, kind=2, slot=495.0))
    assert row == {
        "day": "1",
        "ticket": "0",
        "group": "0",
        "kind": "2",
        "slot_s": "29700",
        "issued_s": "29430",
        "called_s": "29430",
        "finished_s": "30030",
        "window": "0",
        "state": "done",
        "low_s": "",
        "median_s": "",
        "high_s": "",
    }


def test_estimates_are_told_to_who_has_to_wait() -> None:
    days = draw.days("small", 2, seed=1)
    played = simulate.play(days)
    found = rows(played)
    waited = [row for row in found if float(row["called_s"]) > float(row["issued_s"])]
    at_once = [row for row in found if float(row["called_s"]) == float(row["issued_s"])]
    assert all(row["median_s"] for row in waited)
    assert len(at_once) > len(found) / 10
    assert all(not row["median_s"] for row in at_once)
    told = [row for row in found if row["median_s"]]
    assert all(int(r["low_s"]) <= int(r["median_s"]) <= int(r["high_s"]) for r in told)
    second = [row for row in told if row["day"] == "2"]
    inside = [
        int(r["low_s"]) <= float(r["called_s"]) - float(r["issued_s"]) <= int(r["high_s"])
        for r in second
    ]
    assert 0.8 < sum(inside) / len(inside) < 0.98


def test_estimates_change_no_decision() -> None:
    days = draw.days("small", 2, seed=2)
    drop = ("low_s", "median_s", "high_s")
    told, silent = (rows(simulate.play(days, estimates=flag)) for flag in (True, False))
    for row in [*told, *silent]:
        for column in drop:
            del row[column]
    assert told == silent


def test_the_same_days_give_the_same_bytes() -> None:
    texts = []
    for _ in range(2):
        played = simulate.play(draw.days("small", 2, seed=3))
        summary = simulate_report.summary(played, "fair")
        texts.append(("\n".join(simulate_report.table(played)), json.dumps(summary)))
    assert texts[0] == texts[1]


def test_days_alone_are_as_days_among_others() -> None:
    days = draw.days("small", 3, seed=4)
    together = simulate.play(days, "fifo", estimates=False)
    alone = [simulate.play_alone((i, d), "fifo") for i, d in enumerate(days)]
    assert rows(together) == rows(alone)


def test_the_summary_counts_waits_from_the_slot() -> None:
    tickets = [visitor(0, 480, base=30), visitor(1, 490, kind=2, slot=495.0), visitor(2, 481)]
    day = drawn.day(
        [drawn.window(0, [0])], tickets, groups=1, bookings=[DrawnBooking(0, 495.0, True, 490.0)]
    )
    played = simulate.play([day], estimates=False)
    pooled = simulate_report.summary(played, "fair")["pooled"]
    assert isinstance(pooled, dict)
    assert pooled["tickets"] == 3
    assert pooled["by_class"]["appointment"]["max_wait_s"] == 15 * 60
    assert pooled["by_class"]["normal"]["mean_wait_s"] == (0 + 39 * 60) / 2
    assert pooled["within_target"] == round(2 / 3, 4)
    assert pooled["appointments_within_10_min"] == 0
    assert pooled["busy_share"]["0"] == pytest.approx(50 / 600, abs=1e-4)
    assert pooled["estimates"]["estimates"] == 0
    assert pooled["estimates"]["at_once"] == 3


def test_quantiles_lie_between_order_statistics() -> None:
    assert simulate_report.quantile([], 0.5) is None
    assert simulate_report.quantile([1.0], 0.95) == 1
    assert simulate_report.quantile([0.0, 10.0], 0.25) == 2.5


@settings(max_examples=30)
@given(day=drawn.days())
def test_every_visitor_is_called_once_and_windows_serve_one_at_a_time(day: DrawnDay) -> None:
    found = play(day)
    assert sorted(int(row["ticket"]) for row in found) == sorted(t.id for t in day.tickets)
    by_window: dict[str, list[tuple[float, float]]] = {}
    for row in found:
        assert row["state"] in ("done", "no_show")
        times = float(row["called_s"]), float(row["finished_s"])
        assert float(row["issued_s"]) <= times[0] <= times[1]
        assert int(row["group"]) in day.windows[int(row["window"])].skills
        by_window.setdefault(row["window"], []).append(times)
    for served in by_window.values():
        served.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(served))
