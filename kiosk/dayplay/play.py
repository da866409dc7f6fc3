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

from .cast import Called, Reprints, Screen, Server, Stage, Taken, Visitors
from .day import Visit, median_service
from .hall import hall_of, window_of

EARLY_S = 300
"""The hall's clock starts so long before the first visitor."""

HALL = "day"


class Played(Struct, frozen=True):
    """What was seen from outside. seconds: real time it took. kills: hall times of the kills."""

    taken: list[Taken]
    called: list[Called]
    deeds: Counter[str]
    screen_calls: list[tuple[str, str]]
    screen_snapshots: int
    papers_cut: int
    reprints: int
    kills: list[str]
    seconds: float


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
        config = hall_of(list(visits), printer.url, rate)
        day = _midnight(config)
        start = max(day, day + (visits[0].arrival - EARLY_S) * 1000)
        keys = await prepare(db, config, start, ("manager", "screen"))
        clock = HallTime(start, rate, time.monotonic)
        server = ServerProcess(db, folder / "server.log")
        await server.start(start, rate)
        try:
            async with Api(server.address, keys["manager"], HALL) as api:
                stage = Stage(
                    day, clock, api, Mirror(), median_service(list(visits)), {}, [], Counter()
                )
                screen, reprints = Screen(), Reprints(stage)
                stage.mirror.listeners.append(reprints.see)
                async with _watching(server.address, keys, stage, screen):
                    await _follow(clock, api)
                    killed = await _perform(stage, server, config, visits, kills, say)
                    await stage.mirror.until(lambda: stage.over and _papers_out(stage))
                    await _until_seen(screen, stage)
        finally:
            await server.stop()
        return Played(
            taken=list(stage.taken.values()),
            called=stage.called,
            deeds=stage.deeds,
            screen_calls=screen.calls,
            screen_snapshots=screen.snapshots,
            papers_cut=printer.cut,
            reprints=reprints.asked,
            kills=killed,
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
) -> list[str]:
    """Let everybody play their part; returns the hall times at which the server was killed."""
    starts: dict[str, list[int]] = {}
    for visit in visits:
        if visit.server is not None:
            starts.setdefault(window_of(visit.server), []).append(visit.starts)
    last = max((s for times in starts.values() for s in times), default=0)
    async with asyncio.TaskGroup() as group:
        for window in config.windows:
            robot = Server(stage, window.id, list(window.groups), sorted(starts[window.id]))
            group.create_task(robot.run(last))
        visitors = group.create_task(Visitors(stage, visits).run())
        killer = group.create_task(_kill(stage, server, len(visits), kills, say))
        await visitors
        stage.all_came = True
    return killer.result()


async def _kill(
    stage: Stage, server: ServerProcess, total: int, kills: int, say: Callable[[str], None]
) -> list[str]:
    """Kill the server at even parts of the day, and start it where its clock stopped."""
    killed = []
    for number in range(1, kills + 1):
        mark = total * number // (kills + 1)
        await stage.mirror.until(lambda mark=mark: len(stage.taken) >= mark)  # type: ignore[misc]
        stopped = stage.time.stand()
        await server.kill()
        moment = datetime.fromtimestamp(stopped / 1000, tz=_ZONE).strftime("%H:%M:%S")
        say(f"{moment}  {len(stage.taken)} tickets: server killed")
        killed.append(moment)
        await server.start(stopped, stage.time.rate)
        await _follow(stage.time, stage.api)
    return killed


async def _follow(clock: HallTime, api: Api) -> None:
    """Take the hall's time from the server."""
    hall = await api.get("")
    clock.run(round(datetime.fromisoformat(hall["now"]).timestamp() * 1000))


async def _until_seen(screen: Screen, stage: Stage) -> None:
    """Wait until the screen has caught up with the calls that were acknowledged."""
    await stage.mirror.until(lambda: len(screen.calls) >= len(stage.called))


def _papers_out(stage: Stage) -> bool:
    return all(stage.mirror.paper_out(ticket) for ticket in stage.taken)


_ZONE = ZoneInfo("Asia/Shanghai")


def _midnight(config: HallConfig) -> int:
    """The midnight that begins today in the hall."""
    zone = ZoneInfo(config.timezone)
    today = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(today.timestamp() * 1000)
