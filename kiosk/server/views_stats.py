"""Figures of whole business days, as the API says them."""

from __future__ import annotations

from kiosk.hall.config import Names

from .views_base import View


class StatsRow(View, frozen=True):
    """Figures of one key of a report (empty: the total). Durations in seconds.

    cleaned: the same without likely duplicates and with served waits only.
    """

    key: str
    name: Names | None
    arrivals: int
    called: int
    served: int
    no_shows: int
    left: int
    cancelled: int
    transferred: int
    within_target: float | None
    wait_mean_s: float | None
    wait_median_s: float | None
    wait_p90_s: float | None
    wait_max_s: float | None
    service_mean_s: float | None
    service_median_s: float | None
    service_p90_s: float | None
    open_s: int | None
    paused_s: int | None
    work_s: int | None
    duplicates: int
    cleaned: dict[str, float | None]


class StatsView(View, frozen=True, rename={"from_": "from"}):
    """`GET /halls/{hall}/stats`: figures of whole business days."""

    from_: str
    to: str
    by: str
    total: StatsRow
    rows: list[StatsRow]
