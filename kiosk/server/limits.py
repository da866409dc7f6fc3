"""How often somebody without a key may ask for the same kind of thing: a bucket that refills."""

from __future__ import annotations

from collections.abc import Callable

from .problems import HttpProblem

MOST_KNOWN = 10_000
"""Clients remembered; when there are more, those whose bucket is full again are forgotten."""


class Limiter:
    """At most `burst` at once, then `per_second`; by client. clock: seconds that never go back."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> None:
        """Count one. Raises HttpProblem 429 with when to come again."""
        now = self._clock()
        left = self._now(client, now)
        if left < 1:
            wait = max(1, round((1 - left) / self._per_second))
            raise HttpProblem(429, "too_many_requests", retry_after=wait)
        self._left[client] = (now, left - 1)
        if len(self._left) > MOST_KNOWN:
            self._left = {
                c: kept for c, kept in self._left.items() if self._now(c, now) < self._burst
            }

    def check(self, client: str) -> None:
        """Raises HttpProblem 429 when nothing is left; counts nothing."""
        if self._now(client, self._clock()) < 1:
            raise HttpProblem(
                429, "too_many_requests", retry_after=max(1, round(1 / self._per_second))
            )

    def _now(self, client: str, now: float) -> float:
        before, left = self._left.get(client, (now, float(self._burst)))
        return min(self._burst, left + (now - before) * self._per_second)
