import pytest
from msgspec import structs

from kiosk.hall.config import HallConfig
from kiosk.hall.errors import (
    AlreadyCalled,
    AlreadyPostponed,
    GraceOver,
    Invalid,
    Unknown,
    WindowBusy,
    WindowClosed,
    WindowPaused,
    WrongState,
    WrongWindow,
)
from kiosk.hall.events import Reason, TicketCalled
from kiosk.hall.state import LegState
from tests.hall.script import CONFIG, Script


def served(script: Script, window: str, *services: str) -> str:
    """Somebody who is being served at a window."""
    ticket = script.issue(*services)
    script.put(script.hall.call(window, ticket.id, script.now))
    script.put(script.hall.start(ticket.id, window))
    return ticket.id


def last_reason(script: Script) -> Reason:
    event = script.log[-1].event
    assert isinstance(event, TicketCalled)
    return event.reason


# ── the window ───────────────────────────────────────────────────────────────────────────────


def test_a_window_calls_only_while_it_is_open() -> None:
    script = Script()
    script.issue()
    with pytest.raises(WindowClosed):
        script.next("1")
    script.open("1")
    script.put(script.hall.pause_window("1", "lunch"))
    with pytest.raises(WindowPaused):
        script.next("1")
    script.put(script.hall.open_window("1"))
    assert script.hall.window("1").staff == "li-1"
    assert script.next("1") is not None
    with pytest.raises(Unknown, match="window"):
        script.next("77")


def test_opening_or_closing_twice_is_no_event() -> None:
    script = Script()
    assert script.hall.close_window("1") == []
    script.open("1")
    assert script.hall.open_window("1", "li-1") == []
    assert script.hall.open_window("1") == []
    script.put(script.hall.pause_window("1"))
    assert script.hall.pause_window("1") == []


def test_a_colleague_takes_an_open_window_over() -> None:
    script = Script()
    script.open("1")
    ticket = served(script, "1")
    script.put(script.hall.open_window("1", "wu"))
    assert script.hall.window("1").staff == "wu"
    assert script.hall.window("1").ticket == ticket


def test_a_closed_window_cannot_be_paused() -> None:
    with pytest.raises(WindowClosed):
        Script().hall.pause_window("1")


def test_nobody_closes_a_window_on_a_visitor() -> None:
    script = Script()
    script.open("1")
    ticket = served(script, "1")
    with pytest.raises(WindowBusy):
        script.hall.close_window("1")
    script.put(script.hall.finish(ticket))
    script.put(script.hall.close_window("1", "home"))
    assert script.hall.window("1").staff is None


# ── calling ──────────────────────────────────────────────────────────────────────────────────


def test_next_finishes_the_present_one_even_if_nobody_else_waits() -> None:
    script = Script()
    script.open("1")
    first, second = script.issue(), script.issue()
    assert script.next("1") is first
    assert script.next("1") is second
    assert first.state == "done"
    assert first.started_at == first.called_at
    assert script.next("1") is None
    assert second.state == "done"


def test_a_picked_ticket_says_how_many_it_went_before() -> None:
    script = Script()
    script.open("1")
    script.issue()
    script.issue("passport")
    picked = script.issue("passport")
    script.later(3)
    script.put(script.hall.call("1", picked.id, script.now, "wheelchair"))
    assert last_reason(script) == Reason(
        "picked", group="B", waited_s=180, ahead_of=2, note="wheelchair", passed=2
    )


def test_picking_from_another_line_or_from_a_park_counts_only_who_really_waits() -> None:
    script = Script()
    script.open("1", "2")
    stranger = script.issue("deed-tax")
    script.put(script.hall.call("1", stranger.id, script.now))
    assert last_reason(script).ahead_of == 0
    script.put(script.hall.park(stranger.id, script.now))
    script.put(script.hall.call("2", stranger.id, script.now))
    assert last_reason(script).ahead_of == 0
    assert stranger.parked_until is None


def test_a_ticket_is_called_by_one_window_only() -> None:
    script = Script()
    script.open("1", "2")
    ticket = script.issue()
    script.next("1")
    for window in ("1", "2"):
        with pytest.raises(AlreadyCalled) as error:
            script.hall.call(window, ticket.id, script.now)
        assert error.value.params["window"] == "1"
    script.put(script.hall.finish(ticket.id))
    with pytest.raises(WrongState):
        script.hall.call("2", ticket.id, script.now)


