"""The rules of appointments, one by one."""

from __future__ import annotations

import pytest
from msgspec import structs

from kiosk.hall.booking import BookingState
from kiosk.hall.bookings import Booker
from kiosk.hall.config import Appointments, HallConfig, Service, Session, SpecialDay
from kiosk.hall.conflicts import conflicts
from kiosk.hall.errors import HallClosed, HallError, Invalid, Unknown
from kiosk.hall.events_base import LegPlan
from kiosk.hall.events_booking import BookingCancelled, BookingMissed
from tests.hall.script import CONFIG, Script, at, loaded

RULES = Appointments(capacity={"A": 1, "B": 2}, contact=False, strikes=2)
SERVICES = (
    Service("advice", "A", {"en": "Advice"}, appointments=True),
    Service("copy", "A", {"en": "Copies"}),
    Service("passport", "B", {"en": "Passport"}, appointments=True),
    *CONFIG.services[3:],
)
HALL = structs.replace(CONFIG, appointments=RULES, services=SERVICES)
TEN = at("10:00", "2026-11-24")
LEGS = (LegPlan("advice", "A"),)
ANN = Booker(person="ann")
STAFF = Booker(staff=True, channel="staff")


class Desk(Script):
    """A hall that takes bookings, on a Monday at nine; bookings are for Tuesday at ten."""

    def __init__(self, config: HallConfig = HALL, **rules: object) -> None:
        appointments = structs.replace(RULES, **rules)
        super().__init__(structs.replace(config, appointments=appointments))
        self.made = 0

    def book(self, start: int = TEN, who: Booker = ANN, *services: str, held: str = "") -> str:
        self.made += 1
        booking = held or f"b{self.made}"
        events = self.hall.book(
            self.now,
            booking_id=booking,
            seed=7,
            services=services or ("advice",),
            start=start,
            who=who,
            held=bool(held),
        )
        self.put(events)
        return booking

    def check_in(self, booking: str) -> str:
        self.made += 1
        ticket = f"k{self.made}"
        self.put(self.hall.check_in_booking(self.now, ticket_id=ticket, booking_id=booking))
        return ticket

    def state(self, booking: str) -> BookingState:
        return self.hall.booking(booking).state


def refusal(error: pytest.ExceptionInfo[HallError]) -> str:
    return error.value.code


def test_a_slot_of_one_is_booked_once_and_given_up_again() -> None:
    desk = Desk()
    first = desk.book()
    with pytest.raises(HallError) as error:
        desk.book(who=Booker(person="bob"))
    assert refusal(error) == "slot_full"
    desk.put(desk.hall.cancel_booking(desk.now, first))
    assert desk.state(first) is BookingState.CANCELLED
    desk.book(who=Booker(person="bob"))


@pytest.mark.parametrize(
    ("start", "services", "code"),
    [
        (at("08:45"), ("advice",), "past_slot"),
        (at("09:30"), ("advice",), "too_soon"),
        (at("10:00", "2026-12-02"), ("advice",), "too_far"),
        (at("10:07", "2026-11-24"), ("advice",), "no_slot"),
        (at("13:00", "2026-11-24"), ("advice",), "no_slot"),
        (at("10:00", "2026-11-28"), ("advice",), "no_slot"),
        (TEN, ("copy",), "not_bookable"),
        (TEN, ("nothing",), "unknown_service"),
        (TEN, ("advice", "advice"), "invalid_field"),
    ],
)
def test_what_can_not_be_booked_says_why(start: int, services: tuple[str, ...], code: str) -> None:
    desk = Desk()
    with pytest.raises(HallError) as error:
        desk.book(start, ANN, *services)
    assert refusal(error) == code
    with pytest.raises(HallError) as error:
        desk.put(desk.hall.hold(desk.now, "h", services, start))
    assert refusal(error) == code


def test_the_last_day_of_the_horizon_can_be_booked() -> None:
    Desk().book(at("10:00", "2026-11-30"))


def test_staff_book_at_once_and_overbook_with_a_reason() -> None:
    desk = Desk()
    desk.book(at("09:15"), STAFF)
    with pytest.raises(HallError) as error:
        desk.book(at("09:15"), STAFF)
    assert refusal(error) == "slot_full"
    for who in (STAFF._replace(overbook=" "), ANN._replace(overbook="please")):
        with pytest.raises(HallError) as error:
            desk.book(at("09:15"), who)
        assert refusal(error) == "reason_needed"
    over = desk.book(at("09:15"), STAFF._replace(overbook="came from far"))
    assert desk.hall.booking(over).overbooked == "came from far"


