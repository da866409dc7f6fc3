"""Draws days to play: halls with several skills, from a seed. Same seed, same days.

    days = draw.days("busy", 10, seed=7)

Visitors come at random around the profile of a county hall's day; service times are log-normal
per group with means that differ from the catalogue; windows differ in speed; booked visitors
come early, late or not at all; visitors lose patience and are gone when called.
"""

from __future__ import annotations

from math import exp, log
from random import Random
from typing import Literal, NamedTuple

from msgspec import structs

from .world import (
    APPOINTMENT_KIND,
    NORMAL_KIND,
    PRIORITY_KIND,
    DrawnBooking,
    DrawnDay,
    DrawnGroup,
    DrawnLeg,
    DrawnTicket,
    DrawnWindow,
    Kind,
    WorldRules,
)

Sort = Literal["busy", "normal", "short", "small"]
"""The sorts of days: a large hall when busy, as usual and short of windows; a small hall."""


class _Queue(NamedTuple):
    """A group: catalogue and true mean minutes, log sd, walk-ins' share, bookings a day."""

    name: str
    catalogue: float
    mean: float
    sigma: float
    share: float
    booked: int = 0


class _Hall(NamedTuple):
    """A hall's groups, the skills of its windows, and what crowds its door."""

    queues: tuple[_Queue, ...]
    skills: tuple[tuple[int, ...], ...]
    walk_ins: float
    door_batch: int


_LARGE = _Hall(
    (
        _Queue("info_pickup", 5, 3.95, 0.63, 0.205),
        _Queue("residence", 8, 9.0, 0.56, 0.165, 23),
        _Queue("id_passport", 10, 12.0, 0.51, 0.087, 95),
        _Queue("driving_licence", 10, 10.0, 0.56, 0.073, 52),
        _Queue("vehicle_registration", 12, 13.6, 0.58, 0.084, 57),
        _Queue("tax_payments", 8, 5.9, 0.68, 0.112),
        _Queue("social_benefits", 15, 16.5, 0.64, 0.059, 53),
        _Queue("housing_parking", 10, 8.2, 0.64, 0.083),
        _Queue("business_trade", 15, 18.5, 0.65, 0.025, 31),
        _Queue("immigration", 25, 20.3, 0.56, 0.032, 41),
        _Queue("civil_status", 15, 15.4, 0.58, 0.032, 26),
        _Queue("certification", 5, 6.9, 0.68, 0.023),
    ),
    (
        *((0, 5, 11, 7),) * 4,
        *((5, 0, 11),) * 2,
        *((1, 7, 0),) * 4,
        (7, 1, 0),
        *((2, 1, 3),) * 6,
        *((3, 4, 2),) * 3,
        *((4, 3, 5),) * 6,
        *((6, 7, 10),) * 3,
        *((6, 10, 8),) * 2,
        *((8, 11, 5),) * 2,
        *((9, 10, 8),) * 4,
        (10, 9, 6),
        (2, 0, 1, 3, 5, 7, 11),
        (1, 0, 2, 3, 5, 7, 11),
    ),
    1300,
    25,
)
_SMALL = _Hall(
    (
        _Queue("info", 5, 4.05, 0.62, 0.467),
        _Queue("documents", 9, 9.9, 0.54, 0.259, 31),
        _Queue("benefits", 15, 14.9, 0.64, 0.165, 28),
        _Queue("certificates", 8, 7.1, 0.66, 0.109),
    ),
    ((0, 1), (0, 1), (1, 0, 3), (1, 0, 3), (2, 1), (2, 1), (3, 0, 1), (1, 2)),
    296,
    8,
)


class _Variant(NamedTuple):
    """A kind of day: its hall, how busy it is beside the hall's usual, windows that stay closed."""

    hall: _Hall
    load: float = 1.0
    closed: tuple[int, ...] = ()


_SORTS: dict[Sort, _Variant] = {
    "busy": _Variant(_LARGE),
    "normal": _Variant(_LARGE, 0.9),
    "short": _Variant(_LARGE, 0.95, (9, 13, 23, 29)),
    "small": _Variant(_SMALL),
}

OPENS, LAST = 480.0, 1050.0
_PROFILE = (95, 93, 88, 89, 95, 78, 77, 70, 45, 40, 51, 54, 73, 69, 72, 55, 53, 31, 29)
"""Walk-ins per half hour from 08:00 to 17:30, relative; the crowd at the door comes on top."""
_USUAL = 2 / 3
_BREAKS = (690, 765, 720, 795, 750, 705, 780, 735)


