"""Bookings over HTTP beside tickets, and a month's slots of a large hall.

    python -m tests.bench.bookings [--clients 64] [--seconds 6]

The same 64 connections take tickets, book over a week, and ask all for one slot of capacity 1, each
from a fresh server; bookings are shown as a share of the tickets. Before that the processor time in
which the slots of a month of a hall with 100 windows are found, from nothing (goal: under 20 ms in
the worst of several runs), and that of the list of conflicts.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx2
from msgspec import structs

from kiosk.hall import Hall
from kiosk.hall.calendar import Calendar
from kiosk.hall.config import Appointments, Group, HallConfig, Service, Window
from kiosk.hall.conflicts import conflicts
from kiosk.hall.events import LegPlan
from kiosk.hall.slots import Slots
from tests.support.server import HALL, RunningServer

BOOKABLE = (
    HALL.replace("\nminutes = 12\n", "\nminutes = 12\nappointments = true\n")
    + "\n[appointments]\nslot_minutes = 15\ncapacity = {}\nlead_minutes = 0\n"
)
GOAL_MS = 20


async def drive(
    server: RunningServer, path: str, bodies: Iterator[bytes], clients: int, seconds: float
) -> tuple[float, Counter[int]]:
    """Requests a second of `clients` connections, and how they were answered."""
    told: Counter[int] = Counter()
    port = int(server.url.rpartition(":")[2])
    key = server.key()
    until = time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            body = next(bodies)
            head = (
                f"POST /api/v1/halls/main/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(answer.partition("content-length: ")[2].partition("\r")[0])
            await reader.readexactly(length)
            told[int(answer[9:12])] += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return told.total() / (time.perf_counter() - began), told


def measure(path: str, capacity: int, clients: int, seconds: float, spread: bool) -> float:
    """Requests a second at a fresh server."""
    hall = BOOKABLE.replace("capacity = {}", f"capacity = {capacity}")
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningServer.make(Path(folder), hall) as server,
    ):
        bodies: Iterator[bytes] = itertools.repeat(b'{"service":"household-register"}')
        if path == "appointments":
            query = {"service": "household-register"}
            found = httpx2.get(f"{server.api}/halls/main/slots", params=query, timeout=30).json()
            starts = [slot["start"] for slot in found[8:]] if spread else [found[8]["start"]]
            bodies = itertools.cycle(
                json.dumps({"service": "household-register", "start": start}).encode()
                for start in starts
            )
        rate, told = asyncio.run(drive(server, path, bodies, clients, seconds))
    sys.stdout.write(f"   answers: {dict(told)}\n")
    return rate


def month(own_hours: bool, services: int) -> float:
    """Processor time (ms) of a month's slots of a hall with 100 windows, nothing known before.

    own_hours: each window has hours of its own. services: how many the visit holds.
    """
    name = {"en": "x"}
    groups = tuple(Group(str(n), "ABCDEFGHIJ"[n], name, "1F") for n in range(10))
    config = HallConfig(
        id="main",
        name=name,
        timezone="Asia/Shanghai",
        hours={"mon-fri": ["08:30-12:00", "13:30-17:30"]},
        groups=groups,
        services=tuple(
            Service(f"{g.id}-{n}", g.id, name, minutes=8 + n, appointments=True)
            for g in groups
            for n in range(10)
        ),
        windows=tuple(
            Window(
                str(n),
                name,
                "1F",
                (str(n % 10), str((n + 1) % 10)),
                hours={"mon-fri": [f"08:{n % 60:02d}-{15 + n % 3}:{n % 60:02d}"]}
                if own_hours
                else None,
            )
            for n in range(100)
        ),
        appointments=Appointments(),
    )
    calendar = Calendar.of(config)
    legs = [LegPlan(f"{n}-4", str(n)) for n in range(3, 3 + services)]
    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    slots = Slots(config, calendar)
    first = date(2026, 11, 23)
    for ahead in range(31):
        slots.day((first + timedelta(days=ahead)).isoformat(), legs, {})
    return (resource.getrusage(resource.RUSAGE_SELF).ru_utime - began) * 1000


MONTHS = (("usual hours", False, 1), ("hours by window", True, 1), ("three services", True, 3))


def months(runs: int = 9) -> float:
    """Print a month's slots, each run a process of its own; returns the worst, ms."""
    worst = 0.0
    for title, own_hours, services in MONTHS:
        code = f"from tests.bench.bookings import month; print(month({own_hours}, {services}))"
        spent = sorted(
            float(
                subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
            )
            for _ in range(runs)
        )
        worst = max(worst, spent[-1])
        sys.stdout.write(
            f"a month's slots of 100 windows, {title}: median {spent[runs // 2]:.1f} ms, "
            f"worst of {runs} cold runs {spent[-1]:.1f} ms (goal: under {GOAL_MS})\n"
        )
    return worst


def conflicts_ms(bookings: int = 4000) -> float:
    """Processor time (ms) of the list of conflicts when some hours are gone."""
    name = {"en": "x"}
    config = HallConfig(
        id="main",
        name=name,
        timezone="Asia/Shanghai",
        hours={"mon-fri": ["08:30-12:00", "13:30-17:30"]},
        groups=tuple(Group(g, g, name, "1F") for g in "ABCDE"),
        services=tuple(Service(g, g, name, appointments=True) for g in "ABCDE"),
        windows=tuple(Window(g, name, "1F", (g,)) for g in "ABCDE"),
        appointments=Appointments(capacity=dict.fromkeys("ABCDE", 6), days_ahead=20),
    )
    hall = Hall(config)
    now = hall.calendar.starts("2026-11-23")
    days = [(date(2026, 11, 23) + timedelta(days=n)).isoformat() for n in range(12)]
    starts = [(g, cell.start) for day in days for g in "ABCDE" for cell in hall.slots.cells(day, g)]
    for n, (group, start) in zip(range(bookings), itertools.cycle(starts), strict=False):
        events = hall.book(now, booking_id=f"b{n}", seed=n, services=(group,), start=start)
        for record in hall.stamp(events, now, "bench"):
            hall.apply(record)
    fewer = structs.replace(config, hours={"mon-fri": ["08:30-12:00", "13:30-17:00"]})
    for record in hall.stamp(hall.configure(fewer), now, "bench"):
        hall.apply(record)
    times = []
    for _ in range(7):
        began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        found = conflicts(hall, now)
        times.append((resource.getrusage(resource.RUSAGE_SELF).ru_utime - began) * 1000)
    middle = sorted(times)[3]
    sys.stdout.write(
        f"{len(found)} conflicts among {bookings} bookings: {times[0]:.1f} ms at first, then "
        f"median {middle:.1f} ms\n"
    )
    return middle


def main() -> int:
    """Print all; 1 when a month's slots took too long."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=6)
    options = parser.parse_args()
    spent = months()
    conflicts_ms()
    rates = {}
    for name, path, capacity, spread in (
        ("tickets", "tickets", 1, True),
        ("bookings over a week", "appointments", 10_000, True),
        ("one slot of capacity 1", "appointments", 1, False),
    ):
        rates[name] = measure(path, capacity, options.clients, options.seconds, spread)
        share = rates[name] / rates["tickets"]
        sys.stdout.write(f"{name}: {rates[name]:.0f}/s, {share:.2f} of the tickets\n")
    return int(spent > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
