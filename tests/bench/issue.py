"""Durable tickets by HTTP against a floor that stores nothing.

The floor is a bare Starlette route that decodes the same body and encodes the same answer with
msgspec, served by uvicorn with the same options. Both are driven by the same client processes
in turn, so that a busy machine slows both. Prints requests a second, p50 and p99, and the ratio.
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

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.server.routes.tickets import IssueBody
from kiosk.server.views import LegView, TicketView
from tests.support.server import RunningServer

BODY = b'{"service":"household-register","priority":"senior","language":"zh"}'
ROUNDS = 5


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
        floor_app(), port=0, http="httptools", log_config=None, access_log=False, loop="uvloop"
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        ready.put(server.servers[0].sockets[0].getsockname()[1])
        await task

    asyncio.run(run())


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

    with asyncio.Runner() as runner:
        return runner.run(run())


@contextlib.contextmanager
def floor() -> Iterator[int]:
    """A running floor; its port."""
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=serve_floor, args=(ready,), daemon=True)
    process.start()
    try:
        yield ready.get(timeout=30)
    finally:
        process.terminate()
        process.join()


def measure(port: int, key: str, clients: int, seconds: float) -> tuple[float, float, float]:
    """Requests a second, p50 and p99 in ms."""
    times = sorted(drive(port, key, clients, seconds))
    rate = len(times) / seconds
    return rate, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


def main() -> int:
    """Compare, in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="per measurement")
    parser.add_argument("--folder", help="where the database lies (default: a temporary folder)")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=arguments.folder) as folder,
        RunningServer.make(Path(folder)) as server,
        floor() as floor_port,
    ):
        key = server.key("kiosk")
        port = int(server.url.rpartition(":")[2])
        for clients in (1, 32):
            ratios = []
            for _ in range(ROUNDS):
                bare = measure(floor_port, key, clients, arguments.seconds)
                durable = measure(port, key, clients, arguments.seconds)
                ratios.append(durable[0] / bare[0])
                sys.stdout.write(
                    f"{clients:>3} clients: durable {durable[0]:7.0f}/s "
                    f"(p50 {durable[1]:.2f} ms, p99 {durable[2]:.2f} ms), floor {bare[0]:7.0f}/s "
                    f"(p50 {bare[1]:.2f} ms): {ratios[-1]:.2f}\n"
                )
            sys.stdout.write(
                f"{clients:>3} clients: median ratio {statistics.median(ratios):.2f}\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
