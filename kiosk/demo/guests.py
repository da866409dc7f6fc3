"""Who comes on a drawn day: when, for what, how long it takes, who leaves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from random import Random

from msgspec import Struct

from kiosk.hall.config import HallConfig, Service

LOAD = 0.66
"""Part of the staff's time that visitors need, over a whole day."""

HELP = 0.25
"""Part of a window's time that a group gets which isn't its home group."""

PEAKS = ((9.6, 1.0, 0.75), (14.8, 1.0, 0.5))
"""Busy times: hour of the day, width in hours, height above the quiet rate."""

QUIET = 0.6
LAST_MINUTES = 30
"""So long before closing fewer people still come."""

SPREAD = 0.45
"""Standard deviation of the logarithm of service times."""

SHARES = {"first": 0.08, "others": 0.01, "second": 0.05, "english": 0.04}
"""Parts of the visitors: the first priority class, each other, with a second matter, English."""

ABSENT = 0.03
PATIENCE_MINUTES = 55
RATES = 0.4
"""Part of the served visitors that rates the service."""


class Guest(Struct, frozen=True):
    """One visitor. at: instant of the arrival, ms. Durations in hall seconds.

    service: per service. patience: until leaving. walk: from the call to the window; None: never
    comes. stars: the rating, or None.
    """

    at: int
    services: tuple[str, ...]
    priority: str | None
    language: str
    service: dict[str, float]
    patience: float
    walk: float | None
    stars: int | None


def draw_day(config: HallConfig, spans: Sequence[tuple[int, int]], rng: Random) -> list[Guest]:
    """The visitors of a day with these open spans (instants in ms), in order of arrival."""
    by_group: dict[str, list[Service]] = {}
    for service in config.services:
        by_group.setdefault(service.group, []).append(service)
    minutes = sum(end - start for start, end in spans) / 60_000
    guests = []
    for group, services in by_group.items():
        weights = [_weight(s) for s in services]
        mean = sum(w * s.minutes for w, s in zip(weights, services, strict=True)) / sum(weights)
        expected = LOAD * minutes * _windows(config, group) / mean
        for _ in range(round(rng.gauss(expected, expected**0.5))):
            first = rng.choices(services, weights)[0]
            guests.append(_guest(config, first, _arrival(spans, rng), rng))
    return sorted(guests, key=lambda guest: guest.at)


def _windows(config: HallConfig, group: str) -> float:
    """Windows that a group has for itself, those that only help counted in part."""
    home = sum(1.0 for w in config.windows if w.groups[0] == group)
    return home if home else HELP * sum(1 for w in config.windows if group in w.groups)


def _weight(service: Service) -> float:
    """How often a service is asked for: short and simple matters more often."""
    return (2 if service.kind == "convenience" else 1) / service.minutes


def _guest(config: HallConfig, first: Service, at: int, rng: Random) -> Guest:
    services = [first]
    if rng.random() < SHARES["second"]:
        services.append(rng.choice([s for s in config.services if s.id != first.id]))
    return Guest(
        at=at,
        services=tuple(s.id for s in services),
        priority=_priority(config, rng),
        language="en" if rng.random() < SHARES["english"] else "zh",
        service={s.id: 60 * s.minutes * _spread(rng) for s in services},
        patience=60 * PATIENCE_MINUTES * rng.lognormvariate(0, 0.6),
        walk=None if rng.random() < ABSENT else rng.uniform(8, 40),
        stars=rng.choices([5, 4, 3, 2, 1], [60, 25, 10, 3, 2])[0] if rng.random() < RATES else None,
    )


def _spread(rng: Random) -> float:
    """A factor around 1, skewed as service times are."""
    return rng.lognormvariate(-SPREAD * SPREAD / 2, SPREAD)


def _priority(config: HallConfig, rng: Random) -> str | None:
    for index, cls in enumerate(p for p in config.priorities if not p.approval):
        if rng.random() < (SHARES["others"] if index else SHARES["first"]):
            return cls.id
    return None


def _arrival(spans: Sequence[tuple[int, int]], rng: Random) -> int:
    """An instant within the spans, drawn by how busy the time of day is."""
    begin = spans[0][0]
    top = QUIET + sum(height for _, _, height in PEAKS)
    while True:
        start, end = rng.choices(spans, [b - a for a, b in spans])[0]
        at = rng.randint(start, end - 1)
        # The first span starts at 08:30 in most halls; peaks are placed from there.
        hour = 8.5 + (at - begin) / 3_600_000
        if rng.random() * top < _busy(hour) * min(1.0, (end - at) / 60_000 / LAST_MINUTES):
            return at


def _busy(hour: float) -> float:
    return QUIET + sum(h * exp(-(((hour - mid) / width) ** 2)) for mid, width, h in PEAKS)
