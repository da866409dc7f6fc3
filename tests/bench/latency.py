"""What a forecast that never rests costs the requests of a real server.

    .venv/bin/python -m tests.bench.latency [--alone]

One hall with 40 open windows, each serving, and 200 waiting tickets is made once; copies of it
are served by three servers: one whose forecast was refreshed at the start and never again, one as
in production (once a second at most), one that begins the next refresh as soon as the last is
done. One client asks at a steady pace (take a ticket, look at it, cancel it, read the board) while
a screen and a manager look on. The servers take turns of half a second, forwards and backwards,
and the others are stopped meanwhile, so that a busy machine slows all three alike.

Printed, of all requests of a mode: p50 and p95 by the clock, and by the processor time that the
server itself used between question and answer: what a request would wait on a machine with nothing
else to do, other processes left out and the server's own work for the forecast included. Behind
each, its ratio to the idle forecast and the ratio's 90% interval (rounds drawn again, in pairs).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import NamedTuple, Self

import httpx2
from websockets.asyncio.client import connect

from kiosk.cli import main as kiosk
from kiosk.server import forecasts
from tests.support.server import RunningServer

WINDOWS = 40
WAITING = 200
GROUPS = 10
SERVICES = 3
ROUNDS = 30
EVERY_S = 0.015
NEVER_S = 1e9
PACES = {
    "idle": (NEVER_S, forecasts.REST, 10**12),
    "each second": (forecasts.REFRESH_S, forecasts.REST, forecasts.IDLE_REFRESH_MS),
    "always": (0.0, 0, 0),
}
"""Mode → seconds between refreshes, how often as long as it took the worker rests, and hall ms
after which a refresh is due though nothing happened."""

SERVER_FIRST, CLIENT_FIRST, WORKER_FIRST = 3, 2, 1
"""Real-time priorities with `--alone`: in the order in which the kernel prefers them otherwise."""

DRAWS = 400
"""Times that the rounds are drawn again for the interval of a ratio."""


class Took(NamedTuple):
    """How long a request took, ms: by the clock, and of the server's processor time."""

    clock: float
    processor: float


def hall_file() -> str:
    """A hall of 40 windows, each for three of ten groups of three services."""
    parts = [
        '[hall]\nid = "main"\nname = { en = "Bench" }\ntimezone = "Asia/Shanghai"',
        'hours = { mon-sun = ["00:00-24:00"] }\n[[zones]]\nid = "1F"\nname = { en = "1F" }',
    ]
    for g in range(GROUPS):
        prefix = chr(ord("A") + g)
        parts.append(f'[[groups]]\nid = "{prefix}"\nprefix = "{prefix}"\nzone = "1F"')
        parts.append(f'name = {{ en = "Group {prefix}" }}')
        for s in range(SERVICES):
            parts.append(f'[[services]]\nid = "{prefix}{s}"\ngroup = "{prefix}"')
            parts.append(f'name = {{ en = "Service {prefix}{s}" }}\nminutes = {6 + 4 * s}')
    for w in range(WINDOWS):
        mine = ", ".join(f'"{chr(ord("A") + (w + k) % GROUPS)}"' for k in range(3))
        parts.append(f'[[windows]]\nid = "{w}"\nname = {{ en = "{w}" }}\nzone = "1F"')
        parts.append(f"groups = [{mine}]")
    return "\n".join(parts) + "\n"


def crowd(server: RunningServer) -> None:
    """Open all windows, let each serve somebody, and let the others wait."""
    with httpx2.Client(base_url=server.api, headers=server.auth(), timeout=30) as client:
        hall = "/halls/main"
        for n in range(WINDOWS + WAITING):
            service = f"{chr(ord('A') + n % GROUPS)}{n % SERVICES}"
            client.post(f"{hall}/tickets", json={"service": service}).raise_for_status()
        for w in range(WINDOWS):
            client.post(f"{hall}/windows/{w}/open", json={"staff": f"s{w}"}).raise_for_status()
            called = client.post(f"{hall}/windows/{w}/call-next", json={}).raise_for_status()
            ticket = called.json()["ticket"]["id"]
            client.post(f"{hall}/tickets/{ticket}/start", json={}).raise_for_status()


class Paced:
    """`kiosk serve` in processes of its own, whose forecast has a pace; made stopped."""

    def __init__(self, url: str, group: int) -> None:
        self.url = url
        self._group = group
        self._clock = (~group << 3) | 2  # Linux: the processor time of another process
        self._signal(signal.SIGSTOP)

    def processor_ms(self) -> float:
        """The processor time that the server has used; its worker is another process."""
        return time.clock_gettime(self._clock) * 1000

    def _signal(self, number: signal.Signals) -> None:
        os.killpg(self._group, number)

    def put_first(self) -> None:
        """Nothing else on the machine runs before it: the server first, then its worker."""
        for folder in Path("/proc").glob("[0-9]*"):
            pid = int(folder.name)
            with suppress(OSError):
                if os.getpgid(pid) == self._group:
                    priority = SERVER_FIRST if pid == self._group else WORKER_FIRST
                    for task in folder.glob("task/*"):
                        _put_first(int(task.name), priority)

    @contextmanager
    def going(self) -> Iterator[None]:
        """Let the server and its worker run."""
        self._signal(signal.SIGCONT)
        yield
        self._signal(signal.SIGSTOP)

    @classmethod
    @contextmanager
    def start(cls, db: str, mode: str) -> Iterator[Self]:
        """Start it, and end it. Raises RuntimeError if it won't listen."""
        command = [sys.executable, "-m", "tests.bench.latency", "--serve", mode, "--db", db]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            url = next((n.split()[-1] for n in process.stdout if "listening on" in n), None)
            if url is None:
                raise RuntimeError(f"the server {mode!r} didn't start")
            # What it says later is read too, so that it never waits for us.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            made = cls(url, process.pid)
            try:
                yield made
            finally:
                made._signal(signal.SIGCONT)
                process.terminate()


