"""Drawn days: the same from the same seed, and such as a hall sees."""

from __future__ import annotations

from statistics import mean

import msgspec
import pytest
from msgspec import structs

from kiosk.hall import draw
from kiosk.hall.world import KINDS
from kiosk.hall.world_file import decode


def test_the_same_seed_draws_the_same_days() -> None:
    assert draw.days("small", 2, seed=1) == draw.days("small", 2, seed=1)
    assert draw.days("small", 2, seed=1) != draw.days("small", 2, seed=2)


def test_a_day_survives_its_file() -> None:
    (day,) = draw.days("small", 1, seed=1)
    assert decode(msgspec.json.encode(day)) == day


def test_unknown_fields_of_a_file_are_left_alone() -> None:
    (day,) = draw.days("small", 1, seed=1)
    raw = msgspec.to_builtins(day)
    raw["config"]["weather"] = "rain"
    assert decode(msgspec.json.encode(raw)) == day


@pytest.mark.parametrize(
    ("sort", "least", "most", "windows"),
    [("busy", 1450, 1750, 40), ("normal", 1300, 1600, 40), ("small", 290, 400, 8)],
)
def test_days_are_as_busy_as_their_sort(
    sort: draw.Sort, least: int, most: int, windows: int
) -> None:
    days = draw.days(sort, 5, seed=3)
    assert least < mean(len(day.tickets) for day in days) < most
    assert all(len(day.windows) == windows for day in days)


def test_a_short_day_lacks_windows() -> None:
    (day,) = draw.days("short", 1, seed=1)
    assert sum(w.closed for w in day.windows) == 4


def test_arrivals_are_in_order_and_bookings_come_or_not() -> None:
    (day,) = draw.days("busy", 1, seed=5)
    assert [t.arr for t in day.tickets] == sorted(t.arr for t in day.tickets)
    shown = sum(b.show for b in day.bookings)
    assert 0.75 < shown / len(day.bookings) < 0.95
    assert shown == sum(KINDS[t.kind] == "appointment" for t in day.tickets)


def test_services_may_grow_longer_from_a_day_on() -> None:
    plain = draw.days("small", 6, seed=9)
    longer = draw.days("small", 6, seed=9, service_factor=2.0, factor_from=4)
    assert plain[:3] == longer[:3]
    base = [mean(t.base for day in days[3:] for t in day.tickets) for days in (plain, longer)]
    assert base[1] == pytest.approx(2 * base[0], rel=0.05)


def test_the_catalogue_may_be_wrong() -> None:
    (plain,), (wrong,) = (draw.days("small", 1, seed=9, catalogue_factor=f) for f in (1.0, 1.8))
    assert [g.catalogue for g in wrong.groups] == [g.catalogue * 1.8 for g in plain.groups]
    assert plain.tickets == wrong.tickets


def test_some_visitors_may_need_more_than_they_came_for() -> None:
    plain, more = (draw.days("small", 2, seed=9, further=f, planned=f) for f in (0.0, 0.25))
    assert draw.days("small", 2, seed=9) == plain
    tickets = [t for day in more for t in day.tickets]
    bare = [structs.replace(t, found=[], then=[]) for t in tickets]
    assert bare == [t for day in plain for t in day.tickets]
    walk_ins = [t for t in tickets if KINDS[t.kind] != "appointment"]
    assert not any(t.found or t.then for t in tickets if t not in walk_ins)
    for found in ([t for t in walk_ins if t.found], [t for t in walk_ins if t.then]):
        assert 0.18 < len(found) / len(walk_ins) < 0.32
    assert all(leg.group != t.group for t in tickets for leg in (*t.found, *t.then))
    assert decode(msgspec.json.encode(more[0])) == more[0]
