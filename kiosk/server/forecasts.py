"""Estimates for a live hall, made off the request path.

The forecaster learns from every committed record. A refresh takes a snapshot on the loop, runs
the paths in a worker process, and hands them back; refreshes are coalesced, one at a time per
hall. A new ticket is answered at once from the present paths. Business days of the last weeks
are read once in the background at start-up, so that what was learned survives a restart without
being stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from datetime import date, timedelta

from kiosk.hall import Hall
from kiosk.hall.events import Estimate, Record
from kiosk.hall.forecast import Forecaster, Paths, Point
from kiosk.hall.forecast import Outlook as Told
from kiosk.hall.forecast_snapshot import Snapshot
from kiosk.hall.state import Ticket, WindowStatus
from kiosk.store import Store, StoreError

from .clock import Clock
from .outlook import Outlook, status_without_forecast
from .traffic import Lull
from .views import EstimateStatus

log = logging.getLogger("kiosk.forecast")

LEARNED_DAYS = 28
"""Calendar days that are read again at start-up; about twenty business days."""

Runner = Callable[[Snapshot, int], Awaitable[Paths]]
"""Runs the paths of a snapshot from a seed, elsewhere."""

REFRESH_S = 1.0
"""At most one refresh a second (real time) per hall."""

REST = 2
"""After a refresh the worker rests so many times as long as it took: a crowd of thousands, whose
refresh takes seconds, doesn't keep a processor from the requests."""

IDLE_REFRESH_MS = 15_000
"""While anybody waits, hall time after which estimates are refreshed though nothing happened."""

BEST_MS = 300_000
"""Hall time for which the best hour of the day stands."""

BATCH = 100
"""Records learned from in one step of the loop."""

LEARNED = "has learned from its past,"
"""What the log says when that is done."""

SETTLE_S = 2.0
"""The past is read when the server serves: learning never delays a start."""


