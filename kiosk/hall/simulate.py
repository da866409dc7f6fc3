"""Drawn days played against the real engine: the same commands and fold as in a live hall.

    results = simulate.play(days)                       # consecutive days of one hall
    results = simulate.play(days, "fifo", estimates=False)

Pure: no I/O and no clock; the draws of the forecast come from a seed, so that the same days give
the same results, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

from .config import NORMAL, HallConfig, Routing
from .core import Events
from .engine import Hall
from .events import Estimate, Record, TicketCalled
from .forecast import Forecaster, run
from .forecast_course import Probe
from .roster import Roster
from .state import Ticket, TicketState, WindowStatus
from .world import (
    APPOINTMENT_KIND,
    DAY,
    FIRST_DAY,
    PRIORITY_KIND,
    DrawnDay,
    DrawnLeg,
    DrawnTicket,
    DrawnWindow,
    hall_config,
    instant,
    roster,
    services_of,
)


class Oracle(Protocol):
    """What tells a visitor at the ticket machine how long it takes."""

    def plan(self, day: str, roster: Roster) -> None:
        """Take note of what is known of the day that begins."""

    def observe(self, record: Record) -> None:
        """Learn from what happened."""

    def ask(self, hall: Hall, now: int, service: str, priority: str, ref: int) -> Estimate | None:
        """The wait of a ticket about to be issued."""


class FreshForecast(Forecaster):
    """Refreshes for every visitor, as a hall does whose worker keeps up; follows them alone."""

    def ask(self, hall: Hall, now: int, service: str, priority: str, ref: int) -> Estimate | None:
        """The wait of a ticket about to be issued, or None where a number would be a lie."""
        group = hall.services[service].group
        if hall.router.place(group, hall.state.windows) is not None:
            return None
        probe = Probe(group, priority, ref)
        self.accept(run(self.snapshot(hall, now), hall.state.seq, [probe]))
        return self.outlook(hall, now, group, priority, ref).estimate


class Visit(NamedTuple):
    """How a ticket of a drawn day fared: its end in the hall, and when and where it was called."""

    drawn: DrawnTicket
    ticket: Ticket
    called_at: int | None = None
    window: str | None = None


@dataclass
class PlayedDay:
    """A day that was played. `records` is its part of the log."""

    day: DrawnDay
    midnight: int
    config: HallConfig
    visits: list[Visit] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    open_ms: dict[str, int] = field(default_factory=dict)
    busy_ms: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Desk:
    """A window of the world: its shift, and who is there."""

    drawn: DrawnWindow
    id: str
    rests: list[tuple[float, float]]
    opened: int = 0
    away: int = 0


def play(
    days: Iterable[DrawnDay],
    routing: Routing = "fair",
    *,
    estimates: bool = True,
    progress: Callable[[PlayedDay], None] | None = None,
) -> list[PlayedDay]:
    """Play consecutive days of one hall; what is learned on one is kept for the next."""
    played: list[PlayedDay] = []
    hall: Hall | None = None
    oracle: Oracle | None = None
    for index, day in enumerate(days):
        config = hall_config(day, routing, hall.state.config.id if hall else day.name)
        if hall is None:
            hall = Hall(config)
        if estimates and oracle is None:
            oracle = FreshForecast(config)
        midnight = FIRST_DAY + index * DAY
        while midnight < hall.state.at:  # a day that went on past midnight
            midnight += DAY
        result = PlayedDay(day, midnight, config)
        _World(hall, result, oracle).run()
        played.append(result)
        if progress is not None:
            progress(result)
    return played


def play_alone(numbered: tuple[int, DrawnDay], routing: Routing = "fair") -> PlayedDay:
    """One of several days without estimates, as `play` would play it among the others."""
    index, day = numbered
    return play_day(day, hall_config(day, routing, day.name), FIRST_DAY + index * DAY)


def play_day(
    day: DrawnDay, config: HallConfig, midnight: int, make: Callable[[HallConfig], Hall] = Hall
) -> PlayedDay:
    """A day without estimates in a hall whose groups and windows are named by their numbers.

    make: makes the hall, when another rule than the hall's own is tried.
    """
    result = PlayedDay(day, midnight, config)
    _World(make(config), result, None).run()
    return result


class _World:
    """One day around the engine: visitors come, windows open, rest, serve and close."""

    def __init__(self, hall: Hall, result: PlayedDay, oracle: Oracle | None) -> None:
        self.hall = hall
        self.result = result
        self.oracle = oracle
        self.midnight = result.midnight
        self.truth = {f"{result.day.day}-{t.id}": t for t in result.day.tickets}
        self.desks = {
            str(w.id): _Desk(w, str(w.id), w.rests) for w in result.day.windows if not w.closed
        }
        self.visits: dict[str, Visit] = {}
        self.found = {id: list(t.found) for id, t in self.truth.items() if t.found}
        self.sent_on: dict[str, DrawnLeg] = {}
        self.agenda: list[tuple[int, int, Callable[[int], None]]] = []
        self.order = 0

    def run(self) -> None:
        """Play the day to its end."""
        day = self.result.day
        configured = self.hall.configure(self.result.config)
        self._commit(configured, self.midnight)
        if self.oracle is not None:
            self.oracle.plan(self.hall.calendar.day(self.midnight), roster(day, self.midnight))
        for desk in self.desks.values():
            self._at(instant(self.midnight, desk.drawn.start), self._open, desk)
            self._at(instant(self.midnight, desk.drawn.end), self._wake, desk)
            for at, _ in desk.rests:
                self._at(instant(self.midnight, at), self._wake, desk)
        for ticket_id, drawn in self.truth.items():
            self._at(instant(self.midnight, drawn.arr), self._arrive, ticket_id)
        now = self.midnight
        while self.agenda:
            now, _, step = heappop(self.agenda)
            step(now)
        self._close(now)

    def _at(self, at: int, step: Callable[..., None], *args: object) -> None:
        self.order += 1
        heappush(self.agenda, (at, self.order, lambda now: step(now, *args)))

    def _commit(self, events: Events, now: int, day: str | None = None) -> None:
        for record in self.hall.stamp(events, now, "simulation", day):
            if self.oracle is not None:
                self.oracle.observe(record)
            self.hall.apply(record)
            self.result.records.append(record)

    # ── visitors ─────────────────────────────────────────────────────────────────────────────

    def _arrive(self, now: int, ticket_id: str) -> None:
        drawn = self.truth[ticket_id]
        services = services_of(drawn)
        service = services[0]
        router = self.hall.router
        if drawn.kind == APPOINTMENT_KIND and drawn.slot is not None:
            slot = instant(self.midnight, drawn.slot)
            told = self._ask(now, service, router.booked_class(slot, now), max(slot, now))
            events = self.hall.check_in(
                now, ticket_id=ticket_id, services=services, slot=slot, estimate=told
            )
        else:
            priority = drawn.priority if drawn.kind == PRIORITY_KIND else NORMAL
            told = self._ask(now, service, priority, now)
            events = self.hall.issue(
                now, ticket_id=ticket_id, services=services, priority=priority, estimate=told
            )
        self._commit(events, now)
        self.visits[ticket_id] = Visit(drawn, self.hall.state.tickets[ticket_id])
        if drawn.leaves:
            self._at(now + round(drawn.patience * 60_000), self._give_up, ticket_id)
        self._offer(now, ticket_id)

    def _give_up(self, now: int, ticket_id: str) -> None:
        visit = self.visits[ticket_id]
        if visit.called_at is None and visit.ticket.state is TicketState.WAITING:
            self._commit(self.hall.leave(ticket_id), now)

    def _offer(self, now: int, ticket_id: str) -> None:
        """Let an idle window call whoever begins to wait."""
        ticket = self.hall.state.tickets[ticket_id]
        window = self.hall.router.place(ticket.lane, self.hall.state.windows)
        if ticket.state is TicketState.WAITING and window is not None:
            self._next(now, self.desks[window])

    def _ask(self, now: int, service: str, priority: str, ref: int) -> Estimate | None:
        if self.oracle is None:
            return None
        return self.oracle.ask(self.hall, now, service, priority, ref)

    # ── windows ──────────────────────────────────────────────────────────────────────────────

    def _open(self, now: int, desk: _Desk) -> None:
        desk.opened = now
        self._commit(self.hall.open_window(desk.id), now)
        self._wake(now, desk)

    def _back(self, now: int, desk: _Desk) -> None:
        self._commit(self.hall.open_window(desk.id), now)
        self._wake(now, desk)

    def _leave(self, now: int, desk: _Desk, minutes: float, reason: str) -> None:
        until = now + round(minutes * 60_000)
        self._commit(self.hall.pause_window(desk.id, reason), now)
        desk.away += until - now
        self._at(until, self._back, desk)

    def _wake(self, now: int, desk: _Desk) -> None:
        """Whatever a window does next if it is open and nobody is there."""
        state = self.hall.state.windows[desk.id]
        if state.status is not WindowStatus.OPEN or state.ticket is not None:
            return
        end = instant(self.midnight, desk.drawn.end)
        if now >= end and not desk.drawn.stays:
            self._shut(now, desk)
        elif desk.rests and instant(self.midnight, desk.rests[0][0]) <= now < end:
            _, length = desk.rests.pop(0)
            self._leave(now, desk, length, "break")
        elif not self._next(now, desk) and now >= end:
            self._shut(now, desk)

    def _shut(self, now: int, desk: _Desk) -> None:
        self._commit(self.hall.close_window(desk.id), now)
        self.result.open_ms[desk.id] = now - desk.opened - desk.away

    def _next(self, now: int, desk: _Desk) -> bool:
        """Call whom the engine says; whether there was somebody."""
        events = self.hall.call_next(desk.id, now)
        self._commit(events, now)
        called = next((e for e in events if isinstance(e, TicketCalled)), None)
        if called is None:
            return False
        visit = self.visits[called.ticket]
        if visit.called_at is None:
            self.visits[called.ticket] = visit._replace(called_at=now, window=desk.id)
        self._serve(now, desk, visit.drawn, called.ticket)
        return True

    def _serve(self, now: int, desk: _Desk, drawn: DrawnTicket, ticket_id: str) -> None:
        rules = self.result.day.config
        stage, sent_on = self.hall.state.tickets[ticket_id].leg, self.sent_on.get(ticket_id)
        waited = now - instant(self.midnight, drawn.arr)
        patient = stage > 0 or sent_on is not None or drawn.kind == APPOINTMENT_KIND
        if not patient and waited > drawn.patience * 60_000:
            self._at(now + round(rules.noshow_hold * 60_000), self._missed, desk, ticket_id)
            return
        first = DrawnLeg(drawn.group, drawn.base)
        leg = sent_on or (first, *drawn.then)[stage]
        slow = 1.0 if desk.drawn.skills[0] == leg.group else rules.secondary_slowdown
        minutes = drawn.walk + leg.base * desk.drawn.speed * slow
        busy = round(minutes * 60_000)
        self.result.busy_ms[desk.id] = self.result.busy_ms.get(desk.id, 0) + busy
        self._at(now + busy, self._served, desk, ticket_id)

    def _missed(self, now: int, desk: _Desk, ticket_id: str) -> None:
        self._commit(self.hall.no_show(ticket_id), now)
        self._wake(now, desk)

    def _served(self, now: int, desk: _Desk, ticket_id: str) -> None:
        self._commit(self._after(ticket_id), now)
        pause = self.truth[ticket_id].pause
        if pause > 0:
            self._leave(now, desk, pause, "away")
        else:
            self._wake(now, desk)
        self._offer(now, ticket_id)

    def _after(self, ticket_id: str) -> Events:
        """The end of a service: what turns out to be needed as well is done elsewhere."""
        ticket = self.hall.state.tickets[ticket_id]
        found = self.found.get(ticket_id)
        if not found or ticket.ready(done=ticket.leg):
            return self.hall.finish(ticket_id)
        self.sent_on[ticket_id] = found.pop(0)
        return self.hall.transfer(ticket_id, service=str(self.sent_on[ticket_id].group))

    def _close(self, now: int) -> None:
        """End the day, so that its tickets leave memory."""
        self.result.visits = list(self.visits.values())
        now = max(now, self.midnight + DAY)
        while (tick := self.hall.tick(now)).events:
            self._commit(tick.events, now, tick.day)
