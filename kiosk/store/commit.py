"""What a batch writes, as steps that any database can take: no I/O here.

`write` is a generator: it yields a `Fetch` and is sent the rows, or yields a `Put`. SQLite runs
the steps in its thread, PostgreSQL over the wire; what is written is the same.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from kiosk.hall.events import Record, encode

from . import chain
from .log import Batch, Conflict, Restored
from .projections import Projection, Touched, touched
from .queries import put
from .rows import DayRow, LegRow, PrintRow, TicketRow, WindowTimeRow
from .visit import Visit

Values = tuple[Any, ...]


class Fetch(Struct, frozen=True):
    """Run the named statement and send its rows back."""

    query: str
    args: Values


class Put(Struct, frozen=True):
    """Run the named statement once per row of values."""

    query: str
    rows: Sequence[Values]


Steps = Generator[Fetch | Put, list[Values], None]


def write(batch: Batch, epoch: int | None) -> Steps:
    """Append a batch: events with their digests, answers, people, and the tables made of them.

    epoch: that of the log which the writer knows. Raises Restored when it is another one by now,
    Conflict when the log does not end at `batch.expected`.
    """
    head = yield Fetch("head", (batch.hall,))
    number, seq, _, previous = head[0]
    if epoch is not None and number != epoch:
        raise Restored("the database was restored from a backup")
    if seq is None:
        seq, previous = 0, chain.GENESIS
    if seq != batch.expected:
        raise Conflict(f"the log of {batch.hall} ends at {seq}, not at {batch.expected}")
    if batch.entries:
        rows = []
        for entry in batch.entries:
            row = _row(previous, entry.record, entry.key)
            rows.append(row)
            previous = row.digest
        yield Put("insert_event", [astuple(row) for row in rows])
        yield from project([e.record for e in batch.entries], [row.digest for row in rows])
    if batch.answers:
        yield Put("insert_answer", [astuple(answer) for answer in batch.answers])
    if batch.people:
        yield Put("upsert_person", [astuple(person) for person in batch.people])


def project(records: Sequence[Record], digests: Sequence[bytes]) -> Steps:
    """Bring the tables up to date with records that follow what they hold."""
    projection = Projection()
    yield from fill(projection, records[0].hall, touched(records))
    for record, digest in zip(records, digests, strict=True):
        projection.apply(record, digest)
    for table, changed in projection.changed().items():
        yield Put(put(table), [row.values() for row in changed])


def fill(projection: Projection, hall: str, subjects: Touched) -> Steps:
    """Read the present rows of `subjects` into `projection`."""
    for row in (yield Fetch("touched_days", (hall, _array(subjects.days)))):
        day = DayRow.of(row)
        projection.days[day.day] = day
    if subjects.tickets:
        wanted = _array(subjects.tickets)
        for row in (yield Fetch("touched_tickets", (hall, wanted))):
            ticket = TicketRow.of(row)
            projection.visits[ticket.id] = Visit(ticket, [])
        for row in (yield Fetch("touched_legs", (hall, wanted))):
            leg = LegRow.of(row)
            projection.visits[leg.ticket].legs.append(leg)
    if subjects.windows:
        for row in (yield Fetch("touched_windows", (hall, _array(subjects.windows)))):
            span = WindowTimeRow.of(row)
            projection.windows[span.window] = span
    if subjects.prints:
        wanted = _array([ticket for ticket, _ in subjects.prints])
        for row in (yield Fetch("touched_prints", (hall, wanted))):
            job = PrintRow.of(row)
            projection.prints[job.ticket, job.copy] = job


def _row(previous: bytes, record: Record, key: bytes | None) -> chain.Row:
    event = record.event
    row = chain.Row(
        record.hall,
        record.seq,
        record.at,
        record.day,
        record.actor,
        event.kind,
        encode(event),
        key,
    )
    row.digest = chain.digest(previous, row)
    return row


def _array(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode()
