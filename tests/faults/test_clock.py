"""A clock that jumps: the log's time never runs back, numbers stay unique, every day is closed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import structs

from kiosk.hall import Hall
from kiosk.hall.events import DayClosed, HallConfigured, Record, TicketIssued
from kiosk.server.clock import Clock
from kiosk.server.runtime import HallRuntime
from kiosk.store import Batch, Entry, Store, migrate, open_store
from kiosk.store.audit import verify
from tests.store.days import CONFIG

from .node import command

HOUR = 3_600_000
MINUTE = 60_000


class JumpingClock(Clock):
    """A clock that a test sets."""

    def __init__(self, start: int) -> None:
        super().__init__()
        self.at = start

    def now(self) -> int:
        return self.at


def instant(zone: str, text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


class Day:
    """A hall that is run through a series of instants."""

    def __init__(self, store: Store, clock: JumpingClock, runtime: HallRuntime) -> None:
        self.store, self.clock, self.runtime = store, clock, runtime
        self.count = 0

    @classmethod
    async def begin(cls, url: str, zone: str, start: int) -> Day:
        await migrate(url)
        store = await open_store(url, serving=True)
        config = HallConfigured(structs.replace(CONFIG, timezone=zone))
        record = Record("main", 1, start - HOUR, "2026-01-01", "test", config)
        await store.append(Batch("main", 0, (Entry(record),)))
        clock = JumpingClock(start)
        loaded = await store.load("main")
        hall = Hall.replay(entry.record for entry in loaded.entries)

        async def never() -> None:
            raise AssertionError("nothing was restored")

        def committed(runtime: HallRuntime, records: Sequence[Record]) -> None:
            for record in records:
                runtime.hall.apply(record)

        runtime = HallRuntime(store, clock, hall, set(), committed, never)
        runtime.start()
        return cls(store, clock, runtime)

    async def do(self, at: int) -> None:
        """Two tickets and a call at this instant."""
        self.clock.at = at
        for verb, argument in (("open", "1"), ("issue", "tax"), ("issue", "card"), ("next", "1")):
            self.count += 1
            key = self.count.to_bytes(16, "big")
            reply = await self.runtime.submit(command(key, verb, argument))
            assert reply.status < 300

    async def end(self) -> list[Record]:
        """The log, checked."""
        await self.runtime.stop()
        log = [entry.record async for entry in self.store.walk("main")]
        assert (await verify(self.store)).broken is None
        assert await self.store.rebuild(check=True) == []
        await self.store.close()
        Hall.replay(log)
        times = [record.at for record in log]
        assert times == sorted(times)
        numbers = Counter((r.day, r.event.number) for r in log if isinstance(r.event, TicketIssued))
        assert max(numbers.values()) == 1
        return log


def closed(log: list[Record]) -> list[str]:
    return [r.day for r in log if isinstance(r.event, DayClosed)]


async def test_a_clock_that_jumps_back_an_hour(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/jump.db"
    noon = instant("Asia/Shanghai", "2026-03-02 12:00")
    day = await Day.begin(url, "Asia/Shanghai", noon)
    for minutes in (0, 10, -50, -49, 5, 11, 20):
        await day.do(noon + minutes * MINUTE)
    log = await day.end()
    assert closed(log) == []
    issued = [r for r in log if isinstance(r.event, TicketIssued)]
    assert len(issued) == 14
    assert {r.day for r in issued} == {"2026-03-02"}


async def test_a_hall_that_serves_through_midnight(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/midnight.db"
    late = instant("Asia/Shanghai", "2026-03-02 23:58")
    day = await Day.begin(url, "Asia/Shanghai", late)
    for minutes in (0, 1, 3, 4, -1, 6):
        await day.do(late + minutes * MINUTE)
    log = await day.end()
    assert closed(log) == ["2026-03-02"]
    issued = [(r.day, r.event.number) for r in log if isinstance(r.event, TicketIssued)]
    assert ("2026-03-03", "A001") in issued


async def test_the_days_on_which_the_clocks_are_changed(tmp_path: Path) -> None:
    zone = "Europe/Berlin"
    for date, hours in (("2026-03-28", 23), ("2026-10-24", 25)):
        url = f"sqlite:///{tmp_path}/{date}.db"
        start = instant(zone, f"{date} 23:30")
        midnight = start + HOUR // 2
        day = await Day.begin(url, zone, start)
        for half in range(2 * hours + 2):
            await day.do(start + half * HOUR // 2)
        log = await day.end()
        changed = str(datetime.fromtimestamp(midnight / 1000, ZoneInfo(zone)).date())
        assert closed(log) == [date, changed]
        (end,) = [r.at for r in log if isinstance(r.event, DayClosed) and r.day == changed]
        assert end - midnight == hours * HOUR
        per_day = Counter(r.day for r in log if isinstance(r.event, TicketIssued))
        assert per_day[changed] == 2 * 2 * hours


async def test_many_requests_at_the_stroke_of_midnight(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/stroke.db"
    late = instant("Asia/Shanghai", "2026-03-02 23:59")
    day = await Day.begin(url, "Asia/Shanghai", late)

    async def issue(n: int) -> int:
        day.clock.at = late + MINUTE + (n % 3 - 1)
        key = (1000 + n).to_bytes(16, "big")
        return (await day.runtime.submit(command(key, "issue", "tax"))).status

    assert set(await asyncio.gather(*(issue(n) for n in range(60)))) == {201}
    log = await day.end()
    assert len(closed(log)) <= 1
