"""What the API says of calls: whom a window takes, and why."""

from __future__ import annotations

from kiosk.hall.config import Names

from .views_base import View


class ReasonView(View, frozen=True):
    """Why a window took a ticket: words for people, the numbers it was decided by.

    points, lead: minutes that the rule compared, and by how many it was before the next. ahead_of:
    who waited too and could have been called; passed: those of them who waited longer.
    """

    code: str
    rule: str
    text: Names
    waited_s: int
    points: float
    lead: float
    over_cap_s: int
    ahead_of: int
    passed: int
    note: str


class NextView(View, frozen=True):
    """Whom a window would call next or has called, and why."""

    ticket: str
    number: str
    reason: ReasonView


class CalledView(View, frozen=True):
    """A call of the log. seq: its place there."""

    seq: int
    at: str
    ticket: str
    number: str
    window: str
    staff: str | None
    reason: ReasonView


class CallsView(View, frozen=True):
    """The calls of a day, in their order."""

    day: str
    calls: list[CalledView]
