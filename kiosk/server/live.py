"""One hall, live: its runtime, what is seen of it, and who is told.

`_committed` is the one way out: every record that is in the log passes here once, is folded,
encoded once per audience, fanned out, and handed to the printers and the forecast.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import msgspec

from display.clips import Studio
from display.hub import Hub
from kiosk.hall import Hall
from kiosk.hall.config import Names
from kiosk.hall.events import DayClosed, HallConfigured, PrintRequested, Reason, Record
from kiosk.hall.printing import PrintJob, PrintState
from kiosk.hall.routing import Choice, lanes
from kiosk.hall.state import Ticket, TicketState
from kiosk.store.log import Loaded, Log, Unavailable

from .announce import Announcements
from .broadcast import Heard, Shown, Trace, show, trace
from .clock import Clock
from .figures import DayFigures
from .forecasts import LiveForecast
from .present import Presenter
from .present_board import board
from .runtime import HallRuntime
from .screens import Screens
from .upcoming import Upcoming
from .views import PrinterView, TicketView
from .views_calls import NextView
from .views_live import Live

RESUMABLE = 512
"""Records before a start that are still told to subscribers who come back after it."""

MISSED_SHOWN = 30
"""No-shows that a console lists, latest first."""

AFTER_ANSWERS_S = 0.001
"""Papers are laid out when the requests of the same commit have their answers."""

_encode = msgspec.json.Encoder().encode


class Told(msgspec.Struct, frozen=True):
    """What a live hall needs from the rest of the server.

    words: a reason in words. token: a ticket's token. printed: a paper was asked for.
    committed: what has just been folded. configured: the hall has a new configuration. reloaded:
    its log was replaced and read anew.
    studio: the voice of its loudspeakers. node: this server's name among those that serve the hall.
    shared: whether there may be others.
    """

    words: Callable[[Hall, Reason], Names]
    token: Callable[[str], str]
    printed: Callable[[LiveHall, PrintJob], None]
    committed: Callable[[LiveHall, Sequence[Record]], None]
    configured: Callable[[LiveHall, HallConfigured], None]
    reloaded: Callable[[LiveHall], None]
    studio: Studio
    node: str
    shared: bool


class LiveHall:
    """A hall that is served. `hall` is its committed state."""

    def __init__(self, store: Log, clock: Clock, loaded: Loaded, told: Told) -> None:
        self.clock = clock
        self.told = told
        self._store = store
        self.figures = DayFigures()
        self.printers: dict[str, PrinterView] = {}
        self.revision = 0
        records = [e.record for e in loaded.entries]
        hall, tail = self._replay(records)
        self.hall = hall
        self.forecast = LiveForecast(hall, clock)
        self.forecast.observe(records[: len(records) - len(tail)])
        first = tail[0].seq - 1 if tail else loaded.seq
        self.public = Hub(first, self._public_snapshot, time.monotonic)
        self.staff = Hub(first, self._staff_snapshot, time.monotonic)
        self.visitor = Hub(first, self._visitor_snapshot, time.monotonic)
        self.upcoming = Upcoming(self._desks_open, self._choice, self._tell_next)
        self._take_in(tail)
        if hall.state.seq != loaded.seq:
            hall.state.seq, hall.state.at = loaded.seq, loaded.at
            for hub in self.hubs:
                hub.skip_to(loaded.seq)
        screens = Screens(self.public, told.node, shared=told.shared)
        self.announcements = Announcements(
            lambda: self.hall, clock, self.public, self.staff, told.studio, screens
        )
        self.runtime = HallRuntime(
            store, clock, hall, set(loaded.keys), self._committed, self._load_anew
        )

    async def _load_anew(self) -> None:
        """A backup was restored: take its log for ours, and show everybody what it says."""
        loaded = await self._store.load(self.id)
        if not loaded.entries:
            raise Unavailable(f"the restored database has no hall {self.id}")
        records = [e.record for e in loaded.entries]
        self.figures = DayFigures()
        self.hall, tail = self._replay(records)
        for record in tail:
            self.hall.apply(record)
            self.figures.apply(self.hall, record)
        self.hall.state.seq, self.hall.state.at = loaded.seq, loaded.at
        self.runtime.restart(self.hall, set(loaded.keys))
        self.forecast.restart(self.hall)
        self.forecast.observe(records)
        self.announcements.restart()
        self.revision += 1
        for hub in self.hubs:
            hub.begin_anew(loaded.seq)
        self.upcoming.changed()
        self.told.reloaded(self)

    def _replay(self, records: Sequence[Record]) -> tuple[Hall, list[Record]]:
        """Fold all but the unbroken tail, which is folded and shown afterwards."""
        if not records or not isinstance(records[0].event, HallConfigured):
            raise ValueError("this hall's log doesn't start with its configuration")
        cut = max(1, len(records) - RESUMABLE)
        for index in range(len(records) - 1, cut - 1, -1):
            if records[index].seq != records[index - 1].seq + 1:
                cut = index
                break
        hall = Hall(records[0].event.config)
        for record in records[:cut]:
            hall.apply(record)
            self.figures.apply(hall, record)
        return hall, list(records[cut:])

    # ── what is seen ─────────────────────────────────────────────────────────────────────────

    @property
    def hubs(self) -> tuple[Hub, Hub, Hub]:
        """The three audiences: public, staff, visitors."""
        return (self.public, self.staff, self.visitor)

    @property
    def id(self) -> str:
        """The hall's id."""
        return self.hall.state.config.id

    def present(self) -> Presenter:
        """Views of the hall as it is now."""
        return self.present_of(self.hall)

    def present_of(self, hall: Hall) -> Presenter:
        """Views of a hall that may be ahead of the log: for answers, made before the commit."""
        return Presenter(
            hall,
            self.clock.now(),
            self.forecast,
            clock_rate=self.clock.rate,
            printers=self.printers,
        )

    def words(self, reason: Reason) -> Names:
        """Why a window took a ticket, in every language."""
        return self.told.words(self.hall, reason)

    def live_view(self, desk: str | None = None) -> Live:
        """What managers see, or with `desk` what concerns that window."""
        present = self.present()
        config = self.hall.state.config
        mine = set(lanes(self.hall.router.windows[desk])) if desk else None
        by_state: dict[TicketState, list[Ticket]] = {s: [] for s in TicketState}
        for ticket in self.hall.state.tickets.values():
            if mine is None or mine.intersection(leg.lane for leg in ticket.legs):
                by_state[ticket.state].append(ticket)
        waiting = sorted(by_state[TicketState.WAITING], key=lambda t: (t.ref, t.order))
        missed = sorted(by_state[TicketState.NO_SHOW], key=lambda t: -(t.ended_at or 0))

        def views(tickets: Sequence[Ticket]) -> list[TicketView]:
            return [present.ticket(t) for t in tickets]

        return Live(
            hall=config.id,
            name=config.name,
            now=present.at(present.now) or "",
            clock_rate=self.clock.rate,
            open=self.hall.calendar.is_open(present.now),
            day=self.hall.calendar.day(present.now),
            zones=present.hall_view().zones,
            groups=[self.figures.view(present, g.id) for g in config.groups],
            group_names={g.id: g.name for g in config.groups},
            windows=present.windows(),
            waiting=views(waiting),
            parked=views(by_state[TicketState.PARKED]),
            missed=views(missed[:MISSED_SHOWN]),
            next=self.next_for(desk) if desk else None,
            why=self._called_by(desk) if desk else None,
            call=self.announcements.aired.get(desk) if desk else None,
            light=self.announcements.light_of(desk) if desk else None,
            printers=list(self.printers.values()),
            screens=[] if desk else self.announcements.screens(),
        )

    def next_for(self, window: str) -> NextView | None:
        """Whom a window would call now, and why."""
        choice = self._choice(window)
        if choice is None:
            return None
        return self._why(self.hall.state.tickets[choice.ticket], choice.reason)

    def _called_by(self, window: str) -> NextView | None:
        """Who is at a window, and why it called."""
        ticket = self.hall.state.tickets.get(self.hall.state.windows[window].ticket or "")
        return self._why(ticket, ticket.why) if ticket and ticket.why else None

    def _why(self, ticket: Ticket, reason: Reason) -> NextView:
        found = self.present().reason(reason, self.words)
        return NextView(ticket=ticket.id, number=ticket.number, reason=found)

    def _choice(self, window: str) -> Choice | None:
        return self.hall.next_for(window, self.clock.now())

    def _desks_open(self) -> list[str]:
        windows = self.hall.router.windows
        return [window for window in windows if self.staff.watching(f"desk:{window}")]

    def _tell_next(self, window: str) -> None:
        frame = {"type": "next", "next": self.next_for(window)}
        self.staff.tell([f"desk:{window}"], _encode(frame))

    def _public_snapshot(self, _topics: frozenset[str]) -> bytes:
        return b'"board":' + _encode(board(self.present()))

    def _staff_snapshot(self, topics: frozenset[str]) -> bytes:
        desks = [t.removeprefix("desk:") for t in sorted(topics) if t.startswith("desk:")]
        desk = desks[0] if desks and "manager" not in topics else None
        members = b'"live":' + _encode(self.live_view(desk))
        if any(t == "board" or t.startswith(("zone:", "window:")) for t in topics):
            members += b"," + self._public_snapshot(topics)
        return members

    def _visitor_snapshot(self, topics: frozenset[str]) -> bytes:
        ticket_id = next(iter(topics)).removeprefix("ticket:")
        ticket = self.hall.state.tickets.get(ticket_id)
        if ticket is None:
            return b'"visitor":null'
        return b'"visitor":' + _encode(self.present().visitor(ticket, self.told.token(ticket_id)))

    # ── the way out ──────────────────────────────────────────────────────────────────────────

    def _take_in(self, records: Sequence[Record]) -> None:
        """Fold records and show them, in one step: no snapshot can come in between."""
        heard = Heard(
            public=self.public.expects(),
            # Consoles and phones that come back get a snapshot, not what they missed.
            staff=self.staff.subscribers() > 0,
            visitor=self.visitor.subscribers() > 0,
        )
        shown, anybody = [], any(heard)
        for record in records:
            before = trace(self.hall, record) if anybody else None
            self.hall.apply(record)
            self.figures.apply(self.hall, record)
            if before is not None:
                shown.append(self._show(record, before, heard))
        self.forecast.observe(records)
        events = zip(*shown, strict=True) if shown else ((), (), ())
        for hub, told, of_hub in zip(self.hubs, heard, events, strict=True):
            if told:
                hub.publish(of_hub)
            else:
                hub.skip_to(self.hall.state.seq)
        self.revision += len(records)

    def _show(self, record: Record, before: Trace, heard: Heard) -> Shown:
        return show(
            self.present(),
            self.figures,
            record,
            before,
            self.words,
            self.told.token,
            lambda topic: self.visitor.watching(topic) > 0,
            heard,
        )

    def _committed(self, _runtime: HallRuntime, records: Sequence[Record]) -> None:
        self._take_in(records)
        self.upcoming.changed()
        self.announcements.committed(records)
        self.told.committed(self, records)
        events = [r.event for r in records]
        kinds = set(map(type, events))
        if PrintRequested in kinds:
            papers = [event for event in events if isinstance(event, PrintRequested)]
            asyncio.get_running_loop().call_later(AFTER_ANSWERS_S, self._print, papers)
        if HallConfigured in kinds:
            self.announcements.configure()
            for event in events:
                if isinstance(event, HallConfigured):
                    self.told.configured(self, event)
        if HallConfigured in kinds or DayClosed in kinds:
            self.refresh()

    def _print(self, papers: Sequence[PrintRequested]) -> None:
        for asked in papers:
            job = self.hall.state.prints.get((asked.ticket, asked.copy))
            if job is not None:
                self.told.printed(self, job)

    def refresh(self) -> None:
        """Send everybody the present state anew: a new day, a new configuration."""
        for hub in self.hubs:
            hub.refresh_all()

    def queued_prints(self) -> list[PrintJob]:
        """Papers that were asked for before a restart and have not left yet."""
        return [j for j in self.hall.state.prints.values() if j.state is PrintState.QUEUED]

    def sending_printers(self) -> set[str]:
        """Printers to which a paper was leaving when the last server ended."""
        prints = self.hall.state.prints.values()
        return {job.printer for job in prints if job.state is PrintState.SENDING}

    # ── what is no event ─────────────────────────────────────────────────────────────────────

    def beat(self) -> None:
        """A sign of life to all pages."""
        at = self.hall.calendar.rfc3339(self.clock.now())
        for hub in self.hubs:
            hub.beat(at)
        self.upcoming.check()

    def tell_managers(self, frame: dict[str, object]) -> None:
        """Send managers what is no event."""
        self.staff.tell(["manager"], _encode(frame))

    def printer_changed(self, view: PrinterView) -> None:
        """Tell who watches printers that one changed."""
        self.printers[view.id] = view
        payload = _encode({"type": "status", "printers": list(self.printers.values())})
        self.public.tell(["printers"], payload)
        self.staff.tell(["printers", "manager"], payload)
