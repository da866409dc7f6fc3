"""What a forecast knows of visits that are not plain: coming back, loans, sessions, bookings."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import HallConfig, Session
from kiosk.hall.events import LegPlan
from kiosk.hall.events_booking import BookingMade
from kiosk.hall.forecast import Forecaster, run
from kiosk.hall.forecast_snapshot import Snapshot, opening
from kiosk.hall.learning import Learner
from kiosk.hall.learning_onward import Onward, Step
from kiosk.hall.learning_service import QUANTILES
from kiosk.hall.roster import Booking, Shift
from tests.hall.script import CONFIG, Script, at

LENGTH_MIN = 10


class Told(Script):
    """A hall with a forecast of its log, in which every service takes ten minutes."""

    def __init__(self, config: HallConfig = CONFIG) -> None:
        super().__init__(config)
        self.forecaster = Forecaster(config)
        self.seen = 0

    @property
    def learner(self) -> Learner:
        for record in self.log[self.seen :]:
            self.forecaster.observe(record)
        self.seen = len(self.log)
        self.forecaster.learner.arrivals.prior = {}
        return self.forecaster.learner

    def snapshot(self, **learned: Any) -> Snapshot:
        """The hall as a forecast sees it, with nothing left to chance but what is given."""
        learner = self.learner
        services = [s.id for s in self.hall.state.config.services]
        certain: dict[str, Any] = {
            "lengths": dict.fromkeys(services, (LENGTH_MIN * MINUTE,) * QUANTILES),
            "rates": (),
            "pause_rate": 0.0,
            "no_shows": (0.0,) * len(learner.no_shows()),
            "show_rate": 1.0,
            "offsets": (0,),
            "onward": {},
        }
        known = self.forecaster.tables(self.hall, self.now)._replace(**{**certain, **learned})
        return self.forecaster.snapshot(self.hall, self.now, known)

    def minutes(self, **learned: Any) -> dict[str, float]:
        """When each ticket that waits is called, from now on."""
        found = run(self.snapshot(**learned), 1).tickets
        return {ticket: (point.at - self.now) / MINUTE for ticket, point in found.items() if point}

    def sent_away(self) -> str:
        """Somebody is called at window 1 and sent away for a paper."""
        ticket = self.issue("advice", priority="senior")
        self.next("1")
        self.put(self.hall.park(ticket.id, self.now))
        return ticket.id

    def book(self, booking: str, start: int, *legs: LegPlan) -> None:
        made = BookingMade(booking, "123456", start, start + 15 * MINUTE, legs, ())
        self.put([made], day=self.hall.calendar.day(start))


def manned(*windows: str) -> HallConfig:
    """The hall with these windows alone."""
    return structs.replace(CONFIG, windows=tuple(w for w in CONFIG.windows if w.id in windows))


def test_who_comes_back_waits_for_the_turn_of_those_who_come_back() -> None:
    hall = Told(manned("1"))
    hall.open("1")
    _, *plain = [hall.issue("advice").id for _ in range(3)]
    back = [hall.sent_away() for _ in range(2)]
    hall.next("1")
    for ticket_id in back:
        hall.put(hall.hall.resume(ticket_id))
    minutes = hall.minutes()
    called = []
    hall.later(LENGTH_MIN)
    while (ticket := hall.next("1")) is not None:
        called.append(ticket.id)
        hall.later(LENGTH_MIN)
    assert called == [back[0], plain[0], back[1], plain[1]]
    assert [minutes[ticket_id] for ticket_id in called] == [10, 20, 30, 40]


def test_a_window_that_was_lent_serves_its_own_again() -> None:
    lasts = {}
    for minutes in (15, 300):
        hall = Told(manned("1", "3"))
        hall.open("1", "3")
        hall.put(hall.hall.lend_window("3", ("A",), minutes, hall.now))
        tickets = [hall.issue("advice") for _ in range(8)]
        hall.next("1")
        hall.next("3")
        lasts[minutes] = hall.minutes()[tickets[-1].id]
    # Two at a time: six who wait are called after 10, 10, 20, 20, 30 and 30 minutes.
    assert lasts == {15: 50, 300: 30}


def test_sessions_are_shifts_of_their_windows() -> None:
    evening = Session(
        "late", {"en": "Late"}, ("mon",), ("18:00-20:00",), windows=("1", "3", "gone")
    )
    noon = Session("noon", {"en": "Noon"}, ("mon",), ("12:00-13:30",), windows=("2",))
    saturday = Session("sat", {"en": "Saturday"}, ("sat",), ("09:00-11:00",), windows=("1",))
    hall = Told(structs.replace(CONFIG, sessions=(evening, noon, saturday)))
    hall.open("1", "2")
    learner, noon_break = hall.learner, (at("12:00"), 90 * MINUTE)
    day = Shift("1", at("08:30"), at("17:30"), True, *noon_break)
    assert learner.shift("1", hall.now) == day
    assert learner.shift("1", at("17:45")) == Shift("1", at("18:00"), at("20:00"))
    assert learner.shift("2", hall.now) == Shift("2", at("08:30"), at("17:30"))
    hall.later(at=at("17:30"))
    hall.put(hall.hall.close_window("1"))
    hall.later(at=at("17:45"))
    shift = hall.learner.shift("1", hall.now)
    assert opening(hall.hall.state.windows["1"], shift, hall.now) == at("18:00")
    free = {seat.window.id: seat.free_at for seat in hall.snapshot().seats}
    assert free["1"] == at("18:00")
    hall.later(at=at("08:50", "2026-11-28"))
    hall.open("1")
    assert hall.learner.shift("1", hall.now) == Shift(
        "1", at("09:00", "2026-11-28"), at("11:00", "2026-11-28")
    )
    assert hall.learner.shift("2", hall.now) is None


def test_hours_that_change_during_the_day_change_what_is_expected_of_it() -> None:
    hall = Told()
    hall.open("1")
    assert hall.learner.shift("2", hall.now) is not None
    late = structs.replace(CONFIG.windows[1], hours={"mon-fri": ["10:00-17:30"]})
    windows = (CONFIG.windows[0], late, CONFIG.windows[2])
    hall.put(hall.hall.configure(structs.replace(CONFIG, windows=windows)))
    assert hall.learner.shift("2", hall.now) == Shift("2", at("10:00"), at("17:30"))


def test_a_booking_of_several_services_is_expected_in_each_of_their_queues() -> None:
    tax = LegPlan("deed-tax", "C")
    told = {}
    for legs in ((), (tax,)):
        hall = Told(manned("1", "3"))
        hall.open("1", "3")
        for service in ("advice", "deed-tax", "deed-tax", "deed-tax"):
            hall.issue(service)
        hall.next("1")
        hall.next("3")
        slot = at("09:05")
        hall.book("b1", slot, LegPlan("advice", "A"), *legs)
        assert hall.learner.outstanding() == (Booking("advice", slot, legs),)
        found = run(hall.snapshot(), 1)
        hall.forecaster.accept(found)
        outlook = hall.forecaster.outlook(hall.hall, hall.now, "C", "normal")
        due = hall.forecaster.explained(hall.hall, "C", hall.now, outlook).due
        told[bool(legs)] = hall.minutes()["t4"], due
    # The appointment goes first for the tax when the window is free at 09:10, and is then
    # called for the advice, or the other way round; it takes ten minutes of window 3 before t4.
    assert told == {False: (20, 0), True: (30, 1)}


def always(**steps: Step) -> dict[str, Any]:
    """A hall in which services always go on in these ways, and who is sent away is so 4 minutes."""
    onward = {service: Onward(1.0, 1.0, (step,), (1.0,)) for service, step in steps.items()}
    return {"onward": onward, "aways": (4 * MINUTE,), "back_rate": 1.0}


def two_lines() -> Told:
    """t1 is at window 1 for ten minutes, t2 at window 3 for eleven; t3 and t4 wait for the tax."""
    hall = Told(manned("1", "3"))
    hall.open("1", "3")
    hall.issue("advice")
    hall.next("1")
    hall.later(1)
    for _ in range(3):
        hall.issue("deed-tax")
    hall.next("3")
    return hall


def test_who_is_handed_over_waits_in_the_old_place() -> None:
    hall = two_lines()
    told = hall.minutes(**always(advice=Step("deed-tax")))
    assert hall.minutes() == {"t3": 10, "t4": 20}
    assert told == {"t3": 20, "t4": 30}
    hall.later(9)
    hall.put(hall.hall.transfer("t1", service="deed-tax"))
    called = {}
    for _ in range(3):
        hall.later(1 if not called else LENGTH_MIN)
        ticket = hall.next("3")
        assert ticket is not None
        called[ticket.id] = (hall.now - at("09:01")) / MINUTE
    assert called == {"t1": 10, **told}


def test_who_is_handed_over_to_a_window_waits_there() -> None:
    hall = two_lines()
    assert hall.minutes(**always(advice=Step("deed-tax", window="3"))) == {"t3": 20, "t4": 30}
    assert hall.minutes(**always(advice=Step("deed-tax", window="gone"))) == {"t3": 20, "t4": 30}
    assert hall.minutes(**always(advice=Step("gone", window="3"))) == {"t3": 10, "t4": 20}


def test_who_has_a_class_that_the_hall_has_no_more_may_be_handed_over() -> None:
    hall = Told(manned("1", "3"))
    hall.open("1", "3")
    hall.issue("advice", priority="senior")
    hall.issue("advice", priority="senior")
    hall.put(hall.hall.configure(structs.replace(manned("1", "3"), priorities=())))
    hall.next("1")
    assert hall.minutes(**always(advice=Step("deed-tax"))) == {"t2": 10}


def test_a_part_of_a_service_is_shorter() -> None:
    hall = two_lines()
    hall.issue("advice")
    half = {"advice": Onward(1.0, 0.5, (Step("deed-tax"),), (1.0,))}
    assert hall.minutes()["t5"] == 9
    assert hall.minutes(onward=half)["t5"] == 4


def one_line() -> Told:
    """A senior citizen is at window 1 for a passport; t1 and t2, who came before, wait there."""
    hall = Told(manned("1", "3"))
    hall.open("1", "3")
    for _ in range(2):
        hall.issue("advice")
    hall.later(1)
    hall.issue("passport", priority="senior")
    hall.next("1")
    return hall


def test_who_comes_back_to_the_first_window_goes_before_who_waits_there() -> None:
    hall = one_line()
    lengths = dict.fromkeys((s.id for s in CONFIG.services), (10 * MINUTE,) * QUANTILES)
    lengths["deed-tax"] = (8 * MINUTE,) * QUANTILES
    # The senior citizen is back from the tax after 18 minutes, and is called at 20.
    back = always(passport=Step("deed-tax", back=True))
    assert hall.minutes() == {"t1": 10, "t2": 20}
    assert hall.minutes(lengths=lengths, **back) == {"t1": 10, "t2": 30}


def test_who_is_sent_away_comes_back_before_who_waits() -> None:
    hall = one_line()
    away = always(passport=Step("", away=True))
    assert hall.minutes(**away) == {"t1": 10, "t2": 30}
    assert hall.minutes(**{**away, "back_rate": 0.0}) == {"t1": 10, "t2": 20}


def test_who_is_away_now_comes_back_or_does_not() -> None:
    hall = one_line()
    hall.put(hall.hall.park("t3", hall.now))
    hall.next("1")
    known = {"aways": (4 * MINUTE,), "back_rate": 1.0}
    assert hall.minutes(**known) == {"t2": 20}
    hall.later(2)
    assert [away.since for away in hall.snapshot().away] == [at("09:01")]
    assert hall.minutes(**known) == {"t2": 18}
    assert hall.minutes(**{**known, "back_rate": 0.0}) == {"t2": 8}
    hall.later(3)  # Longer than anybody ever was.
    assert hall.minutes(**known) == {"t2": 5}
