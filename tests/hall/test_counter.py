import pytest
from msgspec import structs

from kiosk.hall.config import APPOINTMENT
from kiosk.hall.errors import (
    AlreadyRated,
    GroupClosed,
    HallClosed,
    HallError,
    Invalid,
    Unknown,
    WrongState,
)
from kiosk.hall.events import PrintOutcome, TicketIssued, VisitorsArrived
from kiosk.hall.printing import PrintState
from tests.hall.script import CONFIG, OPENING, Script, at


def test_numbers_count_per_prefix_and_start_again_the_next_day() -> None:
    script = Script()
    assert [script.issue(s).number for s in ("advice", "passport", "copy")] == [
        "A001",
        "B001",
        "A002",
    ]
    assert script.issue("deed-tax").number == "001"
    script.later(at=at("09:00", "2026-11-24"))
    assert script.issue("advice").number == "A001"


def test_the_thousandth_visitor_gets_four_digits() -> None:
    script = Script()
    for _ in range(999):
        script.issue("advice")
    assert script.issue("advice").number == "A1000"


@pytest.mark.parametrize(
    ("services", "error"),
    [
        ([], Invalid),
        (["advice", "advice"], Invalid),
        (["advice", "copy", "passport", "deed-tax", "a", "b"], Invalid),
        (["advice", "surgery"], Unknown),
    ],
)
def test_services_that_no_ticket_can_be_for(services: list[str], error: type[HallError]) -> None:
    script = Script()
    with pytest.raises(error):
        script.hall.issue(OPENING, ticket_id="t", services=services)


def test_a_priority_must_be_one_that_the_hall_gives_on_the_spot() -> None:
    script = Script()
    assert script.issue("advice", priority="senior").priority == "senior"
    assert script.issue("advice", priority="normal").priority == "normal"
    for wrong in ("king", APPOINTMENT):
        with pytest.raises(Unknown, match="priority"):
            script.issue("advice", priority=wrong)


def test_the_ticket_speaks_a_language_of_the_hall() -> None:
    script = Script()
    assert script.issue().language == "zh"
    with pytest.raises(Invalid, match="zh, en"):
        script.hall.issue(OPENING, ticket_id="t", services=["advice"], language="tlh")


def test_outside_opening_hours_there_is_no_ticket() -> None:
    script = Script(now=at("12:00"))
    with pytest.raises(HallClosed) as lunch:
        script.issue()
    assert lunch.value.params["opens"] == "2026-11-23T13:30:00.000+08:00"
    script.later(at=at("13:30"))
    assert script.issue().number == "A001"
    script.later(at=at("17:30", "2026-11-27"))
    with pytest.raises(HallClosed) as weekend:
        script.issue()
    assert weekend.value.params["opens"] == "2026-11-30T08:30:00.000+08:00"


def test_a_hall_that_never_opens_says_no_hour() -> None:
    script = Script(structs.replace(CONFIG, hours={}))
    with pytest.raises(HallClosed) as closed:
        script.issue()
    assert closed.value.params["opens"] == ""


def test_a_group_with_its_own_hours_closes_by_itself() -> None:
    script = Script(now=at("16:00"))
    assert script.issue("advice").number == "A001"
    with pytest.raises(GroupClosed) as closed:
        script.issue("advice", "deed-tax")
    assert closed.value.params["group"] == "C"
    assert closed.value.params["opens"] == "2026-11-24T09:00:00.000+08:00"


def test_a_service_without_an_open_window_gives_a_ticket_all_the_same() -> None:
    script = Script()
    script.open("1")
    assert script.issue("deed-tax").state == "waiting"


def test_ahead_counts_who_will_be_called_before() -> None:
    script = Script()
    script.issue("advice")
    script.issue("passport")
    assert script.issue("advice").ahead == 1
    assert script.issue("advice", priority="senior").ahead == 0
    assert script.issue("advice").ahead == 3


def test_a_booked_visitor_waits_from_the_slot_on() -> None:
    script = Script()
    slot = OPENING + 20 * 60_000
    script.put(script.hall.check_in(OPENING, ticket_id="b", services=["advice"], slot=slot))
    assert script["b"].priority == APPOINTMENT
    assert script["b"].ref == slot


def test_a_clock_set_back_does_not_turn_the_order_round() -> None:
    script = Script()
    script.open("1")
    first = script.issue()
    script.now -= 3_600_000
    second = script.issue()
    assert second.ref == first.ref
    assert second.number == "A002"
    assert script.next("1") is first
    assert [r.at for r in script.log] == [OPENING] * len(script.log)


# ── paper ────────────────────────────────────────────────────────────────────────────────────


