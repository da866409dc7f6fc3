"""What a refresh that never stops costs the requests beside it.

    .venv/bin/python -m tests.bench.forecast_latency

On one event loop tickets are issued at a steady pace (outlook, decision, fold) in a hall where 200
wait, first alone, then while a worker process runs one refresh after another, fed and read by the
same loop. Printed: how late each answer was, and the ratio.
"""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from multiprocessing import get_context
from statistics import quantiles

from kiosk.hall.engine import Hall
from kiosk.hall.forecast import Forecaster, run
from tests.bench.forecast import crowded

REQUESTS = 1500
EVERY_S = 0.004


async def requests(hall: Hall, forecaster: Forecaster) -> list[float]:
    """Issue tickets at a steady pace; how long after its moment each was answered, ms."""
    late = []
    start = time.perf_counter()
    for number in range(REQUESTS):
        due = start + number * EVERY_S
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked = max(due, time.perf_counter())
        now = hall.state.at + 1
        told = forecaster.outlook(hall, now, "2", "normal")
        events = hall.issue(now, ticket_id=f"n{number}", services=["2"], estimate=told.estimate)
        for record in hall.stamp(events, now, "bench"):
            forecaster.observe(record)
            hall.apply(record)
        late.append((time.perf_counter() - asked) * 1000)
    return late


async def refreshing(hall: Hall, forecaster: Forecaster, pool: ProcessPoolExecutor) -> None:
    """One refresh after another, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        snap = forecaster.snapshot(hall, hall.state.at)
        forecaster.accept(await loop.run_in_executor(pool, run, snap, hall.state.seq))


async def measure() -> None:
    """Alone, then beside a refresh."""
    hall, forecaster, now = crowded(200)
    forecaster.accept(run(forecaster.snapshot(hall, now), 1))
    twin, other = deepcopy((hall, forecaster))
    alone = await requests(hall, forecaster)
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=os.nice, initargs=(10,)
    ) as pool:
        beside = asyncio.create_task(refreshing(twin, other, pool))
        await asyncio.sleep(2)
        together = await requests(twin, other)
        beside.cancel()
    for name, found in (("alone", alone), ("beside", together)):
        cuts = quantiles(found, n=100)
        print(
            f"{name:<8}median {cuts[49]:6.3f} ms   95% {cuts[94]:6.3f} ms   99% {cuts[98]:6.3f} ms"
        )
    ratio = quantiles(together, n=100)[49] / quantiles(alone, n=100)[49]
    print(f"ratio of medians {ratio:.2f}")


if __name__ == "__main__":
    asyncio.run(measure())
