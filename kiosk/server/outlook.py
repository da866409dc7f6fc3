"""What a visitor is told about the wait when there is no number to tell."""

from __future__ import annotations

from kiosk.hall import Hall
from kiosk.hall.routing import is_idle
from kiosk.hall.state import WindowStatus

from .views import EstimateStatus


def status_without_forecast(hall: Hall, lane: str) -> EstimateStatus:
    """`no_window`, `now` or `unknown`, from the windows that could serve a lane."""
    windows = [hall.state.windows[w.id] for w in hall.router.able(lane)]
    if all(w.status is WindowStatus.CLOSED for w in windows):
        return "no_window"
    if any(is_idle(w) for w in windows) and not hall.state.queues.count(lane):
        return "now"
    return "unknown"
