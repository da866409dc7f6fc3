"""When a ticket will be called: points, statuses, explanations."""

from __future__ import annotations

import pickle
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from kiosk.hall import simulate, world
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import APPOINTMENT, NORMAL, Routing
from kiosk.hall.engine import Hall
from kiosk.hall.events import Estimate
from kiosk.hall.forecast import Forecaster, Outlook, Status, run
from kiosk.hall.forecast_course import Probe
from kiosk.hall.learning_service import QUANTILES
from kiosk.hall.roster import Booking, Roster, Shift
from kiosk.hall.state import Ticket, TicketState
from kiosk.hall.world import DrawnDay
from tests.hall import drawn
from tests.hall.script import CONFIG, OPENING, Script

CLOSES = OPENING + 510 * MINUTE


class Forecast(Script):
    """A hall with a forecast that has seen its whole log, and expects nobody to come."""

    def __init__(self, *shifts: Shift, bookings: tuple[Booking, ...] = ()) -> None:
        super().__init__()
        self.forecaster = Forecaster(CONFIG)
        self.seen = 0
        self.shifts, self.bookings = shifts, bookings

    def refresh(self) -> None:
        for record in self.log[self.seen :]:
            self.forecaster.observe(record)
        self.seen = len(self.log)
        day = self.hall.calendar.day(self.now)
        self.forecaster.plan(day, Roster(self.shifts, self.bookings))
        self.forecaster.learner.arrivals.prior = {}
        self.forecaster.accept(run(self.forecaster.snapshot(self.hall, self.now), 1))

    def outlook(self, group: str, priority: str = NORMAL, ref: int | None = None) -> Outlook:
        told = self.forecaster.outlook(self.hall, self.now, group, priority, ref)
        return self.forecaster.explained(self.hall, group, self.now, told)

    def median(self, group: str, priority: str = NORMAL) -> float:
        """Minutes."""
        estimate = self.outlook(group, priority).estimate
        assert estimate is not None
        return estimate.median_s / 60


def shift(window: str, start: int = OPENING, **fields: int) -> Shift:
    return Shift(window, start, CLOSES, **fields)  # type: ignore[arg-type]


def busy(*services: str, shifts: tuple[Shift, ...] = (shift("1"),)) -> Forecast:
    """Window 1 serves somebody; a ticket waits for each service."""
    forecast = Forecast(*shifts)
    forecast.open("1")
    forecast.issue("advice")
    forecast.next("1")
    for service in services:
        forecast.issue(service)
    forecast.refresh()
    return forecast


def test_a_free_window_is_said_and_not_numbered() -> None:
    forecast = Forecast(shift("1"))
    forecast.open("1")
    forecast.refresh()
    assert forecast.outlook("A") == Outlook(None, Status.NOW, windows=1)


def test_no_window_is_said_and_not_numbered() -> None:
    forecast = busy()
    assert forecast.outlook("C").status is Status.NO_WINDOW


def test_before_the_first_refresh_nothing_is_claimed() -> None:
    forecast = Forecast()
    forecast.open("1")
    forecast.issue("advice")
    forecast.next("1")
    assert forecast.outlook("A").status is Status.UNKNOWN


def test_a_window_that_opens_later_is_waited_for() -> None:
    opens = OPENING + 60 * MINUTE
    forecast = busy(shifts=(shift("1"), shift("3", opens)))
    outlook = forecast.outlook("C")
    assert outlook.estimate is not None
    assert outlook.estimate.median_s == 3600
    assert outlook.opening == (opens,)


def test_more_people_ahead_is_a_longer_wait() -> None:
    waits = [busy(*["advice"] * n).median("A") for n in (0, 2, 5, 10)]
    assert waits == sorted(waits)
    assert waits[3] == pytest.approx(10 * 10 + 7, rel=0.3)


