"""Who has booked and may still come, as the log tells it; the days ahead included."""

from __future__ import annotations

from .events import Record, TicketIssued
from .events_booking import BookingCancelled, BookingMade, BookingMissed
from .roster import Booking


class Booked:
    """A fold over the events of bookings: id → (business day, booking)."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, Booking]] = {}

    def observe(self, record: Record) -> int:
        """Take note of a record; how many booked visitors it says have not come."""
        match record.event:
            case BookingMade(booking=booking, legs=legs, start=start):
                self._open[booking] = (record.day, Booking(legs[0].service, start, legs[1:]))
            case BookingCancelled(booking=booking):
                self._open.pop(booking, None)
            case BookingMissed(booking=booking):
                return int(self._open.pop(booking, None) is not None)
            case _:
                pass
        return 0

    def came(self, event: TicketIssued) -> None:
        """Somebody took a ticket, maybe for a booking."""
        if event.booking is not None:
            self._open.pop(event.booking, None)

    def due(self, day: str) -> list[Booking]:
        """Who is still expected on a day."""
        return [booking for of, booking in self._open.values() if of == day]

    def lapse(self, day: str) -> int:
        """Forget the days before `day`; how many of them nobody came for."""
        over = [key for key, (of, _) in self._open.items() if of < day]
        for key in over:
            del self._open[key]
        return len(over)
