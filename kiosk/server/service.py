"""The running server: its halls, its secrets, its printers, and the tasks that keep them going."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from display.clips import DEFAULT_VOICE, Studio
from kiosk.hall.errors import Unknown
from kiosk.hall.events import HallConfigured, Record
from kiosk.hall.printing import PrintJob
from kiosk.server.outbox.office import Office
from kiosk.store import Store
from kiosk.store.keyring import KeyRing, LiveRing
from kiosk.store.log import Restored, StoreError
from kiosk.store.presence import Presence
from kiosk.store.retention import purge
from printer import template
from printer.agent.hub import AgentHub
from printer.health import Health
from printer.spool import PrinterConfig, Spool
from printer.template import Template

from .access import Gate
from .cards import Cards
from .changes import Changes
from .clock import Clock
from .estimates import Estimates
from .forecast_worker import Worker
from .limits import Limiter
from .live import LiveHall, Told
from .media import Library
from .metrics import Metrics
from .pages import Pages, static_folder
from .papers import PrintJournal, job_of
from .reasons import words
from .tokens import TokenSigner, drawn_ahead, ordered_id
from .traffic import Traffic
from .views import PrinterView
from .what_if import WhatIf

log = logging.getLogger("kiosk.service")

BEAT_S = 2.0
HOUSEKEEPING_S = 3600.0
POLL_S = 2.0
"""The longest that a lost wake-up hides what another node wrote."""


class Settings(Struct, frozen=True):
    """How this server runs.

    db: the address of its database. url: the address at which visitors' phones reach it.
    voice: the hall's own recordings. files: the folder of what administrators upload.
    """

    db: str
    files: Path
    url: str = "http://localhost:8000"
    open_devices: bool = False
    voice: Path | None = None


class Service:
    """One server process. Build with `Service.start`."""

    def __init__(self, store: Store, clock: Clock, rings: LiveRing, settings: Settings) -> None:
        self.store = store
        self.clock = clock
        self.settings = settings
        self._rings = rings
        self._random = drawn_ahead(os.urandom)
        self.node = self.new_id()
        self.presence = Presence(store.database, self.node)
        self.signer = TokenSigner(self.ring.token)
        self.cards = Cards(store.reports)
        self.gate = Gate(store, clock, open_devices=settings.open_devices)
        self.halls: dict[str, LiveHall] = {}
        self.studio = Studio(settings.voice or DEFAULT_VOICE)
        self.library = Library(settings.files)
        self.changes = Changes(self.gate, self.library, self.halls)
        self._spools: dict[str, Spool] = {}
        self._offices: dict[str, Office] = {}
        self._beside: dict[str, frozenset[str]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.ready = False
        self._woken = asyncio.Event()
        self.traffic = Traffic()
        self.worker = Worker()
        self.what_if = WhatIf(settings.db)
        # Without a key from one address: two hundred bookings at once, then two a second; and
        # thirty wrong tokens or codes, then one every six seconds.
        self.bookers = Limiter(200, 2, time.monotonic)
        self.guesses = Limiter(30, 1 / 6, time.monotonic)
        self.pages = Pages(static_folder())
        self.metrics = Metrics(self.halls)
        self.described: dict[str, Any] = {}

    async def start(self) -> None:
        """Read every hall's log and begin to serve. Raises StoreError."""
        for hall_id in await self.store.halls():
            await self._open(hall_id)
        await self.store.listen(self._woken.set)
        self._spawn(self._beat(), "beat")
        self._spawn(self._follow(), "following")
        self._spawn(self._take_up(), "changes")
        self._spawn(self._keep_house(), "housekeeping")
        if self.store.database.shared:
            self._spawn(self._meet(), "presence")
        self.ready = True

    def _spawn(self, job: Coroutine[Any, Any, None], name: str) -> None:
        """Let a job run beside; an unexpected end is logged."""
        task = asyncio.create_task(job, name=name)
        self._tasks.append(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.remove(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task %s ended", task.get_name(), exc_info=error)

    async def stop(self) -> None:
        """Let what waits be committed, then end."""
        self.ready = False
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.what_if.close()
        await asyncio.to_thread(self.worker.close)
        for spool in self._spools.values():
            await spool.close()
        await asyncio.gather(*(office.close() for office in self._offices.values()))
        for live in self.halls.values():
            await live.runtime.stop()
        with contextlib.suppress(StoreError):
            await self.presence.leave()
        await self.store.close()

    @property
    def ring(self) -> KeyRing:
        """The keys for personal data, as they are now."""
        return self._rings.current()

    def hall(self, hall_id: str) -> LiveHall:
        """A live hall. Raises Unknown."""
        try:
            return self.halls[hall_id]
        except KeyError:
            raise Unknown("hall", hall_id) from None

    def agents(self, hall_id: str) -> AgentHub:
        """Where a hall's print agents are attached. Raises Unknown."""
        return self._spools[self.hall(hall_id).id].agents

    def office(self, hall_id: str) -> Office:
        """Where a hall's messages leave. Raises Unknown."""
        return self._offices[self.hall(hall_id).id]

    def new_id(self) -> str:
        """A fresh id for a ticket."""
        return ordered_id(self.clock.real(), self._random)

    def ticket_url(self, ticket: str) -> str:
        """The address behind a ticket's QR code."""
        return f"{self.settings.url.rstrip('/')}/t/{self.signer.token(ticket)}"

    def appointment_url(self, booking: str) -> str:
        """The address behind an appointment slip's QR code."""
        return f"{self.settings.url.rstrip('/')}/a/{self.signer.token(booking)}"

    async def _open(self, hall_id: str) -> None:
        loaded = await self.store.load(hall_id)
        live = LiveHall(self.store, self.clock, loaded, self._told())
        self.halls[hall_id] = live
        journal = PrintJournal(live)
        spool = Spool(
            _printers(live),
            journal,
            template=_template(live),
            clock=self.clock.now,
            on_health=partial(self._printer_changed, live),
            on_unclaimed=journal.late,
            shared=self.store.database.shared,
        )
        self._spools[hall_id] = spool
        for printer_id in live.sending_printers():
            spool.torn(printer_id)
        for printer_id, health in spool.health().items():
            self._printer_changed(live, printer_id, health)
        self._offices[hall_id] = office = Office(
            live,
            self.store,
            lambda: self.ring,
            self.settings.url,
            self.signer.token,
            self.settings.files,
            self.node,
            lambda: self._beside.get(hall_id) if self.store.database.shared else (),
        )
        live.runtime.start()
        spool.start()
        await office.open()
        self._spawn(live.announcements.speakers.run(), f"voice {live.id}")
        self._spawn(live.forecast.learn(self.store), f"learning {live.id}")
        lull = self.traffic.lull
        fresh = live.forecast.keep_fresh(self.worker.run, Estimates(live, lull).tell, lull)
        self._spawn(fresh, f"forecast {live.id}")
        for job in live.queued_prints():
            self._print(live, job)
        log.info(
            "hall %s: %d events, %d tickets", hall_id, loaded.seq, len(live.hall.state.tickets)
        )

    def _told(self) -> Told:
        return Told(
            words=lambda hall, reason: words(hall.state.config, reason),
            token=self.signer.token,
            printed=self._print,
            committed=self._committed,
            configured=self._configured,
            reloaded=self._reloaded,
            studio=self.studio,
            node=self.node,
            shared=self.store.database.shared,
        )

    # ── printers ─────────────────────────────────────────────────────────────────────────────

    def _print(self, live: LiveHall, job: PrintJob) -> None:
        url = self.ticket_url(job.ticket)
        if job.paper == "appointment":
            url = self.appointment_url(job.ticket)
        paper = job_of(live, job, url)
        if paper is not None:
            self._spools[live.id].submit(paper)

    def _printer_changed(self, live: LiveHall, printer_id: str, health: Health) -> None:
        live.printer_changed(
            PrinterView(
                id=printer_id,
                state=health.state.value,
                since=live.hall.calendar.rfc3339(health.since) if health.since else None,
                waiting=health.waiting,
                prints=health.prints,
            )
        )

    def _committed(self, live: LiveHall, records: Sequence[Record]) -> None:
        self._offices[live.id].committed(records)

    def _configured(self, live: LiveHall, _event: HallConfigured) -> None:
        self._spawn(self._reconfigure(live), f"printers {live.id}")

    async def _reconfigure(self, live: LiveHall) -> None:
        await self._spools[live.id].configure(_printers(live), _template(live))

    def _reloaded(self, live: LiveHall) -> None:
        log.warning("hall %s: loaded anew, %d events", live.id, live.hall.state.seq)
        self._spawn(live.forecast.learn(self.store), f"learning {live.id}")
        self._spawn(self._restock(live), f"printers {live.id}")

    async def _restock(self, live: LiveHall) -> None:
        """Only the papers that the restored log asks for are printed."""
        await self._spools[live.id].configure([], _template(live))
        await self._reconfigure(live)
        await self._offices[live.id].open()
        for job in live.queued_prints():
            self._print(live, job)

    # ── what goes on by itself ───────────────────────────────────────────────────────────────

    async def _beat(self) -> None:
        while True:
            for live in self.halls.values():
                live.beat()
            await asyncio.sleep(BEAT_S)

    async def _take_up(self) -> None:
        """What other nodes and commands changed of devices and media."""
        while True:
            await self.changes.look()
            await asyncio.sleep(BEAT_S)

    async def _meet(self) -> None:
        """Tell the other nodes which screens are here, and hear of theirs."""
        while True:
            here = {hall_id: live.announcements.here() for hall_id, live in self.halls.items()}
            try:
                found = await self.presence.exchange(here)
            except StoreError as error:
                log.warning("can't see the screens of other nodes: %s", error)
            else:
                for hall_id, live in self.halls.items():
                    live.announcements.hear(found.get(hall_id, {}))
                    self._beside[hall_id] = frozenset(found.get(hall_id, {}))
            await asyncio.sleep(BEAT_S)

    async def _follow(self) -> None:
        """Read on what other processes wrote: woken by the database, and every few seconds."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL_S)
            self._woken.clear()
            try:
                await self._read_on()
            except StoreError as error:
                log.warning("can't see what other nodes wrote: %s", error)

    async def _read_on(self) -> None:
        known = {hall_id: live.hall.state.seq for hall_id, live in self.halls.items()}
        try:
            for hall_id in await self.store.behind(known):
                self.halls[hall_id].runtime.wake()
        except Restored:
            log.critical("the database was restored from a backup: loading every hall anew")
            self.gate.forget()
            self.cards = Cards(self.store.reports)
            for live in self.halls.values():
                live.runtime.replaced()
        there = await self.store.halls()
        for hall_id in there:
            if hall_id not in self.halls:
                await self._open(hall_id)
        for hall_id in self.halls.keys() - set(there):
            await self._drop(hall_id)

    async def _drop(self, hall_id: str) -> None:
        """A hall that the restored log doesn't have; its pages fall silent and say so."""
        live, spool = self.halls.pop(hall_id), self._spools.pop(hall_id)
        office = self._offices.pop(hall_id)
        log.critical("hall %s: not in the restored database", hall_id)
        for task in self._tasks:
            if task.get_name() in (f"{job} {hall_id}" for job in ("voice", "learning", "forecast")):
                task.cancel()
        await spool.close()
        await office.close()
        await live.runtime.stop()

    async def _keep_house(self) -> None:
        while True:
            now = self.clock.real()
            try:
                await self.store.access.purge(now)
                gone = await purge(self.store, now)
                if gone.people or gone.answers:
                    log.info("past retention: %d people, %d answers", gone.people, gone.answers)
            except StoreError as error:
                log.warning("housekeeping is put off for an hour: %s", error)
            await asyncio.sleep(HOUSEKEEPING_S)


def _template(live: LiveHall) -> Template:
    """How the hall's papers look; the built-in way if another version's can't be read."""
    try:
        return template.parse(live.hall.state.config.paper.template)
    except template.TemplateError as error:
        log.error("hall %s: paper.template: %s", live.id, error)
        return template.default()


def _printers(live: LiveHall) -> list[PrinterConfig]:
    return [PrinterConfig(p.id, p.url, p.profile) for p in live.hall.state.config.printers]