class LiveForecast:
    """The forecast of one live hall."""

    def __init__(self, hall: Hall, clock: Clock) -> None:
        self._clock = clock
        self._changed = asyncio.Event()
        self._asked_at = 0
        self.restart(hall)

    def restart(self, hall: Hall) -> None:
        """Know nothing but this state of the hall."""
        self._hall = hall
        self._forecaster = Forecaster(hall.state.config)
        self._since_start: list[Record] | None = []
        self._best: dict[str, int] = {}
        self._best_at = -BEST_MS
        self._changed.set()

    # ── answers ──────────────────────────────────────────────────────────────────────────────

    def for_group(self, hall: Hall, group: str, priority: str, now: int) -> Outlook:
        """The wait of somebody who took a ticket now."""
        if not _staffed(hall, group):
            return None, "no_window"
        return _said(hall, group, self._forecaster.outlook(hall, now, group, priority))

    def for_ticket(self, hall: Hall, ticket: Ticket, now: int) -> Outlook:
        """The wait, from now on, of a ticket that waits."""
        if not _staffed(hall, ticket.lane):
            return None, "no_window"
        told = self._forecaster.of_ticket(ticket.id, now)
        if told is not None:
            return (told, "ok") if isinstance(told, Estimate) else (None, _status(told))
        if ticket.estimate is not None:
            return _later(ticket.estimate, (now - ticket.issued_at) // 1000), "ok"
        return None, status_without_forecast(hall, ticket.lane)

    def point(self, hall: Hall, ticket: Ticket) -> Point | None:
        """The last refresh's own answer for a ticket; None while another one is told."""
        if not _staffed(hall, ticket.lane):
            return None
        return self._forecaster.paths.tickets.get(ticket.id)

    def best_hour(self, hall: Hall, group: str, now: int) -> int | None:
        """When the quietest hour that is left of today begins for a group; None if unknown."""
        if not self._best_at <= now < self._best_at + BEST_MS:
            self._best_at = now
            self._best = self._forecaster.best_hours(hall, now)
        return self._best.get(group)

    def explain(self, hall: Hall, ticket: Ticket, now: int) -> Told | None:
        """The numbers behind the wait of a waiting ticket; None while it is told none."""
        estimate, _ = self.for_ticket(hall, ticket, now)
        if estimate is None:
            return None
        return self._forecaster.explain(hall, now, ticket, estimate)

    def explain_group(
        self, hall: Hall, group: str, priority: str, now: int
    ) -> tuple[Outlook, Told | None]:
        """The wait of somebody who took a ticket now, and the numbers behind it if there is one."""
        if not _staffed(hall, group):
            return (None, "no_window"), None
        found = self._forecaster.outlook(hall, now, group, priority)
        told = self._forecaster.explained(hall, group, now, found) if found.estimate else None
        return _said(hall, group, found), told

    # ── learning ─────────────────────────────────────────────────────────────────────────────

    def observe(self, records: Sequence[Record]) -> None:
        """Learn from committed records, in their order."""
        for record in records:
            self._forecaster.observe(record)
        if self._since_start is not None:
            self._since_start.extend(records)
        self._changed.set()

    async def learn(self, store: Store) -> None:
        """Read the last weeks from the log, then take over with what they taught."""
        await asyncio.sleep(SETTLE_S)
        hall_id = self._hall.state.config.id
        today = self._hall.calendar.day(self._clock.now())
        first = (date.fromisoformat(today) - timedelta(days=LEARNED_DAYS)).isoformat()
        learned = Forecaster(self._hall.state.config)
        pending = self._since_start
        if pending is None:
            return
        open_days = {r.day for r in pending}
        learnt = 0
        try:
            for day in await store.reports.days(hall_id, first, today):
                if day.day in open_days:
                    continue
                async for entry in store.walk(hall_id, day.day):
                    learned.observe(entry.record)
                    learnt += 1
                    if learnt % BATCH == 0:
                        await asyncio.sleep(0)
        except StoreError as error:
            log.warning("hall %s: can't learn from its past: %s", hall_id, error)
            return
        if self._since_start is not pending:
            return  # The hall was loaded anew meanwhile.
        for record in pending:
            learned.observe(record)
        learned.accept(self._forecaster.paths)
        self._forecaster, self._since_start = learned, None
        self._best_at = -BEST_MS
        log.info("hall %s: %s %d events", hall_id, LEARNED, learnt)

    # ── refreshing ───────────────────────────────────────────────────────────────────────────

    async def keep_fresh(
        self, runner: Runner, refreshed: Callable[[], Awaitable[None]], lull: Lull
    ) -> None:
        """Refresh after changes and from time to time, and tell that; runs until cancelled."""
        while True:
            await self._due()
            self._changed.clear()
            self._asked_at = self._clock.now()
            begun = asyncio.get_running_loop().time()
            # While all windows are closed nobody is told a time, whatever the paths say.
            windows = self._hall.state.windows.values()
            if any(window.status is not WindowStatus.CLOSED for window in windows):
                await self._run_paths(runner, lull)
            await refreshed()
            took = asyncio.get_running_loop().time() - begun
            await asyncio.sleep(max(REFRESH_S, REST * took))

    async def _run_paths(self, runner: Runner, lull: Lull) -> None:
        await lull()  # What is due is so because of a request, which has no answer yet.
        config = self._hall.state.config
        known = self._forecaster.tables(self._hall, self._asked_at)
        await lull()
        self._asked_at = self._clock.now()
        same = self._hall.state.config is config
        snapshot = self._forecaster.snapshot(self._hall, self._asked_at, known if same else None)
        try:
            paths = await runner(snapshot, self._hall.state.seq)
        except BrokenProcessPool:
            log.warning("hall %s: the forecast's worker died; a new one starts", self._hall_id)
        else:
            self._forecaster.accept(paths)

    @property
    def _hall_id(self) -> str:
        return self._hall.state.config.id

    async def _due(self) -> None:
        """Until something changed, or estimates of people who wait have grown old."""
        while not self._changed.is_set():
            left = self._clock.real_seconds(self._asked_at + IDLE_REFRESH_MS)
            try:
                await asyncio.wait_for(self._changed.wait(), max(REFRESH_S, left))
            except TimeoutError:
                if any(True for _ in self._hall.state.queues.items()):
                    return


def _staffed(hall: Hall, lane: str) -> bool:
    """Whether somebody sits at a window that serves a lane.

    Without a roster nobody knows when a closed window opens: a number would be a lie.
    """
    windows, closed = hall.state.windows, WindowStatus.CLOSED
    for window in hall.router.able(lane):  # noqa: SIM110 - asked twice a ticket
        if windows[window.id].status is not closed:
            return True
    return False


def _said(hall: Hall, group: str, found: Told) -> Outlook:
    """What somebody who took a ticket now is told."""
    if found.estimate is not None:
        return found.estimate, "ok"
    status = str(found.status)
    if status == "unknown":
        return None, status_without_forecast(hall, group)
    return None, _status(status)


def _status(status: object) -> EstimateStatus:
    match str(status):
        case "now":
            return "now"
        case "no_window":
            return "no_window"
        case _:
            return "unknown"


def _later(estimate: Estimate, passed_s: int) -> Estimate:
    """What was promised at the ticket, counted down until the first refresh has seen it."""
    return Estimate(
        max(0, estimate.low_s - passed_s),
        max(0, estimate.median_s - passed_s),
        max(0, estimate.high_s - passed_s),
    )
