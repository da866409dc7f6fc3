"""The wait before the ticket: from the door to the kiosk, by half hours of a day.

Two things may be known of it. A *token* taken at the door goes with the ticket and says exactly how
long its visitor took. A *count* says how many came in; who is counted but takes no ticket (company,
people who only ask) would pile up, so the count is first multiplied by the share that takes one.
Of those the queue is what came less what was served, and by Little's law the mean wait of a half
hour is the queue's mean length ÷ tickets per time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from .calendar import MINUTE, Calendar

HALF_HOUR = 30 * MINUTE


class Taken(NamedTuple):
    """A ticket that was taken in the hall, and when its visitor came in, if a token says so."""

    at: int
    door_at: int | None = None


class HalfHour(Struct, frozen=True):
    """One half hour, by its local beginning. queue: mean number between door and kiosk, counted.

    counted_s: mean wait by the counts; tokens, token_s: tickets with a token, and their mean wait.
    """

    start: str
    arrived: int
    tickets: int
    queue: float
    counted_s: float | None
    tokens: int
    token_s: float | None


class Door(Struct, frozen=True):
    """A day at the door. share: of those counted, how many take a ticket."""

    day: str
    share: float
    total: HalfHour
    rows: list[HalfHour]


def share_of(arrived: int, tickets: int) -> float:
    """The share of the counted who take a ticket; all of them until it is known."""
    return min(1.0, tickets / arrived) if arrived and tickets else 1.0


def report(
    day: str,
    arrivals: Iterable[tuple[int, int]],
    tickets: Sequence[Taken],
    share: float,
    calendar: Calendar,
) -> Door:
    """The day at the door. arrivals: (instant, count). share: as `share_of` says."""
    sums: dict[int, _Sum] = {}
    steps = [(at, share * count, count) for at, count in arrivals]
    steps += [(ticket.at, -1.0, 0) for ticket in tickets]
    queue, last = 0.0, 0
    for at, change, count in sorted(steps):
        _spread(sums, last, at, queue)
        queue, last = max(0.0, queue + change), at
        slot = sums.setdefault(at // HALF_HOUR, _Sum())
        slot.arrived += count
        slot.tickets += change < 0
    for ticket in tickets:
        if ticket.door_at is not None:
            slot = sums[ticket.at // HALF_HOUR]
            slot.tokens += 1
            slot.token_ms += max(0, ticket.at - ticket.door_at)
    total = _Sum()
    for slot in sums.values():
        total.add(slot)
    rows = [sums[n].row(f"{calendar.local(n * HALF_HOUR):%H:%M}", HALF_HOUR) for n in sorted(sums)]
    return Door(day, round(share, 3), total.row("", HALF_HOUR * max(1, len(sums))), rows)


def _spread(sums: dict[int, _Sum], since: int, until: int, queue: float) -> None:
    """Count a queue of this length that stood from `since` to `until`."""
    while queue and since < until:
        slot = since // HALF_HOUR
        end = min(until, (slot + 1) * HALF_HOUR)
        sums.setdefault(slot, _Sum()).area += queue * (end - since)
        since = end


class _Sum:
    """Sums of a half hour, or of all of them. area: people × milliseconds."""

    __slots__ = ("area", "arrived", "tickets", "token_ms", "tokens")

    def __init__(self) -> None:
        self.arrived = self.tickets = self.tokens = self.token_ms = 0
        self.area = 0.0

    def add(self, other: _Sum) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self, start: str, length: int) -> HalfHour:
        counted = self.arrived and self.tickets
        return HalfHour(
            start,
            self.arrived,
            self.tickets,
            round(self.area / length, 2),
            round(self.area / self.tickets / 1000, 1) if counted else None,
            self.tokens,
            round(self.token_ms / self.tokens / 1000, 1) if self.tokens else None,
        )
