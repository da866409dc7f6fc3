"""Troubles of the hall's equipment that its manager is told of, once each."""

from __future__ import annotations

from .events_base import Event


class AlertRaised(Event, frozen=True):
    """Something has been in trouble since `since` (ms). what: `printer`, `screen` or `disk`. about:
    which. detail: a printer's state, a screen's name, or how full the disk is, per cent.
    """

    what: str
    about: str
    since: int
    detail: str = ""


class AlertEnded(Event, frozen=True):
    """It is well again."""

    what: str
    about: str


AlertEvent = AlertRaised | AlertEnded
