"""Days to play: who comes when and how long it takes, and the hall that receives them.

A drawn day (`kiosk-day/1`) is one JSON object, read by `world_file`; `hall_config` makes the
hall of it. What a hall could know of the day (windows, roster, bookings) is kept apart from the
truth about visitors: `roster` is all that a forecast may read.
Times in a drawn day are minutes since 00:00, in the engine milliseconds since the epoch.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

from msgspec import Struct

from .calendar import MINUTE
from .config import Appointments, Group, HallConfig, Priority, Routing, Service, Window, Zone
from .roster import Booking, Roster, Shift

Kind = Literal[0, 1, 2]
NORMAL_KIND: Kind = 0
PRIORITY_KIND: Kind = 1
APPOINTMENT_KIND: Kind = 2
KINDS = ("normal", "priority", "appointment")
"""Names of the kinds of tickets, by number."""

CLOSING = 1080.0
"""Windows whose shift ends at this minute work off what waits for them."""

FIRST_DAY = 1_767_571_200_000
"""Midnight of Monday 5 January 2026, UTC: drawn days are numbered from here."""

DAY = 24 * 60 * MINUTE


class DrawnGroup(Struct, frozen=True):
    """A queue; `catalogue` is the prior mean of its service time, minutes."""

    id: int
    name: str
    catalogue: float
    target: float = 15


class DrawnWindow(Struct, frozen=True, omit_defaults=True):
    """A window and its shift. `speed` is the true factor on service time, which nobody knows.

    breaks: absences that are not on the roster, as (at, length). works_off: whether it stays at
    its end until nobody waits whom it serves; by default when it ends at 18:00.
    """

    id: int
    skills: list[int]
    start: float
    end: float
    speed: float = 1.0
    break_at: float | None = None
    break_len: float = 0.0
    late: bool = False
    closed: bool = False
    breaks: list[tuple[float, float]] = []
    works_off: bool | None = None

    @property
    def rests(self) -> list[tuple[float, float]]:
        """All breaks as (at, length), in order."""
        first = [] if self.break_at is None else [(self.break_at, self.break_len)]
        return sorted([*first, *self.breaks])

    @property
    def stays(self) -> bool:
        """Whether it works off what waits at its end."""
        return self.end >= CLOSING if self.works_off is None else self.works_off


class DrawnBooking(Struct, frozen=True):
    """A booking; `show` and `arr` are the truth about it."""

    group: int
    slot: float
    show: bool = True
    arr: float | None = None


class DrawnLeg(Struct, frozen=True):
    """A further service of a visitor."""

    group: int
    base: float


class DrawnTicket(Struct, frozen=True, omit_defaults=True):
    """A visitor: arrival, kind, and the truth about service, walk, patience and pause (minutes).

    then: services after the first, asked for when the ticket is taken. found: services that turn
    out at the window, when those before them are done. priority: the class of kind 1 when it
    isn't `priority`. leaves: gives the ticket back when the patience ends, instead of being gone
    when called.
    """

    id: int
    group: int
    kind: Kind
    arr: float
    slot: float | None = None
    base: float = 0.0
    walk: float = 0.0
    patience: float = 1e9
    pause: float = 0.0
    then: list[DrawnLeg] = []
    found: list[DrawnLeg] = []
    priority: str = "priority"
    leaves: bool = False


def services_of(ticket: DrawnTicket) -> list[str]:
    """The services that a visitor asks for: one per group, `3.1` for a second one of group 3."""
    seen: Counter[int] = Counter()
    found = []
    for group in (ticket.group, *(leg.group for leg in ticket.then)):
        found.append(f"{group}.{seen[group]}" if seen[group] else str(group))
        seen[group] += 1
    return found


class WorldRules(Struct, frozen=True):
    """The parameters of the world that playing a day needs."""

    noshow_hold: float = 1.5
    secondary_slowdown: float = 1.1
    slot: float = 15.0


class DrawnDay(Struct, frozen=True):
    """One day of one hall."""

    schema: Literal["kiosk-day/1"]
    name: str
    day: int
    groups: list[DrawnGroup]
    windows: list[DrawnWindow]
    tickets: list[DrawnTicket]
    bookings: list[DrawnBooking] = []
    config: WorldRules = WorldRules()


def instant(midnight: int, minutes: float) -> int:
    """An instant of the day that began at `midnight`."""
    return midnight + round(minutes * MINUTE)


def _prefix(group: int) -> str:
    """A, B … Z, AA, AB …"""
    head = _prefix(group // 26 - 1) if group >= 26 else ""
    return head + chr(ord("A") + group % 26)


def drawn_services(day: DrawnDay) -> tuple[Service, ...]:
    """A service per group, and as many more of a group as any visitor asks for."""
    names = {str(g.id) for g in day.groups}
    names.update(name for ticket in day.tickets for name in services_of(ticket))
    groups = {str(g.id): g for g in day.groups}
    services = []
    for name in sorted(names, key=_numbers):
        group = groups[name.partition(".")[0]]
        services.append(
            Service(name, str(group.id), {"en": group.name}, group.catalogue, appointments=True)
        )
    return tuple(services)


def _numbers(name: str) -> list[int]:
    return [int(part) for part in name.split(".")]


def hall_config(day: DrawnDay, routing: Routing, hall_id: str) -> HallConfig:
    """The hall of a drawn day: a service per group, the priority class, appointments."""
    zone = Zone("1", {"en": "Hall"})
    return HallConfig(
        id=hall_id,
        name={"en": day.name},
        timezone="UTC",
        hours={"mon-sun": ["00:00-24:00"]},
        routing=routing,
        zones=(zone,),
        groups=tuple(
            Group(str(g.id), _prefix(g.id), {"en": g.name}, zone.id, g.target) for g in day.groups
        ),
        services=drawn_services(day),
        windows=tuple(
            Window(str(w.id), {"en": str(w.id)}, zone.id, tuple(str(s) for s in w.skills))
            for w in day.windows
        ),
        priorities=(
            Priority("priority", {"en": "Priority"}, credit_minutes=5, rate=2, cap_minutes=40),
        ),
        appointments=Appointments(slot_minutes=round(day.config.slot)),
    )


def roster(day: DrawnDay, midnight: int) -> Roster:
    """What the hall knows of the day beforehand: shifts, breaks and bookings."""
    shifts = tuple(
        Shift(
            window=str(w.id),
            start=instant(midnight, w.start),
            end=instant(midnight, w.end),
            works_off=w.stays,
            break_at=None if w.break_at is None else instant(midnight, w.break_at),
            break_ms=round(w.break_len * MINUTE),
        )
        for w in day.windows
        if not w.closed
    )
    bookings = tuple(Booking(str(b.group), instant(midnight, b.slot)) for b in day.bookings)
    return Roster(shifts, bookings)