@pytest.mark.parametrize("windows", [("1",), ("1", "2")])
def test_who_comes_between_two_refreshes_waits_behind_who_came_before(
    windows: tuple[str, ...],
) -> None:
    """Eight numbers taken at once: each is told more, about what the next refresh finds."""
    forecast = Forecast(*(shift(window) for window in windows))
    for window in windows:
        forecast.open(window)
        forecast.issue("advice")
        forecast.next(window)
    forecast.issue("advice")
    forecast.later(1)
    forecast.refresh()
    told = []
    for _ in range(8):
        forecast.later(0.001)
        told.append(forecast.median("A"))
        forecast.issue("advice")
    forecast.later(0.001)
    before = forecast.median("A")
    forecast.refresh()
    assert told == sorted(set(told))
    assert before == pytest.approx(forecast.median("A"), rel=0.1)


def test_the_doors_open_while_all_windows_are_idle() -> None:
    forecast = Forecast(shift("1"), shift("2"))
    forecast.open("1", "2")
    forecast.refresh()
    for _ in range(6):
        forecast.later(0.001)
        forecast.issue("advice")
    forecast.next("1")
    forecast.next("2")
    before = forecast.median("A")
    forecast.refresh()
    assert before == pytest.approx(forecast.median("A"), rel=0.25)


def test_who_waits_elsewhere_adds_nothing() -> None:
    forecast = busy("advice", "advice", shifts=(shift("1"), shift("3")))
    before = forecast.median("A")
    for _ in range(5):
        forecast.later(0.001)
        forecast.issue("deed-tax")
    assert forecast.median("A") == pytest.approx(before, abs=0.1)


def test_a_second_window_shortens_the_wait() -> None:
    alone = busy(*["advice"] * 8)
    helped = busy(*["advice"] * 8, shifts=(shift("1"), shift("2", OPENING + 5 * MINUTE)))
    assert helped.median("A") < 0.75 * alone.median("A")


def test_a_priority_visitor_is_told_a_shorter_wait() -> None:
    forecast = busy(*["advice"] * 6)
    assert forecast.median("A", "senior") < 0.7 * forecast.median("A")


def test_every_waiting_ticket_has_an_estimate_in_the_order_of_the_queue() -> None:
    forecast = busy(*["advice"] * 5)
    assert forecast.forecaster.of_ticket("t1", forecast.now) is None
    waiting = ("t2", "t3", "t4", "t5", "t6")
    estimates = [forecast.forecaster.of_ticket(t, forecast.now) for t in waiting]
    medians = [e.median_s for e in estimates if isinstance(e, Estimate)]
    assert len(medians) == len(waiting)
    assert medians == sorted(medians)
    assert forecast.median("A") * 60 > medians[-1]


def test_an_estimate_counts_down_as_time_passes() -> None:
    forecast = busy(*["advice"] * 5)
    before = forecast.forecaster.of_ticket("t6", forecast.now)
    after = forecast.forecaster.of_ticket("t6", forecast.now + 3 * MINUTE)
    assert isinstance(before, Estimate)
    assert isinstance(after, Estimate)
    assert after.median_s == before.median_s - 180


def test_the_next_service_of_who_is_being_served_is_in_the_way() -> None:
    forecast = Forecast(shift("1"))
    forecast.open("1")
    forecast.issue("advice", "copy")
    forecast.next("1")
    forecast.later(1)
    forecast.refresh()
    one_leg = busy()
    assert forecast.median("A") > one_leg.median("A") + 5


def test_a_break_is_waited_out() -> None:
    due = OPENING + 1 * MINUTE
    forecast = busy("advice", shifts=(shift("1", break_at=due, break_ms=60 * MINUTE),))
    assert forecast.median("A") > 65


def test_a_window_on_its_break_comes_back_when_the_break_ends() -> None:
    forecast = Forecast(shift("1", break_at=OPENING + MINUTE, break_ms=30 * MINUTE))
    forecast.open("1")
    forecast.later(1)
    forecast.refresh()
    forecast.put(forecast.hall.pause_window("1"))
    forecast.later(10)
    forecast.refresh()
    assert forecast.median("A") == 20


