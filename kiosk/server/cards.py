"""Calibration cards, put together from the days of a hall.

Everybody may ask for a card, so asking must be cheap: a day that is over is read once and kept
as its sums, and the loop is free between two days.
"""

from __future__ import annotations

from kiosk.hall.calibration_card import Card, Tally
from kiosk.store.reports import Reports

from .live import LiveHall


class Cards:
    """The cards of all halls."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._over: dict[tuple[str, str], Tally] = {}

    async def card(self, live: LiveHall, first: str, last: str) -> Card:
        """The card of the business days `first` to `last`. Raises Unavailable or Corrupt."""
        today = live.hall.calendar.day(live.clock.now())
        whole = Tally()
        for day in await self._reports.days(live.id, first, last):
            whole.merge(await self._day(live, day.day, today))
        return whole.card()

    async def _day(self, live: LiveHall, day: str, today: str) -> Tally:
        if known := self._over.get((live.id, day)):
            return known
        tally = Tally()
        tally.add(await self._reports.outcomes(live.id, day, day), live.hall.calendar)
        if day < today:
            self._over[live.id, day] = tally
        return tally
