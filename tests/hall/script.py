"""A hall under test: commands are decided, stamped, folded and kept as a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import structs

from kiosk.hall.calendar import MINUTE
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
from kiosk.hall.events import Record, decode, encode
from kiosk.hall.state import Ticket

CONFIG = HallConfig(
    id="main",
    name={"zh": "县政务服务中心", "en": "County Service Hall"},
    timezone="Asia/Shanghai",
    hours={"mon-fri": ["08:30-12:00", "13:30-17:30"], "sat": []},
    zones=(Zone("1F", {"en": "Ground floor"}), Zone("2F", {"en": "First floor"})),
    groups=(
        Group("A", "A", {"en": "General"}, "1F"),
        Group("B", "B", {"en": "Police"}, "1F"),
        Group("C", "", {"en": "Tax"}, "2F", hours={"mon-fri": ["09:00-16:00"]}),
    ),
    services=(
        Service("advice", "A", {"en": "Advice"}),
        Service("copy", "A", {"en": "Copies"}),
        Service("passport", "B", {"en": "Passport"}),
        Service("deed-tax", "C", {"en": "Deed tax"}),
    ),
    windows=(
        Window("1", {"en": "Window 1"}, "1F", ("A", "B")),
        Window("2", {"en": "Window 2"}, "1F", ("B", "A", "C")),
        Window("3", {"en": "Window 3"}, "2F", ("C",)),
    ),
    priorities=(
        Priority("senior", {"en": "Senior"}, credit_minutes=20.0, rate=1.5),
        Priority("soldier", {"en": "Soldier"}, credit_minutes=10.0),
    ),
    appointments=Appointments(),
    printers=(Printer("p1", "tcp://127.0.0.1:9100"),),
)

OPENING = int(datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
"""09:00 on a Monday, all groups open."""


class Script:
    """A hall and its log. Time passes only when it is told to."""

    def __init__(self, config: HallConfig = CONFIG, now: int = OPENING) -> None:
        self.hall = Hall(config)
        self.log: list[Record] = []
        self.now = now
        self._tickets = 0
        self.put(self.hall.configure(config), "admin")

    def put(self, events: Events, actor: str = "test", day: str | None = None) -> list[Record]:
        """Make events happen."""
        records = self.hall.stamp(events, self.now, actor, day)
        for record in records:
            self.hall.apply(record)
        self.log += records
        return records

    def later(self, minutes: float = 0, *, at: int | None = None) -> None:
        """Let time pass; what it brings happens."""
        self.now = at if at is not None else self.now + round(minutes * MINUTE)
        self.tick()

    def tick(self) -> None:
        """Let what is due happen."""
        while (tick := self.hall.tick(self.now)).events:
            self.put(tick.events, "clock", tick.day)

    def issue(self, *services: str, priority: str | None = None) -> Ticket:
        """Somebody takes a ticket."""
        self._tickets += 1
        ticket_id = f"t{self._tickets}"
        self.put(
            self.hall.issue(
                self.now, ticket_id=ticket_id, services=services or ("advice",), priority=priority
            )
        )
        return self[ticket_id]

    def open(self, *windows: str, staff: str = "li") -> None:
        """Staff sit down at windows."""
        for window in windows:
            self.put(self.hall.open_window(window, f"{staff}-{window}"))

    def next(self, window: str) -> Ticket | None:
        """The window presses "next"."""
        self.put(self.hall.call_next(window, self.now))
        present = self.hall.window(window).ticket
        return self[present] if present else None

    def __getitem__(self, ticket_id: str) -> Ticket:
        return self.hall.ticket(ticket_id)


def via_bytes(record: Record) -> Record:
    """The record as it comes back from the log's bytes."""
    return structs.replace(record, event=decode(encode(record.event)))


def at(clock: str, day: str = "2026-11-23", zone: str = "Asia/Shanghai") -> int:
    """A local time as an instant."""
    return (
        int(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).timestamp())
        * 1000
    )


def loaded(log: Sequence[Record], keep: Callable[[Record], bool]) -> list[Record]:
    """What a start-up reads: records to keep, and the configurations they were made under."""
    configured = [r for r in log if r.event.kind == "hall_configured"]
    kept = [r for r in log if keep(r)]
    first = kept[0].seq if kept else log[-1].seq
    base = max(r.seq for r in configured if r.seq <= first)
    chosen = {r.seq for r in kept} | {r.seq for r in configured if r.seq >= base}
    return [r for r in log if r.seq in chosen]
