"""What the API says: the shapes of all answers. `/openapi.json` is generated from these.

Times are RFC 3339 with offset; durations whole seconds, named `…_s`. Names are maps from
language to text. Fields named in the contract never change; others may be added.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType, field

from kiosk.hall.config import Names

from .views_base import NamedView, View
from .views_calls import ReasonView
from .views_visit import (
    AssistanceView,
    BookedView,
    FacilityView,
    NoticeView,
    PackageView,
    PauseView,
    PriorityView,
    QuestionView,
    StopView,
)

# Offered here too: the base of all that stands below.
__all__ = ["NamedView", "View"]

TicketStatus = Literal["waiting", "called", "serving", "parked", "done", "no_show", "cancelled"]
EstimateStatus = Literal["ok", "now", "no_window", "closed", "unknown"]
"""Why there is an estimate, or none: `now` = a window is free; `no_window` = none is open."""


class EstimateView(View, frozen=True):
    """The time until the call, from now: the 90% interval ("9 times in 10") and the median."""

    low_s: int
    median_s: int
    high_s: int


class LegView(View, frozen=True):
    """One service of a ticket. ready: a window may call it now. bound: the only one that may."""

    id: str
    state: Literal["waiting", "serving", "done"]
    group: str
    name: Names
    ready: bool = False
    bound: str | None = None
    quantity: int = 1


class PaperView(View, frozen=True):
    """The latest paper of a ticket."""

    printer: str
    copy: int
    state: Literal["queued", "sending", "printed", "uncertain", "failed", "expired"]


class TicketView(View, frozen=True):
    """A ticket. `token` appears only to whoever took it. `ahead` only while it waits.

    services: in the planned order; plan: when each that is open is expected, if there are several.
    bound: the only window that may call it, after a transfer to a window. errand: what a parked
    visitor is away for. returning: is called as one who comes back. loop: was transferred back to
    where it had been. trail: groups that it was transferred away from, in order.
    """

    id: str
    number: str
    state: TicketStatus
    services: list[LegView]
    group: str
    priority: str
    language: str
    channel: str
    ahead: int | None
    estimate: EstimateView | None
    estimate_status: EstimateStatus | None
    window: str | None
    zone: str | None
    issued_at: str
    called_at: str | None
    started_at: str | None
    finished_at: str | None
    parked_until: str | None
    calls: int
    note: str | None
    reason: str | None
    staff: str | None
    rating: int | None
    print: PaperView | None
    bound: str | None
    plan: list[StopView] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)
    cause: str | None = None
    approver: str | None = None
    notice: NoticeView | None = None
    errand: str | None = None
    returning: bool = False
    loop: bool = False
    trail: list[str] = field(default_factory=list)
    token: str | UnsetType = UNSET


class BehindView(View, frozen=True):
    """What a wait is made of.

    ahead: how many of the queue go first. windows: open windows that serve it. opening: when more
    are expected to open before the call. due: booked visitors of the queue expected before it.
    """

    ahead: int
    windows: int
    opening: list[str]
    due: int


class VisitorView(View, frozen=True):
    """`GET /tickets/{token}`: a ticket as its visitor sees it, with names in place of ids.

    postponed: its visitor has asked for more time, which is given once. behind: only while it
    waits and has an estimate. booked: of who had an appointment.
    """

    hall: str
    hall_name: Names
    now: str
    clock_rate: float
    ticket: TicketView
    group_name: Names
    zone_name: Names
    window_name: Names | None
    materials: list[str]
    postponed: bool
    behind: BehindView | None = None
    booked: BookedView | None = None


class WindowView(View, frozen=True):
    """A window."""

    id: str
    name: Names
    zone: str
    groups: list[str]
    state: Literal["closed", "open", "paused"]
    staff: str | None
    reason: str | None
    since: str | None
    ticket: TicketView | None
    lent: list[str] = field(default_factory=list)
    lent_until: str | None = None
    assistance: AssistanceView | None = None


class CallView(View, frozen=True):
    """The answer to call-next: who is called, and why."""

    ticket: TicketView
    reason: ReasonView


class GroupView(View, frozen=True):
    """A queue as visitors see it. target_s: the wait that the hall promises to keep within.

    best_at: when the quietest hour that is left of today begins; None while too little is known.
    behind: what the wait is made of, for who reads it before taking a ticket; left out elsewhere.
    """

    id: str
    prefix: str
    name: Names
    zone: str
    open: bool
    target_s: int
    waiting: int
    windows_open: int
    estimate: EstimateView | None
    estimate_status: EstimateStatus
    best_at: str | None = None
    behind: BehindView | UnsetType | None = UNSET


class PrinterView(View, frozen=True):
    """A printer and its health. prints: whether a ticket would come out now."""

    id: str
    state: str
    since: str | None
    waiting: int
    prints: bool


class HallView(View, frozen=True):
    """`GET /halls/{hall}`. writes: how it tells who books: `mail`, `sms`. materials: what papers
    are called, by the text that stands for them everywhere else; not all have a name.
    """

    id: str
    name: Names
    timezone: str
    languages: list[str]
    now: str
    clock_rate: float
    hours: dict[str, list[str]]
    open: bool
    opens_at: str | None
    closes_at: str | None
    waiting: int
    zones: list[NamedView]
    departments: list[NamedView]
    priorities: list[PriorityView]
    groups: list[GroupView]
    printers: list[PrinterView]
    packages: list[PackageView] = field(default_factory=list)
    facilities: list[FacilityView] = field(default_factory=list)
    materials: dict[str, Names] = field(default_factory=dict)
    outcomes: list[NamedView] = field(default_factory=list)
    pauses: list[PauseView] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)


class ServiceView(View, frozen=True):
    """A service of the catalogue with how long its queue takes now."""

    id: str
    name: Names
    department: str | None
    group: str
    zone: str
    kind: str
    minutes: float
    materials: list[str]
    promised_days: int | None
    fee_yuan: float | None
    appointments: bool
    real_name: bool
    open: bool
    waiting: int
    estimate: EstimateView | None
    estimate_status: EstimateStatus
    questions: list[QuestionView] = field(default_factory=list)
    promise: bool = False
    after: list[str] = field(default_factory=list)
    max_quantity: int = 1


class BoardCall(View, frozen=True):
    """A call on a screen. `at` is the latest call of it; `calls` counts repeats."""

    number: str
    window: str
    window_name: Names
    zone: str
    group: str
    state: Literal["called", "serving", "done", "no_show"]
    at: str
    calls: int


class BoardWindow(View, frozen=True):
    """A window on a screen: its state and the number that is there."""

    id: str
    name: Names
    zone: str
    groups: list[str]
    state: Literal["closed", "open", "paused"]
    number: str | None


class Board(View, frozen=True):
    """What screens show. `calls`: newest first, those at windows and the latest that were."""

    hall: str
    name: Names
    now: str
    clock_rate: float
    open: bool
    opens_at: str | None
    closes_at: str | None
    zones: list[NamedView]
    groups: list[GroupView]
    windows: list[BoardWindow]
    calls: list[BoardCall]


class SessionView(View, frozen=True):
    """Who is logged in."""

    account: str
    roles: list[str]
    halls: list[str]


class Problem(View, frozen=True):
    """RFC 9457 problem+json. `code` is stable; `detail` says what to do; `field` names a field."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | UnsetType = UNSET
    errors: list[dict[str, Any]] | UnsetType = UNSET
