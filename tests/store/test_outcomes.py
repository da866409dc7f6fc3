"""What was told and what came of it: the same from the tables as from the log."""

from __future__ import annotations

import pytest

from kiosk.hall import draw, simulate
from kiosk.hall.calibration_card import outcomes
from kiosk.hall.events import Estimate, Record
from kiosk.store import Store

from .days import write


@pytest.fixture(scope="module")
def log() -> list[Record]:
    played = simulate.play(draw.days("small", 2, seed=31))
    return [record for day in played for record in day.records]


async def test_the_tables_say_what_the_log_says(store: Store, log: list[Record]) -> None:
    await write(store, log, size=2000)
    found = await store.reports.outcomes("small", "2026-01-05", "2026-01-06")
    told = [
        o._replace(told=Estimate(o.told.low_s, o.told.median_s, o.told.high_s))
        for o in outcomes(log)
    ]
    assert len(found) > 200
    assert sorted(found, key=repr) == sorted(told, key=repr)


async def test_only_the_days_that_are_asked_for(store: Store, log: list[Record]) -> None:
    await write(store, log, size=2000)
    days = [await store.reports.outcomes("small", day, day) for day in ("2026-01-05", "2026-01-06")]
    both = await store.reports.outcomes("small", "2026-01-05", "2026-01-06")
    assert days[0] + days[1] == both
    assert not await store.reports.outcomes("small", "2026-01-07", "2026-02-01")
    assert not await store.reports.outcomes("other", "2026-01-05", "2026-01-06")
