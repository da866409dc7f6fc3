"""A recorded day as a day to play."""

from __future__ import annotations

import pytest

from kiosk.hall import draw, simulate
from kiosk.hall.calendar import MINUTE
from kiosk.hall.errors import Invalid
from kiosk.hall.recorded import RecordedDay, recorded
from kiosk.hall.replay import Changes, WindowChange, replay
from kiosk.hall.simulate import PlayedDay
from kiosk.hall.world import APPOINTMENT_KIND, PRIORITY_KIND, DrawnLeg
from tests.hall.script import OPENING, Script

DAY = "2026-11-23"
NINE = 9 * 60


def waits(day: PlayedDay) -> list[float]:
    return [round(max(0, (v.called_at or 0) - v.ticket.ref) / MINUTE, 3) for v in day.visits]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_rules_bring_the_same_day(seed: int) -> None:
    (played,) = simulate.play(draw.days("small", 1, seed=seed), estimates=False)
    day = recorded(played.records, "2026-01-05")
    assert waits(day.actual) == waits(played)
    assert waits(replay(day)) == waits(played)


def scripted() -> RecordedDay:
    """Two windows; a transfer, a park, a no-show, somebody who leaves, a pause."""
    script = Script()
    script.open("1", "2")
    for services in (("advice", "passport"), ("advice",), ("passport",), ("copy",)):
        script.issue(*services)
    script.put(
        script.hall.check_in(
            script.now, ticket_id="booked", services=["passport"], slot=OPENING + 15 * MINUTE
        )
    )
    script.issue("advice", priority="soldier")
    script.put(script.hall.call("1", "t1", script.now))
    script.put(script.hall.call("2", "t3", script.now))
    script.later(5)
    script.put(script.hall.leave("t4"))
    script.put(script.hall.finish("t1"))
    script.put(script.hall.pause_window("1"))
    script.later(10)
    script.open("1")
    script.put(script.hall.call("1", "t2", script.now))
    script.later(2)
    script.put(script.hall.no_show("t2"))
    script.put(script.hall.transfer("t3", service="advice", come_back=True))
    script.put(script.hall.close_window("1"))
    script.later(24 * 60)
    return recorded(script.log, DAY)


def test_who_came_and_what_they_needed() -> None:
    tickets = scripted().actual.day.tickets
    first, missed, transferred, left, booked, soldier = tickets
    assert [round(t.arr) for t in tickets] == [NINE] * 6
    assert (first.group, first.base) == (0, 5)
    assert [leg.group for leg in first.then] == [1]
    assert missed.patience == pytest.approx(15, abs=0.1)
    assert left.patience == pytest.approx(5, abs=0.1)
    assert (transferred.group, transferred.base) == (1, 17)
    assert [leg.group for leg in transferred.then] == [0, 1]
    assert (booked.kind, booked.slot) == (APPOINTMENT_KIND, NINE + 15)
    assert (soldier.kind, soldier.priority) == (PRIORITY_KIND, "soldier")
    assert isinstance(first.then[0], DrawnLeg)


def test_windows_open_pause_and_close_as_they_did() -> None:
    one, two, three = scripted().actual.day.windows
    assert (one.start, one.end, one.breaks, one.closed) == (
        NINE,
        NINE + 17,
        [(NINE + 5, 10)],
        False,
    )
    assert two.start == NINE
    assert three.closed


def quiet() -> RecordedDay:
    """Window 2 serves police alone while general waits for window 1."""
    script = Script()
    script.open("1")
    for _ in range(6):
        script.issue("advice")
    for _ in range(6):
        script.next("1")
        script.later(10)
    script.put(script.hall.finish("t6"))
    script.later(24 * 60)
    return recorded(script.log, DAY)


def test_another_window_shortens_the_waits() -> None:
    day = quiet()
    assert waits(replay(day)) == [0, 10, 20, 30, 40, 50]
    more = Changes(windows={"new": WindowChange(groups=("A",), opens="09:00", closes="17:00")})
    assert waits(replay(day, more)) == [0, 0, 10, 10, 20, 20]
    late = Changes(windows={"1": WindowChange(opens="09:30")})
    assert waits(replay(day, late)) == [30, 40, 50, 60, 70, 80]
    three = Changes(windows={"3": WindowChange(groups=("A",), opens="09:00", closes="17:00")})
    assert waits(replay(day, three)) == [0, 0, 10, 10, 20, 20]


