"""What the past weeks say about the capacities of the next: proposals for a manager, and taking
them over. Pure: the figures are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import NamedTuple

from msgspec import structs

from .config import HallConfig
from .slots import Slots

LEAST = 20
"""Fewer observations say nothing."""

MOST_EMPTY = 0.5
"""A higher rate of missed bookings is no reason to book more than twice what fits."""


class Seen(NamedTuple):
    """What was measured. lengths: service → (how many, mean minutes). missed: group → (bookings
    whose time has come, those for which nobody came).
    """

    lengths: Mapping[str, tuple[int, float]]
    missed: Mapping[str, tuple[int, int]]


class Proposal(NamedTuple):
    """A group's bookings per slot, now and as measured. minutes: a service's; None when too few
    were seen. seen, booked: how many services and bookings it rests on. windows: the most that
    serve it at once in the days to come. fits: what the measured figures say, unrounded; None
    without them. Sessions, where all time can be booked, are left out.
    """

    group: str
    present: int
    proposed: int
    minutes: float | None
    no_show_rate: float
    seen: int
    booked: int
    windows: float = 0.0
    fits: float | None = None


def proposals(config: HallConfig, slots: Slots, days: Sequence[str], seen: Seen) -> list[Proposal]:
    """A proposal for each group that can be booked. days: those to come, for who is at work."""
    if not slots.offered:
        return []
    booked = {s.group for s in config.services if s.appointments}
    return [_proposal(config, slots, days, seen, g.id) for g in config.groups if g.id in booked]


def _proposal(
    config: HallConfig, slots: Slots, days: Sequence[str], seen: Seen, group: str
) -> Proposal:
    lengths = [seen.lengths.get(s.id, (0, 0.0)) for s in config.services if s.group == group]
    count = sum(n for n, _ in lengths)
    minutes = sum(n * mean for n, mean in lengths) / count if count >= LEAST else None
    booked, missed = seen.missed.get(group, (0, 0))
    rate = min(MOST_EMPTY, missed / booked) if booked >= LEAST else 0.0
    usual = [slots.usual(day, group) for day in days]
    present = max((most for most, _ in usual), default=0)
    busiest = max((windows for _, windows in usual), default=0.0)
    proposed, fits = present, None
    if minutes is not None:
        fits = slots.rules.share * busiest * slots.rules.slot_minutes / minutes / (1 - rate)
        # Below one a slot the share carries fractions over, which a whole number can't.
        proposed = floor(fits) or present
    return Proposal(group, present, proposed, minutes, rate, count, booked, busiest, fits)


def taken_over(
    config: HallConfig, found: Sequence[Proposal], seen: Seen, groups: Sequence[str]
) -> HallConfig:
    """The configuration with the proposals of some groups."""
    chosen = {p.group: p for p in found if p.group in groups}
    measured = {
        s.id: round(seen.lengths[s.id][1], 1)
        for s in config.services
        if s.group in chosen and seen.lengths.get(s.id, (0, 0.0))[0] >= LEAST
    }
    capacity = {p.group: p.proposed for p in chosen.values() if p.proposed != p.present}
    return structs.replace(
        config,
        measured={**config.measured, **measured},
        capacity={**config.capacity, **capacity},
    )


def kept(new: HallConfig, old: HallConfig) -> HallConfig:
    """A new hall file's configuration with what was taken over under the old one.

    What the file says itself comes first; services and groups that it no longer has are left out.
    """
    services, groups = {s.id for s in new.services}, {g.id for g in new.groups}
    said = new.appointments.capacity if new.appointments else {}
    measured = {s: m for s, m in old.measured.items() if s in services}
    capacity = {g: n for g, n in old.capacity.items() if g in groups and g not in said}
    return structs.replace(
        new,
        measured={**measured, **new.measured},
        capacity={**capacity, **new.capacity},
    )
