"""What the API says of visits: plans, payment notices, loans of windows, what a rule costs."""

from __future__ import annotations

from typing import Literal

from kiosk.hall.config import Names

from .views_base import View


class StopView(View, frozen=True):
    """A service in the plan of a visit: when it is expected to begin and to end, from now."""

    service: str
    begins_s: int
    ends_s: int


class NoticeView(View, frozen=True):
    """A payment notice (缴费通知单). amount_fen: hundredths of the currency, if it is known."""

    number: str
    service: str
    item: str
    amount_fen: int | None
    window: str
    paid_at: str | None


class QuestionView(View, frozen=True):
    """A question whose answer adds materials to bring."""

    id: str
    text: Names
    yes: list[str]
    no: list[str]


class PackageView(View, frozen=True):
    """Services that people need together."""

    id: str
    name: Names
    services: list[str]


class FacilityView(View, frozen=True):
    """Where a visitor finds a copier, a photo booth or a bank."""

    id: str
    name: Names
    place: Names


class PauseView(View, frozen=True):
    """Why a window may pause. work: work without a visitor."""

    id: str
    name: Names
    work: bool


class PriorityView(View, frozen=True):
    """A class of visitors. approval: staff give it, with a reason and who approved it."""

    id: str
    name: Names
    approval: bool


class AssistanceView(View, frozen=True):
    """A window that needs its colleagues: since when, and why."""

    at: str
    note: str | None


Arrival = Literal["on_time", "late", "very_late"]
"""How a booked visitor came."""


class BookedView(View, frozen=True):
    """The appointment of who checked in: its time, and how the visitor came.

    on_time: called close to the time. late: called before others of the queue, from then on.
    very_late: waits among those without an appointment.
    """

    start: str
    arrival: Arrival


class LoopView(View, frozen=True):
    """A ticket that was transferred back to where it had been. groups: in order, the last too."""

    ticket: str
    number: str
    day: str
    groups: list[str]


class CostView(View, frozen=True):
    """What calls out of turn cost the others.

    code: `priority`, `appointment`, `return`, `help`, `over_cap`, `picked` or `order`; priority:
    the class. passed: waiting visitors whom the window could have served and who had waited
    longer, over all `calls`. minutes: the same weighted by how long the service took: the most
    that it cost them together.
    """

    code: str
    priority: str
    calls: int
    passed: int
    minutes: float


class CostsView(View, frozen=True, rename={"from_": "from"}):
    """`GET /halls/{hall}/costs`. calls: all calls of the days, those in turn too."""

    from_: str
    to: str
    calls: int
    rows: list[CostView]
