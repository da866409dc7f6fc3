"""What a group of batches writes, as steps that any database can take: no I/O here.

`write` is a generator: it yields fetches that belong together and is sent the rows of each, or
yields a `Put`. SQLite runs the steps in its thread, PostgreSQL over the wire; what is written is
the same. The number of steps does not grow with the number of batches, events or halls in the
group, and all that it reads it asks for at once, so that this may be one round trip.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from kiosk.hall.events import Record, encode

from . import chain
from .log import Batch, Conflict, Restored
from .projections import Projection, touched
from .queries import put
from .rows import BookingRow, DayRow, LegRow, PrintRow, TableRow, TicketRow, WindowTimeRow
from .visit import Visit

Values = Sequence[Any]


class Fetch(Struct, frozen=True):
    """Run the named statement and send its rows back."""

    query: str
    args: Values


class Put(Struct, frozen=True):
    """Run the named statement once per row of values."""

    query: str
    rows: Sequence[Values]


Step = tuple[Fetch, ...] | Put
"""What is read at the same moment, or what is written."""

Found = Sequence[Sequence[Values]]
"""The rows of each fetch of a step; of no meaning after a `Put`."""

T = TypeVar("T")
Steps = Generator[Step, Found, T]


_NOTHING = ("[]",)


class Waiting(NamedTuple):
    """A batch to write. epoch: of the log which its writer has loaded, None if it loaded none."""

    batch: Batch
    epoch: int | None


class Part(NamedTuple):
    """Records of one hall, each with its digest."""

    hall: str
    records: Sequence[Record]
    digests: Sequence[bytes]


def write(group: Sequence[Waiting]) -> Steps[list[Exception | None]]:
    """Append batches: events with their digests, answers, people, and the tables made of them.

    Returns for each batch None, or the Conflict or Restored that left it out. Events are written
    in the order of their halls, so that two nodes never wait for one another in a circle.
    """
    halls = sorted({batch.hall for batch, _ in group})
    logs = [[entry.record for entry in batch.entries] for batch, _ in group]
    touching = _touching(zip([batch.hall for batch, _ in group], logs, strict=True))
    ends, *found = yield (Fetch("heads", (_array(halls),)), *touching)
    heads = {row[0]: row[1:] for row in ends}
    outcomes: list[Exception | None] = []
    rows: dict[str, list[chain.Row]] = {hall: [] for hall in halls}
    parts: list[Part] = []
    taken: list[Batch] = []
    for (batch, epoch), records in zip(group, logs, strict=True):
        number, seq, previous = heads[batch.hall]
        refused = _refusal(batch, epoch, number, seq or 0)
        outcomes.append(refused)
        if refused is not None:
            continue
        taken.append(batch)
        if records:
            new = _chained(batch, previous or chain.GENESIS)
            heads[batch.hall] = (number, new[-1].seq, new[-1].digest)
            parts.append(Part(batch.hall, records, [row.digest for row in new]))
            rows[batch.hall] += new
    if parts:
        yield Put("insert_event", [astuple(row) for hall in halls for row in rows[hall]])
        yield from _fold(parts, touching, found)
    if answers := [astuple(answer) for batch in taken for answer in batch.answers]:
        yield Put("insert_answer", answers)
    if people := [astuple(person) for batch in taken for person in batch.people]:
        yield Put("upsert_person", people)
    return outcomes


def project(parts: Sequence[Part]) -> Steps[None]:
    """Bring the tables up to date with records that follow what they hold."""
    touching = _touching((part.hall, part.records) for part in parts)
    found = yield touching
    yield from _fold(parts, touching, found)


def _fold(parts: Sequence[Part], touching: Sequence[Fetch], found: Found) -> Steps[None]:
    """Fold records into the rows that were found, and write those that changed."""
    projections = {part.hall: Projection() for part in parts}
    for fetch, rows in zip(touching, found, strict=True):
        take_in = _TOUCHED[fetch.query]
        for values in rows:
            # What only a refused batch touches was read in vain.
            if projection := projections.get(values[0]):
                take_in(projection, values)
    for part in parts:
        projection = projections[part.hall]
        for record, digest in zip(part.records, part.digests, strict=True):
            projection.apply(record, digest)
    changed: defaultdict[type[TableRow], list[Values]] = defaultdict(list)
    for projection in projections.values():
        for row in projection.changed():
            changed[type(row)].append(astuple(row))
    for table, written in changed.items():
        yield Put(put(table), written)


def _refusal(batch: Batch, epoch: int | None, number: int, seq: int) -> Conflict | None:
    if epoch is not None and epoch != number:
        return Restored("the database was restored from a backup")
    if batch.expected != seq:
        return Conflict(f"the log of {batch.hall} ends at {seq}, not at {batch.expected}")
    return None


def _chained(batch: Batch, previous: bytes) -> list[chain.Row]:
    rows = []
    for entry in batch.entries:
        record, event = entry.record, entry.record.event
        row = chain.Row(
            record.hall,
            record.seq,
            record.at,
            record.day,
            record.actor,
            event.kind,
            encode(event),
            entry.key,
        )
        previous = row.digest = chain.digest(previous, row)
        rows.append(row)
    return rows


def _touching(parts: Iterable[tuple[str, Sequence[Record]]]) -> tuple[Fetch, ...]:
    """How the present rows of all that records touch are read."""
    subjects = [(hall, touched(records)) for hall, records in parts]
    days = {(hall, day) for hall, found in subjects for day in found.days}
    tickets = {(hall, ticket) for hall, found in subjects for ticket in found.tickets}
    windows = {(hall, window) for hall, found in subjects for window in found.windows}
    prints = {(hall, ticket) for hall, found in subjects for ticket, _ in found.prints}
    bookings = {(hall, booking) for hall, found in subjects for booking in found.bookings}
    wanted = (
        Fetch("touched_days", (_array(days),)),
        Fetch("touched_tickets", (_array(tickets),)),
        Fetch("touched_legs", (_array(tickets),)),
        Fetch("touched_windows", (_array(windows),)),
        Fetch("touched_prints", (_array(prints),)),
        Fetch("touched_bookings", (_array(bookings),)),
    )
    return tuple(fetch for fetch in wanted if fetch.args != _NOTHING)


def _day(projection: Projection, row: Values) -> None:
    day = DayRow.of(row)
    projection.days[day.day] = day


def _ticket(projection: Projection, row: Values) -> None:
    ticket = TicketRow.of(row)
    projection.visits[ticket.id] = Visit(ticket, [])


def _leg(projection: Projection, row: Values) -> None:
    leg = LegRow.of(row)
    projection.visits[leg.ticket].legs.append(leg)


def _window(projection: Projection, row: Values) -> None:
    span = WindowTimeRow.of(row)
    projection.windows[span.window] = span


def _print(projection: Projection, row: Values) -> None:
    job = PrintRow.of(row)
    projection.prints[job.ticket, job.copy] = job


def _booking(projection: Projection, row: Values) -> None:
    booking = BookingRow.of(row)
    projection.bookings[booking.id] = booking


_TOUCHED: dict[str, Callable[[Projection, Values], None]] = {
    "touched_days": _day,
    "touched_tickets": _ticket,
    "touched_legs": _leg,
    "touched_windows": _window,
    "touched_prints": _print,
    "touched_bookings": _booking,
}
"""What a row of each of these reads tells; tickets stand before their legs."""


def _array(values: Iterable[str] | Iterable[tuple[str, str]]) -> str:
    return msgspec.json.encode(list(values)).decode()
