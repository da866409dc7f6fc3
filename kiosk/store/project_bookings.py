"""How the events of appointments change the table of bookings."""

from __future__ import annotations

from typing import assert_never

import msgspec

from kiosk.hall.events import Record, TicketIssued
from kiosk.hall.events_booking import (
    BookingCancelled,
    BookingConfirmed,
    BookingEvent,
    BookingHeld,
    BookingInformed,
    BookingMade,
    BookingMissed,
)

from .rows import BookingRow


def fold(bookings: dict[str, BookingRow], record: Record, event: BookingEvent) -> BookingRow | None:
    """Fold an event into the rows known so far; the row that changed, if there is one."""
    if isinstance(event, BookingMade):
        row = _made(record, event, bookings.get(event.booking))
        bookings[event.booking] = row
        return row
    known = bookings.get(event.booking)
    if known is None:
        return None
    match event:
        case BookingHeld() | BookingInformed():
            return None
        case BookingConfirmed():
            known.state = "booked"
        case BookingCancelled(reason="moved"):
            known.moved += 1
        case BookingCancelled(reason=reason):
            known.state, known.reason, known.settled_at = "cancelled", reason, record.at
        case BookingMissed():
            known.state, known.settled_at = "missed", record.at
        case never:
            assert_never(never)
    return known


def checked_in(row: BookingRow, record: Record, event: TicketIssued) -> None:
    """Note that the visitor of a booking has come."""
    row.state, row.ticket, row.settled_at = "checked_in", event.ticket, record.at


def _made(record: Record, event: BookingMade, before: BookingRow | None) -> BookingRow:
    first = event.legs[0]
    return BookingRow(
        hall=record.hall,
        id=event.booking,
        day=record.day,
        code=event.code,
        made_at=before.made_at if before else record.at,
        start_at=event.start,
        end_at=event.end,
        service=first.service,
        group=first.group,
        services=msgspec.json.encode([leg.service for leg in event.legs]).decode(),
        channel=event.channel,
        state="booked" if event.confirm_by is None else "unconfirmed",
        moved=before.moved if before else 0,
        overbooked=event.overbooked,
    )
