"""What a hall remembers: tickets, windows, queues, print jobs. Changed by `fold` alone.

Everything here is plain data: two states that saw the same events are equal, can be copied and
pickled. Instants are milliseconds since the Unix epoch.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import ItemsView, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from .booking import Booking, Strike
from .config import RETURNING, HallConfig
from .events import Estimate, Reason, WebhookAcknowledged
from .message import Alert, Message
from .printing import PrintJob

_Due = TypeVar("_Due", tuple[int, str], tuple[int, str, int])


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


AT_WINDOW = frozenset({TicketState.CALLED, TicketState.SERVING})
ACTIVE = AT_WINDOW | {TicketState.WAITING, TicketState.PARKED}
ENDED = frozenset(TicketState) - ACTIVE


class LegState(StrEnum):
    """Where one service of a ticket stands."""

    WAITING = "waiting"
    SERVING = "serving"
    DONE = "done"


class Leg(Struct, gc=False):
    """One service of a ticket.

    bound: the only window that may call it, if any. after: services of the ticket that are done
    before it. follows: it is done after the leg before it in the list (come-back). returning:
    it waits in the line of those who come back. quantity: how many of the same.
    """

    service: str
    group: str
    after: tuple[str, ...] = ()
    quantity: int = 1
    state: LegState = LegState.WAITING
    bound: str | None = None
    follows: bool = False
    returning: bool = False

    @property
    def lane(self) -> str:
        """The queue that it waits in: its window's own, or its group's."""
        return f"@{self.bound}" if self.bound else self.group


class Notice(Struct, gc=False):
    """What a window asked a visitor to pay (缴费通知单)."""

    number: str
    service: str
    window: str
    item: str
    amount_fen: int | None
    at: int
    paid_at: int | None = None


class Ticket(Struct, gc=False):
    """A visitor's place in the hall.

    order: seq of the issuing event, the tie-breaker of `ref`. ref: the instant from which the
    wait counts. leg: index of the leg at the window, while the ticket waits of the one planned
    next. ended_at: when it became done, no_show or cancelled. calls: of the current service.
    copies: papers requested so far. postponed: the visitor has asked for more time. errand,
    sent_by: what a parked visitor is away for, and the window that sent him. trail: groups that
    it was transferred away from, in order. why: of its latest call.
    """

    id: str
    number: str
    day: str
    order: int
    ref: int
    issued_at: int
    legs: list[Leg]
    priority: str
    language: str
    channel: str
    ahead: int
    estimate: Estimate | None
    booking: str | None = None
    promised: tuple[str, ...] = ()
    cause: str | None = None
    approver: str | None = None
    reach: tuple[str, ...] = ()
    leg: int = 0
    state: TicketState = TicketState.WAITING
    window: str | None = None
    staff: str | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    parked_until: int | None = None
    calls: int = 0
    note: str | None = None
    reason: str | None = None
    rating: int | None = None
    copies: int = 0
    postponed: bool = False
    errand: str | None = None
    sent_by: str | None = None
    notice: Notice | None = None
    trail: tuple[str, ...] = ()
    why: Reason | None = None

    @property
    def current(self) -> Leg:
        """The leg that is served or planned next; the last one when the ticket has ended."""
        return self.legs[self.leg]

    @property
    def lane(self) -> str:
        """The queue of the current leg."""
        return self.legs[self.leg].lane

    @property
    def place(self) -> Place:
        """Where it stands in every line it waits in."""
        return (self.ref, self.order, self.id)

    def ready(self, done: int | None = None) -> list[int]:
        """Legs that a window may call, in the planned order.

        done: a leg that is taken to be done already, for asking what comes after it.
        """
        legs = self.legs
        if len(legs) == 1:
            return [0] if done is None and legs[0].state is LegState.WAITING else []
        open_ones = [
            i for i, leg in enumerate(legs) if leg.state is not LegState.DONE and i != done
        ]
        still = {legs[i].service for i in open_ones}
        return [
            i
            for i in open_ones
            if legs[i].state is LegState.WAITING
            and not (legs[i].follows and i - 1 in open_ones)
            and not any(service in still for service in legs[i].after)
        ]

    def line(self, index: int) -> str:
        """The line of its lane that a leg waits in: its class, or that of those who come back."""
        return RETURNING if self.legs[index].returning else self.priority

    def spots(self, done: int | None = None) -> list[tuple[str, str]]:
        """(lane, line) of each queue that it stands in; with `done` once that leg is done."""
        if len(self.legs) == 1:
            leg = self.legs[0]
            return [] if done is not None else [(leg.lane, self.line(0))]
        found: dict[str, str] = {}
        for index in self.ready(done):
            found.setdefault(self.legs[index].lane, self.line(index))
        return list(found.items())

    def leg_of(self, service: str | None) -> int:
        """The leg for which a call of a waiting ticket is meant; None: the one planned next."""
        if service is None:
            return self.leg
        return next(i for i in self.ready() if self.legs[i].service == service)

    def leg_in(self, lane: str, done: int | None = None) -> int | None:
        """The leg for which it stands in a lane."""
        return next((i for i in self.ready(done) if self.legs[i].lane == lane), None)


Place = tuple[int, int, str]
"""A place in a queue: (ref, order, ticket id); smaller goes first."""


class WindowStatus(StrEnum):
    """Whether a window calls visitors."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


