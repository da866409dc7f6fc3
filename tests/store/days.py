"""Days to write into a log: short ones by hand, drawn ones by the engine itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from msgspec import structs

from kiosk.hall.bookings import Booker
from kiosk.hall.config import (
    Appointments,
    Group,
    HallConfig,
    Printer,
    Priority,
    Service,
    Window,
    Zone,
)
from kiosk.hall.core import Events
from kiosk.hall.engine import Hall
from kiosk.hall.errors import HallError
from kiosk.hall.events import AnyEvent, Estimate, HallConfigured, PrintOutcome, Record
from kiosk.hall.state import TicketState
from kiosk.store import Batch, Entry, Store

DAY = "2026-03-02"
NOON = 1_772_424_000_000
"""2026-03-02 12:00 in Shanghai, a Monday."""

CONFIG = HallConfig(
    id="main",
    name={"zh": "县政务服务中心", "en": "County Service Hall"},
    timezone="Asia/Shanghai",
    hours={"mon-sun": ["00:00-24:00"]},
    zones=(Zone("1F", {"zh": "一层", "en": "Ground floor"}),),
    groups=(Group("A", "A", {"en": "Tax"}, "1F"), Group("B", "B", {"en": "Police"}, "1F")),
    services=(
        Service("tax", "A", {"en": "Tax"}, appointments=True),
        Service("card", "B", {"en": "Card"}),
        Service("register", "B", {"en": "Register"}),
    ),
    windows=(
        Window("1", {"en": "1"}, "1F", ("A", "B")),
        Window("2", {"en": "2"}, "1F", ("B",)),
        Window("3", {"en": "3"}, "1F", ("A",)),
    ),
    priorities=(Priority("senior", {"en": "Senior"}, credit_minutes=20),),
    appointments=Appointments(
        slot_minutes=60,
        capacity={"A": 9},
        lead_minutes=5,
        cancel_until_minutes=5,
        confirm_minutes=60,
    ),
    printers=(Printer("p1", "file:///dev/null"),),
)


def records(
    events: Iterable[AnyEvent], *, hall: str = "main", seq: int = 0, day: str = DAY, at: int = NOON
) -> list[Record]:
    """Events one second apart, behind `seq`."""
    return [
        Record(hall, seq + n, at + 1000 * n, day, "device:test", event)
        for n, event in enumerate(events, start=1)
    ]


async def write(store: Store, log: Sequence[Record], *, size: int = 50) -> None:
    """Append records of one hall in batches of `size`."""
    for start in range(0, len(log), size):
        part = log[start : start + size]
        entries = tuple(Entry(record) for record in part)
        await store.append(Batch(part[0].hall, part[0].seq - 1, entries))


def drawn(seed: int, commands: int, *, days: int = 1, hall: str = "main") -> list[Record]:
    """A log that the engine wrote under random commands of visitors, staff and the clock."""
    draw = random.Random(seed)
    now = NOON
    config = structs.replace(CONFIG, id=hall)
    log = records([HallConfigured(config)], hall=hall, at=now - 1000)
    engine = Hall.replay(log)
    for n in range(days):
        for k in range(commands):
            now += draw.randrange(1, 40_000)
            try:
                events = _command(engine, draw, now, f"{hall}-{n}-{k}")
            except HallError:
                continue
            _take(engine, log, events, now, None)
        now = engine.calendar.ends(engine.calendar.day(now)) + 1
        while tick := engine.tick(now):
            if not tick.events:
                break
            _take(engine, log, tick.events, now, tick.day)
        now += 12 * 3_600_000
    return log


def _command(hall: Hall, draw: random.Random, now: int, new: str) -> Events:
    window = draw.choice(["1", "2", "3"])
    state = draw.choice(list(TicketState))
    ticket = draw.choice([t.id for t in hall.state.tickets.values() if t.state is state] or [""])
    match draw.randrange(10):
        case 0:
            return draw.choice([*_at_windows(hall, draw, window)])()
        case 1 | 2 | 3:
            return draw.choice([*_with_tickets(hall, draw, ticket, window, now)])()
        case 4 | 5:
            return hall.call_next(window, now)
        case 6:
            return hall.arrive(draw.choice([1, 3]), "south")
        case 7:
            return draw.choice([*_with_bookings(hall, draw, now, new)])()
        case _:
            return hall.issue(
                now,
                ticket_id=new,
                services=draw.sample(["tax", "card", "register"], draw.choice([1, 1, 2])),
                priority=draw.choice([None, "senior"]),
                printer="p1",
                estimate=Estimate(60, 300, 900),
                door_at=draw.choice([None, now - 60_000]),
            )


def _with_bookings(
    hall: Hall, draw: random.Random, now: int, new: str
) -> Iterable[Callable[[], Events]]:
    booking = draw.choice([*hall.state.bookings] or [""])
    hour = 3_600_000
    start = now - now % hour + draw.choice([1, 1, 2, 30]) * hour
    who = Booker(person=draw.choice([None, "ann", "bob"]), staff=draw.random() < 0.5)
    for _ in range(3):
        yield lambda: hall.book(
            now, booking_id=new, seed=now, services=["tax"], start=start, who=who
        )
    yield lambda: hall.hold(now, new, ["tax"], start)
    yield lambda: hall.confirm(booking)
    yield lambda: hall.move(now, booking, start)
    yield lambda: hall.cancel_booking(now, booking)
    yield lambda: hall.inform([booking])
    yield lambda: hall.check_in_booking(now, ticket_id=f"{new}-in", booking_id=booking)


def _at_windows(hall: Hall, draw: random.Random, window: str) -> Iterable[Callable[[], Events]]:
    yield lambda: hall.open_window(window)
    yield lambda: hall.open_window(window, draw.choice(["li", "wang"]))
    yield lambda: hall.open_window(window, "zhao")
    yield lambda: hall.pause_window(window)
    yield lambda: hall.close_window(window)


def _with_tickets(
    hall: Hall, draw: random.Random, ticket: str, window: str, now: int
) -> Iterable[Callable[[], Events]]:
    simple = [hall.start, hall.finish, hall.no_show, hall.recall]
    yield lambda: draw.choice(simple)(ticket)
    yield lambda: draw.choice([hall.requeue, hall.cancel, hall.leave, hall.resume])(ticket)
    yield lambda: hall.park(ticket, now)
    yield lambda: hall.restore(ticket, now)
    yield lambda: hall.transfer(ticket, window=window)
    yield lambda: hall.transfer(ticket, service="card", come_back=draw.random() < 0.5)
    yield lambda: hall.rate(ticket, draw.randrange(1, 6), {"attitude": 5})
    yield lambda: hall.begin_print(ticket, 0, now)
    yield lambda: hall.settle_print(ticket, 0, PrintOutcome.PRINTED)


def _take(
    engine: Hall, log: list[Record], events: Sequence[AnyEvent], now: int, day: str | None
) -> None:
    for record in engine.stamp(events, now, "device:test", day):
        engine.apply(record)
        log.append(record)