def test_a_hold_keeps_the_slot_for_some_minutes() -> None:
    desk = Desk()
    desk.put(desk.hall.hold(desk.now, "h1", ["advice"], TEN))
    with pytest.raises(HallError):
        desk.book()
    assert desk.book(held="h1") == "h1"
    assert desk.state("h1") is BookingState.BOOKED
    with pytest.raises(HallError) as error:
        desk.book(held="h1")
    assert refusal(error) == "hold_over"
    eleven = at("11:00", "2026-11-24")
    desk.put(desk.hall.hold(desk.now, "h2", ["advice"], eleven))
    assert desk.hall.next_deadline() == desk.now + 5 * 60_000
    desk.later(5)
    assert desk.state("h2") is BookingState.CANCELLED
    desk.book(eleven, Booker())
    desk.put(desk.hall.hold(desk.now, "h3", ["passport"], eleven))
    desk.put(desk.hall.release("h3"))
    assert desk.hall.release("h3") == []


def test_a_booking_may_have_to_be_confirmed() -> None:
    desk = Desk(confirm_minutes=30)
    first, second = desk.book(), desk.book(at("11:00", "2026-11-24"), Booker())
    assert desk.state(first) is BookingState.UNCONFIRMED
    desk.put(desk.hall.confirm(first))
    assert desk.hall.confirm(first) == []
    desk.later(30)
    assert (desk.state(first), desk.state(second)) == ("booked", "cancelled")
    assert desk.hall.booking(second).reason == "unconfirmed"


def test_changes_end_some_time_before_the_slot() -> None:
    desk = Desk()
    booking = desk.book()
    desk.later(at=at("08:31", "2026-11-24"))
    for act in (
        lambda: desk.hall.cancel_booking(desk.now, booking),
        lambda: desk.hall.move(desk.now, booking, at("11:00", "2026-11-24")),
    ):
        with pytest.raises(HallError) as error:
            act()
        assert refusal(error) == "too_late_to_change"
    desk.put(desk.hall.cancel_booking(desk.now, booking, staff=True))
    with pytest.raises(HallError) as error:
        desk.hall.cancel_booking(desk.now, booking, staff=True)
    assert refusal(error) == "booking_over"


def test_a_moved_booking_keeps_its_code_and_leaves_nothing_behind() -> None:
    desk = Desk()
    booking = desk.book()
    code = desk.hall.booking(booking).code
    wednesday = at("10:00", "2026-11-25")
    desk.put(desk.hall.move(desk.now, booking, wednesday))
    moved = desk.hall.booking(booking)
    assert (moved.start, moved.day, moved.code) == (wednesday, "2026-11-25", code)
    assert set(desk.hall.state.taken) == {("A", wednesday)}
    assert desk.hall.move(desk.now, booking, wednesday) == []
    desk.put(desk.hall.move(desk.now, booking, TEN))
    open_days = loaded(desk.log, lambda r: r.day in desk.hall.state.days)
    assert type(desk.hall).replay(open_days).state.bookings == desk.hall.state.bookings


def test_one_person_has_so_many_bookings_a_day_and_in_all() -> None:
    desk = Desk(at_once=2)
    desk.book()
    with pytest.raises(HallError) as error:
        desk.book(at("11:00", "2026-11-24"))
    assert refusal(error) == "person_day_limit"
    desk.book(at("10:00", "2026-11-25"))
    with pytest.raises(HallError) as error:
        desk.book(at("10:00", "2026-11-26"))
    assert refusal(error) == "person_limit"
    with pytest.raises(HallError) as error:
        Desk(contact=True).book(who=Booker())
    assert refusal(error) == "contact_needed"


# ── coming ───────────────────────────────────────────────────────────────────────────────────


def test_early_on_time_late_and_very_late() -> None:
    desk = Desk(capacity={"A": 9}, per_day=0)
    bookings = [desk.book() for _ in range(4)]
    desk.later(at=at("09:29", "2026-11-24"))
    with pytest.raises(HallError) as error:
        desk.check_in(bookings[0])
    assert refusal(error) == "check_in_too_early"
    assert error.value.params["opens"] == "2026-11-24T09:30:00.000+08:00"
    desk.later(1)
    early = desk[desk.check_in(bookings[0])]
    assert (early.priority, early.ref) == ("appointment", TEN)
    desk.later(at=at("10:09", "2026-11-24"))
    assert desk[desk.check_in(bookings[1])].priority == "appointment"
    desk.later(at=at("10:14", "2026-11-24"))
    assert desk[desk.check_in(bookings[2])].priority == "senior"
    desk.later(at=at("10:16", "2026-11-24"))
    very_late = desk[desk.check_in(bookings[3])]
    assert (very_late.priority, very_late.ref) == ("normal", desk.now)
    with pytest.raises(HallError) as error:
        desk.check_in(bookings[3])
    assert refusal(error) == "already_checked_in"
    assert error.value.params["number"] == very_late.number


def test_a_code_finds_the_booking_of_today_first() -> None:
    desk = Desk()
    booking = desk.book()
    code = desk.hall.booking(booking).code
    assert code == "000007"
    assert desk.hall.by_code(code).id == booking
    for wrong in ("", "000008", "x"):
        with pytest.raises(HallError) as error:
            desk.hall.by_code(wrong)
        assert refusal(error) == "wrong_code"
    assert desk.hall.booking(desk.book(at("11:00", "2026-11-25"))).code != code