def test_another_window_cannot_act_on_my_visitor() -> None:
    script = Script()
    script.open("1", "2")
    ticket = script.issue()
    script.next("1")
    for command in ("recall", "start", "finish", "no_show", "requeue"):
        with pytest.raises(WrongWindow):
            getattr(script.hall, command)(ticket.id, "2")
    with pytest.raises(Unknown):
        script.hall.recall(ticket.id, "77")


def test_each_recall_is_counted() -> None:
    script = Script()
    script.open("1")
    ticket = script.issue()
    script.next("1")
    script.put(script.hall.recall(ticket.id))
    assert ticket.calls == 2
    script.put(script.hall.start(ticket.id))
    with pytest.raises(WrongState):
        script.hall.recall(ticket.id)


# ── mistakes and their undoing ───────────────────────────────────────────────────────────────


def test_requeue_keeps_the_place_and_what_a_colleague_wrote() -> None:
    script = Script()
    script.open("1", "2")
    first = script.issue("passport")
    script.issue("passport")
    script.put(script.hall.transfer(first.id, service="passport", note="photo missing"))
    assert script.next("1") is first
    script.put(script.hall.requeue(first.id))
    assert first.note == "photo missing"
    assert script.next("2") is first


def test_a_missed_visitor_comes_back_to_the_old_place_within_the_grace() -> None:
    script = Script()
    script.open("1")
    late = script.issue()
    script.issue()
    script.next("1")
    script.put(script.hall.no_show(late.id, "1"))
    script.later(30)
    script.put(script.hall.restore(late.id, script.now))
    assert script.next("1") is late
    script.put(script.hall.no_show(late.id, "1"))
    script.later(30.1)
    with pytest.raises(GraceOver):
        script.hall.restore(late.id, script.now)


def test_what_is_not_offered_any_more_cannot_be_restored() -> None:
    script = Script()
    ticket = script.issue("deed-tax")
    script.put(script.hall.leave(ticket.id))
    script.put(script.hall.configure(without_tax()))
    with pytest.raises(Unknown, match="service"):
        script.hall.restore(ticket.id, script.now)


def without_tax() -> HallConfig:
    return structs.replace(
        CONFIG,
        groups=CONFIG.groups[:2],
        services=CONFIG.services[:3],
        windows=(CONFIG.windows[0],),
    )


def test_undo_takes_back_a_next_in_one_step() -> None:
    script = Script()
    script.open("1", "2")
    first, second = script.issue(), script.issue()
    script.next("1")
    script.next("1")
    with pytest.raises(WrongWindow):
        script.hall.undo(first.id, "2", script.now)
    script.put(script.hall.undo(first.id, "1", script.now))
    assert (first.state, first.window) == ("serving", "1")
    assert second.state == "waiting"
    assert script.next("2") is second


# ── away and back ────────────────────────────────────────────────────────────────────────────


def test_who_is_sent_for_a_copy_returns_without_queueing_again() -> None:
    script = Script()
    script.open("1")
    ticket = served(script, "1")
    script.issue()
    script.put(script.hall.park(ticket, script.now, note="copy of the ID"))
    assert script.hall.window("1").ticket is None
    script.later(10)
    script.issue()
    script.put(script.hall.resume(ticket))
    present = script.next("1")
    assert present is not None
    assert (present.id, present.note) == (ticket, "copy of the ID")


def test_a_place_is_not_kept_for_ever() -> None:
    script = Script()
    script.open("1")
    ticket = served(script, "1")
    script.put(script.hall.park(ticket, script.now, minutes=5))
    assert script.hall.next_deadline() == script.now + 300_000
    script.later(5)
    assert script[ticket].state == "no_show"
    script.put(script.hall.restore(ticket, script.now))
    assert script[ticket].state == "waiting"


@pytest.mark.parametrize("minutes", [0, -5, 1441, float("nan"), float("inf")])
def test_a_park_has_a_sensible_length(minutes: float) -> None:
    script = Script()
    script.open("1")
    ticket = served(script, "1")
    with pytest.raises(Invalid, match="1440"):
        script.hall.park(ticket, script.now, minutes=minutes)


def test_more_time_is_given_once() -> None:
    script = Script()
    script.open("1")
    first, second = script.issue(), script.issue()
    script.put(script.hall.postpone(first.id, script.now, 15))
    assert script.next("1") is second
    script.put(script.hall.resume(first.id))
    with pytest.raises(AlreadyPostponed):
        script.hall.postpone(first.id, script.now, 15)
    assert script.next("1") is first


