"""Slots of drawn halls and days are those of the plain definition, worked out one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from kiosk.hall.calendar import MINUTE, Calendar, parse_hours
from kiosk.hall.config import (
    Appointments,
    Group,
    HallConfig,
    Service,
    Session,
    SpecialDay,
    Window,
)
from kiosk.hall.events import LegPlan
from kiosk.hall.slots import MAX_GAP_MINUTES, Slots

NAME = {"en": "x"}
CHANGE_DAYS = ("2026-03-29", "2026-10-25")
"""In Berlin the clocks change at 02:00 and at 03:00."""

HOURS = st.sampled_from(
    [
        {"mon-sun": ["00:00-24:00"]},
        {"mon-sun": ["01:30-04:10"], "tue": ["08:00-12:00"]},
        {"mon-fri": ["08:30-12:00", "13:30-17:30"], "sat": ["09:10-11:00"]},
        {"mon-tue": ["09:00-10:00"], "thu-sun": ["02:20-03:40", "09:40-15:00"]},
        {},
    ]
)
GROUPS = ("A", "B", "C")
SERVED = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True).map(tuple)
SOME_DAYS = st.sampled_from(
    [(day,) for day in CHANGE_DAYS] + [("mon",), ("sat-sun",), ("2026-11-24",)]
)


@st.composite
def halls(draw: st.DrawFn) -> HallConfig:
    """A hall with three groups, hours of all kinds, special days and sessions."""
    windows = tuple(
        Window(str(n), NAME, "1F", draw(SERVED), hours=draw(st.none() | HOURS))
        for n in range(draw(st.integers(1, 6)))
    )
    services = tuple(
        Service(f"{g}{n}", g, NAME, minutes=minutes, appointments=n < 2)
        for g in GROUPS
        for n, minutes in enumerate(draw(st.tuples(*[st.sampled_from([4, 10, 35, 70])] * 3)))
    )
    spans = st.sampled_from([("12:00-13:30",), ("18:00-19:10", "20:00-21:00"), ("02:00-03:30",)])
    ids = st.lists(st.sampled_from([w.id for w in windows]), min_size=1, unique=True).map(tuple)
    session = Session(
        "eve", NAME, draw(SOME_DAYS), draw(spans), draw(ids), draw(SERVED | st.just(()))
    )
    special = SpecialDay(draw(st.sampled_from([*CHANGE_DAYS, "2026-11-23"])), draw(spans))
    return HallConfig(
        id="main",
        name=NAME,
        timezone=draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin"])),
        hours=draw(HOURS),
        days=draw(st.sampled_from([(), (special,)])),
        sessions=draw(st.sampled_from([(), (session,)])),
        groups=tuple(Group(g, g, NAME, "1F", hours=draw(st.none() | HOURS)) for g in GROUPS),
        services=services,
        windows=windows,
        appointments=Appointments(
            slot_minutes=draw(st.sampled_from([10, 15, 30])),
            share=draw(st.sampled_from([0.1, 0.3, 1.0])),
            capacity=draw(st.dictionaries(st.sampled_from(GROUPS), st.integers(0, 3), max_size=2)),
        ),
        measured=draw(st.dictionaries(st.sampled_from(["A0", "B1"]), st.just(17.5))),
    )


def plain_cells(config: HallConfig, day: date, group: str) -> list[tuple[int, int, int]]:
    """(start, end of span, capacity), slot by slot and window by window."""
    calendar, rules = Calendar.of(config), config.appointments
    assert rules is not None
    hours = {g.id: g.hours for g in config.groups}[group]
    usual = [
        (a, b, rules.share, usual_windows(config, day, group))
        for a, b in calendar.instants(
            day, calendar.minutes(day, parse_hours(hours)) if hours else calendar.minutes(day)
        )
    ]
    opened = calendar.instants(day, calendar.minutes(day))
    usual = [
        (max(a, c), min(b, d), share, served)
        for a, b, share, served in usual
        for c, d in opened
        if max(a, c) < min(b, d)
    ]
    booked = {s.group for s in config.services if s.appointments}
    for session, spans in calendar.sessions(day):
        times = calendar.instants(day, spans)
        served = []
        for window in config.windows:
            groups = session.groups or window.groups
            if window.id in session.windows and group in groups:
                served.append((times, 1 / len({*booked.intersection(groups), group})))
        usual += [(a, b, 1.0, served) for a, b in times]
    length, room = rules.slot_minutes * MINUTE, 0.0
    found: dict[int, tuple[int, int, int]] = {}
    for a, b, share, served in usual:
        for start in range(a, b - length + 1, length):
            windows = sum(
                part for t, part in served if any(c <= start and start + length <= d for c, d in t)
            )
            capacity = rules.capacity.get(group)
            if capacity is None:
                room += share * windows * rules.slot_minutes / minutes_of(config, group)
                capacity = floor(room + 1e-9)
                room -= capacity
            found[start] = (start, b, capacity if windows > 0 else 0)
    return sorted(found.values())


def usual_windows(
    config: HallConfig, day: date, group: str
) -> list[tuple[list[tuple[int, int]], float]]:
    """When each window serves a group in the hall's hours, and how much of it counts."""
    calendar, homes = Calendar.of(config), {w.groups[0] for w in config.windows}
    found = []
    for window in config.windows:
        week = parse_hours(window.hours) if window.hours else None
        times = calendar.instants(day, calendar.minutes(day, week))
        if window.groups[0] == group:
            found.append((times, 1.0))
        elif group in window.groups and group not in homes:
            found.append((times, 1 / len(window.groups)))
        elif (
            group in window.groups and config.appointments and group in config.appointments.capacity
        ):
            found.append((times, 1e-9))
    return found


