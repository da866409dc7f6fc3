"""The spool: takes jobs that are already recorded, and sees each one through to an outcome.

One worker per printer. Nothing here is durable: the journal is. After a restart whoever keeps the
journal submits again what was queued, and settles as uncertain what was being sent.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from printer.agent.hub import AgentHub, OnUnclaimed
from printer.delivery import Timing
from printer.health import Health
from printer.job import Job, Journal
from printer.press import Plate, plate
from printer.profiles import Profile
from printer.routes import Routes
from printer.template import Template
from printer.worker import Worker

# One thread draws for all printers: the interpreter would not draw faster with more.
_DRAWING = ThreadPoolExecutor(1, "printer-draw")


class PrinterConfig(msgspec.Struct, frozen=True):
    """A printer of a hall file."""

    id: str
    url: str
    profile: str = "generic-80mm"


class UnknownPrinterError(KeyError):
    """A job for a printer that the hall does not have."""


OnHealth = Callable[[str, Health], None]
"""Called in the event loop with a printer's id: at once when its state changes, and within a second
when only the count of waiting jobs does.
"""


class Spool:
    """All printers of a hall.

    `clock` gives milliseconds; jobs' `expires_at` are on it. Raises `AddressError` or
    `ProfileError` for a printer whose configuration is wrong. `shared`: other servers print on the
    same printers.
    """

    def __init__(
        self,
        printers: Iterable[PrinterConfig],
        journal: Journal[Job],
        *,
        template: Template,
        clock: Callable[[], int],
        timing: Timing | None = None,
        on_health: OnHealth | None = None,
        on_unclaimed: OnUnclaimed | None = None,
        shared: bool = False,
    ) -> None:
        self._journal = journal
        self._template = template
        self._clock = clock
        self._timing = timing or Timing()
        self.agents = AgentHub(clock, on_unclaimed)
        """Where the websockets of `agent://` printers are attached."""
        self._routes = Routes(self._timing, self.agents, shared=shared)
        self._on_health = on_health
        self._workers: dict[str, Worker[Job]] = {}
        self._configs: dict[str, PrinterConfig] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._started = False
        for config in printers:
            self._add(config)

    def start(self) -> None:
        """Begin to work, in the running event loop."""
        self._started = True
        for printer in self._workers:
            self._begin(printer)

    async def close(self, grace_s: float = 5.0) -> None:
        """Stop: a ticket on its way may end within `grace_s`, the others stay queued."""
        self._started = False
        await asyncio.gather(*(self._end(printer, grace_s) for printer in list(self._tasks)))

    async def configure(self, printers: Iterable[PrinterConfig], template: Template) -> list[Job]:
        """Take over a changed hall file.

        Returns the jobs whose printer is gone: nobody else will settle them.
        """
        self._template = template
        wanted = {config.id: config for config in printers}
        orphans: list[Job] = []
        for printer, config in list(self._configs.items()):
            if wanted.get(printer) != config:
                await self._end(printer, grace_s=5.0)
                orphans += self._workers.pop(printer).waiting()
                del self._configs[printer]
        for printer, config in wanted.items():
            if printer not in self._configs:
                self._add(config)
                if self._started:
                    self._begin(printer)
        stay = [job for job in orphans if job.printer in self._workers]
        for job in stay:
            self.submit(job)
        return [job for job in orphans if job.printer not in self._workers]

    def submit(self, job: Job) -> None:
        """Queue a recorded job; a job that is queued already is queued once.

        Raises `UnknownPrinterError`.
        """
        try:
            worker = self._workers[job.printer]
        except KeyError:
            raise UnknownPrinterError(job.printer) from None
        worker.submit(job)

    def torn(self, printer: str) -> None:
        """Say, before `start`, that a ticket was being sent when the last process ended.

        Its beginning may hang out of the printer and is cut off before the next ticket.
        """
        if worker := self._workers.get(printer):
            worker.route.torn()

    def health(self) -> dict[str, Health]:
        """Return the present state of each printer."""
        return {printer: worker.health for printer, worker in self._workers.items()}

    def _add(self, config: PrinterConfig) -> None:
        self._configs[config.id] = config
        route, model = self._routes.open(config.url, config.profile)
        self._workers[config.id] = Worker(
            route,
            self._journal,
            draw=lambda job: self._draw(job, model),
            clock=self._clock,
            poll_s=self._timing.poll_s,
            on_health=lambda health: self._healthy(config.id, health),
        )

    async def _draw(self, job: Job, model: Profile) -> Plate:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_DRAWING, plate, job.paper, self._template, model, job.id)

    def _healthy(self, printer: str, health: Health) -> None:
        if self._on_health:
            self._on_health(printer, health)

    def _begin(self, printer: str) -> None:
        work = self._workers[printer].run()
        self._tasks[printer] = asyncio.create_task(work, name=f"printer {printer}")

    async def _end(self, printer: str, grace_s: float) -> None:
        task = self._tasks.pop(printer, None)
        if task is None:
            return
        self._workers[printer].stop()
        done, _ = await asyncio.wait({task}, timeout=grace_s)
        if not done:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await self._workers[printer].abandon()
