"""The worker of the forecast answers what `run` answers, and another takes over when it dies."""

from __future__ import annotations

import os
import sys
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

import pytest

from kiosk.hall import draw
from kiosk.hall.engine import Hall
from kiosk.hall.forecast import Forecaster, Paths, run
from kiosk.hall.forecast_snapshot import Snapshot
from kiosk.hall.simulate import play
from kiosk.hall.state import TicketState
from kiosk.server.forecast_worker import Worker, packed, run_packed

CROWD = 20


def crowded() -> Snapshot:
    """A drawn hall at the first instant at which a crowd waits; some go on to another service."""
    (day,) = play(draw.days("busy", 1, seed=4, further=0.5), estimates=False)
    hall = Hall.replay(day.records[:1])
    forecaster = Forecaster(hall.state.config)
    for record in islice(day.records, 1, None):
        forecaster.observe(record)
        hall.apply(record)
        tickets = hall.state.tickets.values()
        if sum(t.state is TicketState.WAITING for t in tickets) == CROWD:
            break
    return forecaster.snapshot(hall, hall.state.at)


async def test_the_worker_answers_what_run_answers() -> None:
    snap = crowded()
    worker = Worker()
    try:
        found = await worker.run(snap, 7)
    finally:
        worker.close()
    assert isinstance(found, Paths)
    assert snap.tables.onward
    assert len(found.tickets) == CROWD
    assert found == run(snap, 7)
    assert run_packed(packed(snap), 8) != run_packed(packed(snap), 7)


async def test_another_worker_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    snap = crowded()
    worker = Worker()
    try:
        monkeypatch.setattr("kiosk.server.forecast_worker.run_packed", _die)
        with pytest.raises(BrokenProcessPool):
            await worker.run(snap, 1)
        monkeypatch.undo()
        assert await worker.run(snap, 1) == run(snap, 1)
    finally:
        worker.close()


def _die(_snapshot: bytes, _seed: int) -> bytes:
    os._exit(1)


@pytest.mark.skipif(sys.platform != "linux", reason="scheduling policies are Linux's")
async def test_the_worker_gives_way() -> None:
    worker = Worker()
    try:
        await worker.run(crowded(), 1)
        (process,) = worker._executor._processes  # type: ignore[attr-defined]
        assert os.getpriority(os.PRIO_PROCESS, process) > os.getpriority(os.PRIO_PROCESS, 0)
        assert os.sched_getscheduler(process) == os.SCHED_BATCH
    finally:
        worker.close()
