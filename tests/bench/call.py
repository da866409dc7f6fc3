"""From the POST of call-next to the frame at 200 screens, and the start of a day of 5,000 visits.

A real server process on SQLite, 200 screens in a process of their own. Each round takes a ticket,
waits until every screen has heard of it, calls it, and waits until every screen has the frame. In
turn with it the floor (`call_floor.py`): the same frame to as many screens of a bare server that
stores nothing. Prints for both the p50 and p99 to the first and to the last screen, the ratio, and
the processor time of the server from the POST to the last frame.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import httpx2
import websockets.sync.client

from tests.bench.fanout import CLIENTS, Worker
from tests.bench.issue import processor_s
from tests.support.server import RunningServer

ROUNDS = 150
VISITS = 5000
MARK = '"type":"ticket_(called|issued)"'


class Shown(NamedTuple):
    """From a POST to the first and the last screen and to the answer; ms, and of a processor."""

    first: float
    last: float
    answer: float
    cpu: float


class Side:
    """A server, its screens, and one connection that posts."""

    def __init__(self, pid: int, port: int, screens: Worker, headers: dict[str, str]) -> None:
        self._pid, self._screens, self._headers = pid, screens, headers
        self._client = http.client.HTTPConnection("127.0.0.1", port)
        screens.line()

    def show(self, target: str, body: bytes) -> Shown:
        """Post what all screens are to see, and wait until they have."""
        cpu, begun = processor_s(self._pid), time.monotonic_ns()
        self._client.request("POST", target, body, self._headers)
        answer = self._client.getresponse()
        answer.read()
        answered = time.monotonic_ns()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{target}: {answer.status}")
        first, last = map(int, self._screens.line().split())
        spent = (processor_s(self._pid) - cpu) * 1e3
        return Shown((first - begun) / 1e6, (last - begun) / 1e6, (answered - begun) / 1e6, spent)

    def end(self) -> None:
        self._client.close()
        self._screens.end()


class Kiosk(Side):
    """The product."""

    def __init__(self, server: RunningServer, screens: int) -> None:
        port = server.url.rpartition(":")[2]
        target = "/ws/v1/halls/main?topics=board"
        watching = Worker(CLIENTS, port, screens, target, MARK, "--key", server.key("screen"))
        super().__init__(server.pid, int(port), watching, server.auth("staff"))
        self._client.request("POST", "/api/v1/halls/main/windows/3/open", b"{}", self._headers)
        self._client.getresponse().read()

    def call(self) -> Shown:
        """Take a ticket, and call it when all have seen that it was taken."""
        self.show("/api/v1/halls/main/tickets", b'{"service":"household-register"}')
        return self.show("/api/v1/halls/main/windows/3/call-next", b"{}")


class Floor(Side):
    """The bare server. frame: what it shows."""

    def __init__(self, screens: int, frame: bytes) -> None:
        self._server, self._frame = Worker("call_floor.py"), frame
        port, live = map(int, self._server.line().split())
        watching = Worker(CLIENTS, live, screens, "/", MARK)
        super().__init__(self._server.process.pid, port, watching, {})

    def call(self) -> Shown:
        """Show the frame."""
        return self.show("/", self._frame)

    def end(self) -> None:
        super().end()
        self._server.end()


def a_frame(server: RunningServer, kiosk: Kiosk) -> bytes:
    """What a screen is sent of a call: the end of the visit before it, and the call."""
    with websockets.sync.client.connect(
        f"{server.ws}/halls/main?topics=board", additional_headers=server.auth("screen"), proxy=None
    ) as screen:
        kiosk.call()
        sent = [screen.recv(decode=False)]
        while b'"ticket_called"' not in sent[-1]:
            sent.append(screen.recv(decode=False))
    call = [
        frame for frame in sent if b'"ticket_issued"' not in frame and b'"snapshot"' not in frame
    ]
    return b"[%b]" % b",".join(call)


def quantile(times: list[float], share: float) -> float:
    """A quantile."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def calls(server: RunningServer, screens: int) -> None:
    """The time from the request to the screens, in turn with the floor."""
    kiosk = Kiosk(server, screens)
    kiosk.call()
    floor = Floor(screens, a_frame(server, kiosk))
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(kiosk.call())
        bare.append(floor.call())
    kiosk.end()
    floor.end()
    for name, index in (("first screen", 0), ("last screen", 1), ("answer", 2), ("CPU", 3)):
        mine, theirs = [r[index] for r in ours], [r[index] for r in bare]
        ratio = statistics.median(mine) / statistics.median(theirs)
        print(
            f"{screens} screens, call to {name:12}: p50 {quantile(mine, 0.5):5.1f} ms, "
            f"p99 {quantile(mine, 0.99):5.1f} ms; floor {quantile(theirs, 0.5):5.1f} ms, "
            f"{quantile(theirs, 0.99):5.1f} ms: {ratio:.2f}"
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
    parser.add_argument("--visits", type=int, default=VISITS, help="0: no start is measured")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, RunningServer.make(Path(folder)) as server:
        calls(server, arguments.screens)
        if arguments.visits:
            asyncio.run(a_day(server, arguments.visits))
            start_up(server, arguments.visits)
    return 0


if __name__ == "__main__":
    sys.exit(main())
