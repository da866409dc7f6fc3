"""The tables made from the log, one struct per table with its fields in the order of the columns.

`hall` is the first column of every key, so that the tables can be distributed by hall. Times
are milliseconds since the Unix epoch, `day` is the business day that the subject belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from msgspec import Struct

_COLUMN = {"window": "window_id", "group": "group_id", "current": "is_current"}
"""Fields whose name is a reserved word of SQL in one database or the other."""


class TableRow(Struct, gc=False):
    """Base of the rows; `table` is the table's name, the first `keys` fields are its key."""

    table: ClassVar[str]
    keys: ClassVar[int]

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The table's columns, in order."""
        return tuple(_COLUMN.get(name, name) for name in cls.__struct_fields__)

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """The row behind a database's tuple."""
        return cls(*values)


class DayRow(TableRow):
    """A business day of a log. `seal` is the digest of its closing, or of its last row so far."""

    table = "days"
    keys = 2

    hall: str
    day: str
    first_seq: int
    last_seq: int
    events: int = 0
    closed: int = 0
    seal: bytes = b""


class TicketRow(TableRow):
    """One ticket. `first_called_at` forgets a call that was taken back; `reason`: why cancelled."""

    table = "tickets"
    keys = 2

    hall: str
    id: str
    day: str
    number: str
    priority: str
    channel: str
    language: str
    state: str
    issued_at: int
    first_called_at: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    window: str | None = None
    staff: str | None = None
    ahead: int = 0
    low_s: int | None = None
    median_s: int | None = None
    high_s: int | None = None
    calls: int = 0
    recalls: int = 0
    reason: str | None = None
    door_at: int | None = None


class LegRow(TableRow):
    """One wait for one service, and the visit to a window that ended it.

    A ticket has a row for each of its services and one more for each transfer. place: order
    among those still `planned`. current: 1 for the one that the ticket is at. service_ms: time
    at windows so far (a park interrupts it).
    """

    table = "legs"
    keys = 3

    hall: str
    ticket: str
    leg: int
    day: str
    place: int
    current: int
    service: str
    group: str
    bound: str | None = None
    state: str = "planned"
    waiting_since: int | None = None
    first_called_at: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    service_ms: int = 0
    window: str | None = None
    staff: str | None = None
    outcome: str | None = None


class ArrivalRow(TableRow):
    """People who came through a door at one moment."""

    table = "arrivals"
    keys = 2

    hall: str
    seq: int
    day: str
    at: int
    door: str
    count: int


class CallRow(TableRow):
    """One call with the reason for it."""

    table = "calls"
    keys = 2

    hall: str
    seq: int
    day: str
    at: int
    ticket: str
    number: str
    window: str
    staff: str | None
    code: str
    rule: str
    group: str
    priority: str
    waited_s: int
    points: float
    lead: float
    over_cap_s: int
    ahead_of: int
    note: str
    passed: int = 0


class WindowTimeRow(TableRow):
    """A span in which a window was `open` or `paused` with one person at it."""

    table = "window_times"
    keys = 3

    hall: str
    window: str
    seq: int
    day: str
    state: str
    staff: str | None
    reason: str | None
    from_at: int
    until_at: int | None = None


class RatingRow(TableRow):
    """What a visitor said of the last window. dimensions: a JSON object."""

    table = "ratings"
    keys = 2

    hall: str
    ticket: str
    day: str
    at: int
    score: int
    dimensions: str
    service: str
    group: str
    window: str | None
    staff: str | None


class PrintRow(TableRow):
    """One paper."""

    table = "prints"
    keys = 3

    hall: str
    ticket: str
    copy: int
    day: str
    printer: str
    requested_at: int
    expires: int
    sending_at: int | None = None
    settled_at: int | None = None
    outcome: str | None = None
    detail: str | None = None


class BookingRow(TableRow):
    """One appointment; a slot that was only held makes none.

    service, group: of the first of `services`, a JSON array of ids. moved: how often it was given
    another time. settled_at: when its visitor checked in, or when it was cancelled or missed.
    overbooked: why it went beyond the capacity. reason: why it was cancelled.
    """

    table = "bookings"
    keys = 2

    hall: str
    id: str
    day: str
    code: str
    made_at: int
    start_at: int
    end_at: int
    service: str
    group: str
    services: str
    channel: str
    state: str
    moved: int = 0
    overbooked: str | None = None
    settled_at: int | None = None
    reason: str | None = None
    ticket: str | None = None


PROJECTED: tuple[type[TableRow], ...] = (
    DayRow,
    TicketRow,
    LegRow,
    CallRow,
    WindowTimeRow,
    RatingRow,
    PrintRow,
    ArrivalRow,
    BookingRow,
)
"""Every table that `kiosk rebuild` makes again."""


def upsert(row: type[TableRow]) -> str:
    """The statement that writes a row of this table, new or changed."""
    columns = row.columns()
    key, rest = columns[: row.keys], columns[row.keys :]
    marks = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
    # All names come from the structs above, none from outside.
    into = f"INSERT INTO {row.table} ({', '.join(columns)}) VALUES ({marks})"
    return f"{into} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"


def select(row: type[TableRow], where: str, table: str = "") -> str:
    """The statement that reads whole rows of this table, or of `table`, a join with it."""
    return f"SELECT {', '.join(row.columns())} FROM {table or row.table} WHERE {where}"
