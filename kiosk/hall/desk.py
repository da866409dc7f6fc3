"""What a window does: open, call, serve, send away, close. Each returns events or raises."""

from __future__ import annotations

from .core import Core, Events
from .errors import (
    AlreadyCalled,
    AlreadyPostponed,
    EndlessPark,
    GraceOver,
    Invalid,
    NobodyServes,
    TransferNowhere,
    WindowBusy,
    WindowClosed,
    WrongState,
    WrongWindow,
)
from .events import (
    Reason,
    ServiceFinished,
    ServiceStarted,
    TicketCalled,
    TicketCancelled,
    TicketMissed,
    TicketParked,
    TicketRecalled,
    TicketRequeued,
    TicketRestored,
    TicketResumed,
    TicketTransferred,
    WindowOpened,
    WindowPaused,
)
from .events import WindowClosed as WindowClosedEvent
from .routing import Choice, Extra, lanes
from .state import ACTIVE, AT_WINDOW, LegState, Ticket, TicketState, WindowState, WindowStatus

WAITING = frozenset({TicketState.WAITING})
CALLED = frozenset({TicketState.CALLED})
PARKED = frozenset({TicketState.PARKED})
ERRANDS = ("copy", "photo", "signature", "paper", "other")
"""What a visitor may be sent away for."""

RESTORABLE = frozenset({TicketState.NO_SHOW, TicketState.DONE, TicketState.CANCELLED})


