"""How services go on in ways that nobody knew when the ticket was taken.

A service at a window is over, or it goes on: the visitor is handed over to another service or
window, perhaps to come back, or is sent away for a paper. What is learned is a share per service,
shrunk to the hall's share with the weight of 20 services, which is itself shrunk to none with 50;
so a hall in which nothing ever goes on expects nothing to. Services that are over count half
whenever 800 of a kind have been seen. Who is sent on is served to the part of a usual service that
visitors of that service were, on average, before they were sent on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from .calendar import MINUTE

_KEPT = 800
_SERVICE_WEIGHT, _HALL_WEIGHT = 20.0, 50.0
_PART_WEIGHT, _LONGEST_PART = 10.0, 3.0

_SELDOM = 0.003
"""A smaller share than this is none: it would only be sent about."""

_MOST = 24
"""So many ways to go on from one service are told apart."""

_AWAY = tuple(minutes * MINUTE for minutes in (3, 6, 10, 15, 25))
_BACK, _BACK_WEIGHT = 0.9, 10.0


class Step(NamedTuple):
    """A way to go on from a window.

    service: to which; empty: the same one. window: the only one that may call. back: to return to
    the first window afterwards. away: sent for a paper, to be called again soon after the return.
    """

    service: str
    window: str = ""
    back: bool = False
    away: bool = False


class Onward(NamedTuple):
    """How a service goes on. part: how much of a usual service has passed when it does.

    weights: of the steps, added up.
    """

    chance: float
    part: float
    steps: tuple[Step, ...]
    weights: tuple[float, ...]


class _Seen:
    """Services that ended, and the ways in which some of them went on."""

    def __init__(self) -> None:
        self.count = 0.0
        self.steps: dict[Step, float] = {}
        self.parts, self.sent_on = 0.0, 0.0

    def add(self, step: Step | None, part: float = 0.0) -> None:
        """Take note of a service; `part` of it had passed when it went on."""
        self.count += 1
        if step is not None:
            self.steps[step] = self.steps.get(step, 0.0) + 1
            self.parts, self.sent_on = self.parts + part, self.sent_on + 1
        if self.count >= _KEPT:
            self.count /= 2
            self.steps = {step: n / 2 for step, n in self.steps.items() if n >= 1}

    def share(self, prior: float, weight: float) -> float:
        """How many go on."""
        return (sum(self.steps.values()) + prior * weight) / (self.count + weight)

    def part(self, prior: float) -> float:
        """The mean part of a service that has passed when it goes on."""
        return (self.parts + prior * _PART_WEIGHT) / (self.sent_on + _PART_WEIGHT)

    def usual(self) -> tuple[tuple[Step, ...], tuple[float, ...]]:
        """The most frequent steps, and their weights, added up."""
        found = sorted(self.steps.items(), key=lambda pair: -pair[1])[:_MOST]
        return tuple(step for step, _ in found), tuple(accumulate(n for _, n in found))


class GoingOn:
    """What is learned of how services go on. Durations are milliseconds."""

    def __init__(self) -> None:
        self._hall = _Seen()
        self._by: dict[str, _Seen] = {}
        self.aways: deque[int] = deque(_AWAY, maxlen=60)
        self._sent, self._returned = _BACK_WEIGHT, _BACK * _BACK_WEIGHT

    def ended(self, service: str) -> None:
        """A service was done."""
        self._hall.add(None)
        self._by.setdefault(service, _Seen()).add(None)

    def went_on(self, service: str, step: Step, part: float) -> None:
        """A service went on elsewhere, when `part` of what it usually takes had passed."""
        part = min(part, _LONGEST_PART)
        self._hall.add(step, part)
        self._by.setdefault(service, _Seen()).add(step, part)

    def returned(self, away: int) -> None:
        """A visitor whom a window had sent away came back after so long."""
        self._sent += 1
        self._returned += 1
        self.aways.append(away)

    def stayed_away(self) -> None:
        """A visitor whom a window had sent away did not come back."""
        self._sent += 1

    @property
    def back_rate(self) -> float:
        """The share of those sent away who come back."""
        return self._returned / self._sent

    def onward(self, services: Iterable[str]) -> dict[str, Onward]:
        """How these services go on; those that hardly ever do are left out.

        Where it is not known to what a service leads, it leads to what others lead to.
        """
        if not self._hall.steps:
            return {}
        usual, part = self._hall.share(0.0, _HALL_WEIGHT), self._hall.part(1.0)
        found = {}
        for service in services:
            seen = self._by.get(service) or _Seen()
            chance = seen.share(usual, _SERVICE_WEIGHT)
            if chance >= _SELDOM:
                steps = (seen if seen.steps else self._hall).usual()
                found[service] = Onward(chance, seen.part(part), *steps)
        return found
