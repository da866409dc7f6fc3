"""Visits of several services, coming back, paying, and windows that help one another."""

from __future__ import annotations

import pytest
from msgspec import structs

from kiosk.hall.config import Package, Priority, Service, Window
from kiosk.hall.counter import Wishes, materials
from kiosk.hall.errors import (
    ApprovalNeeded,
    CircularServices,
    Invalid,
    NobodyServes,
    NoNotice,
    NoticeOpen,
    NotPossible,
)
from kiosk.hall.fairness import audit
from kiosk.hall.floor import looped
from kiosk.hall.plan import Errand, plan
from kiosk.hall.state import LegState, TicketState
from tests.hall.script import CONFIG, Script

VISITS = structs.replace(
    CONFIG,
    services=(
        *CONFIG.services,
        Service("photo", "A", {"en": "Photo"}, minutes=5.0, max_quantity=5),
        Service("card", "B", {"en": "Card"}, minutes=10.0, after=("photo",)),
        Service("pay", "C", {"en": "Bank"}, kind="payment"),
        Service(
            "license",
            "B",
            {"en": "Licence"},
            materials=("ID",),
            promise=True,
        ),
    ),
    priorities=(*CONFIG.priorities, Priority("urgent", {"en": "Urgent"}, 60.0, approval=True)),
    packages=(Package("newborn", {"en": "Newborn"}, ("photo", "card")),),
)


@pytest.fixture
def hall() -> Script:
    script = Script(VISITS)
    script.open("1", "2", "3")
    return script


# ── several services ─────────────────────────────────────────────────────────────────────────


def test_whoever_calls_first_serves_first_and_the_other_place_is_kept(hall: Script) -> None:
    visit = hall.issue("advice", "deed-tax")
    behind = hall.issue("advice")
    assert {lane for (lane, _), _ in hall.hall.state.queues.items()} == {"A", "C"}
    assert hall.next("3") is hall[visit.id]
    assert hall[visit.id].current.service == "deed-tax"
    assert hall.next("1") is hall[behind.id], "never at two windows"
    hall.put(hall.hall.finish(visit.id))
    assert hall[visit.id].state is TicketState.WAITING
    third = hall.issue("advice")
    assert hall.next("1") is hall[visit.id], "the old place, before who came meanwhile"
    assert hall.next("1") is hall[third.id]
    assert hall[visit.id].state is TicketState.DONE


def test_a_service_waits_for_what_comes_before_it(hall: Script) -> None:
    visit = hall.issue("card", "photo")
    assert [leg.service for leg in visit.legs] == ["photo", "card"]
    assert [visit.legs[i].service for i in visit.ready()] == ["photo"]
    hall.put(hall.hall.close_window("2"))
    hall.next("1")
    assert hall[visit.id].current.service == "photo"
    assert hall.next("1") is hall[visit.id]
    assert hall[visit.id].current.service == "card"


def test_a_plan_ends_as_soon_as_can_be() -> None:
    stops = plan(
        [Errand("slow", 1200, 300), Errand("free", 0, 600), Errand("last", 0, 60, ("slow",))]
    )
    assert [s.service for s in stops] == ["free", "slow", "last"]
    assert (stops[1].begins, stops[2].ends) == (1200, 1560)


def test_the_same_service_may_lie_ahead_twice() -> None:
    again = Errand("again", 60, 300)
    stops = plan([again, Errand("other", 0, 600, ("again",)), again])
    assert [(s.service, s.begins, s.ends) for s in stops] == [
        ("again", 60, 360),
        ("again", 360, 660),
        ("other", 660, 1260),
    ]


def test_who_stands_in_several_lines_of_a_window_is_not_his_own_rival(hall: Script) -> None:
    visit = hall.issue("advice", "passport")
    hall.later(12)
    hall.issue("deed-tax")
    hall.later(3)
    assert hall.next("2") is hall[visit.id]
    why = hall[visit.id].why
    assert why is not None
    assert (why.points, why.lead) == (15, 12)


