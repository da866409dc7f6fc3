"""What is read from the tables made of the log: tickets of any day, and statistics."""

from __future__ import annotations

from .database import Database
from .rows import LegRow, RatingRow, TicketRow
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

    async def rating(self, hall: str, ticket_id: str) -> RatingRow | None:
        """What the visitor said, if anything."""
        rows = await self._database.fetch("report_rating", hall, ticket_id)
        return RatingRow.of(rows[0]) if rows else None

    async def visits(self, hall: str, day: str) -> list[Visit]:
        """All tickets of a business day with their legs, in order of issue."""
        tickets = await self._database.scan("report_day_tickets", hall, day)
        visits = {row[1]: Visit(TicketRow.of(row), []) for row in tickets}
        for row in await self._database.scan("report_day_legs", hall, day):
            if row[1] in visits:
                visits[row[1]].legs.append(LegRow.of(row))
        return list(visits.values())