def test_in_a_session_who_booked_comes_in_and_nobody_else() -> None:
    session = Session("sat", {"en": "Saturday"}, ("sat",), ("09:00-11:00",), ("1",))
    desk = Desk(structs.replace(HALL, sessions=(session,)), early_minutes=20)
    booking = desk.book(at("10:00", "2026-11-28"))
    desk.later(at=at("10:30", "2026-11-28"))
    with pytest.raises(HallClosed):
        desk.issue()
    assert desk[desk.check_in(booking)].priority == "normal"


def test_a_very_late_visitor_does_not_come_in_when_the_hall_is_closed() -> None:
    desk = Desk()
    booking = desk.book(at("11:45", "2026-11-24"))
    desk.later(at=at("12:30", "2026-11-24"))
    with pytest.raises(HallClosed):
        desk.check_in(booking)


def test_who_never_comes_is_warned_then_barred_and_pardoned() -> None:
    desk = Desk()
    desk.book()
    desk.book(at("10:00", "2026-11-25"))
    desk.later(at=at("00:01", "2026-11-25"))
    assert len(desk.hall.state.strikes["ann"]) == 1
    desk.book(at("10:00", "2026-11-27"))
    desk.later(at=at("00:01", "2026-11-26"))
    with pytest.raises(HallError) as error:
        desk.book(at("11:00", "2026-11-26"))
    assert refusal(error) == "person_barred"
    desk.book(at("11:00", "2026-11-26"), Booker(person="bob"))
    with pytest.raises(Invalid):
        desk.hall.pardon("ann", " ")
    desk.put(desk.hall.pardon("ann", "was ill"))
    assert desk.hall.pardon("ann", "was ill") == []
    desk.book(at("10:00", "2026-11-26"))


def test_who_is_let_in_beyond_the_capacity_costs_nobody_his_place() -> None:
    desk = Desk()
    desk.book()
    desk.book(TEN, STAFF._replace(person="bob", overbook="came from far"))
    assert conflicts(desk.hall, desk.now) == []
    closed = SpecialDay("2026-11-24", ("08:30-10:00",))
    desk.put(desk.hall.configure(structs.replace(desk.hall.state.config, days=(closed,))))
    assert [c.why for c in conflicts(desk.hall, desk.now)] == ["hours", "hours"]


def test_nobody_is_blamed_for_a_time_that_the_hall_did_not_keep() -> None:
    desk = Desk(strikes=1, cancel_until_minutes=120)
    told, moved = desk.book(), desk.book(at("11:00", "2026-11-24"), Booker(person="bob"))
    gone = desk.book(at("15:00", "2026-11-24"), Booker(person="cleo"))
    closed = SpecialDay("2026-11-24", ("08:30-12:00",))
    desk.put(desk.hall.configure(structs.replace(desk.hall.state.config, days=(closed,))))
    assert [c.booking.id for c in conflicts(desk.hall, desk.now)] == [gone]
    desk.put(desk.hall.inform([told], "power cut"))
    slot = desk.hall.slots.at("2026-11-24", at("09:30", "2026-11-24"), LEGS, {})
    assert slot is not None
    desk.put(desk.hall.moved(desk.hall.booking(moved), slot, LEGS, moved_from=at("11:00")))
    desk.later(at=at("09:29", "2026-11-24"))
    for booking in (told, moved):  # too late for a visitor's own wish, not for the hall's
        assert desk.hall.cancel_booking(desk.now, booking)
    records = len(desk.log)
    desk.later(at=at("00:01", "2026-11-25"))
    fates = {
        e.booking: getattr(e, "reason", "missed")
        for e in (r.event for r in desk.log[records:])
        if isinstance(e, BookingCancelled | BookingMissed)
    }
    assert fates == {told: "hours", moved: "missed", gone: "hours"}
    assert not desk.hall.state.strikes
    assert not desk.hall.state.bars


def test_a_bar_ends() -> None:
    desk = Desk(strikes=1, ban_days=3)
    desk.book()
    desk.later(at=at("00:01", "2026-11-25"))
    assert desk.hall.state.bars
    desk.later(at=at("00:01", "2026-11-29"))
    assert not desk.hall.state.bars
    desk.book(at("10:00", "2026-11-30"))


def test_a_foreign_id_is_unknown() -> None:
    desk = Desk()
    for act in (
        lambda: desk.hall.confirm("x"),
        lambda: desk.hall.release("x"),
        lambda: desk.hall.cancel_booking(desk.now, "x"),
        lambda: desk.hall.move(desk.now, "x", TEN),
        lambda: desk.hall.inform(["x"]),
    ):
        with pytest.raises(Unknown):
            act()