NEVER_RETURNED = 1 << 30
"""Calls since the last returning visitor at a window that had none."""


class WindowState(Struct):
    """A window today.

    worked: milliseconds with a visitor, since it last opened from closed. lent: groups that it
    serves beside its own until `lent_until`. others: calls since it last called a visitor who
    came back. assistance: since when it asks its colleagues for help, and why.
    """

    id: str
    status: WindowStatus = WindowStatus.CLOSED
    staff: str | None = None
    reason: str | None = None
    since: int = 0
    ticket: str | None = None
    worked: int = 0
    lent: tuple[str, ...] = ()
    lent_until: int = 0
    others: int = NEVER_RETURNED
    assistance: int | None = None
    assistance_note: str | None = None


_NO_LINES: dict[str, list[Place]] = {}


class Queues:
    """Waiting tickets by lane and priority class, each line in order of arrival, none empty.

    A ticket with several open services stands in the queue of each of them.
    """

    __slots__ = ("_lanes", "several")

    def __init__(self) -> None:
        self._lanes: dict[str, dict[str, list[Place]]] = {}
        self.several = 0
        """Tickets that stand in more than one queue."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Queues) and dict(self.items()) == dict(other.items())

    __hash__ = None  # type: ignore[assignment]

    def add(self, ticket: Ticket) -> None:
        """Let a ticket wait in its lanes."""
        place, spots = ticket.place, ticket.spots()
        self.several += len(spots) > 1
        for lane, priority in spots:
            lines = self._lanes.get(lane)
            if lines is None:
                lines = self._lanes[lane] = {}
            line = lines.get(priority)
            if line is None:
                lines[priority] = [place]
            elif line[-1] < place:
                # Who has just come goes behind all others: most do, and need no search.
                line.append(place)
            else:
                insort(line, place)

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out of its lanes. Raises KeyError when it isn't there."""
        place, spots = ticket.place, ticket.spots()
        self.several -= len(spots) > 1
        for lane, priority in spots:
            lines = self._lanes.get(lane, _NO_LINES)
            line = lines.get(priority, [])
            index = bisect_left(line, place)
            if index == len(line) or line[index] != place:
                raise KeyError(ticket.id)
            del line[index]
            if not line:
                del lines[priority]

    def copy(self) -> Queues:
        """An independent copy."""
        twin = Queues()
        twin._lanes = {
            lane: {priority: line.copy() for priority, line in lines.items()}
            for lane, lines in self._lanes.items()
        }
        twin.several = self.several
        return twin

    def lines(self, lane: str) -> ItemsView[str, list[Place]]:
        """The lines of a lane, none of them empty: priority class, places in order."""
        return self._lanes.get(lane, _NO_LINES).items()

    def count(self, lane: str) -> int:
        """How many wait in a lane."""
        return sum(map(len, self._lanes.get(lane, _NO_LINES).values()))

    def among(self, lanes: Iterable[str]) -> int:
        """How many tickets wait in any of these lanes."""
        if not self.several:
            return sum(self.count(lane) for lane in lanes)
        places = (p for lane in lanes for _, line in self.lines(lane) for p in line)
        return len(set(places))

    def bound(self) -> Iterator[Place]:
        """Places of the tickets that only one window may call."""
        for lane, lines in self._lanes.items():
            if lane.startswith("@"):
                for line in lines.values():
                    yield from line

    def items(self) -> Iterator[tuple[tuple[str, str], list[Place]]]:
        """All lines: (lane, priority class) and places, sorted by key."""
        for lane in sorted(self._lanes):
            for priority in sorted(self._lanes[lane]):
                yield (lane, priority), self._lanes[lane][priority]


