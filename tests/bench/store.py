"""What the store costs on SQLite, against floors measured in the same run.

    python tests/bench/store.py [--tickets 1200000] [--directory DIR]

- durable tickets a second from 1, 32 and 256 writers that wait for each other's group commit,
  and their p99, against the p50 of one fsync of the same disk;
- what the hash chain costs per event;
- a hall's log that grows to a year: cost per ticket on the way, then start-up time, memory and
  the first call, in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx2

from kiosk.hall.config import Group, HallConfig, Printer, Service, Window, Zone
from kiosk.hall.engine import Hall
from kiosk.hall.events import (
    AnyEvent,
    DayClosed,
    Estimate,
    HallConfigured,
    LegPlan,
    PrintOutcome,
    PrintRequested,
    PrintSending,
    PrintSettled,
    Reason,
    Record,
    ServiceFinished,
    ServiceStarted,
    TicketCalled,
    TicketIssued,
    WindowOpened,
)
from kiosk.server.forecasts import LEARNED
from kiosk.server.tokens import ordered_id
from kiosk.store import Answer, Batch, Conflict, Entry, Store, migrate, open_store
from kiosk.store.chain import GENESIS, Row, digest
from tests.support.server import RunningServer

DAY_MS = 86_400_000
START = 1_767_225_600_000
TICKETS_A_DAY = 3_300
ANSWER = b"x" * 420
"""As long as the JSON of a ticket."""

CONFIG = HallConfig(
    id="main",
    name={"en": "Bench"},
    timezone="UTC",
    hours={"mon-sun": ["00:00-24:00"]},
    zones=(Zone("1F", {"en": "1"}),),
    groups=(Group("A", "A", {"en": "A"}, "1F"),),
    services=(Service("s", "A", {"en": "S"}),),
    windows=(Window("1", {"en": "1"}, "1F", ("A",)),),
    printers=(Printer("p", "file:///dev/null"),),
)


def issued(ticket: str, number: int) -> TicketIssued:
    return TicketIssued(
        ticket, f"A{number:03d}", (LegPlan("s", "A"),), ahead=12, estimate=Estimate(60, 400, 1500)
    )


def ticket_id(at: int) -> str:
    return ordered_id(at, os.urandom)


def life(ticket: str, number: int) -> list[AnyEvent]:
    """All events of one visit."""
    return [
        issued(ticket, number),
        PrintRequested(ticket, 0, "p", 0),
        PrintSending(ticket, 0),
        PrintSettled(ticket, 0, PrintOutcome.PRINTED),
        TicketCalled(ticket, "1", Reason("first", group="A", waited_s=300, points=5.0), "li"),
        ServiceStarted(ticket, "1"),
        ServiceFinished(ticket, "1"),
    ]


# ── floors ───────────────────────────────────────────────────────────────────────────────────


def fsync_p50(directory: Path) -> float:
    """Milliseconds for one write of a page and its fsync."""
    times = []
    with (directory / "fsync").open("wb") as file:
        for _ in range(200):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def chain_cost() -> float:
    """Microseconds to chain one event."""
    row = Row(
        "main", 1, START, "2026-01-01", "device:kiosk-1", "ticket_issued", b"x" * 180, b"k" * 16
    )
    started = time.perf_counter()
    previous = GENESIS
    for _ in range(100_000):
        previous = digest(previous, row)
    return (time.perf_counter() - started) * 10


# ── durable tickets ──────────────────────────────────────────────────────────────────────────


class Hub:
    """What the server's runtime does: all that wait are one batch, then all are answered."""

    def __init__(self, store: Store, hall: str, seq: int) -> None:
        self._store, self._hall, self._seq = store, hall, seq
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def issue(self) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((os.urandom(16), done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            entries, answers = [], []
            for n, (key, _) in enumerate(group, start=1):
                seq = self._seq + n
                event = issued(ticket_id(START + seq), seq)
                record = Record(self._hall, seq, START + seq, "2026-01-01", "kiosk", event)
                entries.append(Entry(record, key))
                answers.append(Answer(self._hall, key, key, START, 201, ANSWER))
            await self._store.append(Batch(self._hall, self._seq, tuple(entries), tuple(answers)))
            self._seq += len(group)
            for _, done in group:
                done.set_result(None)
        self._task = None


async def clients(issue: Callable[[], Awaitable[None]], count: int, total: int) -> list[float]:
    """Times of `total` tickets in ms, taken by so many clients, one after another each."""
    times: list[float] = []

    async def one() -> None:
        for _ in range(total // count):
            started = time.perf_counter()
            await issue()
            times.append((time.perf_counter() - started) * 1000)

    await asyncio.gather(*(one() for _ in range(count)))
    return times


async def durable(directory: Path) -> None:
    floor = fsync_p50(directory)
    print(f"one fsync of this disk: p50 {floor:.2f} ms; chaining one event: {chain_cost():.1f} µs")
    for count, total in ((1, 1_000), (32, 12_800), (256, 25_600)):
        url = f"sqlite:///{directory}/durable-{count}.db"
        await migrate(url)
        store = await open_store(url, serving=True)
        hub = Hub(store, "main", 0)
        started = time.perf_counter()
        times = sorted(await clients(hub.issue, count, total))
        rate = total / (time.perf_counter() - started)
        await store.close()
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(
            f"{count:4} clients: {rate:7.0f} durable tickets/s, p50 {p50:6.2f} ms,"
            f" p99 {p99:6.2f} ms = {p99 / floor:5.1f} fsyncs"
        )


# ── a year ───────────────────────────────────────────────────────────────────────────────────


def days(tickets: int) -> Iterator[list[Record]]:
    """The records of one business day after another."""
    seq, given = 0, 0
    while given < tickets:
        start = START + (given // TICKETS_A_DAY) * DAY_MS
        day = time.strftime("%Y-%m-%d", time.gmtime(start / 1000))
        events: list[AnyEvent] = [HallConfigured(CONFIG)] if seq == 0 else []
        events.append(WindowOpened("1", "li"))
        for n in range(min(TICKETS_A_DAY, tickets - given)):
            events += life(ticket_id(start + n * 5000), n + 1)
        given += TICKETS_A_DAY
        if given < tickets:
            events.append(DayClosed())
        yield [
            Record("main", seq + n, start + n, day, "device:kiosk-1", event)
            for n, event in enumerate(events, start=1)
        ]
        seq += len(events)


async def year(directory: Path, tickets: int) -> None:
    url = f"sqlite:///{directory}/year.db"
    await migrate(url)
    store = await open_store(url, serving=True)
    given, marks = 0, [10_000 * 3**n for n in range(6)]
    recent: list[tuple[float, float]] = []
    for records in days(tickets):
        started, used = time.perf_counter(), time.process_time()
        for at in range(0, len(records), 224):
            part = records[at : at + 224]
            await store.append(Batch("main", part[0].seq - 1, tuple(Entry(r) for r in part)))
        given += TICKETS_A_DAY
        recent.append((time.process_time() - used, time.perf_counter() - started))
        if (marks and given >= marks[0]) or given >= tickets:
            marks = marks[1:]
            cpu, wall = (
                statistics.median(day[n] for day in recent[-9:]) / TICKETS_A_DAY * 1e6
                for n in (0, 1)
            )
            print(
                f"{given:9} tickets in the log: {cpu:4.0f} µs CPU, {wall:4.0f} µs in all a ticket "
                f"{'█' * round(cpu / 10)}"
            )
    last = records[-1]
    await store.close()
    size = sum(f.stat().st_size for f in directory.glob("year.db*")) / 1e9
    print(f"{last.seq} events, {size:.2f} GB")
    # Start-up in a process of its own, as `kiosk serve` does it: open, load, fold, first call.
    here = [sys.executable, "-m", "tests.bench.store", "--start", url, last.day]
    subprocess.run(here, check=True)
    await asyncio.to_thread(serve, url)


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def serve(url: str) -> None:
    """The whole server on the year, until a first ticket is answered; beside an empty hall."""
    with tempfile.TemporaryDirectory() as folder:
        empty = RunningServer.make(Path(folder))
        started = time.perf_counter()
        with empty:
            floor, least = time.perf_counter() - started, processor(empty.pid)
    server = RunningServer(url)
    server.auth()
    started = time.perf_counter()
    with server:
        ready, used = time.perf_counter() - started, processor(server.pid)
        answer = httpx2.post(
            f"{server.api}/halls/main/tickets", json={"service": "s"}, headers=server.auth()
        )
        first = time.perf_counter() - started
        assert answer.status_code == 201, answer.text
        server.says(LEARNED)
        status = Path(f"/proc/{server.pid}/status").read_text()
        memory = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(
        f"kiosk serve: listens after {ready:.2f} s, {used:.2f} s of processor time"
        f" (an empty hall: {floor:.2f} s, {least:.2f} s), first ticket {first:.2f} s,"
        f" {memory:.0f} MB at most until it has learned from the last weeks"
    )


async def start(url: str, day: str) -> None:
    started = time.perf_counter()
    store = await open_store(url, serving=True)
    loaded = await store.load("main")
    hall = Hall.replay(entry.record for entry in loaded.entries)
    ready = time.perf_counter() - started
    now = hall.state.at + 1000
    for command in (
        lambda: hall.issue(now, ticket_id="new", services=["s"]),
        lambda: hall.call_next("1", now),
    ):
        records = hall.stamp(command(), now, "bench", day)
        batch = Batch("main", hall.state.seq, tuple(Entry(r) for r in records))
        try:
            await store.append(batch)
        except Conflict as error:
            raise SystemExit(f"the loaded hall is not at the log's end: {error}") from error
        for record in records:
            hall.apply(record)
    first = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    await store.close()
    print(
        f"start-up: {ready:.2f} s until {len(loaded.entries)} events of the open day are folded,"
        f" {first:.2f} s until a first call is durable, {memory:.0f} MB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_200_000)
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--start", nargs=2, metavar=("URL", "DAY"))
    arguments = parser.parse_args()
    if arguments.start:
        asyncio.run(start(*arguments.start))
        return
    with tempfile.TemporaryDirectory(dir=arguments.directory) as directory:
        asyncio.run(durable(Path(directory)))
        asyncio.run(year(Path(directory), arguments.tickets))


if __name__ == "__main__":
    main()