def printed(script: Script) -> tuple[str, int]:
    script.put(script.hall.issue(script.now, ticket_id="p", services=["advice"], printer="p1"))
    return ("p", 0)


def test_a_paper_is_asked_for_with_the_ticket_and_ends_once() -> None:
    script = Script()
    job = printed(script)
    script.put(script.hall.begin_print(*job, script.now))
    assert script.hall.state.prints[job].state is PrintState.SENDING
    assert script.hall.begin_print(*job, script.now) == []
    script.put(script.hall.settle_print(*job, PrintOutcome.PRINTED))
    assert script.hall.state.prints[job].state is PrintState.PRINTED
    assert script.hall.settle_print(*job, PrintOutcome.FAILED) == []


def test_an_unknown_printer_is_refused_before_the_number_is_given() -> None:
    script = Script()
    with pytest.raises(Unknown, match="printer"):
        script.hall.issue(OPENING, ticket_id="t", services=["advice"], printer="p9")


def test_paper_that_comes_too_late_is_not_printed() -> None:
    script = Script()
    job = printed(script)
    script.later(6)
    script.put(script.hall.begin_print(*job, script.now))
    assert script.hall.state.prints[job].state is PrintState.EXPIRED


def test_who_is_called_at_once_gets_a_paper_and_who_has_gone_does_not() -> None:
    script = Script()
    script.open("1")
    job = printed(script)
    script.next("1")
    assert script.hall.begin_print(*job, script.now)[0].kind == "print_sending"
    script.put(script.hall.finish("p"))
    script.put(script.hall.begin_print(*job, script.now))
    assert script.hall.state.prints[job].state is PrintState.EXPIRED


def test_a_copy_has_its_own_number_and_prints_for_somebody_called() -> None:
    script = Script()
    script.open("1")
    printed(script)
    script.next("1")
    script.put(script.hall.reprint("p", "p1", script.now))
    script.put(script.hall.begin_print("p", 1, script.now))
    assert script.hall.state.prints["p", 1].state is PrintState.SENDING


def test_each_paper_is_given_up_at_its_own_time() -> None:
    """The deadline is that of the earliest, whoever else waits for a printer."""
    script = Script()
    script.open("1")
    first = printed(script)
    expires = script.hall.state.prints[first].expires
    script.later(minutes=1)
    script.put(script.hall.reprint("p", "p1", script.now))
    script.later(minutes=1)
    script.put(script.hall.begin_print(*first, script.now))
    minute = 60_000
    assert script.hall.next_deadline() == expires + minute
    assert [e.copy for e in script.hall.tick(expires + minute).events] == [1]
    ended = script.hall.tick(expires + 2 * minute).events
    assert [(e.copy, e.outcome) for e in ended] == [
        (1, PrintOutcome.EXPIRED),
        (0, PrintOutcome.UNCERTAIN),
    ]
    script.put(script.hall.settle_print(*first, PrintOutcome.PRINTED))
    assert [e.copy for e in script.hall.tick(expires + 2 * minute).events] == [1]


def test_no_copy_of_a_ticket_that_is_over() -> None:
    script = Script()
    ticket = script.issue()
    script.put(script.hall.leave(ticket.id))
    with pytest.raises(WrongState):
        script.hall.reprint(ticket.id, "p1", script.now)


# ── rating ───────────────────────────────────────────────────────────────────────────────────


def test_one_rating_after_the_service() -> None:
    script = Script()
    script.open("1")
    ticket = script.issue()
    with pytest.raises(WrongState):
        script.hall.rate(ticket.id, 5)
    script.next("1")
    script.put(script.hall.finish(ticket.id))
    for wrong in (0, 6):
        with pytest.raises(Invalid, match="1 to 5"):
            script.hall.rate(ticket.id, wrong)
    with pytest.raises(Invalid) as dimension:
        script.hall.rate(ticket.id, 5, {"skill": 9})
    assert dimension.value.field == "skill"
    script.put(script.hall.rate(ticket.id, 4, {"skill": 5}))
    assert ticket.rating == 4
    with pytest.raises(AlreadyRated):
        script.hall.rate(ticket.id, 1)


def test_who_comes_through_a_door_is_counted_and_a_token_goes_with_the_ticket() -> None:
    script = Script()
    script.put(script.hall.arrive(3, "south"))
    script.later(minutes=2)
    script.put(script.hall.issue(script.now, ticket_id="t", services=["advice"], door_at=OPENING))
    arrived, issued = (r.event for r in script.log[-2:])
    assert arrived == VisitorsArrived(3, "south")
    assert isinstance(issued, TicketIssued)
    assert issued.door_at == OPENING
    for wrong in (0, -1, 1001):
        with pytest.raises(Invalid, match="people"):
            script.hall.arrive(wrong)