def test_services_that_wait_for_one_another_are_refused() -> None:
    with pytest.raises(CircularServices, match="a, b"):
        plan([Errand("a", 0, 1, ("b",)), Errand("b", 0, 1, ("a",))])


def test_five_copies_take_five_times_as_long(hall: Script) -> None:
    wishes = Wishes(quantities={"photo": 5})
    hall.put(hall.hall.issue(hall.now, ticket_id="q", services=["photo"], wishes=wishes))
    assert hall["q"].current.quantity == 5
    assert hall.hall.errands(hall["q"].legs, {})[0].length == 25 * 60
    with pytest.raises(Invalid, match="1 to 5"):
        hall.hall.issue(
            hall.now, ticket_id="r", services=["photo"], wishes=Wishes(quantities={"photo": 6})
        )


# ── papers ───────────────────────────────────────────────────────────────────────────────────


def test_only_what_may_be_handed_in_later_can_be_promised(hall: Script) -> None:
    given = Wishes(promised=("ID",))
    hall.put(hall.hall.issue(hall.now, ticket_id="p", services=["license"], wishes=given))
    assert hall["p"].promised == ("ID",)
    with pytest.raises(Invalid, match="later"):
        hall.hall.issue(hall.now, ticket_id="x", services=["passport"], wishes=given)


def test_a_paper_that_two_services_need_is_promised_only_if_both_allow_it() -> None:
    strict = structs.replace(VISITS.services[2], materials=("ID",))
    services = (*VISITS.services[:2], strict, *VISITS.services[3:])
    hall = Script(structs.replace(VISITS, services=services))
    given = Wishes(promised=("ID",))
    with pytest.raises(Invalid, match="later"):
        hall.hall.issue(hall.now, ticket_id="x", services=["license", strict.id], wishes=given)


def test_every_answer_says_what_to_bring() -> None:
    from_child = structs.replace(VISITS.services[-1], materials=("ID",), questions=())
    assert materials(from_child) == ("ID",)


# ── away and back ────────────────────────────────────────────────────────────────────────────


def test_who_comes_back_is_called_next_but_never_two_in_a_row(hall: Script) -> None:
    first, second = hall.issue("passport"), hall.issue("passport")
    for ticket in (first, second):
        assert hall.next("2") is hall[ticket.id]
        hall.put(hall.hall.park(ticket.id, hall.now, errand="copy"))
    waiting = [hall.issue("passport", priority="senior") for _ in range(3)]
    hall.later(20)
    for ticket in (first, second):
        hall.put(hall.hall.resume(ticket.id))
    called = [hall.next("2") for _ in range(4)]
    assert [t and t.number for t in called] == [
        first.number,
        waiting[0].number,
        second.number,
        waiting[1].number,
    ]
    codes = [r.event.reason.code for r in hall.log if r.event.kind == "ticket_called"]
    assert codes[-4:] == ["return", "first", "return", "first"]
    assert [v.rule for v in audit(hall.log) if v.rule != "idle"] == []


def test_an_unknown_errand_is_refused(hall: Script) -> None:
    ticket = hall.issue("passport")
    hall.next("2")
    with pytest.raises(Invalid, match="copy"):
        hall.hall.park(ticket.id, hall.now, errand="shopping")


# ── payment ──────────────────────────────────────────────────────────────────────────────────


def test_a_payment_leads_to_the_bank_and_back_to_the_same_window(hall: Script) -> None:
    ticket, behind = hall.issue("passport"), hall.issue("passport")
    hall.next("2")
    hall.put(hall.hall.bill(ticket.id, hall.now, item="fee", amount_fen=12_000))
    assert (notice := hall[ticket.id].notice) is not None
    assert (notice.number, notice.amount_fen) == ("JF001", 12_000)
    assert hall.next("3") is hall[ticket.id]
    with pytest.raises(NoticeOpen):
        hall.hall.bill(ticket.id, hall.now, item="again")
    hall.put(hall.hall.pay(ticket.id, "3"))
    assert hall[ticket.id].lane == "@2"
    assert hall.next("1") is hall[behind.id], "no other window takes it"
    assert hall.next("2") is hall[ticket.id]
    with pytest.raises(NoNotice):
        hall.hall.pay(ticket.id)


