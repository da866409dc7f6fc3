"""Whatever has happened in a hall, and however visitors go on, its future can be played."""

from __future__ import annotations

from hypothesis import settings

from kiosk.hall.forecast import Forecaster, Paths, run
from kiosk.hall.learning_onward import Onward, Step
from kiosk.hall.state import TicketState
from tests.hall.test_invariants import Machine
from tests.hall.test_visits import VISITS

EXAMPLES, STEPS = 12, 40

WAYS = (
    Step("copy"),
    Step("deed-tax", window="3"),
    Step("passport", back=True),
    Step("", window="2", back=True),
    Step("", away=True),
    Step("gone"),
)
ANY = Onward(0.5, 0.7, WAYS, tuple(range(1, len(WAYS) + 1)))


class Foretold(Machine):
    """A hall of random requests, and a forecast of its log."""

    def teardown(self) -> None:
        """It answers for all who wait, with what the log has taught it and with anything else."""
        forecaster = Forecaster(VISITS)
        for record in self.script.log:
            forecaster.observe(record)
        hall, now = self.hall, max(self.script.now, self.hall.state.at)
        learned = forecaster.tables(hall, now)
        services = [s.id for s in hall.state.config.services]
        anything = learned._replace(onward=dict.fromkeys(services, ANY))
        for known in (learned, anything):
            self.answers(run(forecaster.snapshot(hall, now, known), 1), now)

    def answers(self, paths: Paths, now: int) -> None:
        tickets = self.hall.state.tickets.values()
        assert paths.tickets.keys() == {t.id for t in tickets if t.state is TicketState.WAITING}
        assert all(point is None or point.at >= now for point in paths.tickets.values())


TestForetold = Foretold.TestCase
TestForetold.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
