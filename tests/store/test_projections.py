"""The tables say what the engine says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kiosk.hall.engine import Hall
from kiosk.hall.events import (
    AnyEvent,
    HallConfigured,
    LegPlan,
    Reason,
    Record,
    ServiceFinished,
    ServiceStarted,
    TicketCalled,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketRequeued,
    TicketRestored,
    TicketResumed,
    TicketTransferred,
    WindowClosed,
    WindowOpened,
    WindowPaused,
)
from kiosk.hall.state import TicketState
from kiosk.store import Store
from kiosk.store.projections import Projection, touched
from kiosk.store.rows import CallRow, WindowTimeRow
from kiosk.store.visit import Visit

from .days import CONFIG, NOON, drawn, records, write


def fold(log: Sequence[Record]) -> Projection:
    projection = Projection()
    for record in log:
        projection.apply(record, b"d")
    return projection


def visit(*events: AnyEvent, legs: int = 1) -> Visit:
    """What happened to ticket t, one second after the other from NOON + 1000."""
    plans = (LegPlan("tax", "A"), LegPlan("card", "B"), LegPlan("register", "B"))[:legs]
    log = records([TicketIssued("t", "A001", plans), *events])
    return fold(log).visits["t"]


CALL = TicketCalled("t", "1", Reason("first", group="A", waited_s=3), "li")
SECOND = 1000


@pytest.mark.parametrize("seed", range(8))
def test_tickets_are_in_the_state_that_the_engine_says(seed: int) -> None:
    log = drawn(seed, 300)
    engine = Hall.replay([r for r in log if r.day == log[0].day][:-1])
    projection = fold(log[:-1])
    assert set(projection.visits) >= set(engine.state.tickets)
    for ticket in engine.state.tickets.values():
        row = projection.visits[ticket.id].ticket
        leg = projection.visits[ticket.id].current
        assert row.state == ticket.state
        assert (row.calls, row.window, row.staff) == (ticket.calls, ticket.window, ticket.staff)
        assert (row.called_at, row.finished_at) == (ticket.called_at, ticket.ended_at)
        assert (leg.service, leg.group) == (ticket.current.service, ticket.current.group)
        planned = [x for x in projection.visits[ticket.id].legs if x.state == "planned"]
        later = [g for i, g in enumerate(ticket.legs) if i != ticket.leg and g.state != "done"]
        assert sorted(x.service for x in planned) == sorted(g.service for g in later)
    open_now = {w.id for w in engine.state.windows.values() if w.status != "closed"}
    assert set(projection.windows) == open_now


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_rows_are_the_same_however_the_log_is_cut(store: Store, size: int) -> None:
    log = drawn(5, 250, days=2)
    await write(store, log, size=size)
    expected = fold(log).visits
    for day in {r.day for r in log}:
        for found in await store.reports.visits("main", day):
            wanted = expected[found.ticket.id]
            assert (found.ticket, found.legs) == (wanted.ticket, wanted.legs)
    for ticket_id, wanted in expected.items():
        one = await store.reports.ticket("main", ticket_id)
        assert one is not None
        assert (one.ticket, one.legs) == (wanted.ticket, wanted.legs)


def test_a_wait_runs_to_the_first_call_and_service_to_the_end() -> None:
    done = visit(CALL, ServiceStarted("t", "1"), ServiceFinished("t", "1", "accepted"))
    leg = done.current
    assert leg.waiting_since == NOON + 1 * SECOND
    assert (leg.first_called_at, leg.started_at) == (NOON + 2 * SECOND, NOON + 3 * SECOND)
    assert (leg.service_ms, leg.outcome, leg.state) == (1 * SECOND, "accepted", "done")
    assert done.ticket.state == TicketState.DONE


def test_without_a_noted_start_service_runs_from_the_call() -> None:
    assert visit(CALL, ServiceFinished("t", "1")).current.service_ms == 1 * SECOND


def test_a_call_taken_back_does_not_end_the_wait() -> None:
    row = visit(CALL, TicketRequeued("t", "1"), CALL)
    assert row.current.first_called_at == NOON + 4 * SECOND
    assert row.ticket.first_called_at == NOON + 4 * SECOND
    assert row.ticket.calls == 2


def test_a_missed_ticket_waited_until_its_first_call() -> None:
    row = visit(CALL, TicketMissed("t", "1"), TicketRestored("t"), CALL)
    assert row.current.first_called_at == NOON + 2 * SECOND
    assert row.current.called_at == NOON + 5 * SECOND
    assert row.current.service_ms == 0


def test_a_park_interrupts_the_service() -> None:
    row = visit(
        CALL, TicketParked("t", "1", 0), TicketResumed("t"), CALL, ServiceFinished("t", "1")
    )
    assert row.current.service_ms == 2 * SECOND


def test_the_next_service_waits_from_the_end_of_the_one_before() -> None:
    row = visit(CALL, ServiceFinished("t", "1"), legs=2)
    assert [leg.state for leg in row.legs] == ["done", "waiting"]
    assert row.current.service == "card"
    assert row.current.waiting_since == NOON + 3 * SECOND
    assert (row.ticket.state, row.ticket.window) == ("waiting", None)


def test_a_transfer_that_comes_back_goes_before_the_other_services() -> None:
    away = TicketTransferred("t", "register", "B", source="1", bound="2", come_back="1")
    finish = ServiceFinished("t", "1")
    row = visit(CALL, away, legs=2)
    assert [(x.service, x.bound, x.state) for x in row.legs] == [
        ("tax", None, "transferred"),
        ("card", None, "planned"),
        ("register", "2", "waiting"),
        ("tax", "1", "planned"),
    ]
    row = visit(CALL, away, CALL, finish, legs=2)
    assert (row.current.service, row.current.bound) == ("tax", "1")
    row = visit(CALL, away, CALL, finish, CALL, finish, legs=2)
    assert row.current.service == "card"


def test_calls_keep_their_reason() -> None:
    projection = fold(records([TicketIssued("t", "A001", (LegPlan("tax", "A"),)), CALL]))
    (call,) = [row for row in projection.changed() if isinstance(row, CallRow)]
    assert (call.code, call.number, call.waited_s, call.staff) == ("first", "A001", 3, "li")


def test_window_times_are_spans_of_one_state_and_person() -> None:
    log = records(
        [
            WindowOpened("1", "li"),
            WindowPaused("1", "lunch"),
            WindowOpened("1", "wang"),
            WindowClosed("1"),
        ]
    )
    rows = [r for r in fold(log).changed() if isinstance(r, WindowTimeRow)]
    spans = [(r.state, r.staff, r.reason, (r.until_at or 0) - r.from_at) for r in rows]
    assert spans == [
        ("open", "li", None, SECOND),
        ("paused", "li", "lunch", SECOND),
        ("open", "wang", None, SECOND),
    ]


def test_what_a_batch_touches_is_all_that_it_needs() -> None:
    log = drawn(9, 200)
    for cut in range(1, len(log), 13):
        whole, tail = fold(log[:cut]), log[cut : cut + 13]
        subjects, partial = touched(tail), Projection()
        partial.days = {d: whole.days[d] for d in subjects.days if d in whole.days}
        partial.visits = {t: whole.visits[t] for t in subjects.tickets}
        partial.windows = {w: whole.windows[w] for w in subjects.windows if w in whole.windows}
        partial.prints = {p: whole.prints[p] for p in subjects.prints}
        for record in tail:
            partial.apply(record, b"d")
        assert partial.changed()


def test_the_configuration_touches_no_ticket() -> None:
    assert touched(records([HallConfigured(CONFIG)])).tickets == ()