class Desk(Core):
    """Commands of windows and of the staff who sit there."""

    # ── the window ───────────────────────────────────────────────────────────────────────────

    def open_window(self, window_id: str, staff: str | None = None) -> Events:
        """Serve here; other staff at an open window take it over. Nothing when it is so already."""
        window = self.window(window_id)
        if window.status is WindowStatus.OPEN and staff in (None, window.staff):
            return []
        return [WindowOpened(window_id, staff if staff is not None else window.staff)]

    def pause_window(self, window_id: str, reason: str | None = None) -> Events:
        """Call nobody for a while; who is being served is served to the end."""
        window = self.window(window_id)
        if window.status is WindowStatus.CLOSED:
            raise WindowClosed(window_id)
        if window.status is WindowStatus.PAUSED and window.reason == reason:
            return []
        return [WindowPaused(window_id, reason)]

    def close_window(self, window_id: str, reason: str | None = None) -> Events:
        """Leave the window. Raises WindowBusy while somebody is there."""
        window = self.window(window_id)
        if window.status is WindowStatus.CLOSED:
            return []
        if window.ticket is not None:
            raise WindowBusy(window_id, self.state.tickets[window.ticket].number)
        return [WindowClosedEvent(window_id, reason)]

    # ── calling ──────────────────────────────────────────────────────────────────────────────

    def call_next(self, window_id: str, now: int) -> Events:
        """Finish who is there, call whom routing says; no call when nobody waits."""
        window = self._calling(window_id)
        events, extra = self._finish_present(window)
        choice = self.next_for(window_id, now, extra)
        if choice is not None:
            ticket = self.state.tickets[choice.ticket]
            done = ticket.leg if extra and extra.place == ticket.place else None
            service = _service(ticket, ticket.leg_in(choice.lane, done))
            called = TicketCalled(ticket.id, window_id, choice.reason, window.staff, service)
            events.append(called)
        return events

    def next_for(self, window_id: str, now: int, extra: Extra | None = None) -> Choice | None:
        """Whom a window calls next, and why. extra: somebody about to wait."""
        returns = self.window(window_id).others >= self.state.config.rules.between_returns
        queues, at = self.state.queues, self._at(now)
        return self.router.next_for(window_id, queues, at, returns=returns, extra=extra)

    def call(self, window_id: str, ticket_id: str, now: int, note: str | None = None) -> Events:
        """Call a given ticket that waits or is parked; who is there is finished first."""
        window = self._calling(window_id)
        ticket = self.ticket(ticket_id)
        if ticket.state in AT_WINDOW:
            raise AlreadyCalled(ticket.number, ticket.window or "")
        self._in_state(ticket_id, WAITING | PARKED)
        events, _ = self._finish_present(window)
        mine = [i for i in ticket.ready() if ticket.legs[i].lane in self._lanes(window_id)]
        leg = ticket.leg if ticket.leg in mine or not mine else mine[0]
        reason = Reason(
            code="picked",
            rule=self.state.config.routing,
            group=ticket.legs[leg].group,
            priority=ticket.priority,
            waited_s=max(0, self._at(now) - ticket.ref) // 1000,
            ahead_of=self._passed_over(window_id, ticket),
            note=note or "",
            passed=self._before(window_id, ticket),
        )
        service = _service(ticket, leg)
        events.append(TicketCalled(ticket_id, window_id, reason, window.staff, service))
        return events

    def _lanes(self, window_id: str) -> tuple[str, ...]:
        return lanes(self.router.windows[window_id])

    def _passed_over(self, window_id: str, picked: Ticket) -> int:
        """How many others wait that this window could have called instead."""
        own = self._lanes(window_id)
        waits = picked.state is TicketState.WAITING
        there = waits and any(lane in own for lane, _ in picked.spots())
        return self.state.queues.among(own) - there

    def _before(self, window_id: str, picked: Ticket) -> int:
        """How many of those had waited longer than the picked one."""
        queues, own = self.state.queues, self._lanes(window_id)
        places = {p for lane in own for _, line in queues.lines(lane) for p in line}
        return sum(place < picked.place for place in places)

    def _finish_present(self, window: WindowState) -> tuple[Events, Extra | None]:
        """Events that end the present service, and where its ticket waits if it waits again."""
        if window.ticket is None:
            return [], None
        ticket = self.state.tickets[window.ticket]
        spots = ticket.spots(done=ticket.leg)
        extra = Extra(spots, ticket.place) if spots else None
        return [ServiceFinished(ticket.id, window.id)], extra

    def recall(self, ticket_id: str, window: str | None = None) -> Events:
        """Repeat the call."""
        ticket = self._in_state(ticket_id, CALLED, window)
        return [TicketRecalled(ticket_id, ticket.window or "")]

    # ── serving ──────────────────────────────────────────────────────────────────────────────

    def start(self, ticket_id: str, window: str | None = None) -> Events:
        """The visitor has come to the window."""
        ticket = self._in_state(ticket_id, CALLED, window)
        return [ServiceStarted(ticket_id, ticket.window or "")]

    def finish(
        self, ticket_id: str, window: str | None = None, outcome: str | None = None
    ) -> Events:
        """The present service is done. outcome: one of the hall's, if it has any."""
        ticket = self._in_state(ticket_id, AT_WINDOW, window)
        known = [o.id for o in self.state.config.outcomes]
        if outcome is not None and known and outcome not in known:
            raise Invalid("outcome", f"One of {', '.join(known)}.")
        return [ServiceFinished(ticket_id, ticket.window or "", outcome)]

    def no_show(self, ticket_id: str, window: str | None = None) -> Events:
        """Nobody came (过号)."""
        ticket = self._in_state(ticket_id, CALLED, window)
        return [TicketMissed(ticket_id, ticket.window)]

    def requeue(self, ticket_id: str, window: str | None = None, note: str | None = None) -> Events:
        """Take the call back; the ticket keeps its place."""
        ticket = self._in_state(ticket_id, AT_WINDOW, window)
        return [TicketRequeued(ticket_id, ticket.window or "", note)]

    def restore(self, ticket_id: str, now: int) -> Events:
        """Bring a missed, cancelled or just finished ticket back to its place, within the grace."""
        ticket = self._in_state(ticket_id, RESTORABLE)
        self.service(ticket.current.service)
        minutes = self.state.config.rules.restore_minutes
        if now > (ticket.ended_at or 0) + self._minutes(minutes):
            raise GraceOver(ticket.number, minutes)
        return [TicketRestored(ticket_id)]

    def undo(self, ticket_id: str, window_id: str, now: int) -> Events:
        """Bring a ticket back *to* a window, as if "next" had not been pressed there.

        Whoever was called there meanwhile goes back to its place.
        """
        window = self._calling(window_id)
        restored = self.restore(ticket_id, now)
        ticket = self.ticket(ticket_id)
        if ticket.window != window_id:
            raise WrongWindow(ticket.number, ticket.window or "-", window_id)
        events: Events = []
        if window.ticket is not None:
            events.append(TicketRequeued(window.ticket, window_id))
        reason = Reason(
            code="undo",
            rule=self.state.config.routing,
            group=ticket.current.group,
            priority=ticket.priority,
            waited_s=max(0, self._at(now) - ticket.ref) // 1000,
        )
        called = TicketCalled(ticket_id, window_id, reason, window.staff)
        return [*events, *restored, called, ServiceStarted(ticket_id, window_id)]

    def cancel(self, ticket_id: str, reason: str = "staff", note: str | None = None) -> Events:
        """Close without service."""
        self._in_state(ticket_id, ACTIVE)
        return [TicketCancelled(ticket_id, reason, note)]

    def leave(self, ticket_id: str) -> Events:
        """The visitor gives the place up."""
        self._in_state(ticket_id, WAITING | PARKED | CALLED)
        return [TicketCancelled(ticket_id, "left")]

    # ── away and back ────────────────────────────────────────────────────────────────────────

    def park(
        self,
        ticket_id: str,
        now: int,
        window: str | None = None,
        note: str | None = None,
        minutes: float | None = None,
        errand: str | None = None,
    ) -> Events:
        """Send away for a paper; the place is kept for `minutes` (default: the hall's rule)."""
        ticket = self._in_state(ticket_id, AT_WINDOW, window)
        if errand is not None and errand not in ERRANDS:
            raise Invalid("errand", f"One of {', '.join(ERRANDS)}.")
        until = self._at(now) + self._parking(minutes)
        return [TicketParked(ticket_id, ticket.window, until, note, errand)]

    def postpone(self, ticket_id: str, now: int, minutes: float | None = None) -> Events:
        """The visitor asks for more time: parked without a window, once, the place kept."""
        ticket = self._in_state(ticket_id, WAITING)
        if ticket.postponed:
            raise AlreadyPostponed(ticket.number)
        return [TicketParked(ticket_id, None, self._at(now) + self._parking(minutes))]

    def _parking(self, minutes: float | None) -> int:
        """How long a place is kept, ms. Raises EndlessPark."""
        length = self.state.config.rules.park_minutes if minutes is None else minutes
        if not 0 < length <= 24 * 60:
            raise EndlessPark
        return self._minutes(length)

    def resume(self, ticket_id: str) -> Events:
        """The visitor is back; whom a window had sent away is called as soon as may be."""
        ticket = self._in_state(ticket_id, PARKED)
        return [TicketResumed(ticket_id, returning=ticket.sent_by is not None)]

    def transfer(
        self,
        ticket_id: str,
        *,
        service: str | None = None,
        window: str | None = None,
        note: str | None = None,
        come_back: bool = False,
    ) -> Events:
        """Hand over to a service's queue or to a window; with `come_back`, return here after."""
        ticket = self._in_state(ticket_id, AT_WINDOW | WAITING)
        if (service is None) == (window is None):
            raise TransferNowhere
        if come_back and ticket.state not in AT_WINDOW:
            raise WrongState(ticket.number, ticket.state, "called or serving")
        target = ticket.current.service if service is None else service
        group = ticket.current.group if service is None else self.service(service).group
        if window is not None:
            self._check_target(ticket, window)
        elif not self.router.able(group):
            raise NobodyServes(group)
        if any(leg.service == target for i, leg in enumerate(ticket.legs) if _later(ticket, i)):
            raise Invalid("service", f"Ticket {ticket.number} has {target} to do already.")
        return [
            TicketTransferred(
                ticket_id,
                service=target,
                group=group,
                source=ticket.window,
                bound=window,
                come_back=ticket.window if come_back else None,
                note=note,
            )
        ]

    def _check_target(self, ticket: Ticket, window: str) -> None:
        if self.window(window).status is WindowStatus.CLOSED:
            raise WindowClosed(window)
        if ticket.window == window:
            raise Invalid("window", f"Ticket {ticket.number} is at window {window} already.")


def _service(ticket: Ticket, leg: int | None) -> str | None:
    """How a call names the leg that is meant: not at all where there is only one."""
    return ticket.legs[leg].service if leg is not None and len(ticket.legs) > 1 else None


def _later(ticket: Ticket, index: int) -> bool:
    """Whether a leg is still to be done and is not the present one."""
    return index != ticket.leg and ticket.legs[index].state is not LegState.DONE