def test_other_rules_change_the_order() -> None:
    script = Script()
    script.open("2")
    script.issue("passport")
    script.next("2")
    script.later(1)
    script.issue("advice")
    script.later(4)
    script.issue("passport")
    script.later(5)
    for _ in range(2):
        script.next("2")
        script.later(10)
    script.put(script.hall.finish(script.hall.window("2").ticket or ""))
    script.later(24 * 60)
    day = recorded(script.log, DAY)
    assert waits(replay(day)) == [0, 19, 5]
    assert waits(replay(day, Changes(routing="fifo"))) == [0, 9, 15]
    assert waits(replay(day, Changes(rules={"help_gap_minutes": 0}))) == [0, 9, 15]


@pytest.mark.parametrize(
    "changes",
    [
        Changes(rules={"gap": 1}),
        Changes(windows={"1": WindowChange(groups=("Z",))}),
        Changes(windows={"9": WindowChange(groups=("A",))}),
        Changes(windows={"1": WindowChange(opens="9 am")}),
    ],
)
def test_changes_that_the_hall_can_not_make_are_refused(changes: Changes) -> None:
    with pytest.raises(Invalid):
        replay(quiet(), changes)


def test_a_day_on_which_nobody_came_is_no_day() -> None:
    with pytest.raises(ValueError, match="nobody came"):
        recorded(Script().log, DAY)
    with pytest.raises(ValueError, match="nobody came"):
        recorded([], DAY)


def test_a_log_starts_with_the_configuration() -> None:
    script = Script()
    script.issue("advice")
    with pytest.raises(ValueError, match="hall_configured"):
        recorded(script.log[1:], DAY)


def test_who_is_done_by_mistake_and_served_again_needs_both_times() -> None:
    script = Script()
    script.open("1")
    script.issue("advice")
    script.next("1")
    script.later(4)
    script.put(script.hall.finish("t1"))
    script.put(script.hall.restore("t1", script.now))
    script.next("1")
    script.later(6)
    script.put(script.hall.finish("t1"))
    script.later(24 * 60)
    (ticket,) = recorded(script.log, DAY).actual.day.tickets
    assert ticket.base == 10


def test_two_services_of_the_same_queue_are_both_waited_for() -> None:
    script = Script()
    script.open("1")
    script.issue("advice", "copy")
    for minutes in (4, 6):
        script.next("1")
        script.later(minutes)
    script.put(script.hall.finish("t1"))
    script.later(24 * 60)
    day = recorded(script.log, DAY)
    (ticket,) = day.actual.day.tickets
    assert (ticket.base, ticket.then) == (4, [DrawnLeg(0, 6)])
    (visit,) = replay(day).visits
    assert visit.ticket.ended_at == OPENING + 10 * MINUTE


def test_who_is_sent_from_queue_to_queue_needs_no_less_time() -> None:
    script = Script()
    script.open("1", "2")
    script.issue("advice")
    for service in ("passport", "advice", "passport", "advice", "passport", "advice"):
        script.put(script.hall.call("2", "t1", script.now))
        script.later(2)
        script.put(script.hall.transfer("t1", service=service))
    script.put(script.hall.call("2", "t1", script.now))
    script.later(2)
    script.put(script.hall.finish("t1"))
    script.later(24 * 60)
    day = recorded(script.log, DAY)
    (ticket,) = day.actual.day.tickets
    assert len(ticket.then) == 4
    assert ticket.base + sum(leg.base for leg in ticket.then) == 14
    (visit,) = replay(day).visits
    assert visit.ticket.ended_at == OPENING + 14 * MINUTE


def test_windows_that_nobody_closed_are_open_to_the_last_call() -> None:
    script = Script()
    script.open("1")
    for _ in range(3):
        script.issue("advice")
        script.next("1")
        script.later(30)
    script.later(24 * 60)
    day = recorded(script.log, DAY)
    assert day.actual.day.windows[0].end == NINE + 60
    assert day.actual.day.tickets[2].base == 30
    assert waits(replay(day)) == [0, 0, 0]