# ── transfer ─────────────────────────────────────────────────────────────────────────────────


def test_transfer_to_a_service_goes_on_in_its_line_with_the_old_waiting_time() -> None:
    script = Script()
    script.open("1", "3")
    script.issue("deed-tax")
    ticket = served(script, "1")
    script.later(1)
    script.issue("deed-tax")
    script.put(script.hall.transfer(ticket, service="deed-tax", note="pay first"))
    assert script.next("3") is not None
    present = script.next("3")
    assert present is not None
    assert (present.id, present.note, present.current.group) == (ticket, "pay first", "C")


def test_transfer_to_a_window_waits_for_that_window_alone() -> None:
    script = Script()
    script.open("1", "2")
    ticket = served(script, "1", "passport")
    script.put(script.hall.transfer(ticket, window="2"))
    assert script.next("1") is None
    assert script.next("2") is script[ticket]
    assert last_reason(script).code == "bound"


def test_come_back_returns_to_the_window_that_sent() -> None:
    script = Script()
    script.open("1", "3")
    ticket = served(script, "1")
    script.put(script.hall.transfer(ticket, service="deed-tax", come_back=True))
    assert script.next("3") is script[ticket]
    script.put(script.hall.finish(ticket, "3"))
    assert script[ticket].state == "waiting"
    assert script.next("3") is None
    assert script.next("1") is script[ticket]
    script.put(script.hall.finish(ticket))
    assert script[ticket].state == "done"
    assert [leg.state for leg in script[ticket].legs] == [LegState.DONE, LegState.DONE]


def test_when_a_window_closes_what_waits_for_it_goes_back_to_the_group() -> None:
    script = Script()
    script.open("1", "2", "3")
    bound = served(script, "1", "passport")
    script.put(script.hall.transfer(bound, window="2"))
    returning = served(script, "2")
    script.put(script.hall.transfer(returning, service="deed-tax", come_back=True))
    script.put(script.hall.close_window("2"))
    assert script.next("1") is script[bound]
    assert script.next("3") is script[returning]
    script.put(script.hall.finish(returning))
    assert script.next("1") is script[returning]


def test_transfers_that_make_no_sense() -> None:
    script = Script()
    script.open("1")
    ticket = served(script, "1")
    hall = script.hall
    with pytest.raises(Invalid, match="either"):
        hall.transfer(ticket)
    with pytest.raises(Invalid, match="either"):
        hall.transfer(ticket, service="copy", window="1")
    with pytest.raises(Invalid, match="already"):
        hall.transfer(ticket, window="1")
    with pytest.raises(WindowClosed):
        hall.transfer(ticket, window="2")
    with pytest.raises(Unknown):
        hall.transfer(ticket, service="surgery")
    with pytest.raises(WrongState):
        hall.transfer(script.issue().id, service="passport", come_back=True)


def test_staff_may_send_somebody_who_waits_to_the_right_line() -> None:
    script = Script()
    script.open("3")
    ticket = script.issue("advice")
    script.put(script.hall.transfer(ticket.id, service="deed-tax"))
    assert script.next("3") is ticket


# ── several matters, one ticket ──────────────────────────────────────────────────────────────


def test_several_matters_are_done_one_after_another_with_one_number() -> None:
    script = Script()
    script.open("1", "3")
    ticket = script.issue("advice", "deed-tax")
    script.next("1")
    assert script.next("1") is None
    assert (ticket.state, ticket.leg) == ("waiting", 1)
    assert script.next("3") is ticket
    script.put(script.hall.finish(ticket.id, "3", "accepted"))
    assert ticket.state == "done"


def test_the_next_matter_is_served_at_once_where_it_can_be() -> None:
    script = Script()
    script.open("1")
    ticket = script.issue("advice", "copy")
    script.later(1)
    script.issue("advice")
    script.next("1")
    assert script.next("1") is ticket
    assert (ticket.leg, ticket.state) == (1, "called")


def test_whoever_leaves_is_called_no_more() -> None:
    script = Script()
    script.open("1")
    ticket = script.issue()
    script.next("1")
    script.put(script.hall.leave(ticket.id))
    assert (ticket.state, ticket.reason) == ("cancelled", "left")
    assert script.hall.window("1").ticket is None
    with pytest.raises(WrongState):
        script.hall.leave(ticket.id)
    being_served = served(script, "1")
    with pytest.raises(WrongState):
        script.hall.leave(being_served)
    script.put(script.hall.cancel(being_served))
    assert script[being_served].reason == "staff"
