"""The demo from start to end: printers, database, server, one drawn day after another."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import get_args

from msgspec import Struct, structs

from kiosk.hall.calendar import MINUTE, Calendar
from kiosk.hall.config import HallConfig, Mail, Messages, MessageTopic, Sms
from kiosk.robots.api import Api
from kiosk.robots.clock import HallTime
from kiosk.robots.mirror import Mirror
from kiosk.robots.prepare import Person, prepare
from kiosk.robots.process import ServerProcess
from kiosk.robots.watch import Watch
from kiosk.sample import county_hall
from kiosk.server.outbox.virtual import VirtualPost
from printer.virtual import VirtualPrinter
from printer.virtual.page import RollPage

from .clerk import Clerk
from .guests import draw_day
from .panels import window_panels
from .stage import Stage
from .visitors import Visitors

EARLY_MS = 5 * MINUTE
"""The hall's clock starts so long before opening."""

Say = Callable[[str], None]


class Options(Struct, frozen=True):
    """What `kiosk demo` was told. speed: hall seconds per real second. folder: kept when given."""

    host: str
    port: int
    speed: float
    seed: int
    folder: Path | None


async def demo(options: Options, say: Say) -> None:
    """Run until SIGINT or SIGTERM. Raises ServerFailed, or OSError for a folder or port."""
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    if task is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-demo-"))
        )
        try:
            await _live(options, folder, say)
        except asyncio.CancelledError:
            say("kiosk demo: closed")


async def _live(options: Options, folder: Path, say: Say) -> None:
    rng = Random(options.seed)  # noqa: S311 - draws visitors, protects nothing
    async with contextlib.AsyncExitStack() as stack:
        config, roll = await _printers(stack, folder)
        post = await stack.enter_async_context(VirtualPost())
        config = _with_post(config, post)
        calendar = Calendar.of(config)
        opening = next_opening(calendar, int(time.time() * 1000))
        people = [Person(name, password(), name) for name in ("admin", "manager", "staff")]
        db = f"sqlite:///{folder / 'demo.db'}"
        keys = await prepare(db, config, opening - EARLY_MS, ("kiosk", "staff", "agent"), people)
        server = ServerProcess(db, folder / "server.log", host=options.host, port=options.port)
        stack.push_async_callback(server.stop)
        first = True
        while True:
            await server.start(opening - EARLY_MS, options.speed)
            if first:
                _tell(say, server.address, folder, roll, post, people)
                panels = window_panels(server.address, keys["agent"], config, folder / "panels")
                await stack.enter_async_context(panels)
                first = False
            say(f"{calendar.local(opening):%A %Y-%m-%d}: the hall opens in a moment")
            spans = calendar.spans(calendar.day(opening))
            await _day(options, server.address, keys, config, spans, rng)
            await server.stop()
            opening = next_opening(calendar, calendar.ends(calendar.day(opening)))


async def _printers(stack: contextlib.AsyncExitStack, folder: Path) -> tuple[HallConfig, RollPage]:
    """The county hall with virtual printers, and the page on which their papers appear."""
    config = county_hall()
    virtual = {
        p.id: await stack.enter_async_context(VirtualPrinter(out=folder / "papers" / p.id))
        for p in config.printers
    }
    printers = tuple(structs.replace(p, url=virtual[p.id].url) for p in config.printers)
    page = await stack.enter_async_context(RollPage(virtual, host="127.0.0.1", port=0))
    return structs.replace(config, printers=printers), page


def _with_post(config: HallConfig, post: VirtualPost) -> HallConfig:
    """A hall that sends its messages to a virtual outbox."""
    return structs.replace(
        config,
        messages=Messages(send=get_args(MessageTopic)),
        mail=Mail(post.mail_url, "Kiosk Demo <hall@example.org>"),
        sms=Sms(post.sms_url),
    )


async def _day(
    options: Options,
    address: str,
    keys: Mapping[str, str],
    config: HallConfig,
    spans: list[tuple[int, int]],
    rng: Random,
) -> None:
    """Everybody's day, until the last window has closed."""
    clock = HallTime(spans[0][0] - EARLY_MS, options.speed, time.monotonic)
    async with (
        Api(address, keys["kiosk"], config.id) as door,
        Api(address, keys["staff"], config.id) as desk,
    ):
        stage = Stage(config, clock, Mirror(), door, desk, rng, {}, {})
        async with _watching(address, keys["staff"], stage):
            hall = await door.get("")
            clock.run(round(datetime.fromisoformat(hall["now"]).timestamp() * 1000))
            visitors = asyncio.create_task(Visitors(stage, draw_day(config, spans, rng)).run())
            try:
                async with asyncio.TaskGroup() as group:
                    for clerk in _clerks(stage):
                        group.create_task(clerk.run(spans))
            finally:
                visitors.cancel()
                await asyncio.gather(visitors, return_exceptions=True)


def _clerks(stage: Stage) -> list[Clerk]:
    names = stage.say("staff").split()
    return [
        Clerk(stage, window, names[n % len(names)], Random(stage.rng.random()))  # noqa: S311
        for n, window in enumerate(stage.config.windows)
    ]


@contextlib.asynccontextmanager
async def _watching(address: str, key: str, stage: Stage) -> AsyncIterator[None]:
    """Keep the mirror up to date; if that fails, so does the day."""
    async with asyncio.TaskGroup() as group:
        watch = Watch(address, key, "manager", stage.config.id)
        task = group.create_task(watch.run(stage.mirror.see))
        await stage.mirror.until(lambda: stage.mirror.ready)
        yield
        task.cancel()


def next_opening(calendar: Calendar, now: int) -> int:
    """The first opening of the day of `now`, or of the next day on which the hall opens."""
    day = date.fromisoformat(calendar.day(now))
    for ahead in range(8):
        spans = calendar.spans((day + timedelta(days=ahead)).isoformat())
        if spans:
            return spans[0][0]
    raise ValueError("this hall never opens")


def password() -> str:
    """A fresh password that is easy to type."""
    return "-".join(f"{secrets.randbelow(1000):03d}" for _ in range(3))


def _tell(
    say: Say,
    address: str,
    folder: Path,
    roll: RollPage,
    post: VirtualPost,
    people: list[Person],
) -> None:
    pages = {
        "touch kiosk": "/kiosk",
        "call screen": "/screen",
        "booking by phone": "/book",
        "staff console": "/window",
        "manager's board": "/manager",
        "administration": "/admin",
    }
    say("")
    for name, path in pages.items():
        say(f"  {name:<17} {address}{path}")
    say(f"  {'printed tickets':<17} {roll.url}  and as pictures in {folder / 'papers'}")
    say(f"  {'sent messages':<17} {post.url}")
    say(f"  {'LED panels':<17} as pictures in {folder / 'panels'}")
    say("")
    for person in people:
        say(f"  account {person.name:<8} password {person.password}")
    say("")
    say("  Take a ticket or open a window yourself: its robot keeps away. Ctrl-C ends the demo.")
    say("")
