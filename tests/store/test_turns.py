"""What calls out of turn cost, and tickets that went in a circle, read from a recorded day."""

from __future__ import annotations

from kiosk.hall.core import Events
from kiosk.hall.engine import Hall
from kiosk.hall.events import HallConfigured, Record
from kiosk.store import Store
from kiosk.store.turns import Cost, Turn, costs
from tests.store.days import CONFIG, NOON, records, write

DAY = "2026-03-02"
MINUTE = 60_000


class Day:
    """A hall whose log is kept, a minute for each step."""

    def __init__(self) -> None:
        self.log: list[Record] = records([HallConfigured(CONFIG)], at=NOON - 1000)
        self.hall = Hall.replay(self.log)
        self.now = NOON

    def do(self, events: Events) -> None:
        self.now += MINUTE
        for record in self.hall.stamp(events, self.now, "test"):
            self.hall.apply(record)
            self.log.append(record)

    def take(self, ticket: str, service: str, priority: str | None = None) -> None:
        self.do(self.hall.issue(self.now, ticket_id=ticket, services=[service], priority=priority))


def test_the_price_is_counted_by_kind_and_the_dearest_comes_first() -> None:
    found = costs(
        [
            Turn("first", "normal", 0, 9 * MINUTE),
            Turn("first", "senior", 2, 3 * MINUTE),
            Turn("first", "senior", 1, 4 * MINUTE),
            Turn("first", "appointment", 1, MINUTE),
            Turn("return", "normal", 5, 3 * MINUTE),
        ]
    )
    assert found == [
        Cost("return", "normal", 1, 5, 15.0),
        Cost("priority", "senior", 2, 3, 10.0),
        Cost("appointment", "appointment", 1, 1, 1.0),
    ]


async def test_a_senior_and_a_returning_visitor_cost_the_others_minutes(store: Store) -> None:
    day = Day()
    day.do(day.hall.open_window("1"))
    day.take("a", "tax")
    day.do(day.hall.call_next("1", day.now))
    day.do(day.hall.park("a", day.now, errand="copy"))
    day.take("b", "tax")
    day.take("c", "tax")
    day.take("d", "tax", "senior")
    day.do(day.hall.call_next("1", day.now))
    assert day.hall.ticket("d").window == "1"
    day.do(day.hall.finish("d"))
    day.do(day.hall.resume("a"))
    day.do(day.hall.call_next("1", day.now))
    assert day.hall.ticket("a").window == "1"
    day.do(day.hall.finish("a"))
    await write(store, day.log)
    found = costs(await store.reports.turns("main", DAY, DAY))
    # The returning visitor had waited longer than everybody: his call passed nobody.
    assert found == [Cost("priority", "senior", 1, 2, 2.0)]


async def test_a_ticket_sent_back_to_where_it_was_is_a_loop_and_a_come_back_is_none(
    store: Store,
) -> None:
    day = Day()
    for window in ("1", "2", "3"):
        day.do(day.hall.open_window(window))
    for ticket, come_back in (("round", False), ("back", True)):
        day.take(ticket, "tax")
        day.do(day.hall.call("1", ticket, day.now))
        day.do(day.hall.transfer(ticket, service="card", come_back=come_back))
        day.do(day.hall.call("2", ticket, day.now))
        if come_back:
            day.do(day.hall.finish(ticket))
        else:
            day.do(day.hall.transfer(ticket, service="tax"))
    assert [t.id for t in day.hall.loops()] == ["round"]
    await write(store, day.log)
    found = await store.reports.transferred("main", DAY, DAY)
    assert [(loop.ticket, loop.groups) for loop in found] == [("round", ("A", "B", "A"))]
