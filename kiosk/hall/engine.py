"""The queue engine: `Hall` is a fold over events, and its commands return events.

    hall = Hall.replay(records)              # or Hall(config)
    events = hall.issue(now, …)              # decides, changes nothing, or raises HallError
    for record in hall.stamp(events, now, actor):
        hall.apply(record)                   # the only way to change it

`tick(now)` and `next_deadline()` do the same for what time alone brings.
"""

from __future__ import annotations

from typing import NamedTuple

from .config import HallConfig
from .core import Events
from .desk import Desk
from .errors import Invalid, WindowBusy
from .events import (
    DayClosed,
    HallConfigured,
    PrintOutcome,
    PrintSettled,
    ServiceFinished,
    TicketCancelled,
    TicketMissed,
    WindowClosed,
    WindowReturned,
)
from .floor import Floor
from .outbox import Outbox
from .printing import PrintState
from .state import ACTIVE, AT_WINDOW, LegState, WindowState, WindowStatus


class Tick(NamedTuple):
    """What time brought: the business day that is concerned (None: each its own), and events."""

    day: str | None
    events: Events


class Hall(Outbox, Desk, Floor):
    """One hall: its state, its commands, its clockwork."""

    def configure(self, config: HallConfig) -> Events:
        """Take a new configuration; windows that it no longer has are closed.

        Raises WindowBusy when somebody is at such a window, Invalid when it lacks a service or
        group that a running ticket waits for.
        """
        if config == self.state.config and self.state.seq:
            return []
        if config.id != self.state.config.id:
            raise Invalid("id", "A hall's id can't change.")
        self._check_survivors(config)
        kept = {w.id for w in config.windows}
        events: Events = [
            WindowClosed(w.id, "removed")
            for w in self.state.windows.values()
            if w.id not in kept and w.status is not WindowStatus.CLOSED
        ]
        return [*events, HallConfigured(config)]

    def _check_survivors(self, config: HallConfig) -> None:
        windows = {w.id for w in config.windows}
        groups = {g.id for g in config.groups}
        services = {s.id for s in config.services}
        for ticket in self.state.tickets.values():
            if ticket.state not in ACTIVE:
                continue
            if ticket.state in AT_WINDOW and ticket.window not in windows:
                raise WindowBusy(ticket.window or "", ticket.number)
            for leg in ticket.legs:
                if leg.state is LegState.DONE:
                    continue
                if leg.group not in groups or leg.service not in services:
                    raise Invalid("services", f"Ticket {ticket.number} waits for {leg.service}.")

    def next_deadline(self) -> int | None:
        """The instant at which `tick` has something to do, if nothing else happens before."""
        state = self.state
        due = [self.calendar.ends(min(state.days))] if state.days else []
        due += [w.lent_until for w in state.windows.values() if w.lent]
        due += [state.tickets[t].parked_until or 0 for t in state.parked]
        due += [at for at, _ in state.pending[:1]]
        due += [at for at, _, _ in state.printing[:1]]
        due += [at for at, _, _ in state.posting[:1]]
        due += [at for at, _ in state.reminders[:1]]
        return min(due, default=None)

    def tick(self, now: int) -> Tick:
        """What is due at `now`: the oldest day that is over, else parks, papers, messages and
        bookings that ran out, and reminders.

        Call again until it returns no events.
        """
        state = self.state
        day = min(state.days, default=None)
        if day is not None and self.calendar.ends(day) <= now:
            return Tick(day, self._close_day(day))
        events: Events = [
            TicketMissed(ticket)
            for ticket in sorted(state.parked)
            if (state.tickets[ticket].parked_until or 0) <= now
        ]
        events += [
            WindowReturned(w.id) for w in state.windows.values() if w.lent and w.lent_until <= now
        ]
        events += self._overdue(now)
        for due, ticket, copy in state.printing:
            if due > now:
                break
            if state.prints[ticket, copy].state is PrintState.SENDING:
                end = (PrintOutcome.UNCERTAIN, "no answer")
            else:
                end = (PrintOutcome.EXPIRED, "too old")
            events.append(PrintSettled(ticket, copy, *end))
        events += self._post(now)
        return Tick(None, events)

    def _close_day(self, day: str) -> Events:
        """End a business day: nobody is lost silently, every ticket ends with a reason.

        Who is at a window counts as served; what else waits or is parked is cancelled. Windows
        that the next day uses already stay open.
        """
        events: Events = []
        for ticket in self.state.tickets.values():
            if ticket.day != day or ticket.state not in ACTIVE:
                continue
            served = ticket.state in AT_WINDOW
            if served:
                events.append(ServiceFinished(ticket.id, ticket.window or "", "day_closed"))
            if not served or ticket.ready(done=ticket.leg):
                events.append(TicketCancelled(ticket.id, "day_closed"))
        ends = self.calendar.ends(day)
        events.extend(
            WindowClosed(w.id, "day_closed")
            for w in self.state.windows.values()
            if w.status is not WindowStatus.CLOSED and w.since < ends and not self._of_later(w, day)
        )
        return [*events, *self._unmet(day), *self._carried_over(), DayClosed()]

    def _of_later(self, window: WindowState, day: str) -> bool:
        """Whether a visitor of a day after `day` is at the window."""
        return window.ticket is not None and self.state.tickets[window.ticket].day > day

    def waiting(self, group: str) -> int:
        """How many tickets wait for a group, those bound to one window included."""
        queues, tickets = self.state.queues, self.state.tickets
        bound = (leg for p in queues.bound() for leg in tickets[p[2]].legs)
        return queues.count(group) + sum(
            leg.bound is not None and leg.group == group and leg.state is LegState.WAITING
            for leg in bound
        )
