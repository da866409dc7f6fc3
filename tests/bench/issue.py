"""Durable tickets by HTTP against a floor that stores nothing.

The floor is a bare Starlette route that decodes the same body and encodes the same answer with
msgspec, served by uvicorn with the same options. Both are driven by the same client processes
in turn, so that a busy machine slows both. Prints requests a second, p50 and p99, and the ratio;
the processor time that either server spends on a request; and p99 beside an fsync of the same disk.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from display.hub import RETURNS_S
from kiosk.server.routes.tickets import IssueBody
from kiosk.server.views import LegView, TicketView
from tests.bench.bare import Bare
from tests.support.server import RunningServer

BODY = b'{"service":"household-register","priority":"senior","language":"zh"}'
ROUNDS = 15
"""Many short ones: a rented machine is now fast, now slow, for seconds."""
FSYNCS = 300


def floor_app() -> Starlette:
    """Decodes the body, encodes a ticket: nothing else."""
    decode = msgspec.json.Decoder(IssueBody).decode
    encode = msgspec.json.Encoder().encode
    leg = LegView("household-register", "waiting", "B", {"zh": "户口登记", "en": "Registration"})

    async def issue(request: Request) -> Response:
        body = decode(await request.body())
        view = TicketView(
            *("0" * 12, "B001", "waiting", [leg], "B", body.priority or "", body.language),
            *("kiosk", 0, None, "unknown", None, "1F", "2026-11-22T08:30:00.000+08:00"),
            *(None, None, None, None, 0, None, None, None, None, None, "0" * 28),
        )
        return Response(encode(view), 201, media_type="application/json")

    return Starlette(routes=[Route("/api/v1/halls/main/tickets", issue, methods=["POST"])])


def serve_floor(ready: multiprocessing.Queue[int]) -> None:
    """The floor's process."""
    config = uvicorn.Config(
        floor_app(), port=0, http="httptools", log_config=None, access_log=False
    )
    # Who runs uvicorn in a loop of his own chooses the loop himself.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Bare(config, ready.put).serve())


async def _client(port: int, key: str, until: float, times: list[float]) -> None:
    """One connection that posts one ticket after another."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = 0
    while time.perf_counter() < until:
        number += 1
        head = (
            "POST /api/v1/halls/main/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {os.getpid()}-{id(writer)}-{number}\r\n"
            f"Content-Length: {len(BODY)}\r\n\r\n"
        )
        begun = time.perf_counter()
        writer.write(head.encode() + BODY)
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 201 " not in answer[:20]:
            raise RuntimeError(answer.decode())
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - begun)
    writer.close()


def drive(port: int, key: str, clients: int, seconds: float) -> list[float]:
    """Seconds per request of `clients` connections during `seconds`."""

    async def run() -> list[float]:
        times: list[float] = []
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_client(port, key, until, times) for _ in range(clients)))
        return times

    # In the servers' kind of loop, so that it is the servers that are measured.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run())


class Target(NamedTuple):
    """A server that is measured."""

    port: int
    pid: int


class Measured(NamedTuple):
    """Requests a second, p50 and p99 in ms, processor time a request in microseconds."""

    rate: float
    p50: float
    p99: float
    cpu: float


@contextlib.contextmanager
def floor() -> Iterator[Target]:
    """A running floor."""
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=serve_floor, args=(ready,), daemon=True)
    process.start()
    try:
        yield Target(ready.get(timeout=30), process.pid or 0)
    finally:
        process.terminate()
        process.join()


def processor_s(pid: int) -> float:
    """Seconds that all threads of a process have run so far."""
    runs = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(run.read_text().split()[0]) for run in runs) / 1e9


def fsync_ms(folder: Path) -> float:
    """The median time of writing a page to the end of a file, durably, in ms."""
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(FSYNCS):
            begun = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def measure(target: Target, key: str, clients: int, seconds: float) -> Measured:
    """Load a server for some seconds."""
    before = processor_s(target.pid)
    times = sorted(drive(target.port, key, clients, seconds))
    cpu = (processor_s(target.pid) - before) / len(times)
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    return Measured(len(times) / seconds, p50 * 1000, p99 * 1000, cpu * 1e6)


def compare(floor: Target, kiosk: Target, key: str, clients: int, seconds: float) -> None:
    """Measure both in turn and print each round, and the medians."""
    ratios, costs, tails = [], [], []
    for _ in range(ROUNDS):
        bare = measure(floor, key, clients, seconds)
        durable = measure(kiosk, key, clients, seconds)
        ratios.append(durable.rate / bare.rate)
        costs.append(bare.cpu / durable.cpu)
        tails.append(durable.p99)
        sys.stdout.write(
            f"{clients:>3} clients: durable {durable.rate:6.0f}/s (p50 {durable.p50:.2f} ms, "
            f"p99 {durable.p99:.2f} ms, {durable.cpu:.0f} us), floor {bare.rate:6.0f}/s "
            f"(p50 {bare.p50:.2f} ms, {bare.cpu:.0f} us): {ratios[-1]:.2f}\n"
        )
    sys.stdout.write(
        f"{clients:>3} clients: median ratio {statistics.median(ratios):.2f}, of processor time "
        f"{statistics.median(costs):.2f}; p99 {statistics.median(tails):.2f} ms\n"
    )


def main() -> int:
    """Compare, in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="per measurement")
    parser.add_argument("--folder", help="where the database lies (default: a temporary folder)")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=arguments.folder) as folder,
        RunningServer.make(Path(folder)) as server,
        floor() as bare,
    ):
        kiosk = Target(int(server.url.rpartition(":")[2]), server.pid)
        # Until then the hub keeps frames for screens that might have been there before a restart.
        time.sleep(RETURNS_S)
        for clients in (1, 32):
            compare(bare, kiosk, server.key("kiosk"), clients, arguments.seconds)
        sys.stdout.write(f"one fsync of this disk: p50 {fsync_ms(Path(folder)):.2f} ms\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
