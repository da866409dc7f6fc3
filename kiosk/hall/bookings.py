"""What appointments ask of a hall: hold, book, change, check in. Each returns events or raises."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Sequence
from typing import NamedTuple

from .booking import EXPECTED, TAKING, Booking, BookingState
from .calendar import DAY, MINUTE
from .config import NORMAL
from .core import Events
from .counter import Counter
from .errors import Invalid, Unknown
from .errors_booking import (
    AlreadyCheckedIn,
    BookingOver,
    CheckInTooEarly,
    ContactNeeded,
    HoldOver,
    NoSlot,
    NotBookable,
    PastSlot,
    PersonDayLimit,
    PersonIsBarred,
    PersonLimit,
    ReasonNeeded,
    SlotFull,
    TooFar,
    TooLateToChange,
    TooSoon,
    WrongCode,
)
from .events import Estimate, LegPlan
from .events_booking import (
    BookingCancelled,
    BookingConfirmed,
    BookingHeld,
    BookingInformed,
    BookingMade,
    BookingMissed,
    PersonBarred,
    PersonPardoned,
    PersonStruck,
)
from .slots import Slot, Slots, Taken

CODES = 1_000_000
"""Codes that a kiosk takes: six digits."""

_STEP = 7919
"""From a code that is in use to the next that is tried; coprime to the number of codes."""


class Booker(NamedTuple):
    """Who books. person: a keyed hash of the phone or ID number given. staff: by staff, for whom
    lead time and horizon don't count. overbook: why capacity doesn't either. reach: as in
    `BookingMade`.
    """

    person: str | None = None
    language: str | None = None
    channel: str = "phone"
    staff: bool = False
    overbook: str | None = None
    note: str | None = None
    reach: tuple[str, ...] = ()


class Bookings(Counter):
    """Commands of who books, of the kiosk's check-in and of staff."""

    def _derive(self) -> None:
        super()._derive()
        self.slots = Slots(self.state.config, self.calendar)

    def booking(self, booking_id: str) -> Booking:
        """A booking of an open day. Raises Unknown."""
        try:
            return self.state.bookings[booking_id]
        except KeyError:
            raise Unknown("appointment", "") from None

    # ── slots ────────────────────────────────────────────────────────────────────────────────

    def bookable(self, services: Sequence[str]) -> tuple[LegPlan, ...]:
        """The legs of a visit in the order of its services' `after`.

        Raises Unknown, Invalid or NotBookable.
        """
        legs = self.planned(services, {}, dict.fromkeys(self.groups, 0.0))
        for leg in legs:
            if not self.slots.offered or not self.service(leg.service).appointments:
                raise NotBookable(leg.service)
        return legs

    def free_slots(
        self,
        day: str,
        legs: Sequence[LegPlan],
        now: int,
        taken: Taken | None = None,
        *,
        staff: bool = False,
    ) -> list[Slot]:
        """The slots of a day that can be booked at `now`, full ones included.

        staff: any that has not begun, whatever lead time and horizon say.
        """
        lead = 0 if staff else self.slots.rules.lead_minutes * MINUTE
        if day < self.calendar.day(now) or (day > self._last_day(now) and not staff):
            return []
        found = self.slots.day(day, legs, self.state.taken if taken is None else taken)
        at = self._at(now)
        return [slot for slot in found if slot.start > at and slot.start >= at + lead]

    def _last_day(self, now: int) -> str:
        """The last day that visitors may book at `now`."""
        noon = self.calendar.starts(self.calendar.day(now)) + DAY // 2
        return self.calendar.day(noon + self.slots.rules.days_ahead * DAY)

    def _slot(
        self, start: int, legs: Sequence[LegPlan], now: int, who: Booker, taken: Taken
    ) -> Slot:
        """The slot at `start`, which must be free for whoever asks."""
        rules = self.slots.rules
        text = self.calendar.rfc3339(start)
        if start <= now:
            raise PastSlot(text)
        if not who.staff:
            if start < now + rules.lead_minutes * MINUTE:
                raise TooSoon(rules.lead_minutes)
            if self.calendar.day(start) > self._last_day(now):
                raise TooFar(rules.days_ahead)
        slot = self.slots.at(self.calendar.day(start), start, legs, taken)
        if slot is None or (slot.capacity <= 0 and who.overbook is None):
            raise NoSlot(text)
        if slot.free <= 0 and not (who.staff and who.overbook):
            raise SlotFull(text)
        return slot

    def _without(self, booking: Booking | None) -> Taken:
        """What is taken by all others."""
        if booking is None or booking.state not in TAKING:
            return self.state.taken
        taken = dict(self.state.taken)
        for claim in booking.claims:
            taken[claim.group, claim.start] -= 1
        return taken

    # ── booking ──────────────────────────────────────────────────────────────────────────────

    def hold(self, now: int, booking_id: str, services: Sequence[str], start: int) -> Events:
        """Keep a slot while a form is filled in."""
        now = self._at(now)
        legs = self.bookable(services)
        slot = self._slot(start, legs, now, Booker(), self.state.taken)
        until = now + self.slots.rules.hold_minutes * MINUTE
        return [BookingHeld(booking_id, start, legs, slot.claims, until)]

    def release(self, booking_id: str) -> Events:
        """Give a held slot back; nothing when it isn't held any more."""
        held = self.booking(booking_id).state is BookingState.HELD
        return [BookingCancelled(booking_id, "visitor")] if held else []

    def book(
        self,
        now: int,
        *,
        booking_id: str,
        seed: int,
        services: Sequence[str],
        start: int,
        who: Booker = Booker(),  # noqa: B008 - never changed
        held: bool = False,
    ) -> Events:
        """Book a visit. seed: where the search for a free code begins. held: its slot is kept
        under this id, as `hold` said.
        """
        now = self._at(now)
        before = self._held(booking_id) if held else None
        if who.overbook is not None and not (who.staff and who.overbook.strip()):
            raise ReasonNeeded
        legs = self.bookable(services)
        self._check_person(who, self.calendar.day(start), now)
        slot = self._slot(start, legs, now, who, self._without(before))
        rules = self.slots.rules
        waits = rules.confirm_minutes and not who.staff
        return [
            BookingMade(
                booking=booking_id,
                code=self._code(seed),
                start=start,
                end=slot.end,
                legs=legs,
                claims=slot.claims,
                person=who.person,
                language=self._language(who.language),
                channel=who.channel,
                confirm_by=min(now + rules.confirm_minutes * MINUTE, start) if waits else None,
                overbooked=who.overbook if slot.free <= 0 else None,
                note=who.note,
                reach=who.reach,
            )
        ]

    def _held(self, booking_id: str) -> Booking:
        known = self.state.bookings.get(booking_id)
        if known is None or known.state is not BookingState.HELD:
            raise HoldOver
        return known

    def _code(self, seed: int) -> str:
        used = self.state.codes
        code = seed % CODES
        while f"{code:06d}" in used:
            code = (code + _STEP) % CODES
        return f"{code:06d}"

    def _check_person(self, who: Booker, day: str, now: int, but: str = "") -> None:
        """Whether this person may have another booking on a day."""
        rules = self.slots.rules
        if who.person is None:
            if rules.contact and not who.staff:
                raise ContactNeeded
            return
        bar = self.state.bars.get(who.person)
        if bar is not None and bar.until > now and not who.overbook:
            raise PersonIsBarred(self.calendar.rfc3339(bar.until))
        theirs = self.state.persons.get(who.person, ())
        mine = [self.state.bookings[b] for b in theirs if b != but]
        if rules.per_day and sum(b.day == day for b in mine) >= rules.per_day:
            raise PersonDayLimit(rules.per_day)
        if rules.at_once and sum(b.state in EXPECTED for b in mine) >= rules.at_once:
            raise PersonLimit(rules.at_once)

    # ── changing ─────────────────────────────────────────────────────────────────────────────

    def confirm(self, booking_id: str) -> Events:
        """Confirm a booking; nothing when it is confirmed already."""
        state = self._expected(booking_id).state
        return [] if state is BookingState.BOOKED else [BookingConfirmed(booking_id)]

    def cancel_booking(self, now: int, booking_id: str, *, staff: bool = False) -> Events:
        """Give a booking up. Visitors may until some time before it."""
        booking = self._expected(booking_id)
        self._check_change(booking, self._at(now), staff=staff)
        return [BookingCancelled(booking_id, "staff" if staff else "visitor")]

    def move(self, now: int, booking_id: str, start: int, who: Booker = Booker()) -> Events:  # noqa: B008
        """Give a booking another time: it keeps its id and code.

        who: says whether staff does it, and why capacity doesn't count, if it doesn't.
        """
        now = self._at(now)
        booking = self._expected(booking_id)
        self._check_change(booking, now, staff=who.staff)
        if start == booking.start:
            return []
        person = who._replace(person=booking.person)
        if booking.person is not None:
            self._check_person(person, self.calendar.day(start), now, but=booking_id)
        legs = self.bookable([leg.service for leg in booking.legs])
        slot = self._slot(start, legs, now, who, self._without(booking))
        return self.moved(booking, slot, legs, who.overbook if slot.free <= 0 else None)

    @staticmethod
    def moved(
        booking: Booking,
        slot: Slot,
        legs: tuple[LegPlan, ...],
        overbooked: str | None = None,
        moved_from: int | None = None,
    ) -> Events:
        """What brings a booking into another slot. moved_from: as in `BookingMade`."""
        return [
            BookingCancelled(booking.id, "moved"),
            BookingMade(
                booking=booking.id,
                code=booking.code,
                start=slot.start,
                end=slot.end,
                legs=legs,
                claims=slot.claims,
                person=booking.person,
                language=booking.language,
                channel=booking.channel,
                overbooked=overbooked,
                note=booking.note,
                moved_from=moved_from,
                reach=booking.reach,
            ),
        ]

    def _expected(self, booking_id: str) -> Booking:
        """A booking that somebody may still come for. Raises AlreadyCheckedIn or BookingOver."""
        booking = self.booking(booking_id)
        if booking.state is BookingState.CHECKED_IN:
            ticket = self.state.tickets.get(booking.ticket or "")
            raise AlreadyCheckedIn(ticket.number if ticket else "")
        if booking.state not in EXPECTED:
            raise BookingOver(booking.state.value)
        return booking

    def _check_change(self, booking: Booking, now: int, *, staff: bool) -> None:
        if not staff and now > self.change_until(booking):
            raise TooLateToChange(self.slots.rules.cancel_until_minutes)

    def change_until(self, booking: Booking) -> int:
        """Until when its person may change a booking: some time before it; to the end of its day
        where the hall moved it or can't keep it.
        """
        if booking.informed_at is not None or booking.moved_from is not None:
            return self.calendar.ends(booking.day) - MINUTE
        return booking.start - self.slots.rules.cancel_until_minutes * MINUTE

    def slip(self, now: int, booking_id: str, printer: str) -> Events:
        """Ask for the paper of an appointment that is still ahead."""
        return self.paper(self._expected(booking_id).id, "appointment", printer, now)

    def inform(self, booking_ids: Sequence[str], note: str | None = None) -> Events:
        """Note that people were told that the hall can't keep their times. note: what was said."""
        return [BookingInformed(self._expected(b).id, note) for b in booking_ids]

    # ── coming ───────────────────────────────────────────────────────────────────────────────

    def by_code(self, code: str) -> Booking:
        """The booking whose code somebody typed. Raises WrongCode."""
        try:
            return self.booking(self.state.codes[code])
        except KeyError:
            raise WrongCode from None

    def check_in_booking(
        self,
        now: int,
        *,
        ticket_id: str,
        booking_id: str,
        language: str | None = None,
        channel: str = "kiosk",
        printer: str | None = None,
        estimate: Estimate | None = None,
    ) -> Events:
        """Give a ticket to somebody who booked.

        Too early is refused. In time, he waits from his slot on in the class of appointments, or
        of priority when he comes after the grace; later still, among the walk-ins from now on.
        """
        now = self._at(now)
        booking = self._expected(booking_id)
        rules = self.slots.rules
        opens = booking.start - rules.early_minutes * MINUTE
        if now < opens:
            raise CheckInTooEarly(self.calendar.rfc3339(opens))
        legs = self.planned([leg.service for leg in booking.legs], {}, {})
        spoken = self._language(language or booking.language)
        late = now > booking.start + rules.late_minutes * MINUTE
        if late and not self.calendar.in_session(now):
            self._check_open(legs, now)
        cls = NORMAL if late else self.router.booked_class(booking.start, now)
        slot = None if late else booking.start
        return self._issue(
            now,
            ticket_id,
            legs,
            cls,
            spoken,
            channel,
            printer,
            estimate,
            slot=slot,
            booking=booking_id,
        )

    # ── who never came ───────────────────────────────────────────────────────────────────────

    def pardon(self, person: str, note: str) -> Events:
        """Take back a person's strikes and bar; nothing when there are none."""
        if not note.strip():
            raise Invalid("note", "Say why.")
        bar = self.state.bars.get(person)
        ends = [strike.until for strike in self.state.strikes.get(person, ())]
        ends += [bar.until] if bar else []
        return [PersonPardoned(person, max(ends), note)] if ends else []

    def _overdue(self, now: int) -> Events:
        """Holds and unconfirmed bookings whose time is over at `now`."""
        pending, bookings = self.state.pending, self.state.bookings
        due = (bookings[b] for at, b in itertools.takewhile(lambda p: p[0] <= now, pending))
        return [
            BookingCancelled(b.id, "expired" if b.state is BookingState.HELD else "unconfirmed")
            for b in due
        ]

    def _unmet(self, day: str) -> Events:
        """What a day that is over leaves of its bookings: who never came, and what follows."""
        rules, ends = self.slots.rules, self.calendar.ends(day)
        left = [b for b in self.state.bookings.values() if b.day == day and b.state in TAKING]
        events = [event for booking in left for event in self._fate(booking, ends)]
        struck = collections.Counter(e.person for e in events if isinstance(e, PersonStruck))
        for person, more in struck.items():
            before = sum(s.until > ends for s in self.state.strikes.get(person, ()))
            if before + more >= rules.strikes:
                events.append(PersonBarred(person, ends + rules.ban_days * DAY))
        return events

    def _fate(self, booking: Booking, ends: int) -> Events:
        """What becomes of a booking at the end of its day. Nobody is blamed for a time that the
        hall did not keep, or that it gave him itself.
        """
        if booking.state is BookingState.CHECKED_IN:
            return []
        if booking.state is not BookingState.BOOKED:
            held = booking.state is BookingState.HELD
            return [BookingCancelled(booking.id, "expired" if held else "unconfirmed")]
        if booking.informed_at is not None or not self._has_slots(booking):
            return [BookingCancelled(booking.id, "hours")]
        events: Events = [BookingMissed(booking.id)]
        rules = self.slots.rules
        if booking.person is not None and rules.strikes and booking.moved_from is None:
            until = ends + rules.strike_days * DAY
            events.append(PersonStruck(booking.person, booking.id, until))
        return events

    def _has_slots(self, booking: Booking) -> bool:
        """Whether the hall still has the slots that a booking takes."""
        return all(
            self.slots.capacity(booking.day, claim.group, claim.start) is not None
            for claim in booking.claims
        )
