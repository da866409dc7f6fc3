"""What a live hall's forecast knows from its own log and file alone."""

from __future__ import annotations

from msgspec import structs

from kiosk.hall.calendar import MINUTE
from kiosk.hall.events import Estimate, LegPlan, TicketIssued
from kiosk.hall.events_booking import BookingCancelled, BookingMade
from kiosk.hall.forecast import Outlook, run
from kiosk.hall.forecast_snapshot import opening
from kiosk.hall.roster import Booking, Shift
from tests.hall.script import CONFIG, at
from tests.hall.test_forecast import Forecast

HOURS = {"mon-fri": ["09:10-12:00", "13:30-17:30"]}
PART_TIME = structs.replace(
    CONFIG,
    windows=(CONFIG.windows[0], structs.replace(CONFIG.windows[1], hours=HOURS), CONFIG.windows[2]),
)


class Live(Forecast):
    """What a live hall's forecast knows: its log alone, which nobody adds a roster to."""

    def __init__(self) -> None:
        super().__init__()
        self.put(self.hall.configure(PART_TIME))

    def refresh(self) -> None:
        for record in self.log[self.seen :]:
            self.forecaster.observe(record)
        self.seen = len(self.log)
        self.forecaster.learner.arrivals.prior = {}
        self.forecaster.accept(run(self.forecaster.snapshot(self.hall, self.now), 1))

    def book(self, booking: str, clock: str, day: str | None = None) -> int:
        start = at(clock, day or "2026-11-23")
        legs = (LegPlan("advice", "A"),)
        made = BookingMade(booking, "123456", start, start + 15 * MINUTE, legs, ())
        self.put([made], day=self.hall.calendar.day(start))
        return start


def test_a_live_hall_expects_who_its_file_and_its_log_say() -> None:
    live = Live()
    live.open("1")
    for _ in range(4):
        live.issue("advice")
    live.next("1")
    slot = live.book("b1", "09:05")
    live.book("b2", "09:05", "2026-11-24")
    live.book("b3", "09:10")
    live.put([BookingCancelled("b3", "visitor")])
    live.refresh()
    learner = live.forecaster.learner
    assert learner.shift("2", live.now) == Shift(
        "2", at("09:10"), at("17:30"), break_at=at("12:00"), break_ms=90 * MINUTE
    )
    assert learner.outstanding() == (Booking("advice", slot),)
    last = max(live.hall.state.tickets.values(), key=lambda t: t.order)
    estimate = Estimate(300, 1200, 1800)
    told = live.forecaster.explain(live.hall, live.now, last, estimate)
    assert told == Outlook(estimate, None, 2, 1, (at("09:10"),), 1)
    live.put([TicketIssued("t9", "A009", (LegPlan("advice", "A"),), slot=slot, booking="b1")])
    live.refresh()
    assert learner.outstanding() == ()


def test_a_window_that_closed_for_noon_is_expected_back() -> None:
    live = Live()
    live.open("1")
    live.later(at=at("09:10"))
    live.open("2")
    live.later(at=at("11:58"))
    live.put(live.hall.close_window("2"))
    live.refresh()
    state, shift = live.hall.state.windows["2"], live.forecaster.learner.shift("2", live.now)
    assert opening(state, shift, at("11:59")) == at("13:30")
    assert opening(state, shift, at("13:31")) is None


def test_several_services_stand_in_each_of_their_lines() -> None:
    both = Live()
    both.open("1")
    both.open("3")
    for _ in range(6):
        both.issue("deed-tax")
    events = both.hall.issue(both.now, ticket_id="two", services=["deed-tax", "advice"])
    both.put(events)
    both.refresh()
    point = both.forecaster.paths.tickets["two"]
    assert point is not None  # window 1 calls it for the advice at once, whatever waits for tax
    assert point.at <= both.now + MINUTE
