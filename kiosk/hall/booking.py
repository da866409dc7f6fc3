"""A booking: slots of one business day that somebody asked to have kept."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from .events_base import Claim, LegPlan


class BookingState(StrEnum):
    """Where a booking stands."""

    HELD = "held"
    UNCONFIRMED = "unconfirmed"
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    MISSED = "missed"
    CANCELLED = "cancelled"


TAKING = frozenset(
    {BookingState.HELD, BookingState.UNCONFIRMED, BookingState.BOOKED, BookingState.CHECKED_IN}
)
"""States in which a booking takes its slots."""

EXPECTED = frozenset({BookingState.UNCONFIRMED, BookingState.BOOKED})
"""States in which somebody may still come."""


class Booking(Struct):
    """Somebody's place in the days ahead. Instants are ms.

    day: the business day of its slot. due: when it ends by itself, held or unconfirmed; None
    otherwise. made_at: when it was made. informed_at: when its person was told that the hall can't
    keep the time, told: in which words. ticket: what was given at check-in. remind_at: when a
    reminder of it is due. Other fields as in `BookingMade`.
    """

    id: str
    day: str
    start: int
    end: int
    legs: tuple[LegPlan, ...]
    claims: tuple[Claim, ...]
    state: BookingState
    made_at: int
    code: str = ""
    due: int | None = None
    person: str | None = None
    language: str = "zh"
    channel: str = "phone"
    overbooked: str | None = None
    note: str | None = None
    reason: str | None = None
    moved_from: int | None = None
    informed_at: int | None = None
    told: str | None = None
    ticket: str | None = None
    reach: tuple[str, ...] = ()
    remind_at: int | None = None


class Strike(NamedTuple):
    """What counts against a person: until when (ms), the business day of that instant, and which
    missed booking it is for; a bar is for several.
    """

    until: int
    day: str
    booking: str = ""
