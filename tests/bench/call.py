"""From the POST of call-next to the frame at 200 screens, and the start of a day of 5,000 visits.

A real server process on SQLite, 200 screens in a process of their own. Each round takes a ticket,
calls it, and waits until every screen has the frame. Prints p50 and p99 to the first and to the
last screen, against the p50 of a bare GET of the same server in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import httpx2
import websockets

from tests.support.server import RunningServer

ROUNDS = 150
VISITS = 5000


def watch(url: str, key: str, screens: int, pipe: Connection) -> None:
    """The screens: for each call, when the first and the last of them had its frame."""

    async def run() -> None:
        connections = [
            await websockets.connect(
                f"{url}?topics=board",
                additional_headers={"Authorization": f"Bearer {key}"},
                compression=None,
                proxy=None,
            )
            for _ in range(screens)
        ]
        for connection in connections:
            await connection.recv()
        pipe.send("ready")

        async def called(connection: websockets.ClientConnection) -> float:
            while b'"ticket_called"' not in await connection.recv(decode=False):
                pass
            return time.monotonic()

        while await asyncio.to_thread(pipe.recv):
            pipe.send("listening")
            times = await asyncio.gather(*(called(c) for c in connections))
            pipe.send((min(times), max(times)))

    asyncio.run(run())


def quantile(times: list[float], share: float) -> float:
    """A quantile in milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def calls(server: RunningServer, screens: int) -> None:
    """The time from the request to the screens."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(
        target=watch,
        args=(f"{server.ws}/halls/main", server.key("screen"), screens, theirs),
        daemon=True,
    )
    process.start()
    ours.recv()
    first, last, floor = [], [], []
    with httpx2.Client(base_url=server.api, headers=server.auth("staff")) as client:
        client.post("/halls/main/windows/3/open").raise_for_status()
        for _ in range(ROUNDS):
            client.post("/halls/main/tickets", json={"service": "household-register"})
            ours.send(True)
            ours.recv()
            begun = time.monotonic()
            client.post("/halls/main/windows/3/call-next").raise_for_status()
            at_first, at_last = ours.recv()
            first.append(at_first - begun)
            last.append(at_last - begun)
            begun = time.monotonic()
            client.get("/session")
            floor.append(time.monotonic() - begun)
    ours.send(False)
    process.terminate()
    bare = statistics.median(floor) * 1000
    for name, times in (("first", first), ("last", last)):
        p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
        print(
            f"call to the {name} of {screens} screens: p50 {p50:.1f} ms, p99 {p99:.1f} ms "
            f"({p50 / bare:.1f} × a bare GET of {bare:.1f} ms)"
        )


async def a_day(server: RunningServer, visits: int) -> None:
    """A day of visits: each taken, called and finished."""
    async with httpx2.AsyncClient(base_url=server.api, headers=server.auth()) as client:

        async def some(count: int) -> None:
            for _ in range(count):
                answer = await client.post(
                    "/halls/main/tickets", json={"service": "household-register"}
                )
                answer.raise_for_status()

        for _ in range(visits // 320 + 1):
            await asyncio.gather(*(some(10) for _ in range(32)))
            while (await client.post("/halls/main/windows/3/call-next")).status_code == 200:
                pass


def start_up(server: RunningServer, visits: int) -> None:
    """How long a restart takes with a day behind it, against an empty log."""
    server.stop()
    begun = time.monotonic()
    server.start()
    full = time.monotonic() - begun
    server.stop()
    with tempfile.TemporaryDirectory() as folder:
        empty = RunningServer.make(Path(folder))
        begun = time.monotonic()
        empty.start()
        bare = time.monotonic() - begun
        empty.stop()
    print(
        f"start with a day of {visits} visits: {full:.2f} s; with an empty log {bare:.2f} s "
        f"({full / bare:.2f} ×)"
    )


def main() -> int:
    """All figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=200)
    parser.add_argument("--visits", type=int, default=VISITS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, RunningServer.make(Path(folder)) as server:
        calls(server, arguments.screens)
        asyncio.run(a_day(server, arguments.visits))
        start_up(server, arguments.visits)
    return 0


if __name__ == "__main__":
    sys.exit(main())
