"""What printing costs: `python tests/bench/printing.py [bytes|post|faults|stalled]…`, or all.

bytes    ticket model to bytes, raster and native; floor: the QR code, which every ticket needs
post     from the POST of a ticket to its last byte on the paper; floor: a drawn ticket, sent bare
faults   20 printers, 2,000 tickets, random faults: each printed once, or known as not printed
stalled  the server's answer to a POST with all printers stalled, against none stalled (goal 1.1)
"""

import asyncio
import contextlib
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path

import httpx2
import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from printer import qr, raster
from printer.delivery import Timing
from printer.job import Job, Outcome
from printer.paper import Leg, Paper
from printer.press import plate
from printer.profiles import Profile, profile
from printer.spool import PrinterConfig, Spool
from printer.template import default
from printer.virtual import Faults, VirtualPrinter
from tests.support.server import HALL, RunningServer

PAPER = Paper(
    hall="县政务服务中心",
    legs=(Leg("户口登记"),),
    place="一层大厅 2–5 号窗口",
    materials=("身份证原件", "户口簿"),
    issued="2026-11-22 08:31",
)
RASTER, NATIVE = profile("generic-80mm"), profile("virtual-80mm")
TICKETS = 300
POSTS = 300
PRINTERS, JOBS = 20, 2000
ROUNDS = 30
SETTLED_S = 10


def ticket(number: int) -> Paper:
    """A ticket that differs from its neighbours where real ones do."""
    return msgspec.structs.replace(
        PAPER,
        number=f"B{number:03}",
        ahead=number % 40,
        low_s=number * 60,
        high_s=number * 90 + 300,
        qr=f"https://kiosk.example.gov.cn/t/3fJk29fKs9aQw83ndk{number:04}",
    )


def shown(times: list[float]) -> str:
    """Median and 99th percentile in milliseconds."""
    ranked = sorted(times)
    p99 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    return f"p50 {statistics.median(ranked) * 1000:7.2f} ms   p99 {p99 * 1000:7.2f} ms"


def timed(work: Callable[[int], object], count: int) -> list[float]:
    """The processor's time of each call: drawing waits for nothing."""
    times = []
    for number in range(count):
        begun = time.process_time()
        work(number)
        times.append(time.process_time() - begun)
    return times


def bench_bytes() -> None:
    """Ticket model to bytes."""

    def draw(known: Profile) -> Callable[[int], object]:
        return lambda number: plate(ticket(number), default(), known, str(number))

    def cold(number: int) -> None:
        raster.strip.cache_clear()
        draw(RASTER)(number)

    draw(RASTER)(0)
    sides = {
        "QR code alone (floor)": lambda number: qr.modules(f"{ticket(number).qr}!"),
        "raster": draw(RASTER),
        "raster, nothing kept": cold,
        "native": draw(NATIVE),
    }
    floor = 0.0
    for name, work in sides.items():
        qr.modules.cache_clear()
        times = timed(work, TICKETS)
        floor = floor or statistics.median(times)
        rate = len(times) / sum(times)
        ratio = statistics.median(times) / floor
        print(f"  {name:<24}{shown(times)}   {rate:7.0f}/s   {ratio:5.2f} × floor")
    for known in (RASTER, NATIVE):
        print(f"  {known.key:<24}{len(plate(ticket(1), default(), known, 'j').data):>8} bytes")


def hall_with(printers: list[VirtualPrinter], known: Profile) -> str:
    """The test hall with printers."""
    entries = [
        f'[[printers]]\nid = "p{number}"\nurl = "{printer.url}"\nprofile = "{known.key}"\n'
        for number, printer in enumerate(printers)
    ]
    return HALL + "\n".join(entries)


async def issue(client: httpx2.AsyncClient, printer: str | None) -> float:
    """Take a ticket; the time of the answer."""
    body = {"service": "household-register"} | ({"printer": printer} if printer else {})
    begun = time.perf_counter()
    answer = await client.post("halls/main/tickets", content=json.dumps(body))
    answer.raise_for_status()
    return time.perf_counter() - begun


def client_of(server: RunningServer) -> httpx2.AsyncClient:
    """A client with a kiosk's key."""
    headers = server.auth() | {"Content-Type": "application/json"}
    return httpx2.AsyncClient(base_url=f"{server.api}/", headers=headers)