@dataclass(slots=True)
class State:
    """A hall at one seq of its log.

    configured_at: instant (ms) since which the configuration is in force.
    seq, at: of the last record folded. numbers: last number given by (day, prefix).
    days: business days that have seen something and are not closed. parked: ids of parked
    tickets. printing: places of the print jobs that have not ended, sorted. bookings: of the open
    days. Of those that take slots: taken: how many claims lie on (group, slot). codes: whose each
    code is. persons: which are a person's. pending: (when, id) of those that end by themselves
    unless somebody goes on with them, the first first. strikes: per person, when each of the
    missed bookings is forgotten. bars: per person, until when it can't book. messages: by subject
    and seq. posting: places of the messages that have not ended, sorted. reminders: when whom to
    remind of a booking, sorted. watched: tickets whose visitors are to be told that it is soon.
    webhooks: how far each is, as last noted. alerts: troubles of today by (what, about).
    """

    config: HallConfig
    configured_at: int = 0
    seq: int = 0
    at: int = 0
    tickets: dict[str, Ticket] = field(default_factory=dict)
    windows: dict[str, WindowState] = field(default_factory=dict)
    queues: Queues = field(default_factory=Queues)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)
    prints: dict[tuple[str, int], PrintJob] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    printing: list[tuple[int, str, int]] = field(default_factory=list)
    bookings: dict[str, Booking] = field(default_factory=dict)
    taken: dict[tuple[str, int], int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    persons: dict[str, set[str]] = field(default_factory=dict)
    pending: list[tuple[int, str]] = field(default_factory=list)
    strikes: dict[str, tuple[Strike, ...]] = field(default_factory=dict)
    bars: dict[str, Strike] = field(default_factory=dict)
    messages: dict[str, dict[int, Message]] = field(default_factory=dict)
    posting: list[tuple[int, str, int]] = field(default_factory=list)
    reminders: list[tuple[int, str]] = field(default_factory=list)
    watched: set[str] = field(default_factory=set)
    webhooks: dict[str, WebhookAcknowledged] = field(default_factory=dict)
    alerts: dict[tuple[str, str], Alert] = field(default_factory=dict)

    def wait_for(self, job: PrintJob, due: int) -> None:
        """Expect news of a job until an instant."""
        self.wait_no_more(job)
        job.due = due
        insort(self.printing, job.place)

    def wait_no_more(self, job: PrintJob) -> None:
        """A job has ended, or is forgotten."""
        take_out(self.printing, job.place)

    def settle(self, booking: Booking) -> None:
        """Nothing is due of a booking any more."""
        if booking.due is not None:
            take_out(self.pending, (booking.due, booking.id))
            booking.due = None

    def copy(self) -> State:
        """An independent copy; 5,000 tickets take a few milliseconds."""
        return State(
            config=self.config,
            configured_at=self.configured_at,
            seq=self.seq,
            at=self.at,
            tickets={k: _copy_ticket(t) for k, t in self.tickets.items()},
            windows={k: copy(w) for k, w in self.windows.items()},
            queues=self.queues.copy(),
            numbers=self.numbers.copy(),
            days=self.days.copy(),
            prints={k: copy(j) for k, j in self.prints.items()},
            parked=self.parked.copy(),
            printing=self.printing.copy(),
            bookings={k: copy(b) for k, b in self.bookings.items()},
            taken=self.taken.copy(),
            codes=self.codes.copy(),
            persons={k: ids.copy() for k, ids in self.persons.items()},
            pending=self.pending.copy(),
            strikes=self.strikes.copy(),
            bars=self.bars.copy(),
            messages={
                subject: {seq: copy(m) for seq, m in told.items()}
                for subject, told in self.messages.items()
            },
            posting=self.posting.copy(),
            reminders=self.reminders.copy(),
            watched=self.watched.copy(),
            webhooks=self.webhooks.copy(),
            alerts={key: copy(alert) for key, alert in self.alerts.items()},
        )


def take_out(places: list[_Due], place: _Due) -> None:
    """Take a place out of a sorted list, if it is there."""
    at = bisect_left(places, place)
    if places[at : at + 1] == [place]:
        del places[at]


def _copy_ticket(ticket: Ticket) -> Ticket:
    twin = copy(ticket)
    twin.legs = [copy(leg) for leg in ticket.legs]
    return twin
