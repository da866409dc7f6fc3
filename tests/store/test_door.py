"""Who came in: the same from the tables on both databases."""

from __future__ import annotations

from kiosk.hall.door import Taken
from kiosk.hall.events import LegPlan, TicketIssued, VisitorsArrived
from kiosk.store import Store

from .days import records, write


async def test_who_was_counted_and_who_took_a_ticket(store: Store) -> None:
    legs = (LegPlan("tax", "A"),)
    log = records(
        [
            VisitorsArrived(3, "south"),
            VisitorsArrived(2),
            TicketIssued("t1", "A001", legs),
            TicketIssued("t2", "A002", legs, channel="staff"),
            TicketIssued("t3", "A003", legs, channel="phone", door_at=5),
        ]
    )
    await write(store, log)
    hall, day = log[0].hall, log[0].day
    arrivals, tickets = await store.reports.door(hall, day)
    assert [count for _, count in arrivals] == [3, 2]
    assert tickets == [Taken(log[2].at), Taken(log[4].at, 5)]
    assert await store.reports.door_share(hall, day, "9999-01-01") == (5, 2)
    assert await store.reports.door_share(hall, "2000-01-01", day) == (0, 0)