async def bench_post() -> None:
    """From POST to the last byte on the paper."""
    for known in (RASTER, NATIVE):
        async with VirtualPrinter() as printer:
            with (
                tempfile.TemporaryDirectory() as folder,
                RunningServer.make(Path(folder), hall_with([printer], known)) as server,
            ):
                await asyncio.to_thread(server.key)
                async with client_of(server) as client:
                    await posted(client, printer)  # the first one loads fonts
                    times = [await posted(client, printer) for _ in range(POSTS)]
            bare = [await sent_bare(printer, known, number) for number in range(POSTS)]
        ratio = statistics.median(times) / statistics.median(bare)
        print(f"  {known.key:<24}{shown(times)}   {ratio:5.2f} × floor")
        print(f"  {'  bare (floor)':<24}{shown(bare)}")


async def posted(client: httpx2.AsyncClient, printer: VirtualPrinter) -> float:
    """From a POST to its paper."""
    before = printer.cut
    begun = time.perf_counter()
    await issue(client, "p0")
    await printer.wait_for_tickets(before + 1)
    return time.perf_counter() - begun


async def sent_bare(printer: VirtualPrinter, known: Profile, number: int) -> float:
    """From a drawn ticket to its paper, without asking anything."""
    data = plate(ticket(number), default(), known, "j").data
    before = printer.cut
    begun = time.perf_counter()
    _, writer = await asyncio.open_connection("127.0.0.1", printer.port)
    writer.write(data)
    await printer.wait_for_tickets(before + 1)
    taken = time.perf_counter() - begun
    writer.transport.abort()
    return taken


class Book:
    """A journal in memory."""

    def __init__(self) -> None:
        self.begun: Counter[str] = Counter()
        self.ended: dict[str, Outcome] = {}

    async def sending(self, job: Job) -> bool:
        self.begun[job.id] += 1
        return True

    async def settled(self, job: Job, outcome: Outcome, _detail: str) -> None:
        self.ended[job.id] = outcome


def now_ms() -> int:
    """Milliseconds that only go forward."""
    return time.monotonic_ns() // 1_000_000


def fault(chance: random.Random) -> Faults:
    """One printer's trouble."""
    drop = chance.randint(1, 90_000) if chance.random() < 0.3 else None
    return Faults(
        paper_out=chance.random() < 0.15,
        cover_open=chance.random() < 0.1,
        mute=chance.random() < 0.1,
        drop_after=drop,
    )


async def bench_faults() -> None:
    """Every ticket printed once, or known as not printed."""
    chance = random.Random(5)
    printers = [VirtualPrinter(keep=JOBS) for _ in range(PRINTERS)]
    for printer in printers:
        await printer.start()
    configs = [PrinterConfig(f"p{n}", v.url, RASTER.key) for n, v in enumerate(printers)]
    timing = Timing(connect_s=2, answer_s=0.5, write_s=5, confirm_s=3, poll_s=1)
    book = Book()
    spool = Spool(configs, book, template=default(), clock=now_ms, timing=timing)
    spool.start()
    begun = time.perf_counter()
    for number in range(JOBS):
        where = f"p{number % PRINTERS}"
        # One in fifty is wanted only for a moment, so that some expire.
        lives = 300 if number % 50 == 0 else 600_000
        spool.submit(Job(f"T{number}", where, ticket(number), now_ms() + lives))
    while len(book.ended) < JOBS:
        await chance.choice(printers).set_faults(fault(chance))
        await asyncio.sleep(0.02)
        if chance.random() < 0.1:
            for printer in printers:
                await printer.set_faults(Faults())
    taken = time.perf_counter() - begun
    await spool.close()
    for printer in printers:
        await printer.set_faults(Faults())
        await printer.close()
    report_faults(book, printers, taken)


def report_faults(book: Book, printers: list[VirtualPrinter], taken: float) -> None:
    """Compare what the spool said with what is on the papers."""
    papers = Counter(t.data for printer in printers for t in printer.tickets)
    wrong = 0
    for number in range(JOBS):
        name = f"T{number}"
        data = plate(ticket(number), default(), RASTER, name).data[:-3]
        copies = sum(papers[paper] for paper in papers if paper.endswith(data))
        outcome = book.ended[name]
        right = {Outcome.PRINTED: copies == 1, Outcome.UNCERTAIN: copies <= 1}
        wrong += not right.get(outcome, copies == 0) or book.begun[name] > 1
    counts = Counter(book.ended.values())
    print(f"  {JOBS} tickets, {PRINTERS} printers: {dict(counts)} in {taken:.1f} s")
    print(f"  {sum(papers.values())} pieces of paper, whole or torn")
    print(f"  printed twice, lost, or told wrongly: {wrong}")
    assert wrong == 0