def test_who_paid_by_phone_needs_no_bank(hall: Script) -> None:
    ticket = hall.issue("passport")
    hall.next("2")
    hall.put(hall.hall.bill(ticket.id, hall.now, item="fee"))
    hall.put(hall.hall.pay(ticket.id))
    assert hall.next("3") is None
    assert hall.next("2") is hall[ticket.id]
    assert [leg.state for leg in hall[ticket.id].legs] == [LegState.DONE, LegState.SERVING]


def test_a_hall_without_a_bank_says_so() -> None:
    hall = Script()
    hall.open("2")
    ticket = hall.issue("passport")
    hall.next("2")
    with pytest.raises(NotPossible, match="payment"):
        hall.hall.bill(ticket.id, hall.now, item="fee")


# ── windows that help ────────────────────────────────────────────────────────────────────────


def test_a_lent_window_serves_another_group_until_the_loan_ends(hall: Script) -> None:
    ticket, later = hall.issue("deed-tax"), hall.issue("deed-tax")
    assert hall.next("1") is None
    hall.put(hall.hall.lend_window("1", ("C",), 60, hall.now))
    assert hall.next("1") is hall[ticket.id]
    due = hall.hall.next_deadline()
    hall.later(61)
    assert due is not None
    assert due <= hall.now
    assert hall.hall.window("1").lent == ()
    assert hall.next("1") is None
    assert hall[later.id].state is TicketState.WAITING


@pytest.mark.parametrize("groups", [(), ("B",), ("Z",)])
def test_a_loan_of_what_it_has_or_of_nothing_is_refused(
    hall: Script, groups: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid, match=r"serve|no group"):
        hall.hall.lend_window("1", groups, 60, hall.now)


def test_help_is_asked_for_once_and_given_once(hall: Script) -> None:
    hall.put(hall.hall.call_assistance("1", "fire"))
    assert hall.hall.call_assistance("1") == []
    assert hall.hall.window("1").assistance == hall.now
    hall.put(hall.hall.give_assistance("1"))
    assert hall.hall.give_assistance("1") == []


def test_a_transfer_to_nowhere_is_refused() -> None:
    windows = (*VISITS.windows[:1], Window("2", {"en": "2"}, "1F", ("B", "A")))
    hall = Script(structs.replace(VISITS, windows=windows))
    hall.open("1")
    ticket = hall.issue("advice")
    hall.next("1")
    with pytest.raises(NobodyServes, match="C"):
        hall.hall.transfer(ticket.id, service="deed-tax")


def test_a_circle_of_transfers_is_seen(hall: Script) -> None:
    ticket = hall.issue("advice")
    hall.next("1")
    hall.put(hall.hall.transfer(ticket.id, service="passport"))
    assert not looped(hall[ticket.id])
    hall.next("2")
    hall.put(hall.hall.transfer(ticket.id, service="copy"))
    assert looped(hall[ticket.id])


# ── green channel ────────────────────────────────────────────────────────────────────────────


def test_a_green_channel_needs_a_reason_and_who_approved_it(hall: Script) -> None:
    with pytest.raises(ApprovalNeeded):
        hall.issue("passport", priority="urgent")
    first, urgent = hall.issue("passport"), hall.issue("passport")
    with pytest.raises(ApprovalNeeded):
        hall.hall.prioritise(urgent.id, "urgent", "", "director Li")
    hall.put(hall.hall.prioritise(urgent.id, "urgent", "flood relief", "director Li"))
    assert hall.next("2") is hall[urgent.id]
    called = hall.log[-1].event
    assert called.kind == "ticket_called"
    assert called.reason.passed == 1  # type: ignore[union-attr]
    assert hall[first.id].state is TicketState.WAITING
