"""What is asked of a forecast, and what a visitor is told when there is no number to tell."""

from __future__ import annotations

from typing import Protocol

from kiosk.hall import Hall
from kiosk.hall.events import Estimate
from kiosk.hall.forecast import Outlook as Told
from kiosk.hall.routing import is_idle
from kiosk.hall.state import Ticket, WindowStatus

from .views import EstimateStatus

Outlook = tuple[Estimate | None, EstimateStatus]
"""What the forecast says: an estimate, and why there is one or none."""


class Forecast(Protocol):
    """Where estimates come from."""

    def for_group(self, hall: Hall, group: str, priority: str, now: int) -> Outlook:
        """The wait of somebody who took a ticket now."""
        ...

    def for_ticket(self, hall: Hall, ticket: Ticket, now: int) -> Outlook:
        """The wait, from now on, of a ticket that waits."""
        ...

    def best_hour(self, hall: Hall, group: str, now: int) -> int | None:
        """When the quietest hour that is left of today begins for a group; None if unknown."""
        ...

    def explain(self, hall: Hall, ticket: Ticket, now: int) -> Told | None:
        """The numbers behind the wait of a waiting ticket; None while it is told none."""
        ...

    def explain_group(
        self, hall: Hall, group: str, priority: str, now: int
    ) -> tuple[Outlook, Told | None]:
        """The wait of somebody who took a ticket now, and the numbers behind it if there is one."""
        ...


def status_without_forecast(hall: Hall, lane: str) -> EstimateStatus:
    """`no_window`, `now` or `unknown`, from the windows that could serve a lane."""
    windows = [hall.state.windows[w.id] for w in hall.router.able(lane)]
    if all(w.status is WindowStatus.CLOSED for w in windows):
        return "no_window"
    if any(is_idle(w) for w in windows) and not hall.state.queues.count(lane):
        return "now"
    return "unknown"
