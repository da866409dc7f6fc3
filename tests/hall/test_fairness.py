"""The invariants hold on any day, and the audit finds each kind of breach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from msgspec import structs

from kiosk.hall import simulate
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import Routing
from kiosk.hall.events import AnyEvent, Record, TicketCalled, TicketIssued
from kiosk.hall.fairness import audit
from kiosk.hall.world import DrawnDay, DrawnTicket
from tests.hall import drawn


def play(day: DrawnDay, routing: Routing = "fair") -> list[Record]:
    (played,) = simulate.play([day], routing, estimates=False)
    return played.records


@pytest.mark.parametrize("routing", ["fair", "fifo", "listed"])
@settings(max_examples=60)
@given(day=drawn.days() | drawn.days(least=15, until=510))
def test_no_day_breaks_an_invariant(routing: Routing, day: DrawnDay) -> None:
    records = play(day, routing)
    assert audit(records) == []
    called = {r.event.ticket for r in records if isinstance(r.event, TicketCalled)}
    assert len(called) == len(day.tickets)


@settings(max_examples=30)
@given(day=drawn.days())
def test_the_same_day_is_decided_the_same_way(day: DrawnDay) -> None:
    assert play(day) == play(day)


def ticket(number: int, arr: float, base: float = 10, **fields: object) -> DrawnTicket:
    given = {"group": 0, "kind": 0, **fields}
    return DrawnTicket(id=number, arr=arr, base=base, **given)  # type: ignore[arg-type]


QUEUE = drawn.day([drawn.window(0, [0])], [ticket(n, 490 + n) for n in range(4)], groups=1)


def changed(records: list[Record], change: Callable[[Record], AnyEvent]) -> list[Record]:
    return [structs.replace(record, event=change(record)) for record in records]


def rules(records: list[Record], **options: float) -> set[str]:
    return {violation.rule for violation in audit(records, **options)}


def test_a_swapped_call_is_found() -> None:
    second, third = "1-1", "1-2"

    def swap(record: Record) -> AnyEvent:
        event = record.event
        name = getattr(event, "ticket", None)
        if isinstance(event, TicketIssued) or name not in (second, third):
            return event
        return structs.replace(event, ticket=third if name == second else second)

    violations = audit(changed(play(QUEUE), swap))
    assert [(v.rule, v.number, v.other) for v in violations] == [
        ("order", "A003", "A002"),
        ("decision", "A003", "A002"),
    ]


def test_a_call_by_staff_is_no_breach_of_the_rule() -> None:
    def pick(record: Record) -> AnyEvent:
        event = record.event
        if isinstance(event, TicketCalled):
            return structs.replace(event, reason=structs.replace(event.reason, code="picked"))
        return event

    assert rules(changed(play(QUEUE), pick)) == set()


def test_a_late_call_is_found_beyond_the_tolerance() -> None:
    records = play(QUEUE)
    first = next(r.seq for r in records if isinstance(r.event, TicketCalled))
    late = [structs.replace(r, at=r.at + MINUTE) if r.seq >= first else r for r in records]
    (violation,) = audit(late)
    assert (violation.rule, violation.window, violation.number) == ("idle", "0", "A001")
    assert violation.seconds == 60
    assert rules(late, tolerance_s=60) == set()


def test_an_idle_window_at_the_end_of_the_log_is_found() -> None:
    records = play(QUEUE)
    first = next(i for i, r in enumerate(records) if isinstance(r.event, TicketCalled))
    later = next(r for r in records[first:] if isinstance(r.event, TicketIssued))
    assert rules([*records[:first], structs.replace(later, at=later.at + MINUTE)]) == {"idle"}


def test_passing_over_the_most_overdue_is_found() -> None:
    # Window 0 serves both groups; group 1 has waited beyond the cap when it is free.
    tickets = [
        ticket(0, 481, base=90),
        ticket(1, 482, group=1),
        ticket(2, 500),
    ]
    records = play(drawn.day([drawn.window(0, [0, 1])], tickets))
    swapped = {"1-1": "1-2", "1-2": "1-1"}

    def swap(record: Record) -> AnyEvent:
        event = record.event
        name = getattr(event, "ticket", "")
        if isinstance(event, TicketIssued) or name not in swapped:
            return event
        return structs.replace(event, ticket=swapped[name])

    assert rules(records) == set()
    assert rules(changed(records, swap)) == {"cap", "decision"}


def test_a_late_appointment_in_the_class_of_appointments_is_found() -> None:
    tickets = [ticket(0, 491, kind=2, slot=480.0)]
    records = play(drawn.day([drawn.window(0, [0])], tickets, groups=1))
    issued = next(r.event for r in records if isinstance(r.event, TicketIssued))
    assert issued.priority == "priority"

    def gain(record: Record) -> AnyEvent:
        if isinstance(record.event, TicketIssued):
            return structs.replace(record.event, priority="appointment")
        return record.event

    assert rules(changed(records, gain)) >= {"late_gain"}


def test_who_is_never_called_is_found() -> None:
    closed = structs.replace(drawn.window(0, [0]), closed=True)
    records = play(drawn.day([closed], [ticket(0, 490)], groups=1))
    assert rules(records) == {"not_called"}


def test_one_day_of_a_log_can_be_asked_for() -> None:
    records = [
        record
        for played in simulate.play(
            [QUEUE, structs.replace(QUEUE, day=2, tickets=[ticket(0, 490)])], estimates=False
        )
        for record in played.records
    ]
    days = sorted({record.day for record in records})
    first = next(r for r in records if isinstance(r.event, TicketCalled) and r.day == days[1])
    late = [structs.replace(r, at=r.at + 5 * MINUTE) if r.seq >= first.seq else r for r in records]
    assert audit(late, days[0]) == []
    assert {v.rule for v in audit(late, days[1])} == {"idle"}


def test_a_log_starts_with_the_configuration() -> None:
    with pytest.raises(ValueError, match="hall_configured"):
        audit(play(QUEUE)[1:])
