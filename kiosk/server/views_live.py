"""What managers and staff see of a hall that runs, pushed as it changes."""

from __future__ import annotations

from kiosk.hall.config import Names

from .views import EstimateStatus, EstimateView, PrinterView, TicketView, WindowView
from .views_base import NamedView, View
from .views_calls import NextView


class GroupFigures(View, frozen=True):
    """A group today. Of `calls` first calls, `within_target` came in time.

    longest_since: reference time of whoever waits longest now.
    """

    id: str
    zone: str
    waiting: int
    longest_since: str | None
    target_s: int
    issued: int
    calls: int
    within_target: int
    wait_sum_s: int
    served: int
    service_sum_s: int
    no_shows: int
    cancelled: int
    windows_open: int
    estimate: EstimateView | None
    estimate_status: EstimateStatus


class CallAired(View, frozen=True):
    """What became of a window's present call: when it was first on a screen, and first spoken."""

    ticket: str
    number: str
    shown_at: str | None
    spoken_at: str | None


class LightView(View, frozen=True):
    """Whether calls to a zone are noticed: screens that show them, and a speaker that says them."""

    screens: int
    speaker: bool


class ScreenView(View, frozen=True):
    """A connected screen. zones: none for the whole hall; id: empty without pairing.

    version: of the page that it runs. last_frame: when it last took a sign of life, to 2 s.
    """

    id: str
    name: str
    zones: tuple[str, ...]
    window: str | None
    layout: str
    sound: bool
    version: str
    connected_since: str
    last_frame: str | None


class Live(View, frozen=True):
    """What managers and staff see now: the snapshot of the topics `manager` and `desk:ID`.

    `next`, `why` (its present visitor's call), `call` (what became of that) and `light` (of its
    zone) only on a desk's topic; `screens` only for managers.
    """

    hall: str
    name: Names
    now: str
    clock_rate: float
    open: bool
    day: str
    zones: list[NamedView]
    groups: list[GroupFigures]
    group_names: dict[str, Names]
    windows: list[WindowView]
    waiting: list[TicketView]
    parked: list[TicketView]
    missed: list[TicketView]
    next: NextView | None
    why: NextView | None
    call: CallAired | None
    light: LightView | None
    printers: list[PrinterView]
    screens: list[ScreenView]
