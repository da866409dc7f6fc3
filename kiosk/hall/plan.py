"""In which order a visit of several services is soonest done.

The visitor stands in the queue of each service from the start, so service `j` can't begin before
its queue has reached him (`wait`), nor before the services that come first. One person does one
thing at a time: this is scheduling a single machine with release times and precedence for the
earliest end, which is solved exactly by taking the services in the order of their release times,
each moved back behind those that come before it (Lawler 1973; Pinedo, *Scheduling*, 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .errors import CircularServices


class Errand(NamedTuple):
    """One service of a visit. wait: seconds until its queue reaches the visitor. length: seconds
    of service. after: services of the visit that are done before it.
    """

    service: str
    wait: float
    length: float
    after: tuple[str, ...] = ()


class Stop(NamedTuple):
    """A service in the plan: seconds from now until it is called and until it is done."""

    service: str
    begins: float
    ends: float


def plan(errands: Sequence[Errand]) -> list[Stop]:
    """The errands in the order that ends soonest; ties stay in the order given.

    Raises CircularServices when each of some errands must come after another of them.
    """
    release = _released(errands)
    order = sorted(range(len(errands)), key=lambda i: release[errands[i].service])
    stops: list[Stop] = []
    clock = 0.0
    for errand in (errands[i] for i in order):
        begins = max(clock, errand.wait)
        clock = begins + errand.length
        stops.append(Stop(errand.service, begins, clock))
    return stops


def _released(errands: Sequence[Errand]) -> dict[str, float]:
    """When each service may begin at the earliest, those before it taken into account.

    A visitor who was sent back may have the same service before him twice.
    """
    by_service = {e.service: e for e in errands}
    release: dict[str, float] = {}
    while len(release) < len(by_service):
        known = len(release)
        for errand in errands:
            before = [s for s in errand.after if s in by_service and s != errand.service]
            if errand.service in release or any(s not in release for s in before):
                continue
            # A second even for a service that takes no time keeps it behind what comes first.
            ends = [release[s] + max(by_service[s].length, 1.0) for s in before]
            release[errand.service] = max([errand.wait, *ends])
        if len(release) == known:
            left = sorted(s for s in by_service if s not in release)
            raise CircularServices(", ".join(left))
    return release