def test_a_pause_of_unknown_length_ends_some_time() -> None:
    forecast = Forecast(shift("1"))
    forecast.open("1")
    forecast.put(forecast.hall.pause_window("1"))
    forecast.later(1)
    forecast.refresh()
    assert 0 < forecast.median("A") < 15


def test_booked_visitors_who_are_due_go_first_and_are_told_of() -> None:
    slot = OPENING + 15 * MINUTE
    bookings = (Booking("advice", slot),) * 4
    quiet, booked = Forecast(shift("1")), Forecast(shift("1"), bookings=bookings)
    for forecast in (quiet, booked):
        forecast.open("1")
        for _ in range(3):
            forecast.issue("advice")
        forecast.next("1")
        forecast.refresh()
    assert booked.median("A") > quiet.median("A") + 10
    assert booked.outlook("A").due == 4
    assert quiet.outlook("A").due == 0


def test_an_appointment_that_checks_in_early_is_asked_for_by_its_slot() -> None:
    slot = OPENING + 15 * MINUTE
    forecast = Forecast(shift("1"), bookings=(Booking("advice", slot),))
    forecast.open("1")
    for _ in range(12):
        forecast.issue("advice")
    forecast.next("1")
    forecast.refresh()
    outlook = forecast.outlook("A", APPOINTMENT, slot)
    assert outlook.estimate is not None
    assert outlook.estimate.median_s < 60 * forecast.median("A") / 2


def test_who_checks_in_does_not_wait_for_the_own_booking() -> None:
    """The booking still stands in the log while its visitor asks; so do those of later comers."""
    slot = OPENING + 5 * MINUTE
    told = []
    for bookings in ((), (Booking("advice", slot),) * 3):
        forecast = Forecast(shift("1"), bookings=bookings)
        forecast.open("1")
        for _ in range(4):
            forecast.issue("advice")
        forecast.next("1")
        forecast.forecaster.plan(forecast.hall.calendar.day(forecast.now), Roster((), bookings))
        forecast.refresh()
        probe = Probe("A", APPOINTMENT, slot)
        snap = forecast.forecaster.snapshot(forecast.hall, forecast.now)
        told.append(run(snap, 1, [probe]).probes[probe])
    assert told[0] == told[1]


def test_the_same_snapshot_and_seed_give_the_same_paths_in_any_process() -> None:
    forecast = busy(*["advice"] * 5, "passport")
    snap = forecast.forecaster.snapshot(forecast.hall, forecast.now)
    assert run(pickle.loads(pickle.dumps(snap)), 7) == run(snap, 7)
    assert run(snap, 7) != run(snap, 8)


def test_asking_for_one_newcomer_gives_what_asking_for_all_gives() -> None:
    forecast = busy(*["advice"] * 5, "passport")
    snap = forecast.forecaster.snapshot(forecast.hall, forecast.now)
    probe = Probe("A", NORMAL, snap.now)
    assert run(snap, 3, [probe]).probes[probe] == run(snap, 3).probes[probe]


def test_numbers_of_an_outlook() -> None:
    outlook = busy(*["advice"] * 3, "passport").outlook("A")
    assert (outlook.ahead, outlook.windows, outlook.opening, outlook.due) == (3, 1, (), 0)


def test_numbers_behind_the_wait_of_a_ticket() -> None:
    opens = OPENING + 4 * MINUTE
    booking = Booking("advice", OPENING + 5 * MINUTE)
    forecast = Forecast(shift("1"), shift("2", opens), bookings=(booking,))
    forecast.open("1")
    for _ in range(4):
        forecast.issue("advice")
    forecast.next("1")
    forecast.refresh()
    waiting = [t for t in forecast.hall.state.tickets.values() if t.state is TicketState.WAITING]
    last = max(waiting, key=lambda t: t.order)
    estimate = Estimate(300, 600, 900)
    told = forecast.forecaster.explain(forecast.hall, forecast.now, last, estimate)
    assert told == Outlook(estimate, None, 2, 1, (opens,), 1)


