"""Figures by hand, and the properties that figures of any day have."""

from __future__ import annotations

import csv
import io
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall.calendar import Calendar
from kiosk.hall.spread import spread
from kiosk.store import Store
from kiosk.store.stats import DIMENSIONS, Fact, Report, Span, Tally, Terms, duplicates
from kiosk.store.tabulate import header, rows

from .days import CONFIG, DAY, NOON, drawn, write

CALENDAR = Calendar(CONFIG.timezone, CONFIG.hours)
MINUTE = 60_000


def fact(ticket: str, issued: int = 0, wait: int | None = None, **changes: object) -> Fact:
    """A served ticket: issued so many minutes after noon, called after `wait` minutes."""
    at = NOON + issued * MINUTE
    return Fact(
        ticket=ticket,
        day=DAY,
        priority="normal",
        channel="kiosk",
        ended="done",
        reason=None,
        issued_at=at,
        leg=0,
        service="tax",
        group="A",
        state="done",
        window="1",
        staff="li",
        waiting_since=at,
        first_called_at=None if wait is None else at + wait * MINUTE,
        service_ms=0 if wait is None else 5 * MINUTE,
    )._replace(**changes)


def gone(ticket: str, issued: int, state: str, reason: str | None = None) -> Fact:
    return fact(ticket, issued, ended=state, state=state, reason=reason, window=None, staff=None)


def report(facts: list[Fact], by: str = "group", spans: list[Span] | None = None) -> Report:
    tally = Tally(by, CALENDAR, Terms({"A": 600}, {"A": "1F", "B": "2F"}, {"back-office"}))
    tally.add(facts)
    tally.add_spans(DAY, spans or [], NOON + 60 * MINUTE)
    return tally.report(DAY, DAY)


def test_a_day_by_hand() -> None:
    facts = [
        fact("t1", 0, 4),
        fact("t2", 5, 8),
        fact("t3", 10, 20, window="2", staff="wang"),
        gone("t4", 20, "cancelled", "left"),
        gone("t5", 25, "no_show")._replace(first_called_at=NOON + 65 * MINUTE),
    ]
    total = report(facts).total
    assert (total.raw.arrivals, total.raw.served, total.raw.left, total.raw.no_shows) == (
        5,
        3,
        1,
        1,
    )
    assert total.raw.wait is not None
    assert total.cleaned.wait is not None
    assert (total.raw.wait.count, total.raw.wait.max_s) == (4, 2400)
    assert (total.cleaned.wait.median_s, total.cleaned.wait.p90_s) == (480, 1200)
    assert total.raw.within_target == 0.5
    assert total.cleaned.within_target == pytest.approx(2 / 3, abs=1e-4)
    assert total.cleaned.service is not None
    assert total.cleaned.service.mean_s == 300
    by_staff = {line.key: line.raw.served for line in report(facts, "staff").lines}
    assert by_staff == {"li": 2, "wang": 1}


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("half_hour", ["12:00", "12:30"]),
        ("hour", ["12:00"]),
        ("day", [DAY]),
        ("zone", ["1F"]),
        ("priority", ["normal"]),
        ("service", ["tax"]),
        ("window", ["1"]),
    ],
)
def test_each_dimension_has_its_keys(by: str, keys: list[str]) -> None:
    facts = [fact("t1", 0, 3), fact("t2", 29, 3), fact("t3", 30, 3)]
    assert [line.key for line in report(facts, by).lines] == keys


def test_a_second_ticket_of_the_same_hand_is_counted_raw_only() -> None:
    facts = [
        fact("t1", 0, 3),
        gone("t2", 0, "no_show"),
        gone("t3", 1, "cancelled", "day_closed"),
        gone("t4", 5, "no_show"),
        gone("t5", 9, "no_show")._replace(service="card"),
        fact("t6", 6, 3),
    ]
    assert duplicates(facts) == {"t2", "t3", "t4"}
    total = report(facts).total
    assert (total.raw.arrivals, total.cleaned.arrivals, total.duplicates) == (6, 3, 3)


def test_a_service_that_only_waits_is_an_arrival() -> None:
    waiting = fact("t1", state="waiting", ended="waiting", window=None)
    planned = waiting._replace(leg=1, state="planned", waiting_since=None)
    total = report([waiting, planned]).total
    assert (total.raw.arrivals, total.raw.called, total.raw.wait) == (1, 0, None)
    assert total.raw.within_target is None


