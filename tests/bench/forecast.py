"""What a refresh of the forecast costs at 200 waiting tickets and 40 windows.

    .venv/bin/python tests/bench/forecast.py [WAITING]

A drawn busy hall is filled until so many wait. Printed: the snapshot on the server's thread, the
paths in the worker, both per waiting ticket, the bytes that travel between them, and the answer
to a new ticket; beside a floor measured in the same run: a bare loop of heap pushes and pops, as
many as the paths have calls.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from heapq import heappop, heappush

from kiosk.hall import draw, world
from kiosk.hall.engine import Hall
from kiosk.hall.forecast import Forecaster, run
from kiosk.hall.forecast_paths import PATHS
from kiosk.hall.simulate import play
from kiosk.hall.state import TicketState
from kiosk.server.forecast_worker import packed

REPEATS = 7


def crowded(waiting: int) -> tuple[Hall, Forecaster, int]:
    """A hall in which `waiting` tickets wait, after five days of learning."""
    days = draw.days("busy", 6, seed=5)
    records = [r for day in play(days, estimates=False) for r in day.records]
    hall, forecaster = Hall.replay(records[:1]), None
    forecaster = Forecaster(hall.state.config)
    last = world.FIRST_DAY + 5 * world.DAY
    for record in records[1:]:
        if record.at >= last + 600 * 60_000:
            break
        if record.at >= last and not forecaster.learner.roster.bookings:
            forecaster.plan(record.day, world.roster(days[5], last))
        forecaster.observe(record)
        hall.apply(record)
    fill(hall, forecaster, waiting)
    return hall, forecaster, hall.state.at


def fill(hall: Hall, forecaster: Forecaster, waiting: int) -> None:
    """Issue tickets round the services until so many wait."""
    number, now = 0, hall.state.at
    services = [s.id for s in hall.state.config.services]
    have = sum(t.state is TicketState.WAITING for t in hall.state.tickets.values())
    while have < waiting:
        events = hall.issue(
            now, ticket_id=f"extra-{number}", services=[services[number % len(services)]]
        )
        for record in hall.stamp(events, now, "bench"):
            forecaster.observe(record)
            hall.apply(record)
        number, have = number + 1, have + 1


def best(job: Callable[[], object]) -> float:
    """The quickest of some runs, milliseconds."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return min(times) * 1000


def floor(calls: int) -> None:
    """The least that `calls` calls cost in plain Python: each in and out of a heap."""
    heap: list[tuple[int, int]] = []
    for n in range(calls):
        heappush(heap, ((n * 7919) % 10007, n))
        if len(heap) > 40:
            heappop(heap)


def main() -> None:
    """Measure and print."""
    waiting = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    hall, forecaster, now = crowded(waiting)
    snap = forecaster.snapshot(hall, now)
    bytes_ = packed(snap)
    paths = run(snap, 1)
    forecaster.accept(paths)
    snapshot_ms = best(lambda: forecaster.snapshot(hall, now))
    run_ms = best(lambda: run(snap, 1))
    floor_ms = best(lambda: floor(len(snap.waiting) * PATHS))
    answer_ms = best(lambda: forecaster.outlook(hall, now, "2", "normal"))
    waiting_ms = best(lambda: [forecaster.of_ticket(t, now) for t in paths.tickets])
    packing_ms = best(lambda: packed(snap))
    there = len(snap.waiting)
    print(f"{there} waiting, {len(snap.seats)} windows, {len(paths.probes)} kinds of newcomers")
    print(f"snapshot   {snapshot_ms:8.2f} ms   {len(bytes_) / 1024:.0f} KiB, {packing_ms:.2f} ms")
    print(f"paths      {run_ms:8.2f} ms   {run_ms / there:.3f} ms a ticket")
    print(f"           {run_ms / floor_ms:8.1f} × a bare heap with the waiting calls alone")
    print(f"new ticket {answer_ms * 1000:8.1f} µs   all waiting {waiting_ms:.2f} ms")


if __name__ == "__main__":
    main()
