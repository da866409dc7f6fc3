"""How the events of appointments change a hall; `fold` hands them over."""

from __future__ import annotations

from bisect import insort
from typing import assert_never

from .booking import TAKING, Booking, BookingState, Strike
from .events import Record
from .events_booking import (
    BookingCancelled,
    BookingConfirmed,
    BookingEvent,
    BookingHeld,
    BookingInformed,
    BookingMade,
    BookingMissed,
    PersonBarred,
    PersonEvent,
    PersonPardoned,
    PersonStruck,
)
from .fold_messages import plan_reminder
from .state import State


def booking(state: State, record: Record, event: BookingEvent) -> None:
    """Fold what happened to a booking."""
    state.days.add(record.day)
    match event:
        case BookingHeld():
            _keep(state, _held(record, event))
        case BookingMade():
            _keep(state, _made(record, event))
        case BookingConfirmed(booking=known):
            _settle(state, known, BookingState.BOOKED)
        case BookingInformed(booking=known, note=note):
            if found := state.bookings.get(known):
                found.informed_at, found.told = record.at, note
                plan_reminder(state, found)
        case BookingCancelled(booking=known, reason="moved"):
            # What follows under this id says all: the old day must leave nothing of it.
            _settle(state, known, BookingState.CANCELLED, "moved")
            state.bookings.pop(known, None)
        case BookingCancelled(booking=known, reason=reason):
            _settle(state, known, BookingState.CANCELLED, reason)
        case BookingMissed(booking=known):
            _settle(state, known, BookingState.MISSED)
        case never:
            assert_never(never)


def _held(record: Record, event: BookingHeld) -> Booking:
    return Booking(
        id=event.booking,
        day=record.day,
        start=event.start,
        end=event.start,
        legs=event.legs,
        claims=event.claims,
        state=BookingState.HELD,
        made_at=record.at,
        due=event.until,
    )


def _made(record: Record, event: BookingMade) -> Booking:
    confirmed = event.confirm_by is None
    return Booking(
        id=event.booking,
        day=record.day,
        start=event.start,
        end=event.end,
        legs=event.legs,
        claims=event.claims,
        state=BookingState.BOOKED if confirmed else BookingState.UNCONFIRMED,
        made_at=record.at,
        code=event.code,
        due=event.confirm_by,
        person=event.person,
        language=event.language,
        channel=event.channel,
        overbooked=event.overbooked,
        note=event.note,
        moved_from=event.moved_from,
        reach=event.reach,
    )


def _keep(state: State, booking: Booking) -> None:
    """Let a booking stand in the place of whatever stood under its id."""
    if old := state.bookings.get(booking.id):
        _count(state, old, -1)
        state.settle(old)
    state.bookings[booking.id] = booking
    _count(state, booking, 1)
    if booking.due is not None:
        insort(state.pending, (booking.due, booking.id))
    if booking.reach:
        plan_reminder(state, booking)


def _settle(state: State, known: str, to: BookingState, reason: str | None = None) -> None:
    """Bring a booking into a state in which nothing is due any more."""
    if booking := state.bookings.get(known):
        _count(state, booking, -1)
        state.settle(booking)
        booking.state, booking.reason = to, reason
        _count(state, booking, 1)
        plan_reminder(state, booking)


def _count(state: State, booking: Booking, by: int) -> None:
    """Add a booking's claims, code and person to those taken, or take them away."""
    if booking.state not in TAKING:
        return
    _name(state, booking, known=by > 0)
    for claim in booking.claims:
        key = (claim.group, claim.start)
        left = state.taken.get(key, 0) + by
        if left:
            state.taken[key] = left
        else:
            state.taken.pop(key, None)


def _name(state: State, booking: Booking, *, known: bool) -> None:
    """Let a booking be found by its code and its person, or no more."""
    if booking.code and known:
        state.codes[booking.code] = booking.id
    elif booking.code:
        state.codes.pop(booking.code, None)
    if booking.person is None:
        return
    theirs = state.persons.setdefault(booking.person, set())
    (theirs.add if known else theirs.discard)(booking.id)
    if not theirs:
        del state.persons[booking.person]


def person(state: State, record: Record, event: PersonEvent) -> None:
    """Fold what happened to somebody who missed bookings."""
    state.days.add(record.day)
    match event:
        case PersonStruck(person=who, until=until):
            strike = Strike(until, record.day, event.booking)
            state.strikes[who] = (*state.strikes.get(who, ()), strike)
        case PersonBarred(person=who, until=until):
            state.bars[who] = Strike(until, record.day)
        case PersonPardoned(person=who):
            state.strikes.pop(who, None)
            state.bars.pop(who, None)
        case never:
            assert_never(never)


def close_day(state: State, day: str) -> None:
    """Forget the bookings of a day that is over, and the strikes and bars that have ended."""
    for booking in [b for b in state.bookings.values() if b.day == day]:
        _settle(state, booking.id, BookingState.CANCELLED)
        del state.bookings[booking.id]
    left = {who: tuple(s for s in all_ if s.day > day) for who, all_ in state.strikes.items()}
    state.strikes = {who: strikes for who, strikes in left.items() if strikes}
    state.bars = {who: bar for who, bar in state.bars.items() if bar.day > day}
