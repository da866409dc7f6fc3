"""What is read from the tables made of the log: tickets of any day, and statistics."""

from __future__ import annotations

import msgspec

from kiosk.hall.calendar import Calendar
from kiosk.hall.calibration_card import Outcome
from kiosk.hall.door import Taken
from kiosk.hall.events import Estimate

from .database import Database
from .rows import BookingRow, DayRow, LegRow, RatingRow, TicketRow
from .stats import By, Fact, Report, Span, Tally, Terms
from .turns import Loop, Stage, Turn, loops
from .visit import Visit


class Reports:
    """Reads of the projected tables. Raises Unavailable or Corrupt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ticket(self, hall: str, ticket_id: str) -> Visit | None:
        """A ticket of any day with its legs."""
        rows = await self._database.fetch("report_ticket", hall, ticket_id)
        if not rows:
            return None
        legs = await self._database.fetch("report_ticket_legs", hall, ticket_id)
        return Visit(TicketRow.of(rows[0]), [LegRow.of(leg) for leg in legs])

    async def booking(self, hall: str, booking_id: str) -> BookingRow | None:
        """An appointment of any day."""
        rows = await self._database.fetch("report_booking", hall, booking_id)
        return BookingRow.of(rows[0]) if rows else None

    async def bookings(self, hall: str, day: str) -> list[BookingRow]:
        """The appointments of a business day, in order of their time."""
        return [BookingRow.of(row) for row in await self._database.scan("day_bookings", hall, day)]

    async def fates(self, hall: str, first: str, last: str) -> list[tuple[str, str, int]]:
        """(group, state, how many) of the appointments of some days."""
        rows = await self._database.scan("booking_fates", hall, first, last)
        return [(group, state, count) for group, state, count in rows]

    async def lengths(self, hall: str, first: str, last: str) -> list[tuple[str, int, float]]:
        """(service, how many, mean ms at the window) of the services done on some days."""
        rows = await self._database.scan("service_lengths", hall, first, last)
        return [(service, count, float(mean)) for service, count, mean in rows]

    async def rating(self, hall: str, ticket_id: str) -> RatingRow | None:
        """What the visitor said, if anything."""
        rows = await self._database.fetch("report_rating", hall, ticket_id)
        return RatingRow.of(rows[0]) if rows else None

    async def visits(self, hall: str, day: str) -> list[Visit]:
        """All tickets of a business day with their legs, in order of issue."""
        tickets = await self._database.scan("day_tickets", hall, day)
        visits = {row[1]: Visit(TicketRow.of(row), []) for row in tickets}
        for row in await self._database.scan("day_legs", hall, day):
            if row[1] in visits:
                visits[row[1]].legs.append(LegRow.of(row))
        return list(visits.values())

    async def find(
        self,
        hall: str,
        first: str,
        last: str,
        *,
        state: str = "",
        number: str = "",
        limit: int = 200,
    ) -> list[Visit]:
        """The latest tickets of some days, of one state or with one number if these are given."""
        ids = await self._database.scan("find_tickets", hall, first, last, state, number, limit)
        wanted = msgspec.json.encode([[hall, row[0]] for row in ids]).decode()
        visits: dict[str, Visit] = {}
        for row in await self._database.scan("touched_tickets", wanted):
            ticket = TicketRow.of(row)
            visits[ticket.id] = Visit(ticket, [])
        for row in await self._database.scan("touched_legs", wanted):
            leg = LegRow.of(row)
            visits[leg.ticket].legs.append(leg)
        return [visits[row[0]] for row in ids if row[0] in visits]

    async def outcomes(self, hall: str, first: str, last: str) -> list[Outcome]:
        """Every estimate of some days whose call has come, in order of issue."""
        rows = await self._database.scan("outcomes", hall, first, last)
        return [Outcome(issued, called, Estimate(*told)) for issued, called, *told in rows]

    async def turns(self, hall: str, first: str, last: str) -> list[Turn]:
        """Every call of some days, with what it cost those who had waited longer."""
        return [Turn(*row) for row in await self._database.scan("turns", hall, first, last)]

    async def transferred(self, hall: str, first: str, last: str) -> list[Loop]:
        """Tickets of some days that were transferred in a circle."""
        rows = await self._database.scan("transferred", hall, first, last)
        return loops(Stage(*row) for row in rows)

    async def door(self, hall: str, day: str) -> tuple[list[tuple[int, int]], list[Taken]]:
        """Who was counted at the doors on a day, as (instant, count), and the kiosks' tickets."""
        arrivals = await self._database.scan("day_arrivals", hall, day)
        tickets = await self._database.scan("day_taken", hall, day)
        return [(at, count) for at, count in arrivals], [Taken(*row) for row in tickets]

    async def door_share(self, hall: str, first: str, until: str) -> tuple[int, int]:
        """Of the days from `first` to before `until` that were counted: people, kiosks' tickets."""
        rows = await self._database.scan("door_share", hall, first, until)
        return int(rows[0][0]), int(rows[0][1])

    async def days(self, hall: str, first: str, last: str) -> list[DayRow]:
        """The business days that have seen something, with their seals."""
        rows = await self._database.fetch("days_between", hall, first, last)
        return [DayRow.of(row) for row in rows]

    async def stats(
        self,
        hall: str,
        first: str,
        last: str,
        by: By,
        *,
        calendar: Calendar,
        now: int,
        terms: Terms,
    ) -> Report:
        """Figures of the business days `first` to `last`, in total and by one dimension.

        Read day by day, so that a year needs no more memory than its figures.
        """
        tally = Tally(by, calendar, terms)
        for day in await self.days(hall, first, last):
            facts = await self._database.scan("facts", hall, day.day)
            tally.add([Fact(*row) for row in facts])
            spans = await self._database.scan("spans", hall, day.day)
            tally.add_spans(day.day, [Span(*row) for row in spans], now)
        return tally.report(first, last)
