"""How far other systems have been told. The business day is the day on which it is noted; what is
noted on a day is noted again when that day closes, so that a start always reads it.
"""

from __future__ import annotations

from .events_base import Event


class WebhookAcknowledged(Event, frozen=True):
    """The receiver `webhook` has all events up to the seq `through`; `node` goes on from there."""

    webhook: str
    through: int
    node: str
