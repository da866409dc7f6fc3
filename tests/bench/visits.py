"""Visits of three services: time in the hall in the planned way, in listed order, and with a new
ticket for each; and what planning costs. Drawn days, the engine itself, no I/O.

    python -m tests.bench visits [DAYS]
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from random import Random
from statistics import mean, median
from zoneinfo import ZoneInfo

from kiosk.hall import Hall
from kiosk.hall.config import Group, HallConfig, Service, Window, Zone
from kiosk.hall.state import TicketState

MINUTE = 60_000
OPENS = int(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
GROUPS = "ABCDEF"
WINDOWS = 14
SERVICE_MINUTES = {"A": 6.0, "B": 8.0, "C": 10.0, "D": 5.0, "E": 12.0, "F": 7.0}
HOURS = 7
LOAD = 0.88
SHARE_OF_VISITS = 0.25
"""Visitors who come for three services; the others come for one."""


def config(*, chained: bool = False) -> HallConfig:
    """A hall of six groups. chained: services come one after another in the order of the list."""
    ids = list(GROUPS)
    return HallConfig(
        id="bench",
        name={"en": "Bench"},
        timezone="Asia/Shanghai",
        hours={"mon-sun": ["00:00-24:00"]},
        zones=(Zone("1F", {"en": "1"}),),
        groups=tuple(Group(g, g, {"en": g}, "1F") for g in ids),
        services=tuple(
            Service(g, g, {"en": g}, SERVICE_MINUTES[g], after=tuple(ids[:n]) if chained else ())
            for n, g in enumerate(ids)
        ),
        windows=tuple(
            Window(
                f"w{n}",
                {"en": str(n)},
                "1F",
                (ids[n % 6], ids[(n + 1) % 6]) if n % 3 else (ids[n % 6],),
            )
            for n in range(WINDOWS)
        ),
    )


@dataclass
class Guest:
    """Somebody who comes: for what, with which lengths, and when the last service ended."""

    at: int
    services: list[str]
    lengths: dict[str, int]
    left: list[str] = field(default_factory=list)
    done_at: int = 0


def drawn(seed: int) -> list[Guest]:
    """One day's visitors; the same for every way."""
    rng = Random(seed)
    mean_services = 1 + 2 * SHARE_OF_VISITS
    work = mean(SERVICE_MINUTES.values()) * mean_services
    gap = work / (WINDOWS * LOAD)
    guests, at = [], 0.0
    while at < HOURS * 60:
        at += rng.expovariate(1 / gap)
        count = 3 if rng.random() < SHARE_OF_VISITS else 1
        services = sorted(rng.sample(GROUPS, count))
        lengths = {
            s: round(rng.lognormvariate(0, 0.6) / 1.2 * SERVICE_MINUTES[s] * MINUTE)
            for s in services
        }
        guests.append(Guest(OPENS + round(at * MINUTE), services, lengths))
    return guests


class Day:
    """A day played through the engine: `one ticket` for all services, or one for each."""

    def __init__(self, guests: list[Guest], *, chained: bool, separate: bool) -> None:
        self.hall = Hall(config(chained=chained))
        self.now = OPENS
        self.separate = separate
        self.owner: dict[str, Guest] = {}
        self.heap: list[tuple[int, int, str, str]] = []
        self.count = 0
        self.idle = [w.id for w in self.hall.state.config.windows]
        self.put(self.hall.configure(self.hall.state.config))
        for window in self.idle:
            self.put(self.hall.open_window(window))
        for number, guest in enumerate(guests):
            guest.left = list(guest.services)
            heappush(self.heap, (guest.at, number, "", ""))
        self.guests = guests

    def put(self, events: list) -> None:  # type: ignore[type-arg]
        for record in self.hall.stamp(events, self.now, "bench"):
            self.hall.apply(record)

    def play(self) -> None:
        while self.heap:
            self.now, number, window, ticket = heappop(self.heap)
            if window:
                self._finish(window, ticket)
            else:
                self._come(self.guests[number])
            self._call()

    def _come(self, guest: Guest) -> None:
        services = guest.left[:1] if self.separate else guest.services
        self.count += 1
        ticket = f"t{self.count}"
        self.owner[ticket] = guest
        self.put(self.hall.issue(self.now, ticket_id=ticket, services=services))

    def _finish(self, window: str, ticket: str) -> None:
        guest = self.owner[ticket]
        self.put(self.hall.finish(ticket))
        self.idle.append(window)
        if self.separate:
            guest.left.pop(0)
            if guest.left:
                self._come(guest)
                return
        if self.hall.ticket(ticket).state is TicketState.DONE:
            guest.done_at = self.now

    def _call(self) -> None:
        for window in list(self.idle):
            events = self.hall.call_next(window, self.now)
            if not events:
                continue
            self.put(events)
            self.idle.remove(window)
            ticket = self.hall.state.tickets[self.hall.window(window).ticket or ""]
            length = self.owner[ticket.id].lengths[ticket.current.service]
            heappush(self.heap, (self.now + length, 10**6 + self.count, window, ticket.id))


WAYS = {
    "planned": {"chained": False, "separate": False},
    "listed order": {"chained": True, "separate": False},
    "separate tickets": {"chained": False, "separate": True},
}


def main() -> None:
    """Play the days in every way and print minutes in the hall."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    found: dict[str, tuple[list[float], list[float]]] = {}
    for name, way in WAYS.items():
        several: list[float] = []
        single: list[float] = []
        for seed in range(days):
            day = Day(drawn(seed), **way)
            day.play()
            for guest in day.guests:
                stay = (guest.done_at - guest.at) / MINUTE
                (several if len(guest.services) > 1 else single).append(stay)
        found[name] = several, single
    base = mean(found["planned"][0])
    print(f"{days} drawn days, {WINDOWS} windows, load {LOAD:.0%}, minutes in the hall")
    for name, (several, single) in found.items():
        print(
            f"  {name:17} three services: mean {mean(several):5.1f} median {median(several):5.1f} "
            f"(planned ÷ this {base / mean(several):.2f}); one service: mean {mean(single):5.1f}"
        )
    print(f"  planning 5 services with 300 waiting: {planning_ms():.3f} ms of processor time")


def planning_ms() -> float:
    """Processor time of planning a visit of five services while 300 wait."""
    day = Day([], chained=False, separate=False)
    for number in range(300):
        services = [GROUPS[number % 6]]
        day.put(day.hall.issue(OPENS, ticket_id=f"x{number}", services=services))
    begun = time.process_time()
    for _ in range(200):
        day.hall.planned(list("ABCDE"), {}, {})
    return (time.process_time() - begun) / 200 * 1000


if __name__ == "__main__":
    main()
