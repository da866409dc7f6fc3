"""Recorded days beside the same days with something different."""

from __future__ import annotations

import pytest
from msgspec import structs

from kiosk.hall import draw, simulate
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import HallConfig, Priority, SpecialDay
from kiosk.hall.core import Events
from kiosk.hall.errors import Invalid
from kiosk.hall.events import TicketIssued
from kiosk.hall.recorded import RecordedDay, recorded
from kiosk.hall.replay import Changes, WindowChange
from kiosk.hall.what_if import Worlds, compare
from tests.hall.script import CONFIG, Script

DAY = "2026-11-23"
TODAY = SpecialDay(DAY, ("09:00-09:10",))


def queue(config: HallConfig = CONFIG) -> RecordedDay:
    """Window 1 serves four who come at nine for ten minutes each; a fifth leaves uncalled."""
    script = Script(config)
    script.open("1")
    for _ in range(5):
        script.issue("advice")
    script.put(script.hall.leave("t5"))
    for _ in range(4):
        script.next("1")
        script.later(10)
    script.put(script.hall.finish("t4"))
    script.later(24 * 60)
    return recorded(script.log, DAY)


def test_one_more_window_is_seen_beside_the_day_as_it_was() -> None:
    more = Changes(windows={"new": WindowChange(("A",), opens="09:00", closes="17:00")})
    found = compare([queue()], more, ["2026-11-22"])
    assert (found.days, found.empty) == ([DAY], ["2026-11-22"])
    total = found.total
    assert (total.recorded.arrivals, total.recorded.called, total.recorded.never_called) == (
        5,
        4,
        1,
    )
    assert total.recorded.wait_mean_s == 15 * 60
    assert total.recorded.wait_max_s == 30 * 60
    assert total.recorded.within_target == 0.5
    assert total.changed.wait_max_s == 10 * 60
    assert total.changed.within_target == 1
    groups = {group.id: group for group in found.groups}
    assert groups["A"].worlds == total
    assert groups["A"].target_s == 15 * 60
    assert groups["B"].worlds.changed.arrivals == 0
    assert groups["B"].worlds.changed.wait_mean_s is None


def test_played_again_unchanged_a_drawn_day_is_as_it_was() -> None:
    (played,) = simulate.play(draw.days("small", 1, seed=4), estimates=False)
    day = recorded(played.records, "2026-01-05")
    found = compare([day], Changes(windows={"2": WindowChange(closed=True)}))
    assert found.total.unchanged == found.total.recorded
    assert sum(g.worlds.recorded.arrivals for g in found.groups) == len(played.visits)
    worse, as_it_was = found.total.changed, found.total.unchanged
    assert worse.wait_mean_s is not None
    assert as_it_was.wait_mean_s is not None
    assert worse.wait_mean_s > as_it_was.wait_mean_s


def test_days_are_counted_together() -> None:
    one, both = (compare([queue()] * n, Changes(routing="fifo")) for n in (1, 2))
    assert both.total.recorded.arrivals == 2 * one.total.recorded.arrivals
    assert both.total.recorded.wait_median_s == one.total.recorded.wait_median_s
    assert both.total.changed.within_target == one.total.changed.within_target


def test_hours_and_approvals_of_the_day_stop_nobody_who_came() -> None:
    """A day with hours of its own, and somebody in a class that staff must approve."""
    classes = (*CONFIG.priorities, Priority("urgent", {"en": "Urgent"}, 60.0, approval=True))
    script = Script(structs.replace(CONFIG, days=(TODAY,), priorities=classes))
    script.open("1")
    script.put(urgent(script))
    script.next("1")
    script.later(5)
    script.put(script.hall.finish("u1"))
    script.later(30)
    script.put(script.hall.close_window("1"))
    script.later(24 * 60)
    day = recorded(script.log, DAY)
    late = Changes(windows={"1": WindowChange(opens="10:00", closes="11:00")})
    worlds: Worlds = compare([day], late).total
    assert worlds.unchanged == worlds.recorded
    assert worlds.changed.wait_max_s == 60 * MINUTE / 1000


def test_whom_the_end_of_the_day_found_waiting_waits_to_the_end() -> None:
    script = Script()
    script.open("1")
    script.issue("advice")
    script.issue("passport")
    script.next("1")
    script.later(5)
    script.put(script.hall.finish("t1"))
    script.put(script.hall.close_window("1"))
    script.later(24 * 60)
    day = recorded(script.log, DAY)
    worlds = compare([day], Changes(windows={"1": WindowChange(closed=True)})).total
    assert worlds.recorded.never_called == worlds.unchanged.never_called == 1
    assert worlds.changed.never_called == 2


def urgent(script: Script) -> Events:
    events = script.hall.issue(
        script.now, ticket_id="u1", services=["advice"], priority="senior", printer=None
    )
    return [
        structs.replace(e, priority="urgent") if isinstance(e, TicketIssued) else e for e in events
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (WindowChange(("A",)), "new_window"),
        (WindowChange(("Z",), opens="09:00", closes="10:00"), "unknown_group"),
        (WindowChange((), opens="09:00", closes="10:00"), "window_without_group"),
        (WindowChange(("A",), opens="24:30", closes="25:00"), "wrong_time"),
        (WindowChange(("A",), opens="12:00", closes="10:00"), "closes_before_it_opens"),
    ],
)
def test_what_no_hall_could_do_is_named(change: WindowChange, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        compare([queue()], Changes(windows={"new": change}))
    assert refused.value.code == code