def test_services_that_the_hall_no_longer_has_are_expected_no_more() -> None:
    forecast = busy("copy")
    advice = next(s for s in CONFIG.services if s.id == "advice")
    forecast.put(forecast.hall.finish("t1"))
    forecast.next("1")
    for _ in range(3):
        forecast.issue("copy")
    smaller = tuple(s for s in CONFIG.services if s != advice)
    forecast.put(forecast.hall.configure(structs.replace(CONFIG, services=smaller)))
    forecast.bookings = (Booking("advice", forecast.now + 5 * MINUTE),)
    forecast.refresh()
    forecast.forecaster.learner.arrivals.prior = {("advice", NORMAL): 50.0, ("copy", "gone"): 9.0}
    snap = forecast.forecaster.snapshot(forecast.hall, forecast.now)
    assert not snap.bookings
    assert {stream for slot in snap.tables.rates for stream, _ in slot} == {("copy", NORMAL)}
    assert set(run(snap, 1).tickets) == {"t3", "t4", "t5"}


SERVICES = st.lists(st.sampled_from(["advice", "copy", "passport"]), min_size=1, max_size=3)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(SERVICES.map(lambda s: list(dict.fromkeys(s))), st.booleans()), max_size=15),
    st.integers(0, 1000),
)
def test_everybody_whom_an_open_window_serves_gets_a_number(
    visitors: list[tuple[list[str], bool]], seed: int
) -> None:
    forecast = Forecast(shift("1"))
    forecast.open("1")
    tickets: list[Ticket] = [
        forecast.issue(*services, priority="senior" if senior else None)
        for services, senior in visitors
    ]
    forecast.next("1")
    forecast.later(Random(seed).uniform(0, 30))
    forecast.refresh()
    for ticket in tickets:
        told = forecast.forecaster.of_ticket(ticket.id, forecast.now)
        assert isinstance(told, Estimate) == (ticket.state == "waiting")


LENGTH_MIN = 7.0


@pytest.mark.parametrize("routing", ["fair", "fifo", "listed"])
@settings(max_examples=40)
@given(day=drawn.days(least=12, until=500))
def test_with_nothing_left_to_chance_the_forecast_is_what_happens(
    routing: Routing, day: DrawnDay
) -> None:
    """The paths decide as the engine does: after the last arrival every call comes as foretold."""
    (played,) = simulate.play([drawn.certain(day, LENGTH_MIN)], routing, estimates=False)
    last = max((v.ticket.issued_at for v in played.visits), default=played.midnight)
    forecaster = Forecaster(played.config)
    hall = Hall(played.config)
    forecaster.plan(hall.calendar.day(last), world.roster(played.day, played.midnight))
    for record in played.records:
        if record.at <= last:
            forecaster.observe(record)
            hall.apply(record)
    snap = forecaster.snapshot(hall, last)
    snap = snap._replace(
        tables=snap.tables._replace(
            lengths={s.id: (LENGTH_MIN * MINUTE,) * QUANTILES for s in played.config.services},
            rates=(),
            pause_rate=0.0,
            no_shows=(0.0,) * len(forecaster.learner.no_shows()),
        ),
        bookings=(),
        seats=tuple(seat._replace(home_factor=1.0, off_factor=1.0) for seat in snap.seats),
    )
    called = {v.ticket.id: v.called_at for v in played.visits}
    found = run(snap, 1).tickets
    assert {ticket: point and point.at for ticket, point in found.items()} == {
        t.id: called[t.id] for t in hall.state.tickets.values() if t.state == "waiting"
    }
