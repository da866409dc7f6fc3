"""The audit of days with several services on a ticket, visitors who come back, and lent windows."""

from __future__ import annotations

import pytest
from msgspec import structs

from kiosk.hall.events import AnyEvent, Reason, Record, TicketCalled, TicketIssued
from kiosk.hall.fairness import Violation, audit
from tests.hall.script import Script


def called(log: list[Record]) -> list[TicketCalled]:
    return [r.event for r in log if isinstance(r.event, TicketCalled)]


def found(log: list[Record]) -> list[Violation]:
    """What the audit finds, but for windows at which nobody presses a key."""
    return [v for v in audit(log) if v.rule not in ("idle", "not_called")]


def forged(
    hall: Script, window: str, ticket: str, code: str, service: str | None = None
) -> list[Record]:
    """The log with one call more, which a hall that decides by the rule would not make."""
    reason = Reason(code=code, rule="fair", group="A", priority="normal", waited_s=0)
    event = TicketCalled(ticket, window, reason, "li", service)
    return [*hall.log, *hall.hall.stamp([event], hall.now, "forger")]


def exchanged(log: list[Record], one: str, other: str) -> list[Record]:
    """The log in which two tickets have changed places after they were issued."""
    names = {one: other, other: one}

    def change(event: AnyEvent) -> AnyEvent:
        name = getattr(event, "ticket", "")
        if isinstance(event, TicketIssued) or name not in names:
            return event
        return structs.replace(event, ticket=names[name])

    return [structs.replace(record, event=change(record.event)) for record in log]


# ── several services ─────────────────────────────────────────────────────────────────────────


def two_services() -> Script:
    """One visitor for advice and tax, between others; both windows serve until nobody waits."""
    hall = Script()
    hall.open("1", "3")
    for services in (("advice",), ("deed-tax",), ("advice",), ("deed-tax", "advice"), ("advice",)):
        hall.issue(*services)
        hall.later(1)
    waiting = True
    while waiting:
        hall.later(5)
        waiting = hall.next("3") is not None
        hall.later(5)
        waiting = (hall.next("1") is not None) or waiting
    return hall


def test_a_visit_of_several_services_is_fair_in_each_of_its_queues() -> None:
    hall = two_services()
    services = [c.service for c in called(hall.log) if c.ticket == "t4"]
    assert services == ["deed-tax", "advice"]
    assert found(hall.log) == []


def test_who_is_passed_over_for_a_second_service_is_found() -> None:
    hall = Script()
    hall.open("1", "3")
    hall.issue("deed-tax", "advice")
    hall.later(1)
    hall.issue("advice")
    hall.next("3")
    hall.later(5)
    hall.put(hall.hall.finish("t1"))  # the old place, before who came later
    assert found(forged(hall, "1", "t1", "first", "advice")) == []
    first = hall["t1"].number
    rules = [(v.rule, v.other) for v in found(forged(hall, "1", "t2", "first", "advice"))]
    assert rules == [("order", first), ("decision", first)]


# ── coming back ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def returned() -> Script:
    """Two who were sent away are back; three wait who came before them, one is at the window."""
    hall = Script()
    hall.open("1")
    for _ in range(3):
        hall.issue("advice")
    away = [hall.issue("advice", priority="senior").id for _ in range(2)]
    for ticket in away:
        assert hall.next("1") is hall[ticket]
        hall.put(hall.hall.park(ticket, hall.now))
    hall.next("1")
    hall.later(2)
    for ticket in away:
        hall.put(hall.hall.resume(ticket))
    return hall


def test_who_comes_back_is_called_at_once_and_that_is_fair(returned: Script) -> None:
    order = []
    while (ticket := returned.next("1")) is not None:
        order.append(ticket.id)
        returned.later(3)
    assert order == ["t4", "t2", "t5", "t3"]
    assert [c.reason.code for c in called(returned.log)[-4:]] == [
        "return",
        "first",
        "return",
        "first",
    ]
    assert audit(returned.log, tolerance_s=3600) == []


def test_two_in_a_row_who_come_back_are_found(returned: Script) -> None:
    returned.next("1")
    returned.later(3)
    returned.put(returned.hall.finish("t4"))
    (violation,) = found(forged(returned, "1", "t5", "return"))
    assert (violation.rule, violation.number) == ("decision", returned["t5"].number)
    assert violation.other == returned["t2"].number


def test_who_came_back_later_does_not_go_before_who_came_back_first(returned: Script) -> None:
    while returned.next("1") is not None:
        returned.later(3)
    rules = {v.rule for v in found(exchanged(returned.log, "t4", "t5"))}
    assert rules >= {"order", "decision"}


# ── lent windows ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lent() -> Script:
    """Window 3 of the tax helps with general matters for ten minutes; three wait for those."""
    hall = Script()
    hall.open("1", "3")
    hall.put(hall.hall.lend_window("3", ("A",), 10, hall.now))
    hall.issue("advice")
    hall.next("1")
    for _ in range(3):
        hall.later(1)
        hall.issue("advice")
    return hall


def test_a_lent_window_helps_fairly_while_it_is_lent(lent: Script) -> None:
    lent.later(5)
    assert lent.next("3") is lent["t2"]
    assert called(lent.log)[-1].reason.code == "help"
    lent.later(10)
    assert lent.next("3") is None
    assert found(lent.log) == []


def test_a_lent_window_that_stays_idle_is_found_and_one_that_was_returned_is_not(
    lent: Script,
) -> None:
    lent.later(7)
    lent.later(30)
    (violation,) = [v for v in audit(lent.log, tolerance_s=120) if v.window == "3"]
    assert (violation.rule, violation.number) == ("idle", lent["t2"].number)
    assert violation.seconds <= 10 * 60


def test_a_call_by_a_window_that_is_no_longer_lent_is_found(lent: Script) -> None:
    lent.later(30)
    (violation,) = found(forged(lent, "3", "t2", "help"))
    assert (violation.rule, violation.window, violation.other) == ("decision", "3", "")


def test_the_first_in_line_is_called_by_a_lent_window_too(lent: Script) -> None:
    lent.later(5)
    rules = {v.rule for v in found(forged(lent, "3", "t3", "help"))}
    assert rules == {"order", "decision"}