def days(
    sort: Sort,
    count: int,
    seed: int,
    *,
    service_factor: float = 1.0,
    factor_from: int = 1,
    catalogue_factor: float = 1.0,
    further: float = 0.0,
    planned: float = 0.0,
) -> list[DrawnDay]:
    """Consecutive days of one hall.

    service_factor: multiplies all service times from day `factor_from` (1 is the first) on.
    catalogue_factor: multiplies the catalogue's minutes, so that they are wrong by it.
    further: share of walk-ins who turn out at the window to need a further service elsewhere.
    planned: share of walk-ins who take their ticket for a second service, too. Visitors are
    otherwise the same as without either.
    """
    variant = _SORTS[sort]
    rng = Random(f"{sort} {seed}")
    windows = _windows(variant, rng)
    groups = [
        DrawnGroup(i, q.name, q.catalogue * catalogue_factor, 20 if q.catalogue >= 15 else 15)
        for i, q in enumerate(variant.hall.queues)
    ]
    drawn = []
    for day in range(1, count + 1):
        factor = service_factor if day >= factor_from else 1.0
        bookings, booked = _bookings(variant, rng)
        visitors = [*booked, *_walk_ins(variant, rng)]
        visitors.sort(key=lambda v: v.arr)
        tickets = [_truth(v, i, variant.hall, factor, rng) for i, v in enumerate(visitors)]
        if further or planned:
            more = Random(f"{sort} {seed} {day} more")
            tickets = [_more(t, variant.hall, factor, (further, planned), more) for t in tickets]
        drawn.append(
            DrawnDay("kiosk-day/1", sort, day, groups, windows, tickets, bookings, WorldRules())
        )
    return drawn


class _Visitor(NamedTuple):
    group: int
    kind: Kind
    arr: float
    slot: float | None = None


def _windows(variant: _Variant, rng: Random) -> list[DrawnWindow]:
    return [
        DrawnWindow(
            id=i,
            skills=list(skills),
            start=540 if i % 4 == 3 else OPENS,
            end=990 if i % 6 == 3 else 1080,
            speed=round(exp(rng.gauss(0, 0.12)), 6),
            break_at=_BREAKS[i % len(_BREAKS)],
            break_len=35,
            closed=i in variant.closed,
        )
        for i, skills in enumerate(variant.hall.skills)
    ]


def _bookings(variant: _Variant, rng: Random) -> tuple[list[DrawnBooking], list[_Visitor]]:
    bookings, visitors = [], []
    for group, queue in enumerate(variant.hall.queues):
        count = round(queue.booked * variant.load)
        for i in range(count):
            slot = OPENS + 15 * (i * 36 // count)
            if rng.random() < 0.15:
                bookings.append(DrawnBooking(group, slot, show=False))
                continue
            shift = min(25.0, max(-30.0, rng.gauss(-8, 7)))
            arr = round(max(OPENS - 5, slot + shift), 4)
            bookings.append(DrawnBooking(group, slot, show=True, arr=arr))
            visitors.append(_Visitor(group, APPOINTMENT_KIND, arr, slot))
    bookings.sort(key=lambda b: (b.slot, b.group))
    return bookings, visitors


def _walk_ins(variant: _Variant, rng: Random) -> list[_Visitor]:
    hall = variant.hall
    today = hall.walk_ins * variant.load * max(0.5, rng.gauss(1, 0.06))
    arrivals = [OPENS + 0.02 * i for i in range(hall.door_batch)]
    scale = (today - hall.door_batch) / sum(_PROFILE)
    for i, weight in enumerate(_PROFILE):
        start, rate = OPENS + 30 * i, weight * scale / 30
        at = start + rng.expovariate(rate)
        while at < min(start + 30, LAST):
            arrivals.append(at)
            at += rng.expovariate(rate)
    shares = [q.share for q in hall.queues]
    groups = rng.choices(range(len(shares)), shares, k=len(arrivals))
    return [
        _Visitor(g, PRIORITY_KIND if rng.random() < 0.08 else NORMAL_KIND, round(at, 4))
        for g, at in zip(groups, arrivals, strict=True)
    ]


def _truth(visitor: _Visitor, number: int, hall: _Hall, factor: float, rng: Random) -> DrawnTicket:
    return DrawnTicket(
        id=number,
        group=visitor.group,
        kind=visitor.kind,
        arr=visitor.arr,
        slot=visitor.slot,
        base=_length(hall.queues[visitor.group], factor, rng),
        walk=round(rng.uniform(0.4, 1.2), 4),
        patience=round(exp(rng.gauss(log(95), 0.55)), 3),
        pause=round(rng.expovariate(1 / 5), 4) if rng.random() < 0.06 else 0.0,
    )


def _length(queue: _Queue, factor: float, rng: Random) -> float:
    mu = log(queue.mean * factor) - queue.sigma**2 / 2
    return round(max(0.3, exp(rng.gauss(mu, queue.sigma))), 4)


def _more(
    ticket: DrawnTicket, hall: _Hall, factor: float, shares: tuple[float, float], rng: Random
) -> DrawnTicket:
    """The same visitor, maybe with another service that turns out, or one asked for as well."""
    if ticket.kind == APPOINTMENT_KIND:
        return ticket
    further, planned = (
        [DrawnLeg(group, _length(hall.queues[group], factor, rng))]
        for group in (_other(ticket.group, hall, rng), _other(ticket.group, hall, rng))
    )
    turns_out, asks = (rng.random() < share for share in shares)
    if turns_out and asks and further[0].group == planned[0].group:
        asks = False
    return structs.replace(ticket, found=further if turns_out else [], then=planned if asks else [])


def _other(group: int, hall: _Hall, rng: Random) -> int:
    """A further service: for two in three the one that belongs to the first, else any other."""
    others = [g for g in range(len(hall.queues)) if g != group]
    usual = (group + 1) % len(hall.queues)
    if rng.random() < _USUAL:
        return usual
    return rng.choices(others, [hall.queues[g].share for g in others])[0]
