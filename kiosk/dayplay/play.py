"""The play: a fresh database, a real server, the cast; the server is killed on the way."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from kiosk.hall.config import HallConfig
from kiosk.robots.api import Api
from kiosk.robots.clock import HallTime
from kiosk.robots.mirror import Mirror
from kiosk.robots.prepare import prepare
from kiosk.robots.process import ServerProcess
from kiosk.robots.watch import Watch
from printer.virtual import VirtualPrinter

from .cast import Called, Screen, Server, Stage, Taken, Visitors, ask_again
from .day import Visit, clock, median_service, shifts
from .hall import hall_of, window_of

EARLY_S = 300
"""The hall's clock starts so long before the first visitor.

It starts at midnight, whenever that visitor came: people who came late in the evening may be
served for the rest of the hall's day, however slow the machine is.
"""

HALL = "day"

ON_ITS_WAY = ("queued", "sending")
PAPER_S = 10
"""Real seconds for the last papers to come out."""


class Played(Struct, frozen=True):
    """What was seen from outside. seconds: real time it took. kills: when, in the recorded day."""

    taken: list[Taken]
    called: list[Called]
    deeds: Counter[str]
    screen_calls: list[tuple[str, str]]
    screen_snapshots: int
    papers_cut: int
    reprints: int
    kills: list[str]
    seconds: float


class Killed(Struct):
    """When the server was killed, in the recorded day, and how many papers were asked for again."""

    at: list[str]
    reprints: int = 0


async def play(
    visits: Sequence[Visit],
    folder: Path,
    *,
    rate: float,
    kills: int,
    say: Callable[[str], None],
) -> Played:
    """Play a day in a database `day.db` in `folder`. rate: hall seconds per real second.

    Raises ServerFailed, Refused or Unreachable.
    """
    began = time.monotonic()
    db = f"sqlite:///{folder / 'day.db'}"
    async with VirtualPrinter(keep=1) as printer:
        config = hall_of(list(visits), printer.url)
        start = _midnight(config)
        day = start - (visits[0].arrival - EARLY_S) * 1000
        keys = await prepare(db, config, start, ("manager", "screen"))
        hall_time = HallTime(start, rate, time.monotonic)
        server = ServerProcess(db, folder / "server.log")
        await server.start(start, rate)
        try:
            async with Api(server.address, keys["manager"], HALL) as api:
                stage = Stage(
                    day, hall_time, api, Mirror(), median_service(list(visits)), {}, [], Counter()
                )
                screen = Screen(stage.mirror.wake)
                async with _watching(server.address, keys, stage, screen):
                    await _follow(hall_time, api)
                    killed = await _perform(stage, server, config, visits, kills, say)
                    await stage.mirror.until(lambda: stage.over)
                    await _until_printed(stage)
                    await stage.mirror.until(lambda: len(screen.calls) >= len(stage.called))
        finally:
            await server.stop()
        return Played(
            taken=list(stage.taken.values()),
            called=stage.called,
            deeds=stage.deeds,
            screen_calls=screen.calls,
            screen_snapshots=screen.snapshots,
            papers_cut=printer.cut,
            reprints=killed.reprints,
            kills=killed.at,
            seconds=time.monotonic() - began,
        )


@contextlib.asynccontextmanager
async def _watching(
    address: str, keys: Mapping[str, str], stage: Stage, screen: Screen
) -> AsyncIterator[None]:
    """Listen as staff and as a screen; what goes wrong there ends the play."""
    async with asyncio.TaskGroup() as group:
        staff = Watch(address, keys["manager"], "manager", HALL)
        board = Watch(address, keys["screen"], "board", HALL)
        tasks = [
            group.create_task(staff.run(stage.mirror.see)),
            group.create_task(board.run(screen.see)),
        ]
        await stage.mirror.until(lambda: stage.mirror.ready)
        yield
        for task in tasks:
            task.cancel()


async def _perform(
    stage: Stage,
    server: ServerProcess,
    config: HallConfig,
    visits: Sequence[Visit],
    kills: int,
    say: Callable[[str], None],
) -> Killed:
    """Let everybody play their part."""
    present = {window_of(server): there for server, there in shifts(list(visits)).items()}
    last = max((there[-1][1] for there in present.values()), default=0)
    async with asyncio.TaskGroup() as group:
        for window in config.windows:
            robot = Server(stage, window.id, list(window.groups), present[window.id])
            group.create_task(robot.run(last))
        visitors = group.create_task(Visitors(stage, visits).run())
        killer = group.create_task(_kill(stage, server, len(visits), kills, say))
        await visitors
        stage.all_came = True
        stage.mirror.wake()
    return killer.result()


async def _kill(
    stage: Stage, server: ServerProcess, total: int, kills: int, say: Callable[[str], None]
) -> Killed:
    """Kill the server at even parts of the day, and start it where its clock stopped."""
    killed = Killed([])
    for number in range(1, kills + 1):
        mark = total * number // (kills + 1)
        await stage.mirror.until(lambda mark=mark: len(stage.taken) >= mark)  # type: ignore[misc]
        stopped = stage.time.stand()
        await server.kill()
        moment = clock(stage.second(stopped))
        say(f"{moment}  {len(stage.taken)} tickets: server killed")
        killed.at.append(moment)
        await server.start(stopped, stage.time.rate)
        killed.reprints += await ask_again(stage)
        await _follow(stage.time, stage.api)
    return killed


async def _follow(hall_time: HallTime, api: Api) -> None:
    """Take the hall's time from the server."""
    hall = await api.get("")
    hall_time.run(round(datetime.fromisoformat(hall["now"]).timestamp() * 1000))


async def _until_printed(stage: Stage) -> None:
    """Wait for papers on their way; those whose server died while they left come to no end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PAPER_S):
            await stage.mirror.until(
                lambda: all(stage.mirror.paper(t) not in ON_ITS_WAY for t in stage.taken)
            )


def _midnight(config: HallConfig) -> int:
    """The midnight that begins today in the hall."""
    zone = ZoneInfo(config.timezone)
    today = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(today.timestamp() * 1000)