def minutes_of(config: HallConfig, group: str) -> float:
    mine = [s for s in config.services if s.group == group and s.appointments]
    return sum(config.measured.get(s.id, s.minutes) for s in mine) / len(mine)


def plain_visits(
    config: HallConfig, day: date, legs: list[LegPlan], taken: Mapping[tuple[str, int], int]
) -> list[tuple[int, int, int, int]]:
    """(start, end, capacity, free) of all visits that fit."""
    found = []
    tables = {leg.group: plain_cells(config, day, leg.group) for leg in legs}
    for start, _, _ in tables[legs[0].group]:
        at, latest, parts = start, start, []
        for leg in legs:
            options = [
                (*span, *room)
                for cell in tables[leg.group]
                if at <= cell[0] <= latest
                for span in [(cell[0], cell[0] + lasts(config, leg))]
                for room in [plain_room(config, leg, cell, tables[leg.group], taken)]
                if room is not None
            ]
            best = next((o for o in options if o[3] > 0), options[0] if options else None)
            if best is None:
                break
            parts.append(best)
            at, latest = best[1], best[1] + MAX_GAP_MINUTES * MINUTE
        else:
            capacity, free = min(p[2] for p in parts), min(p[3] for p in parts)
            if capacity > 0:
                found.append((start, parts[-1][1], capacity, free))
    return found


def lasts(config: HallConfig, leg: LegPlan) -> int:
    assert config.appointments is not None
    length = config.appointments.slot_minutes
    service = next(s for s in config.services if s.id == leg.service)
    minutes = config.measured.get(leg.service, service.minutes) * leg.quantity
    return ceil(minutes / length - 1e-9) * length * MINUTE


def plain_room(
    config: HallConfig,
    leg: LegPlan,
    cell: tuple[int, int, int],
    cells: list[tuple[int, int, int]],
    taken: Mapping[tuple[str, int], int],
) -> tuple[int, int] | None:
    """(capacity, free) of a service from a slot on; None where it doesn't fit."""
    rules = config.appointments
    assert rules is not None
    if cell[0] + lasts(config, leg) > cell[1]:
        return None
    service = next(s for s in config.services if s.id == leg.service)
    minutes = config.measured.get(leg.service, service.minutes) * leg.quantity
    usual = rules.slot_minutes if leg.group in rules.capacity else minutes_of(config, leg.group)
    many = ceil(minutes / max(usual, rules.slot_minutes) - 1e-9)
    index = cells.index(cell)
    over = cells[index : index + many]
    if len(over) < many or any(c[1] != cell[1] for c in over):
        return None
    return min(c[2] for c in over), min(c[2] - taken.get((leg.group, c[0]), 0) for c in over)


DAYS = st.sampled_from(
    [date.fromisoformat(day) for day in CHANGE_DAYS]
    + [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]
)


@settings(max_examples=60)
@given(halls(), DAYS)
def test_cells_are_those_of_the_definition(config: HallConfig, day: date) -> None:
    slots = Slots(config, Calendar.of(config))
    for group in GROUPS:
        found = slots.cells(day.isoformat(), group)
        assert [tuple(cell) for cell in found] == plain_cells(config, day, group)
        assert all(a.start < b.start for a, b in pairwise(found))
        for cell in found:
            assert slots.capacity(day.isoformat(), group, cell.start) == cell.capacity
            assert slots.capacity(day.isoformat(), group, cell.start + 1) is None


@settings(max_examples=60)
@given(
    halls(),
    DAYS,
    st.lists(st.sampled_from(["A0", "A1", "B0", "C1"]), min_size=1, max_size=3, unique=True),
    st.data(),
)
def test_visits_are_those_of_the_definition(
    config: HallConfig, day: date, services: list[str], data: st.DataObject
) -> None:
    config = structs.replace(config, sessions=())
    slots = Slots(config, Calendar.of(config))
    legs = [LegPlan(s, s[0], quantity=data.draw(st.integers(1, 2))) for s in services]
    keys = [(leg.group, c.start) for leg in legs for c in slots.cells(day.isoformat(), leg.group)]
    taken = {key: data.draw(st.integers(0, 2)) for key in keys[:30]}
    found = slots.day(day.isoformat(), legs, taken)
    expected = plain_visits(config, day, legs, taken)
    assert [slot[:4] for slot in found] == expected
    for slot in found:
        assert slots.at(day.isoformat(), slot.start, legs, taken) == slot


def test_a_day_on_which_the_clocks_change_has_each_hour_once() -> None:
    config = HallConfig(
        id="main",
        name=NAME,
        timezone="Europe/Berlin",
        hours={"mon-sun": ["00:00-24:00"]},
        groups=(Group("A", "A", NAME, "1F"),),
        services=(Service("A0", "A", NAME, minutes=10, appointments=True),),
        windows=(Window("1", NAME, "1F", ("A",)),),
        appointments=Appointments(slot_minutes=30),
    )
    slots, calendar = Slots(config, Calendar.of(config)), Calendar.of(config)
    spring, autumn = (slots.cells(day, "A") for day in CHANGE_DAYS)
    assert (len(spring), len(autumn)) == (46, 50)
    shown = [calendar.rfc3339(cell.start)[11:16] for cell in spring[2:6]]
    assert shown == ["01:00", "01:30", "03:00", "03:30"]
    shown = [calendar.rfc3339(cell.start)[11:] for cell in autumn[4:8]]
    assert [text[:5] for text in shown] == ["02:00", "02:30", "02:00", "02:30"]
    assert [text[-6:] for text in shown] == ["+02:00", "+02:00", "+01:00", "+01:00"]
