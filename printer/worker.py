"""The worker of one printer: one ticket at a time, in the order in which they were taken."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic

from printer.fonts import FontMissingError
from printer.health import Health, State
from printer.job import CalledOff, Delivery, Journal, NotSent, Outcome, Sent, TaskT
from printer.press import Plate
from printer.retry import retry_at
from printer.routes import Route

_log = logging.getLogger("kiosk.printer")

_NOTICE_S = 1.0


class Worker(Generic[TaskT]):
    """Sees the jobs of one printer through. Runs in `run` until `stop`."""

    def __init__(
        self,
        route: Route,
        journal: Journal[TaskT],
        *,
        draw: Callable[[TaskT], Awaitable[Plate]],
        clock: Callable[[], int],
        poll_s: float,
        on_health: Callable[[Health], None],
    ) -> None:
        self.route = route
        self._journal = journal
        self._draw = draw
        self._clock = clock
        self._poll_ms = round(poll_s * 1000)
        self._look_at = 0
        self._on_health = on_health
        self._jobs: dict[str, TaskT] = {}
        self._current: TaskT | None = None
        self._plate: tuple[str, Plate] | None = None
        self._notice: asyncio.TimerHandle | None = None
        self._attempt = 0
        self._not_before = 0
        self._wake = asyncio.Event()
        self._stopping = False
        self.health = Health(since=clock())
        self.seen = asyncio.Event()
        """Set once the printer's state is known."""

    def submit(self, job: TaskT) -> None:
        """Queue a job, once."""
        if not self._jobs:
            self._wake.set()  # with others before it there is nothing new to do
        self._jobs.setdefault(job.id, job)
        self._count(self.health.state)

    def waiting(self) -> list[TaskT]:
        """Return the jobs of which no byte has been sent."""
        return [job for job in self._jobs.values() if job is not self._current]

    def stop(self) -> None:
        """Let the ticket on its way end and begin no other."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until stopped or cancelled; what was being sent then is uncertain."""
        try:
            while not self._stopping:
                await self._step()
        finally:
            if self._notice:
                self._notice.cancel()

    async def abandon(self) -> None:
        """After a cancelled run: settle what was being sent."""
        if self._current is not None:
            await self._settle(self._current, Outcome.UNCERTAIN, "stopped while it was printed")

    async def _step(self) -> None:
        await self._expire()
        job = next(iter(self._jobs.values()), None)
        if job is None:
            await self._idle()
        elif (pause := self._not_before - self._clock()) > 0:
            await self._sleep(min(pause, self._patience()) / 1000)
        else:
            await self._print(job)

    async def _idle(self) -> None:
        """Wait for a job, and look now and then how the printer is; a job interrupts that."""
        now = self._clock()
        if self._look_at > now:
            await self._sleep((self._look_at - now) / 1000)
            return
        looking = asyncio.ensure_future(self.route.watch(self._seen, self._poll_ms / 1000))
        waking = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({looking, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (looking, waking):
                task.cancel()
            await asyncio.wait({looking, waking})
        self._wake.clear()
        if looking.cancelled():
            return
        # A watch that lasted its time is followed by the next at once.
        self._look_at = now + self._poll_ms
        if error := looking.exception():
            _log.error("looking at the printer failed", exc_info=error)
            self._seen(State.UNKNOWN)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but wake for the first job of an idle printer and for the end."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    def _patience(self) -> int:
        """Return the milliseconds until the next waiting job expires."""
        return max(1, min(job.expires_at for job in self._jobs.values()) - self._clock())

    async def _expire(self) -> None:
        now = self._clock()
        for job in [job for job in self._jobs.values() if job.expires_at <= now]:
            await self._settle(job, Outcome.EXPIRED, f"printer was {self.health.state}")

    async def _print(self, job: TaskT) -> None:
        try:
            drawn = await self._drawn(job)
        except (ValueError, FontMissingError, OSError) as error:
            await self._settle(job, Outcome.FAILED, f"cannot be drawn: {error}")
            return
        delivery = await self._deliver(job, drawn)
        match delivery:
            case Sent(outcome, detail, state):
                await self._settle(job, outcome, detail)
                self._current = None
                self._look_at = self._clock() + (0 if self.route.pushes else self._poll_ms)
                self._seen(state)
            case NotSent(state, detail):
                self._later(job, detail)
                self._seen(state)
            case CalledOff():
                # Expired: `_expire` settles it. Stopping: it stays in `waiting`.
                if job.expires_at > self._clock() and not self._stopping:
                    self._forget(job)

    async def _drawn(self, job: TaskT) -> Plate:
        """Draw once, however often the printer has to be tried."""
        if self._plate is None or self._plate[0] != job.id:
            self._plate = (job.id, await self._draw(job))
        return self._plate[1]

    async def _deliver(self, job: TaskT, drawn: Plate) -> Delivery:
        async def begin() -> bool:
            if self._stopping or job.expires_at <= self._clock():
                return False
            if not await self._journal.sending(job):
                return False
            self._current = job
            return True

        try:
            return await self.route.deliver(job, drawn, begin)
        except Exception as error:  # noqa: BLE001  # a driver's or the journal's failure must not end the worker
            _log.exception("printing %s failed", job.id)
            if self._current is None:
                return NotSent(State.UNKNOWN, f"{type(error).__name__}: {error}")
            return Sent(Outcome.UNCERTAIN, f"{type(error).__name__}: {error}", State.UNKNOWN)

    def _later(self, job: TaskT, detail: str) -> None:
        self._attempt += 1
        now = self._clock()
        # Too late for another try: wait for the end of its time, and expire it then.
        self._not_before = retry_at(self._attempt, now, job.expires_at) or job.expires_at
        _log.info("printing %s later: %s", job.id, detail)

    async def _settle(self, job: TaskT, outcome: Outcome, detail: str) -> None:
        """Record an outcome, as often as it takes: the paper is out, the record must follow."""
        attempt = 0
        while True:
            try:
                await self._journal.settled(job, outcome, detail)
            except Exception:  # noqa: BLE001  # whatever the journal's store may raise
                attempt += 1
                _log.exception("cannot record %s as %s", job.id, outcome)
                if self._stopping:
                    break
                await asyncio.sleep(min(5.0, 0.1 * 2**attempt))
            else:
                break
        self._forget(job)

    def _forget(self, job: TaskT) -> None:
        self._jobs.pop(job.id, None)
        self._plate = None
        self._attempt = 0
        self._not_before = 0
        self._count(self.health.state)

    def _seen(self, state: State) -> None:
        """Note what a contact with the printer has told."""
        self.seen.set()
        self._count(state)

    def _count(self, state: State) -> None:
        """Tell a new state at once, a new count of waiting jobs a moment later for many."""
        before = self.health
        self.health = before.now(state, self._clock()).with_waiting(len(self._jobs))
        if self.health.state is not before.state:
            self._tell()
        elif self.health != before and self._notice is None:
            self._notice = asyncio.get_running_loop().call_later(_NOTICE_S, self._tell)

    def _tell(self) -> None:
        if self._notice:
            self._notice.cancel()
            self._notice = None
        self._on_health(self.health)
