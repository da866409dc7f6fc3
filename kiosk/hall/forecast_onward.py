"""How visitors of a path go on in ways that nobody knows yet: drawn as they were learned.

Who is handed over waits in the old place, as in the hall: in the line of the other service, in
that of one window, or once that is done in the line of those who come back to the first window.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Container, Iterator, Mapping
from itertools import product
from random import Random

from .config import RETURNING
from .forecast_snapshot import Leg, Snapshot
from .forecast_tables import Tables
from .learning_onward import Onward, Step


def drawn(onward: Onward, rng: Random) -> Step | None:
    """How a service goes on this time; None: it is done."""
    if rng.random() >= onward.chance:
        return None
    return onward.steps[bisect(onward.weights, rng.random() * onward.weights[-1])]


def legs_after(
    step: Step,
    served: tuple[Leg, ...],
    window: str,
    there: Container[str],
    lanes: Mapping[str, str],
) -> tuple[Leg, ...]:
    """What a visitor still waits for who goes on from a window.

    served: the present service and those to come. there: windows that may call somebody.
    """
    service, rest = served[0].service, served[1:]
    other = step.service or service
    if other not in lanes or step.service == service or any(leg.service == other for leg in rest):
        return rest
    lane = f"@{step.window}" if step.window in there else lanes[other]
    first = Leg(lane, other, RETURNING if step.away else "")
    if not step.back:
        return (first, *rest)
    after = (other,) if other != service else ()
    return (first, Leg(f"@{window}", service, RETURNING, after), *rest)


def lines(snap: Snapshot) -> Iterator[tuple[str, str]]:
    """(lane, line) of every queue in which those may stand who go on."""
    steps = {step for onward in snap.tables.onward.values() for step in onward.steps}
    if not steps:
        return
    windows = {f"@{step.window}" for step in steps if step.window}
    there = [t for t in (*snap.waiting, *(seat.after for seat in snap.seats)) if t is not None]
    # A class that the hall has no more is still that of those who are here.
    classes = {*snap.router.classes, *(t.priority for t in there)}
    yield from product({*snap.lanes.values(), *windows}, classes)
    if any(step.back for step in steps):
        yield from ((f"@{seat.window.id}", RETURNING) for seat in snap.seats)
    if any(step.away for step in steps):
        yield from ((lane, RETURNING) for lane in {*snap.lanes.values(), *windows})


def time_away(tables: Tables, passed: int, rng: Random) -> int | None:
    """How much longer somebody is away who has been for `passed`; None: for good."""
    longer = [away for away in tables.aways if away > passed]
    still = tables.back_rate * len(longer) / len(tables.aways)
    if rng.random() * (1 - tables.back_rate + still) >= still:
        return None
    return longer[int(rng.random() * len(longer))] - passed