def test_windows_times_are_counted_until_now() -> None:
    spans = [
        Span("1", "li", "open", NOON, NOON + 10 * MINUTE),
        Span("1", "li", "paused", NOON + 10 * MINUTE, NOON + 15 * MINUTE),
        Span("1", "wang", "open", NOON + 15 * MINUTE, None),
    ]
    made = report([], "staff", spans)
    assert [(x.key, x.open_s, x.paused_s) for x in made.lines] == [
        ("li", 600, 300),
        ("wang", 2700, 0),
    ]
    assert (made.total.open_s, made.total.paused_s) == (3300, 300)
    assert report([fact("t1", 0, 1)], "group", spans).lines[0].open_s is None


def test_work_without_a_visitor_is_no_pause() -> None:
    spans = [
        Span("1", "li", "open", NOON, NOON + 10 * MINUTE),
        Span("1", "li", "paused", NOON + 10 * MINUTE, NOON + 25 * MINUTE, "back-office"),
        Span("1", "li", "paused", NOON + 25 * MINUTE, NOON + 30 * MINUTE, "meal"),
    ]
    made = report([], "window", spans)
    assert [(x.open_s, x.paused_s, x.work_s) for x in (*made.lines, made.total)] == [
        (600, 300, 900)
    ] * 2
    out = io.StringIO()
    csv.writer(out).writerows([header(made), *rows(made)])
    assert next(csv.DictReader(io.StringIO(out.getvalue())))["work_s"] == "900"


@given(st.lists(st.integers(0, 10**7), min_size=1))
def test_a_spread_agrees_with_the_textbook(values: list[int]) -> None:
    found = spread(values)
    assert found is not None
    assert found.median_s == pytest.approx(statistics.median(values) / 1000, abs=0.051)
    assert found.max_s == pytest.approx(max(values) / 1000, abs=0.051)
    below = sum(v / 1000 <= found.p90_s + 0.051 for v in values)
    assert below >= 0.9 * len(values)


async def test_lines_add_up_to_the_total(store: Store) -> None:
    log = drawn(11, 300, days=2)
    await write(store, log)
    for by in DIMENSIONS:
        made = await store.reports.stats(
            "main",
            DAY,
            max(r.day for r in log),
            by,
            calendar=CALENDAR,
            now=log[-1].at,
            terms=Terms({"A": 900, "B": 900}, {"A": "1F", "B": "1F"}),
        )
        assert made.total.raw.tickets == sum(r.event.kind == "ticket_issued" for r in log)
        assert made.total.cleaned.arrivals <= made.total.raw.arrivals
        served = sum(line.raw.served for line in made.lines)
        assert 0 < served <= made.total.raw.served
        if by not in ("window", "staff"):
            assert served == made.total.raw.served
            assert sum(line.raw.arrivals for line in made.lines) == made.total.raw.arrivals


def test_csv_has_a_column_for_each_figure() -> None:
    made = report([fact("t1", 0, 3), gone("t2", 30, "cancelled", "left")])
    out = io.StringIO()
    csv.writer(out).writerows([header(made), *rows(made)])
    first, total = csv.DictReader(io.StringIO(out.getvalue()))
    assert (first["group"], first["raw_arrivals"], first["raw_wait_p90_s"]) == ("A", "2", "180.0")
    assert (total["group"], total["cleaned_left"], total["open_s"]) == ("", "1", "0")
    assert len(header(made)) == len(rows(made)[0])


async def test_tickets_are_found_by_state_and_number(store: Store) -> None:
    log = drawn(12, 200)
    await write(store, log)
    everyone = await store.reports.find("main", DAY, DAY, limit=1000)
    assert len(everyone) == sum(r.event.kind == "ticket_issued" for r in log)
    done = await store.reports.find("main", DAY, DAY, state="done")
    assert {v.ticket.state for v in done} == {"done"}
    wanted = everyone[0].ticket
    (one,) = await store.reports.find("main", DAY, DAY, number=wanted.number)
    assert one.ticket == wanted
    assert await store.reports.ticket("main", "nobody") is None


async def test_a_rating_is_read_back(store: Store) -> None:
    log = drawn(13, 500)
    await write(store, log, size=400)
    rated = [r.event for r in log if r.event.kind == "ticket_rated"]
    assert rated
    for event in rated:
        row = await store.reports.rating("main", event.ticket)
        assert row is not None
        assert (row.score, row.dimensions) == (event.score, '{"attitude":5}')
    assert await store.reports.rating("main", "nobody") is None
