"""The proof: whether every log is as it was written, and the seal of a day."""

from __future__ import annotations

from msgspec import Struct

from .chain import Row, broken
from .log import Corrupt
from .store import Store


class Broken(Struct, frozen=True):
    """The first place of a log that is not as it was written."""

    hall: str
    seq: int
    why: str


class Verdict(Struct, frozen=True):
    """What walking all logs found. `broken` is None when every log is whole."""

    halls: int
    events: int
    broken: Broken | None = None


class Seal(Struct, frozen=True):
    """A business day's last digest, 64 hex digits; whoever holds it can prove the day's log.

    closed: false while the day may still grow, then the seal is not the last one.
    """

    hall: str
    day: str
    events: int
    last_seq: int
    closed: bool
    digest: str


async def verify(store: Store) -> Verdict:
    """Walk every log from its first row. Raises Unavailable."""
    ends: dict[str, int] = {row[0]: row[1] for row in await store.database.scan("day_ends")}
    halls = sorted({*await store.halls(), *ends})
    events = 0
    for hall in halls:
        previous: Row | None = None
        try:
            async for row in store.rows(hall):
                why = broken(previous, row)
                if why is not None:
                    return Verdict(len(halls), events, Broken(hall, row.seq, why))
                previous = row
                events += 1
        except Corrupt as error:
            seq = await _unreadable(store, hall, previous.seq if previous else 0)
            return Verdict(len(halls), events, Broken(hall, seq, str(error)))
        last = previous.seq if previous else 0
        # The chain can't miss rows at its end, but the tables made of them can.
        if last < ends.get(hall, 0):
            why = f"row {last + 1} is missing; the log ends before {ends[hall]}"
            return Verdict(len(halls), events, Broken(hall, last + 1, why))
    return Verdict(len(halls), events)


async def seal(store: Store, hall: str, day: str) -> Seal | None:
    """The seal of a business day; None when nothing happened on it."""
    found = await store.reports.days(hall, day, day)
    if not found:
        return None
    row = found[0]
    return Seal(hall, day, row.events, row.last_seq, bool(row.closed), row.seal.hex())


async def _unreadable(store: Store, hall: str, seq: int) -> int:
    """The first row behind `seq` that can't be read, by reading them one by one."""
    while True:
        try:
            rows = await store.database.scan("rows_after", hall, seq, 1)
        except Corrupt:
            return seq + 1
        if not rows:
            return seq + 1
        seq = rows[0][1]