def _put_first(task: int, priority: int) -> None:
    os.sched_setscheduler(task, os.SCHED_FIFO, os.sched_param(priority))


def serve(db: str, mode: str) -> int:
    """The server's process."""
    forecasts.REFRESH_S, forecasts.REST, forecasts.IDLE_REFRESH_MS = PACES[mode]
    return kiosk(["serve", "--db", db, "--port", "0"])


async def visits(client: httpx2.AsyncClient, server: Paced, count: int) -> list[Took]:
    """Visitors one after another, and how long each of their four requests took."""
    times: list[Took] = []
    due = time.perf_counter()

    async def ask(method: str, path: str, body: object = None) -> httpx2.Response:
        nonlocal due
        due = max(due + EVERY_S, time.perf_counter())
        await asyncio.sleep(due - time.perf_counter())
        begun, used = time.perf_counter(), server.processor_ms()
        answer = await client.request(method, path, json=body)
        spent = server.processor_ms() - used
        times.append(Took((time.perf_counter() - begun) * 1000, spent))
        return answer.raise_for_status()

    for n in range(count):
        service = f"{chr(ord('A') + n % GROUPS)}0"
        ticket = (await ask("POST", "/halls/main/tickets", {"service": service})).json()
        await ask("GET", f"/tickets/{ticket['token']}")
        await ask("POST", f"/halls/main/tickets/{ticket['id']}/cancel", {})
        await ask("GET", "/halls/main/board")
    return times


@asynccontextmanager
async def onlookers(url: str, headers: dict[str, str]) -> AsyncIterator[None]:
    """A screen and a manager's page, which are told each refreshed estimate."""
    live = f"{url.replace('http', 'ws', 1)}/ws/v1/halls/main?topics="

    async def drain(topics: str) -> None:
        async with connect(live + topics, additional_headers=headers) as socket:
            async for _ in socket:
                pass

    watching = [asyncio.create_task(drain(t)) for t in ("board,estimates", "manager,estimates")]
    yield
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)


async def measure(
    servers: dict[str, Paced], headers: dict[str, str], rounds: int, count: int, *, alone: bool
) -> None:
    """Rounds over the servers in turn; the first warms up."""
    found: dict[str, list[list[Took]]] = {mode: [] for mode in servers}
    for number in range(rounds + 1):
        turn = list(servers.items())
        for mode, server in turn if number % 2 else reversed(turn):
            base = f"{server.url}/api/v1"
            if alone and number < 2:  # The worker begins in the first round.
                server.put_first()
            with server.going():
                async with (
                    onlookers(server.url, headers),
                    httpx2.AsyncClient(base_url=base, headers=headers, timeout=30) as client,
                ):
                    await visits(client, server, 2)
                    times = await visits(client, server, count)
            if number:
                found[mode].append(times)
    for name in Took._fields:
        print(f"by {name}")
        for mode in servers:
            p50, p95 = (against_idle(found, mode, name, cut) for cut in (50, 95))
            print(f"  {mode:<12} p50 {p50}   p95 {p95}")


def against_idle(found: dict[str, list[list[Took]]], mode: str, name: str, cut: int) -> str:
    """A mode's quantile, its ratio to that of the idle forecast, and the ratio's 90% interval."""

    def quantile(of: str, rounds: Sequence[int]) -> float:
        times = [getattr(took, name) for number in rounds for took in found[of][number]]
        return statistics.quantiles(times, n=100)[cut - 1]

    rounds = range(len(found[mode]))
    mine, idle = quantile(mode, rounds), quantile("idle", rounds)
    rng = Random(1)
    drawn = [rng.choices(rounds, k=len(rounds)) for _ in range(DRAWS)]
    ratios = statistics.quantiles((quantile(mode, d) / quantile("idle", d) for d in drawn), n=20)
    return f"{mine:6.2f} ms ({mine / idle:.2f}, {ratios[0]:.2f}–{ratios[-1]:.2f})"


def main() -> int:
    """Make the hall, start the servers, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--visits", type=int, default=8, help="visitors per server and round")
    parser.add_argument(
        "--alone",
        action="store_true",
        help="real-time priority for servers, workers and client (for who may): other work on the "
        "machine doesn't count",
    )
    parser.add_argument("--serve", choices=PACES, help=argparse.SUPPRESS)
    parser.add_argument("--db", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(arguments.db, arguments.serve)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        with RunningServer.make(folder, hall_file()) as server:
            crowd(server)
            headers = server.auth()
        servers = {}
        for mode in PACES:
            copy = folder / mode.replace(" ", "-")
            copy.mkdir()
            for file in folder.glob("hall.db*"):
                shutil.copy(file, copy)
            db = f"sqlite:///{copy / 'hall.db'}"
            servers[mode] = stack.enter_context(Paced.start(db, mode))
        if arguments.alone:
            _put_first(0, CLIENT_FIRST)
        counts = (arguments.rounds, arguments.visits)
        asyncio.run(measure(servers, headers, *counts, alone=arguments.alone))
    return 0


if __name__ == "__main__":
    sys.exit(main())
