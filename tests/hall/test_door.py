"""From the door to the ticket."""

from kiosk.hall.calendar import MINUTE, Calendar
from kiosk.hall.door import Taken, report, share_of
from tests.hall.script import CONFIG, OPENING

CALENDAR = Calendar.of(CONFIG)


def test_counts_give_the_queue_between_door_and_kiosk() -> None:
    arrivals = [(OPENING, 2), (OPENING + 10 * MINUTE, 1)]
    tickets = [Taken(OPENING + minute * MINUTE) for minute in (4, 6, 15)]
    found = report("2026-11-23", arrivals, tickets, 1.0, CALENDAR)
    (row,) = found.rows
    assert (row.start, row.arrived, row.tickets) == ("09:00", 3, 3)
    assert row.counted_s == (4 + 6 + 5) * 60 / 3
    assert row.queue == round(15 / 30, 2)
    assert (row.tokens, row.token_s) == (0, None)
    assert (found.total.arrived, found.total.counted_s) == (3, 300)


def test_company_does_not_pile_up_once_the_share_is_known() -> None:
    assert share_of(200, 100) == 0.5
    assert share_of(0, 0) == share_of(10, 0) == 1.0
    assert share_of(10, 12) == 1.0
    arrivals = [(OPENING + n * MINUTE, 2) for n in range(120)]
    tickets = [Taken(OPENING + n * MINUTE + MINUTE // 2) for n in range(120)]
    found = report("2026-11-23", arrivals, tickets, 0.5, CALENDAR)
    assert [row.counted_s for row in found.rows] == [30, 30, 30, 30]
    assert found.total.queue == 0.5


def test_a_token_says_it_exactly_and_a_queue_is_spread_over_its_half_hours() -> None:
    later = OPENING + 40 * MINUTE
    tickets = [Taken(later, OPENING), Taken(later + MINUTE)]
    found = report("2026-11-23", [(OPENING, 2)], tickets, 1.0, CALENDAR)
    first, second = found.rows
    assert (first.tickets, first.queue, first.counted_s) == (0, 2.0, None)
    assert (second.tokens, second.token_s) == (1, 2400)
    assert second.queue == round(21 / 30, 2)


def test_a_hall_without_counts_has_nothing_to_say() -> None:
    found = report("2026-11-23", [], [Taken(OPENING)], 1.0, CALENDAR)
    assert (found.total.arrived, found.total.tickets, found.total.counted_s) == (0, 1, None)
    assert report("2026-11-23", [], [], 1.0, CALENDAR).rows == []
