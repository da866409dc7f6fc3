"""What a group of batches writes, as steps that any database can take: no I/O here.

`write` is a generator: it yields a `Fetch` and is sent the rows, or yields a `Put`. SQLite runs
the steps in its thread, PostgreSQL over the wire; what is written is the same. The number of
steps does not grow with the number of batches, events or halls in the group.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from kiosk.hall.events import Record, encode

from . import chain
from .log import Batch, Conflict, Restored
from .projections import Projection, touched
from .queries import put
from .rows import DayRow, LegRow, PrintRow, TableRow, TicketRow, WindowTimeRow
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


Steps = Generator[Fetch | Put, list[Values], None]


class Waiting(NamedTuple):
    """A batch to write. epoch: of the log which its writer has loaded, None if it loaded none."""

    batch: Batch
    epoch: int | None


class Part(NamedTuple):
    """Records of one hall, each with its digest."""

    hall: str
    records: Sequence[Record]
    digests: Sequence[bytes]


def write(
    group: Sequence[Waiting],
) -> Generator[Fetch | Put, list[Values], list[Exception | None]]:
    """Append batches: events with their digests, answers, people, and the tables made of them.

    Returns for each batch None, or the Conflict or Restored that left it out. Events are written
    in the order of their halls, so that two nodes never wait for one another in a circle.
    """
    halls = sorted({batch.hall for batch, _ in group})
    heads = {row[0]: row[1:] for row in (yield Fetch("heads", (_array(halls),)))}
    outcomes: list[Exception | None] = []
    rows: list[chain.Row] = []
    parts: list[Part] = []
    taken: list[Batch] = []
    for batch, epoch in group:
        number, seq, previous = heads[batch.hall]
        refused = _refusal(batch, epoch, number, seq or 0)
        outcomes.append(refused)
        if refused is not None:
            continue
        new = _chained(batch, previous or chain.GENESIS)
        if new:
            heads[batch.hall] = (number, new[-1].seq, new[-1].digest)
            records = [entry.record for entry in batch.entries]
            parts.append(Part(batch.hall, records, [row.digest for row in new]))
        rows += new
        taken.append(batch)
    if rows:
        rows.sort(key=lambda row: (row.hall, row.seq))
        yield Put("insert_event", [astuple(row) for row in rows])
        yield from project(parts)
    if answers := [astuple(answer) for batch in taken for answer in batch.answers]:
        yield Put("insert_answer", answers)
    if people := [astuple(person) for batch in taken for person in batch.people]:
        yield Put("upsert_person", people)
    return outcomes


def project(parts: Sequence[Part]) -> Steps:
    """Bring the tables up to date with records that follow what they hold."""
    projections = {part.hall: Projection() for part in parts}
    yield from _fill(projections, parts)
    for part in parts:
        projection = projections[part.hall]
        for record, digest in zip(part.records, part.digests, strict=True):
            projection.apply(record, digest)
    changed: dict[type[TableRow], list[Values]] = {}
    for projection in projections.values():
        for row in projection.changed():
            changed.setdefault(type(row), []).append(row.values())
    for table, values in changed.items():
        yield Put(put(table), values)


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


def _fill(projections: dict[str, Projection], parts: Sequence[Part]) -> Steps:
    """Read the present rows of all that the parts touch."""
    subjects = [(part.hall, touched(part.records)) for part in parts]
    days = {(hall, day) for hall, found in subjects for day in found.days}
    tickets = {(hall, ticket) for hall, found in subjects for ticket in found.tickets}
    windows = {(hall, window) for hall, found in subjects for window in found.windows}
    prints = {(hall, ticket) for hall, found in subjects for ticket, _ in found.prints}
    for row in (yield Fetch("touched_days", (_array(days),))):
        day = DayRow.of(row)
        projections[day.hall].days[day.day] = day
    if tickets:
        for row in (yield Fetch("touched_tickets", (_array(tickets),))):
            ticket = TicketRow.of(row)
            projections[ticket.hall].visits[ticket.id] = Visit(ticket, [])
        for row in (yield Fetch("touched_legs", (_array(tickets),))):
            leg = LegRow.of(row)
            projections[leg.hall].visits[leg.ticket].legs.append(leg)
    if windows:
        for row in (yield Fetch("touched_windows", (_array(windows),))):
            span = WindowTimeRow.of(row)
            projections[span.hall].windows[span.window] = span
    if prints:
        for row in (yield Fetch("touched_prints", (_array(prints),))):
            job = PrintRow.of(row)
            projections[job.hall].prints[job.ticket, job.copy] = job


def _array(values: Iterable[str] | Iterable[tuple[str, str]]) -> str:
    return msgspec.json.encode(list(values)).decode()
