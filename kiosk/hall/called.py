"""The calls of a log, each with its reason: what staff and auditors are shown of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .events import Record, TicketCalled, TicketIssued


class Call(NamedTuple):
    """A call, with the number that was called."""

    seq: int
    at: int
    number: str
    event: TicketCalled


def calls(records: Iterable[Record]) -> Iterator[Call]:
    """The calls among a day's records, in their order."""
    numbers: dict[str, str] = {}
    for record in records:
        match record.event:
            case TicketIssued(ticket=ticket, number=number):
                numbers[ticket] = number
            case TicketCalled(ticket=ticket) as event:
                yield Call(record.seq, record.at, numbers.get(ticket, ""), event)
            case _:
                pass
