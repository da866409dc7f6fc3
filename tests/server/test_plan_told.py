"""The plan of a visit is told while it fits into the day."""

from __future__ import annotations

from msgspec import structs

from kiosk.hall.state import Ticket
from kiosk.server.present_visit import stops
from tests.hall.script import CONFIG, OPENING, Script

LUNCH = {"mon-sun": ["09:00-12:00"]}


def plan_of(hours: dict[str, list[str]], wait_minutes: float) -> list[str]:
    """The services of a plan when each queue takes so long from nine o'clock on."""
    script = Script(structs.replace(CONFIG, hours=hours))
    script.put(script.hall.issue(OPENING, ticket_id="t", services=("advice", "passport")))
    ticket: Ticket = script.hall.ticket("t")
    return [s.service for s in stops(script.hall, ticket, lambda _: wait_minutes * 60, OPENING)]


def test_a_plan_beyond_the_hours_is_not_told() -> None:
    assert sorted(plan_of(LUNCH, 30)) == ["advice", "passport"]
    assert plan_of(LUNCH, 170) == []
    assert plan_of(LUNCH, 20 * 60) == []


def test_a_hall_that_never_closes_tells_it_at_any_hour() -> None:
    assert len(plan_of({"mon-sun": ["00:00-24:00"]}, 20 * 60)) == 2