class Arm:
    """A hall whose printers are in one state, with what its answers took."""

    def __init__(self, printers: list[VirtualPrinter], server: RunningServer) -> None:
        self.printers = printers
        self.server = server
        self.client = client_of(server)
        self.times: list[float] = []

    async def ask(self, number: int) -> None:
        """Take a ticket, and let a printer that prints get it out: it isn't to slow the others."""
        at = number % PRINTERS
        self.times.append(await issue(self.client, f"p{at}" if self.printers else None))
        if self.printers and not self.printers[at].faults.paper_out:
            await self.printers[at].wait_for_tickets(1 + number // PRINTERS)

    def spent(self) -> float:
        """Seconds of processor time of the server so far, its threads counted in."""
        fields = Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def blocks(self) -> list[float]:
        """The median time of each round."""
        rounds = range(0, len(self.times), PRINTERS)
        return [statistics.median(self.times[at : at + PRINTERS]) for at in rounds]


async def bench_stalled() -> None:
    """The server's latency with all printers stalled, with none stalled, and without any.

    The arms take turns within each round, so a ratio compares requests of the same moments.
    """
    stalled = [VirtualPrinter(faults=Faults(paper_out=True)) for _ in range(PRINTERS)]
    ready = [VirtualPrinter() for _ in range(PRINTERS)]
    for printer in stalled + ready:
        await printer.start()
    with contextlib.ExitStack() as servers:
        arms: dict[str, Arm] = {}
        kinds = {"no printers": [], "all ready": ready, "all stalled": stalled}
        for name, printers in kinds.items():
            folder = Path(servers.enter_context(tempfile.TemporaryDirectory()))
            hall = hall_with(printers, RASTER)
            server = servers.enter_context(RunningServer.make(folder, hall))
            await asyncio.to_thread(server.key)
            arms[name] = Arm(printers, server)
        await take_turns(arms, range(PRINTERS))  # the first tickets load fonts
        await asyncio.sleep(SETTLED_S)  # a printer out of paper is tried every five seconds by then
        idle = await spent_by(arms, lambda: asyncio.sleep(SETTLED_S))
        for arm in arms.values():
            arm.times.clear()
        rest = range(PRINTERS, ROUNDS * PRINTERS)
        begun = time.perf_counter()
        busy = await spent_by(arms, lambda: take_turns(arms, rest))
        taken = time.perf_counter() - begun
        for arm in arms.values():
            await arm.client.aclose()
    for printer in stalled + ready:
        await printer.close()
    for name, arm in arms.items():
        idling = idle[name] / SETTLED_S
        each = (busy[name] - idling * taken) / len(rest) * 1000
        print(f"  {name:<14}{shown(arm.times)}   server {each:.2f} ms each, idle {idling:.2%}")
    for name, other in (("all stalled", "all ready"), ("all stalled", "no printers")):
        compare(name, arms[name], other, arms[other])


async def take_turns(arms: dict[str, Arm], numbers: range) -> None:
    """A ticket in each arm for each number, in an order by lot."""
    for number in numbers:
        for arm in random.sample(list(arms.values()), len(arms)):
            await arm.ask(number)


async def spent_by(
    arms: dict[str, Arm], work: Callable[[], Coroutine[None, None, None]]
) -> dict[str, float]:
    """The processor time that each arm's server spends while something is done."""
    before = {name: arm.spent() for name, arm in arms.items()}
    await work()
    return {name: arm.spent() - before[name] for name, arm in arms.items()}


def compare(name: str, arm: Arm, other_name: str, other: Arm) -> None:
    """Print the median of the ratios of the rounds, and between what half of them lie."""
    ratios = [a / b for a, b in zip(arm.blocks(), other.blocks(), strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    between = f"half of {len(ratios)} rounds {low:.2f}-{high:.2f}"
    print(f"  {name} of {other_name}: {middle:.2f} ({between})")


BENCHES = {
    "bytes": bench_bytes,
    "post": bench_post,
    "faults": bench_faults,
    "stalled": bench_stalled,
}


def main() -> None:
    """Run the benches named, or all."""
    for name in sys.argv[1:] or list(BENCHES):
        print(name)
        work = BENCHES[name]
        if asyncio.iscoroutinefunction(work):
            asyncio.run(work())
        else:
            work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak} MB")


if __name__ == "__main__":
    main()
