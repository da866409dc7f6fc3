"""Estimates for a live hall."""

from __future__ import annotations

from kiosk.hall import Hall
from kiosk.hall.state import Ticket

from .outlook import status_without_forecast
from .present import Outlook


class Outlooks:
    """Answers what can be answered without a forecast."""

    def for_group(self, hall: Hall, group: str, _priority: str, _now: int) -> Outlook:
        """The wait of somebody who took a ticket now."""
        return None, status_without_forecast(hall, group)

    def for_ticket(self, hall: Hall, ticket: Ticket, _now: int) -> Outlook:
        """The wait, from now on, of a ticket that waits."""
        return None, status_without_forecast(hall, ticket.lane)
