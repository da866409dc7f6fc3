"""Several nodes on one PostgreSQL, against bare loops that insert the same rows.

    python -m tests.bench.nodes [--tickets 3200]

Measured on a durable server of its own: tickets a second with 1, 2 and 4 nodes, each serving its
share of 64 halls, and all on one hot hall; each beside as many processes (one for the hot hall,
since a log is written one after another) that only insert the same rows, in groups of the same
size, with the same driver. Then the time from a commit on one node until another one has read
it, and from the answer to a call until the frame at a screen of another server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import asyncpg
import httpx2
from msgspec.structs import astuple
from websockets.sync.client import connect

from kiosk.hall.events import Estimate, LegPlan, Record, TicketIssued, encode
from kiosk.store import Answer, Batch, Conflict, Entry, Store, migrate, open_store
from kiosk.store.rows import DayRow, LegRow, TicketRow, upsert
from tests.store.postgres_server import PostgresServer
from tests.support.server import HALL, RunningServer, kiosk

START = 1_767_225_600_000
DAY = "2026-01-01"
ANSWER = b"x" * 420
ROUNDS = 3
CLIENTS = 64
"""Per node: who wait for an answer before they ask again."""


def issued(ticket: str, number: int) -> TicketIssued:
    return TicketIssued(
        ticket, f"A{number:03d}", (LegPlan("s", "A"),), ahead=12, estimate=Estimate(60, 400, 1500)
    )


# ── a node ───────────────────────────────────────────────────────────────────────────────────


class Hall:
    """One hall as a node serves it: what waits is one batch; after a conflict it reads on."""

    def __init__(self, store: Store, hall: str) -> None:
        self._store, self._hall, self._seq = store, hall, 0
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self.conflicts = 0

    async def issue(self) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((os.urandom(16), done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            while True:
                try:
                    await self._store.append(self._batch([key for key, _ in group]))
                    break
                except Conflict:
                    self.conflicts += 1
                    self._seq += len(await self._store.after(self._hall, self._seq))
                    late, self._waiting = self._waiting, []
                    group += late
            self._seq += len(group)
            for _, done in group:
                done.set_result(None)
        self._task = None

    def _batch(self, keys: list[bytes]) -> Batch:
        entries, answers = [], []
        for n, key in enumerate(keys, start=1):
            seq = self._seq + n
            event = issued(key.hex(), seq)
            entries.append(Entry(Record(self._hall, seq, START + seq, DAY, "kiosk", event), key))
            answers.append(Answer(self._hall, key, key, START, 201, ANSWER))
        return Batch(self._hall, self._seq, tuple(entries), tuple(answers))


async def node(url: str, halls: list[str], tickets: int) -> None:
    store = await open_store(url)
    served = [Hall(store, hall) for hall in halls]

    async def client(n: int) -> None:
        for _ in range(tickets // CLIENTS):
            await served[n % len(served)].issue()

    await _together()
    started = time.perf_counter()
    await asyncio.gather(*(client(n) for n in range(CLIENTS)))
    print(time.perf_counter() - started, sum(hall.conflicts for hall in served))
    await store.close()


async def _together() -> None:
    """Say that this process is ready, and wait for all others to be."""
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


# ── the floor ────────────────────────────────────────────────────────────────────────────────


async def bare(url: str, hall: str, tickets: int, group: int) -> None:
    """Nothing but the inserts that so many tickets need."""
    connection = await asyncpg.connect(url)
    texts = {
        "events": "INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        "answers": "INSERT INTO answers VALUES ($1, $2, $3, $4, $5, $6)",
        **{row.table: upsert(row) for row in (DayRow, TicketRow, LegRow)},
    }
    await _together()
    started = time.perf_counter()
    for first in range(1, tickets + 1, group):
        rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in texts}
        for seq in range(first, first + group):
            ticket, key, at = uuid.uuid4().hex, os.urandom(16), START + seq
            payload = encode(issued(ticket, seq))
            rows["events"].append(
                (hall, seq, at, DAY, "kiosk", "ticket_issued", payload, key, bytes(32))
            )
            rows["answers"].append((hall, key, key, START, 201, ANSWER))
            new = TicketRow(hall, ticket, DAY, "A001", "normal", "kiosk", "zh", "waiting", at)
            rows["tickets"].append(astuple(new))
            leg = LegRow(hall, ticket, 0, DAY, 0, 1, "s", "A", None, "waiting", at)
            rows["legs"].append(astuple(leg))
        rows["days"].append(astuple(DayRow(hall, DAY, 1, first, first, 0, bytes(32))))
        async with connection.transaction():
            for name, text in texts.items():
                await connection.executemany(text, rows[name])
    print(time.perf_counter() - started, 0)
    await connection.close()


# ── from node to node ────────────────────────────────────────────────────────────────────────


async def latency(url: str) -> None:
    """From the moment a commit is acknowledged until another node has read the event."""
    here, there = await open_store(url), await open_store(url)
    read: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
    known, woken = 0, asyncio.Event()

    async def follow() -> None:
        nonlocal known
        while True:
            await woken.wait()
            woken.clear()
            for entry in await there.after("latency", known):
                known = entry.record.seq
                read.put_nowait((known, time.perf_counter()))

    await there.listen(woken.set)
    follower = asyncio.create_task(follow())
    times = []
    for seq in range(1, 301):
        record = Record("latency", seq, START + seq, DAY, "kiosk", issued(f"l{seq}", seq))
        await here.append(Batch("latency", seq - 1, (Entry(record),)))
        committed = time.perf_counter()
        while (arrived := await read.get())[0] != seq:
            pass
        times.append((arrived[1] - committed) * 1000)
    follower.cancel()
    await here.close()
    await there.close()
    times.sort()
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    print(f"commit to read on another node: p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def frames(db: str, folder: Path) -> None:
    """From the answer to a call on one server until the frame at a screen of another one."""
    os.environ["KIOSK_KEY_FILE"] = str(folder / "keys.json")
    (folder / "hall.toml").write_text(HALL, encoding="utf-8")
    kiosk("init", "--db", db, "--hall", str(folder / "hall.toml"))
    times = []
    with (
        RunningServer(db) as one,
        RunningServer(db) as other,
        httpx2.Client(base_url=f"{one.api}/halls/main", headers=one.auth(), timeout=30) as http,
        connect(
            f"{other.ws}/halls/main?topics=board", additional_headers=one.auth("screen")
        ) as screen,
    ):
        http.post("/windows/3/open", json={"staff": "li"})
        for _ in range(200):
            http.post("/tickets", json={"service": "household-register"})
            number = http.post("/windows/3/call-next", json={}).json()["ticket"]["number"]
            answered = time.perf_counter()
            while True:
                event = json.loads(screen.recv(30)).get("event", {})
                if event.get("type") == "ticket_called" and event["number"] == number:
                    break
            times.append((time.perf_counter() - answered) * 1000)
    times.sort()
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    print(f"answer to a call to the frame on another node: p50 {p50:.2f} ms, p99 {p99:.2f} ms")


# ── all of it ────────────────────────────────────────────────────────────────────────────────


def processes(arguments: list[list[str]], tickets: int) -> tuple[float, int]:
    """Run processes at the same time; tickets a second in all, and conflicts."""
    running = [
        subprocess.Popen(
            [sys.executable, __file__, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for args in arguments
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0].split() for process in running]
    slowest = max(float(line[0]) for line in said)
    return len(running) * tickets / slowest, sum(int(line[1]) for line in said)


def compare(server: PostgresServer, nodes: int, halls: int, tickets: int) -> None:
    """Nodes and bare loops in turn, so that a busy machine slows both; the middle of the ratios."""
    names = [f"h{n}" for n in range(halls)]
    shares = [names[n::nodes] or names for n in range(nodes)]
    rates, ratios, conflicts = [], [], 0
    for _ in range(ROUNDS):
        url = server.database("bench")
        served = [["node", url, ",".join(share), str(tickets)] for share in shares]
        rate, lost = processes(served, tickets)
        url = server.database("bench")
        # One hall is one log: nobody could write it with two loops at once.
        loops = nodes if halls > 1 else 1
        floors = [["bare", url, f"b{n}", str(tickets), str(CLIENTS)] for n in range(loops)]
        floor, _ = processes(floors, tickets)
        rates.append(rate)
        ratios.append(rate / floor)
        conflicts += lost
    where = f"{halls} halls" if halls > 1 else "one hot hall"
    print(
        f"{nodes} nodes, {where:12}: {statistics.median(rates):6.0f} tickets/s,"
        f" {statistics.median(ratios):.2f} of bare inserts"
        f" ({min(ratios):.2f}-{max(ratios):.2f}), {conflicts / ROUNDS:.0f} conflicts"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", nargs="*")
    parser.add_argument("--tickets", type=int, default=3_200)
    arguments = parser.parse_args()
    match arguments.job:
        case ["node", url, halls, tickets]:
            asyncio.run(node(url, halls.split(","), int(tickets)))
            return
        case ["bare", url, hall, tickets, group]:
            asyncio.run(bare(url, hall, int(tickets), int(group)))
            return
    server = PostgresServer(durable=True)
    try:
        asyncio.run(migrate(server.url("bench")))
        for nodes in (1, 2, 4):
            compare(server, nodes, 64, arguments.tickets)
        for nodes in (1, 2, 4):
            compare(server, nodes, 1, arguments.tickets)
        url = server.database("bench")
        asyncio.run(latency(url))
        with tempfile.TemporaryDirectory() as folder:
            frames(server.database(), Path(folder))
    finally:
        server.delete()


if __name__ == "__main__":
    main()
