"""What can happen to appointments. A booking's business day is that of its slot, and that of a
strike or bar the day on which it ends, so that a start reads what still matters.
"""

from __future__ import annotations

from .events_base import Claim, Event, LegPlan


class BookingHeld(Event, frozen=True):
    """Slots are kept until `until` while a form is filled in."""

    booking: str
    start: int
    legs: tuple[LegPlan, ...]
    claims: tuple[Claim, ...]
    until: int


class BookingMade(Event, frozen=True):
    """A booking stands as this says, whatever stood before under its id.

    start, end: of the visit, ms. claims: the slots that it takes. code: what is typed at the
    kiosk. person: a keyed hash that stands for the phone or ID number given, or None.
    confirm_by: until when it must be confirmed, or None. overbooked: why staff went beyond the
    capacity. note: what staff should know. moved_from: the time that it had when the hall itself
    moved it, or None. reach: over which channels its person can be told more, `mail` or `sms`.
    """

    booking: str
    code: str
    start: int
    end: int
    legs: tuple[LegPlan, ...]
    claims: tuple[Claim, ...]
    person: str | None = None
    language: str = "zh"
    channel: str = "phone"
    confirm_by: int | None = None
    overbooked: str | None = None
    note: str | None = None
    moved_from: int | None = None
    reach: tuple[str, ...] = ()


class BookingConfirmed(Event, frozen=True):
    """Whoever booked has confirmed it."""

    booking: str


class BookingInformed(Event, frozen=True):
    """Whoever booked was told that the hall can't keep the time. note: what else was said."""

    booking: str
    note: str | None = None


class BookingCancelled(Event, frozen=True):
    """Given up; its slots are free. reason: `visitor`, `staff`, `expired`, `unconfirmed`,
    `moved` (to another time, under the same id) or `hours` (the hall did not keep the time).
    """

    booking: str
    reason: str


class BookingMissed(Event, frozen=True):
    """Nobody came by the end of the day."""

    booking: str


class PersonStruck(Event, frozen=True):
    """A missed booking counts against its person until `until`."""

    person: str
    booking: str
    until: int


class PersonBarred(Event, frozen=True):
    """A person can't book until `until`; walk-in service is open."""

    person: str
    until: int


class PersonPardoned(Event, frozen=True):
    """Staff took a person's strikes and bars back, and why. until: when the last would end."""

    person: str
    until: int
    note: str


BookingEvent = (
    BookingHeld
    | BookingMade
    | BookingConfirmed
    | BookingInformed
    | BookingCancelled
    | BookingMissed
)
PersonEvent = PersonStruck | PersonBarred | PersonPardoned
