"""Random bookings over random days: what must always hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import structs

from kiosk.hall.booking import TAKING, BookingState
from kiosk.hall.bookings import Booker
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import Appointments
from kiosk.hall.core import Events
from kiosk.hall.engine import Hall
from kiosk.hall.errors import HallError
from kiosk.hall.events_booking import BookingHeld, BookingMade
from tests.hall.script import OPENING, Script, loaded, via_bytes
from tests.hall.test_bookings import HALL

RULES = Appointments(
    slot_minutes=30,
    capacity={"A": 1, "B": 2},
    days_ahead=3,
    confirm_minutes=90,
    strikes=2,
    strike_days=2,
    ban_days=2,
    per_day=2,
)
CONFIG = structs.replace(HALL, appointments=RULES, hours={"mon-sun": ["09:00-11:00"]})
SERVICES = st.sampled_from([("advice",), ("passport",), ("advice", "passport"), ("copy",)])
STARTS = st.integers(-2, 24 * 2 * 4)
WHO = st.builds(
    Booker,
    person=st.sampled_from([None, "ann", "bob"]),
    staff=st.booleans(),
    overbook=st.sampled_from([None, None, "reason", ""]),
)
PICK = st.integers(0, 10**6)


class Machine(RuleBasedStateMachine):
    """A hall that is booked, and a twin that only ever sees the log's bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.script = Script(CONFIG)
        self.twin = Hall(CONFIG)
        self.seen = 0
        self.made = 0
        self.overbooked: set[tuple[str, int]] = set()

    @property
    def hall(self) -> Hall:
        return self.script.hall

    def ask(self, command: Callable[[], Events]) -> None:
        """Decide without changing anything; then what was decided happens."""
        before = self.hall.state.copy()
        events: Events = []
        refused = None
        try:
            events = command()
        except HallError as error:
            refused = error.code
        assert refused != "hall_error"
        assert self.hall.state == before
        for record in self.script.put(events):
            match record.event:
                case BookingMade(overbooked=str(), claims=claims):
                    self.overbooked.update((c.group, c.start) for c in claims)
                case BookingMade(start=start) | BookingHeld(start=start):
                    assert start > self.script.now

    def new(self) -> str:
        self.made += 1
        return f"b{self.made}"

    def one(self, pick: int) -> str:
        known = list(self.hall.state.bookings)
        return known[pick % len(known)] if known else "none"

    @rule(services=SERVICES, start=STARTS, who=WHO, seed=PICK)
    def book(self, services: tuple[str, ...], start: int, who: Booker, seed: int) -> None:
        self.ask(
            lambda: self.hall.book(
                self.script.now,
                booking_id=self.new(),
                seed=seed,
                services=services,
                start=self.at(start),
                who=who,
            )
        )

    def at(self, half_hours: int) -> int:
        today = self.hall.calendar.starts(self.hall.calendar.day(self.script.now))
        return today + half_hours * 30 * MINUTE

    @rule(services=SERVICES, day=st.integers(0, 3), pick=PICK, who=WHO)
    def book_what_is_offered(
        self, services: tuple[str, ...], day: int, pick: int, who: Booker
    ) -> None:
        now = self.script.now
        try:
            legs = self.hall.bookable(services)
        except HallError:
            return
        date = self.hall.calendar.day(self.at(day * 48))
        if offered := [s for s in self.hall.free_slots(date, legs, now) if s.free > 0]:
            slot = offered[pick % len(offered)]
            self.ask(lambda: self.hall.hold(now, self.new(), services, slot.start))
            held = f"b{self.made}"
            assert self.hall.booking(held).state is BookingState.HELD
            self.ask(
                lambda: self.hall.book(
                    now,
                    booking_id=held,
                    seed=pick,
                    services=services,
                    start=slot.start,
                    who=who,
                    held=True,
                )
            )

    @rule(pick=PICK)
    def confirm(self, pick: int) -> None:
        self.ask(lambda: self.hall.confirm(self.one(pick)))

    @rule(pick=PICK)
    def release(self, pick: int) -> None:
        self.ask(lambda: self.hall.release(self.one(pick)))

    @rule(pick=PICK, staff=st.booleans())
    def cancel(self, pick: int, staff: bool) -> None:
        self.ask(lambda: self.hall.cancel_booking(self.script.now, self.one(pick), staff=staff))

    @rule(pick=PICK, start=STARTS, who=WHO)
    def move(self, pick: int, start: int, who: Booker) -> None:
        self.ask(lambda: self.hall.move(self.script.now, self.one(pick), self.at(start), who))

    @rule(pick=PICK)
    def check_in(self, pick: int) -> None:
        ticket = f"t{self.new()}"
        self.ask(
            lambda: self.hall.check_in_booking(
                self.script.now, ticket_id=ticket, booking_id=self.one(pick)
            )
        )

    @rule(person=st.sampled_from(["ann", "bob"]))
    def pardon(self, person: str) -> None:
        self.ask(lambda: self.hall.pardon(person, "a reason"))

    @rule(minutes=st.sampled_from([1, 7, 45, 90, 600, 1440, 4000]))
    def time_passes(self, minutes: int) -> None:
        self.script.later(minutes)

    # ── what must hold ───────────────────────────────────────────────────────────────────────

    @invariant()
    def taken_is_a_recount_and_within_capacity_but_with_a_reason(self) -> None:
        state = self.hall.state
        count = Counter(
            (claim.group, claim.start)
            for booking in state.bookings.values()
            if booking.state in TAKING
            for claim in booking.claims
        )
        assert count == state.taken
        for (group, start), taken in count.items():
            cells = self.hall.slots.cells(self.hall.calendar.day(start), group)
            capacity = next(cell.capacity for cell in cells if cell.start == start)
            assert taken <= capacity or (group, start) in self.overbooked

    @invariant()
    def the_log_alone_gives_the_state_whether_read_as_it_comes_or_at_a_start(self) -> None:
        for record in self.script.log[self.seen :]:
            self.twin.apply(via_bytes(record))
        self.seen = len(self.script.log)
        assert self.twin.state == self.hall.state
        days = self.hall.state.days
        anew = Hall.replay(loaded(self.script.log, lambda r: r.day in days)).state
        for name in ("bookings", "taken", "codes", "persons", "pending", "strikes", "bars"):
            assert getattr(anew, name) == getattr(self.hall.state, name), name

    @invariant()
    def codes_are_told_apart_and_nothing_is_overdue(self) -> None:
        live = [b for b in self.hall.state.bookings.values() if b.state in TAKING]
        codes = [b.code for b in live if b.code]
        assert len(set(codes)) == len(codes)
        assert {b.code: b.id for b in live if b.code} == self.hall.state.codes
        persons = {(b.person, b.id) for b in live if b.person}
        known = self.hall.state.persons.items()
        assert {(person, b) for person, theirs in known for b in theirs} == persons
        assert self.hall.state.pending == sorted((b.due, b.id) for b in live if b.due is not None)
        due = self.hall.next_deadline()
        for booking in live:
            assert self.hall.calendar.ends(booking.day) > self.script.now
            if booking.state in (BookingState.HELD, BookingState.UNCONFIRMED):
                assert booking.due is not None
                assert due is not None
                assert self.script.now < booking.due
                assert due <= booking.due

    def teardown(self) -> None:
        """In the end every booking ends, and nobody is barred for ever."""
        self.script.later(10 * 24 * 60)
        state = self.hall.state
        assert not state.bookings
        assert not state.taken
        assert not state.pending
        assert not state.strikes
        assert not state.bars
        assert not state.days or min(state.days) >= self.hall.calendar.day(OPENING)


TestBookings = Machine.TestCase
TestBookings.settings = settings(max_examples=60, stateful_step_count=40)
