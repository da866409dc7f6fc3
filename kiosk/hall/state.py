"""What a hall remembers: tickets, windows, queues, print jobs. Changed by `fold` alone.

Everything here is plain data: two states that saw the same events are equal, can be copied and
pickled. Instants are milliseconds since the Unix epoch.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from .config import HallConfig
from .events import Estimate, PrintOutcome


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


class Leg(Struct):
    """One service of a ticket. `bound` is the only window that may call it, if any."""

    service: str
    group: str
    state: LegState = LegState.WAITING
    bound: str | None = None


class Ticket(Struct):
    """A visitor's place in the hall.

    order: seq of the issuing event, the tie-breaker of `ref`. ref: the instant from which the
    wait counts. leg: index of the current leg. ended_at: when it became done, no_show or
    cancelled. calls: of the current service. copies: papers requested so far. postponed: the
    visitor has asked for more time.
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

    @property
    def current(self) -> Leg:
        """The leg that waits or is served; the last one when the ticket has ended."""
        return self.legs[self.leg]

    @property
    def lane(self) -> str:
        """The queue that the current leg waits in: its window's own, or its group's."""
        leg = self.legs[self.leg]
        return f"@{leg.bound}" if leg.bound else leg.group


class WindowStatus(StrEnum):
    """Whether a window calls visitors."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


class WindowState(Struct):
    """A window today. worked: milliseconds with a visitor, since it last opened from closed."""

    id: str
    status: WindowStatus = WindowStatus.CLOSED
    staff: str | None = None
    reason: str | None = None
    since: int = 0
    ticket: str | None = None
    worked: int = 0


class PrintState(StrEnum):
    """Where a print job stands."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    EXPIRED = "expired"


class PrintJob(Struct):
    """A paper on its way, unique by (ticket, copy). since: instant of its present state."""

    ticket: str
    copy: int
    printer: str
    expires: int
    since: int = 0
    state: PrintState = PrintState.QUEUED
    detail: str | None = None

    def settle(self, outcome: PrintOutcome, detail: str | None, at: int) -> None:
        """End the job."""
        self.state = PrintState(outcome.value)
        self.detail, self.since = detail, at


Place = tuple[int, int, str]
"""A place in a queue: (ref, order, ticket id); smaller goes first."""


class Queues:
    """Waiting tickets by lane and priority class, each in order of arrival."""

    __slots__ = ("_lanes",)

    def __init__(self) -> None:
        self._lanes: dict[str, dict[str, list[Place]]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Queues) and dict(self.items()) == dict(other.items())

    __hash__ = None  # type: ignore[assignment]

    def add(self, ticket: Ticket) -> None:
        """Let a ticket wait in its lane."""
        lane = self._lanes.setdefault(ticket.lane, {})
        insort(lane.setdefault(ticket.priority, []), (ticket.ref, ticket.order, ticket.id))

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out of its lane. Raises KeyError when it isn't there."""
        line = self._lanes.get(ticket.lane, {}).get(ticket.priority, [])
        place = (ticket.ref, ticket.order, ticket.id)
        index = bisect_left(line, place)
        if index == len(line) or line[index] != place:
            raise KeyError(ticket.id)
        del line[index]

    def copy(self) -> Queues:
        """An independent copy."""
        twin = Queues()
        twin._lanes = {
            lane: {priority: line.copy() for priority, line in lines.items()}
            for lane, lines in self._lanes.items()
        }
        return twin

    def lines(self, lane: str) -> Iterator[tuple[str, list[Place]]]:
        """The non-empty lines of a lane: priority class, places in order."""
        for priority, line in self._lanes.get(lane, {}).items():
            if line:
                yield priority, line

    def count(self, lane: str) -> int:
        """How many wait in a lane."""
        return sum(len(line) for line in self._lanes.get(lane, {}).values())

    def bound(self) -> Iterator[Place]:
        """Places of the tickets that only one window may call."""
        for lane, lines in self._lanes.items():
            if lane.startswith("@"):
                for line in lines.values():
                    yield from line

    def items(self) -> Iterator[tuple[tuple[str, str], list[Place]]]:
        """All non-empty lines: (lane, priority class) and places, sorted by key."""
        for lane in sorted(self._lanes):
            for priority in sorted(self._lanes[lane]):
                if line := self._lanes[lane][priority]:
                    yield (lane, priority), line


@dataclass(slots=True)
class State:
    """A hall at one seq of its log.

    seq, at: of the last record folded. numbers: last number given by (day, prefix).
    days: business days that have seen something and are not closed. parked: ids of parked
    tickets. printing: keys of the print jobs that have not ended.
    """

    config: HallConfig
    seq: int = 0
    at: int = 0
    tickets: dict[str, Ticket] = field(default_factory=dict)
    windows: dict[str, WindowState] = field(default_factory=dict)
    queues: Queues = field(default_factory=Queues)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)
    prints: dict[tuple[str, int], PrintJob] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    printing: set[tuple[str, int]] = field(default_factory=set)

    def copy(self) -> State:
        """An independent copy; 5,000 tickets take a few milliseconds."""
        return State(
            config=self.config,
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
        )


def _copy_ticket(ticket: Ticket) -> Ticket:
    twin = copy(ticket)
    twin.legs = [copy(leg) for leg in ticket.legs]
    return twin
