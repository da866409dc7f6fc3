"""The ground that all commands of a hall stand on: the state, its fold, and looking things up."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Self, get_args

from .booking import Booking
from .calendar import MINUTE, Calendar, Week, parse_hours
from .config import Group, HallConfig, Service
from .errors import Unknown, WindowPaused, WrongState, WrongWindow
from .errors import WindowClosed as WindowIsClosed
from .events import AnyEvent, HallConfigured, Record, WindowClosed, WindowLent, WindowReturned
from .events_booking import BookingEvent, BookingHeld, BookingMade, PersonEvent
from .events_message import MessageEvent, MessageWanted
from .events_webhook import WebhookAcknowledged
from .fold import apply
from .message import Message
from .routing import Router
from .state import AT_WINDOW, State, Ticket, TicketState, WindowState, WindowStatus

Events = list[AnyEvent]
"""What a command returns: what would happen, in order; nothing has changed yet."""

_MAYBE_AHEAD = frozenset(
    (*get_args(BookingEvent), *get_args(PersonEvent), *get_args(MessageEvent), WebhookAcknowledged)
)
"""Events that may concern another business day than that of the others in their batch."""

_REROUTES = frozenset((HallConfigured, WindowLent, WindowReturned, WindowClosed))
"""Events after which what follows from the configuration may be another."""


class Core:
    """A fold over records, and what the commands share. Instants are ms since the epoch."""

    def __init__(self, config: HallConfig) -> None:
        self.state = State(config)
        self._derive()

    def _derive(self) -> None:
        """Build what follows from the configuration alone."""
        config = self.state.config
        self.calendar = Calendar.of(config)
        self._route()
        self.services: dict[str, Service] = {s.id: s for s in config.services}
        self.groups: dict[str, Group] = {g.id: g for g in config.groups}
        self.approved = frozenset(p.id for p in config.priorities if p.approval)
        """Classes that somebody must approve."""
        self.real_name = frozenset(s.id for s in config.services if s.real_name)
        """Services that are given to somebody with a name and an ID number only."""
        self._group_weeks: dict[str, Week] = {
            g.id: parse_hours(g.hours) for g in config.groups if g.hours is not None
        }

    def _route(self) -> None:
        """Build what follows from the configuration and from the windows that are lent."""
        lent = {w.id: w.lent for w in self.state.windows.values() if w.lent}
        self.router = Router(self.state.config, lent)

    @classmethod
    def replay(cls, records: Iterable[Record]) -> Self:
        """Fold a log that starts with the configuration. Raises ValueError when it doesn't."""
        hall: Self | None = None
        for record in records:
            if hall is None:
                if not isinstance(record.event, HallConfigured):
                    raise ValueError("a hall's log must start with hall_configured")
                hall = cls(record.event.config)
            hall.apply(record)
        if hall is None:
            raise ValueError("the log is empty")
        return hall

    def fork(self) -> Self:
        """An independent hall in the same state, for deciding ahead or for what-if."""
        twin = copy(self)
        twin.state = self.state.copy()
        return twin

    def apply(self, record: Record) -> None:
        """Fold one record of this hall's log."""
        apply(self.state, record)
        event = record.event
        if type(event) not in _REROUTES:
            return
        match event:
            case HallConfigured():
                self._derive()
            case WindowClosed(window=window) if window not in self.router.lent:
                pass
            case _:
                self._route()

    def _placed(
        self, events: Iterable[AnyEvent], now: int, actor: str, day: str | None
    ) -> list[Record]:
        """Events in their places behind the log's end.

        The day is that of the booking, person or message concerned, else `day`, else that of the
        ticket concerned, else the business day of `now`.
        Time never runs backwards within a log: a `now` before the last record counts as it.
        """
        at, seq, hall = self._at(now), self.state.seq, self.state.config.id
        records = []
        for event in events:
            seq += 1
            ahead = self._ahead(event, at) if type(event) in _MAYBE_AHEAD else None
            concerned = ahead or day or self._today(event, at)
            records.append(Record(hall, seq, at, concerned, actor, event))
        return records

    def _ahead(self, event: AnyEvent, at: int) -> str | None:
        """The business day, maybe ahead, that an event around appointments belongs to."""
        state = self.state
        known: Booking | Ticket | Message | None = None
        match event:
            case WebhookAcknowledged():
                return self.calendar.day(at)
            case BookingHeld(start=start) | BookingMade(start=start):
                return self.calendar.day(start)
            case MessageWanted(subject=subject):
                known = state.bookings.get(subject) or state.tickets.get(subject)
            case event if isinstance(event, MessageEvent):
                known = state.messages.get(event.subject, {}).get(event.message)
            case event if isinstance(event, PersonEvent):
                return self.calendar.day(event.until)
            case event if isinstance(event, BookingEvent):
                known = state.bookings.get(event.booking)
        return known.day if known else None

    def _today(self, event: AnyEvent, at: int) -> str:
        ticket = self.state.tickets.get(getattr(event, "ticket", ""))
        return ticket.day if ticket else self.calendar.day(at)

    # ── looking things up ────────────────────────────────────────────────────────────────────

    def ticket(self, ticket_id: str) -> Ticket:
        """A ticket of an open day. Raises Unknown."""
        try:
            return self.state.tickets[ticket_id]
        except KeyError:
            raise Unknown("ticket", ticket_id) from None

    def window(self, window_id: str) -> WindowState:
        """A window. Raises Unknown."""
        try:
            return self.state.windows[window_id]
        except KeyError:
            raise Unknown("window", window_id) from None

    def service(self, service_id: str) -> Service:
        """A service. Raises Unknown."""
        try:
            return self.services[service_id]
        except KeyError:
            raise Unknown("service", service_id) from None

    def minutes_of(self, service_id: str) -> float:
        """How long a service takes, minutes: as measured and taken over, else as catalogued."""
        measured = self.state.config.measured.get(service_id)
        return self.service(service_id).minutes if measured is None else measured

    def group_week(self, group_id: str) -> Week | None:
        """The group's own hours, or None when it follows the hall's."""
        return self._group_weeks.get(group_id)

    # ── checks that several commands share ───────────────────────────────────────────────────

    def _calling(self, window_id: str) -> WindowState:
        """The window, which must be open. Raises Unknown, WindowClosed or WindowPaused."""
        window = self.window(window_id)
        if window.status is WindowStatus.CLOSED:
            raise WindowIsClosed(window_id)
        if window.status is WindowStatus.PAUSED:
            raise WindowPaused(window_id)
        return window

    def _in_state(
        self, ticket_id: str, states: frozenset[TicketState], window: str | None = None
    ) -> Ticket:
        """The ticket, in one of `states` and, if `window` is given, at that window."""
        ticket = self.ticket(ticket_id)
        if ticket.state not in states:
            raise WrongState(ticket.number, ticket.state, " or ".join(sorted(states)))
        if window is not None and ticket.state in AT_WINDOW and ticket.window != window:
            self.window(window)
            raise WrongWindow(ticket.number, ticket.window or "", window)
        return ticket

    def _at(self, now: int) -> int:
        """The instant at which an event decided at `now` is stamped: never before the last."""
        last = self.state.at
        return now if now > last else last

    @staticmethod
    def _minutes(minutes: float) -> int:
        """Minutes as milliseconds."""
        return round(minutes * MINUTE)
