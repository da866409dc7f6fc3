"""A business day of the log as a day to play: who came, how long it took, who sat where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import structs

from .calendar import MINUTE
from .config import APPOINTMENT, NORMAL, HallConfig, Window
from .counter import MAX_SERVICES
from .engine import Hall
from .events import (
    AnyEvent,
    HallConfigured,
    Record,
    ServiceFinished,
    TicketCalled,
    TicketCancelled,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketRequeued,
    TicketTransferred,
    WindowClosed,
    WindowOpened,
    WindowPaused,
)
from .routing import lanes
from .simulate import PlayedDay, Visit
from .state import Ticket, TicketState
from .world import (
    APPOINTMENT_KIND,
    NORMAL_KIND,
    PRIORITY_KIND,
    DrawnDay,
    DrawnGroup,
    DrawnLeg,
    DrawnTicket,
    DrawnWindow,
    WorldRules,
)


class NobodyCame(ValueError):
    """A day without visitors: there is nothing to play."""


@dataclass
class RecordedDay:
    """A day of the log as a day to play. `actual` is how it really went."""

    day: str
    actual: PlayedDay
    config: HallConfig
    groups: list[str]
    windows: list[str]


def recorded(records: Iterable[Record], day: str) -> RecordedDay:
    """A business day out of a log that starts with the configuration in force.

    Raises ValueError when the log doesn't start so, NobodyCame when it knows no visitor of the day.
    """
    reader: _Reader | None = None
    for record in records:
        if reader is None:
            if not isinstance(record.event, HallConfigured):
                raise ValueError("a hall's log must start with hall_configured")
            reader = _Reader(Hall(record.event.config), day)
        reader.read(record)
    if reader is None or not reader.visits:
        raise NobodyCame(f"nobody came on {day}")
    return reader.result()


@dataclass
class _Seen:
    """What the log shows of a window, in minutes since 00:00. stays: nobody waited at its end."""

    opened: float | None = None
    until: float = 0
    away: float | None = None
    stays: bool = True
    pauses: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class _Came:
    """What the log shows of a ticket: time at windows by leg, the first call, how it ended.

    left: gave the ticket back; whom the end of the day found waiting did not.
    """

    record: Record
    event: TicketIssued
    ticket: Ticket
    legs: list[tuple[str, float]]
    leg: int = 0
    called_at: int | None = None
    window: str | None = None
    since: int | None = None
    patience: float = 1e9
    left: bool = False

    def take_up(self, called: int) -> None:
        """Let the leg that it is called for be the present one."""
        group = self.ticket.legs[called].group
        for index in range(self.leg, len(self.legs)):
            if self.legs[index][0] == group:
                self.legs.insert(self.leg, self.legs.pop(index))
                return


def _swept(event: AnyEvent) -> bool:
    """Whether the end of the day did it, at midnight: that says nothing of the day."""
    ended = getattr(event, "outcome", None), getattr(event, "reason", None)
    return "day_closed" in ended


class _Reader:
    """Follows a day's records through the hall itself."""

    def __init__(self, hall: Hall, day: str) -> None:
        self.hall = hall
        self.day = day
        self.visits: dict[str, _Came] = {}
        self.seen: dict[str, _Seen] = {}
        self.midnight = hall.calendar.starts(day)
        self.last = 0.0

    def read(self, record: Record) -> None:
        """Fold a record, taking notes if it is of the day."""
        if record.day == self.day and not _swept(record.event):
            self._note(record)
        self.hall.apply(record)
        if record.day == self.day and isinstance(record.event, TicketIssued):
            event = record.event
            self.visits[event.ticket] = _Came(
                record,
                event,
                self.hall.state.tickets[event.ticket],
                [(leg.group, 0.0) for leg in event.legs],
            )

    def _note(self, record: Record) -> None:
        minute = self._minutes(record.at)
        if isinstance(record.event, TicketIssued | TicketCalled):
            self.last = minute
        match record.event:
            case TicketCalled(ticket=ticket, window=window, service=service):
                came = self.visits[ticket]
                came.take_up(came.ticket.leg_of(service))
                came.since = record.at
                if came.called_at is None:
                    came.called_at, came.window = record.at, window
            case ServiceFinished(ticket=ticket):
                self._served(record.at, ticket)
                self.visits[ticket].leg += 1
            case TicketParked(ticket=ticket) | TicketRequeued(ticket=ticket):
                self._served(record.at, ticket)
            case TicketTransferred() as event:
                self._transferred(record.at, event)
            case TicketMissed(ticket=ticket) | TicketCancelled(ticket=ticket):
                self._gone(record.at, ticket)
            case WindowOpened(window=window):
                self._opened(window, minute)
            case WindowPaused(window=window):
                self._left(window, minute)
            case WindowClosed(window=window):
                self._left(window, minute)
                self.seen.setdefault(window, _Seen()).stays = not self._left_waiting(window)
            case _:
                pass

    def _minutes(self, at: int) -> float:
        return (at - self.midnight) / MINUTE

    def _served(self, at: int, ticket: str) -> None:
        came = self.visits[ticket]
        if came.since is not None:
            stage = min(came.leg, len(came.legs) - 1)  # done, restored, and served again
            group, spent = came.legs[stage]
            came.legs[stage] = (group, spent + (at - came.since) / MINUTE)
            came.since = None

    def _transferred(self, at: int, event: TicketTransferred) -> None:
        came = self.visits[event.ticket]
        self._served(at, event.ticket)
        came.leg = min(came.leg, len(came.legs) - 1)
        old, spent = came.legs[came.leg]
        if spent > 0:
            came.leg += 1
            came.legs.insert(came.leg, (event.group, 0.0))
        else:
            came.legs[came.leg] = (event.group, 0.0)
        if event.come_back is not None:
            came.legs.insert(came.leg + 1, (old, 0.0))

    def _gone(self, at: int, ticket: str) -> None:
        came = self.visits[ticket]
        called = came.since if came.since is not None else at
        came.patience = max(0.0, (called - came.record.at) / MINUTE - 0.01)
        came.left = came.since is None

    def _opened(self, window: str, minute: float) -> None:
        seen = self.seen.setdefault(window, _Seen())
        if seen.opened is None:
            seen.opened = minute
        if seen.away is not None:
            seen.pauses.append((seen.away, minute - seen.away))
            seen.away = None
        seen.until = max(seen.until, minute)

    def _left(self, window: str, minute: float) -> None:
        seen = self.seen.setdefault(window, _Seen())
        if seen.away is None and seen.opened is not None:
            seen.away = minute
            seen.until = max(seen.until, minute)

    def _left_waiting(self, window: str) -> bool:
        known = self.hall.router.windows.get(window)
        return known is not None and any(self.hall.state.queues.count(x) for x in lanes(known))

    # ── the day that it makes ────────────────────────────────────────────────────────────────

    def result(self) -> RecordedDay:
        """The recorded day, once all records are read."""
        config = self.hall.state.config
        groups = [g.id for g in config.groups]
        windows = [w.id for w in config.windows]
        tickets = [self._ticket(n, came, groups) for n, came in enumerate(self.visits.values())]
        drawn = DrawnDay(
            "kiosk-day/1",
            config.id,
            1,
            [
                DrawnGroup(n, g.id, self._usual(g.id), g.target_minutes)
                for n, g in enumerate(config.groups)
            ],
            [self._window(n, w, groups) for n, w in enumerate(config.windows)],
            tickets,
            config=WorldRules(secondary_slowdown=1.0),
        )
        visits = [
            Visit(ticket, came.ticket, came.called_at, came.window)
            for ticket, came in zip(tickets, self.visits.values(), strict=True)
        ]
        actual = PlayedDay(drawn, self.midnight, config, visits)
        return RecordedDay(self.day, actual, config, groups, windows)

    def _usual(self, group: str) -> float:
        spent = [m for came in self.visits.values() for g, m in came.legs if g == group and m > 0]
        return sum(spent) / len(spent) if spent else 10.0

    def _window(self, number: int, window: Window, groups: list[str]) -> DrawnWindow:
        seen = self.seen.get(window.id, _Seen())
        return DrawnWindow(
            id=number,
            skills=[groups.index(g) for g in window.groups],
            start=seen.opened or 0.0,
            end=seen.until if seen.away is not None else max(seen.until, self.last),
            closed=seen.opened is None,
            breaks=seen.pauses,
            works_off=seen.stays,
        )

    def _ticket(self, number: int, came: _Came, groups: list[str]) -> DrawnTicket:
        legs = [DrawnLeg(groups.index(g), spent or self._usual(g)) for g, spent in came.legs]
        # A ticket is for so many services; who was sent on more often needs the rest at the last.
        rest = sum(leg.base for leg in legs[MAX_SERVICES:])
        legs = legs[:MAX_SERVICES]
        legs[-1] = structs.replace(legs[-1], base=legs[-1].base + rest)
        kind = NORMAL_KIND if came.event.priority == NORMAL else PRIORITY_KIND
        slot = None if came.event.slot is None else self._minutes(came.event.slot)
        if came.event.priority == APPOINTMENT:
            kind = APPOINTMENT_KIND
        return DrawnTicket(
            id=number,
            group=legs[0].group,
            kind=kind,
            arr=self._minutes(came.record.at),
            slot=slot if kind == APPOINTMENT_KIND else None,
            base=legs[0].base,
            patience=came.patience if came.ticket.state is not TicketState.DONE else 1e9,
            leaves=came.left and came.called_at is None,
            then=legs[1:],
            priority=came.event.priority,
        )
