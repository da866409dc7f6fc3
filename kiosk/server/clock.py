"""What time it is in the hall: the only place where the product reads a clock."""

from __future__ import annotations

import time


class Clock:
    """The hall's clock: real time, or time that starts elsewhere and runs faster.

    start: the hall's instant at construction, ms since the epoch (None: now). rate: hall
    seconds per real second, above 0. Anything but the default is for demos and replays.
    """

    def __init__(self, start: int | None = None, rate: float = 1.0) -> None:
        if rate <= 0:
            raise ValueError(f"a clock's rate must be above 0, not {rate}")
        self.rate = rate
        self._shifted = start is not None or rate != 1.0
        self._origin = time.monotonic()
        self._start = start if start is not None else int(time.time() * 1000)

    def now(self) -> int:
        """The hall's present instant, ms since the epoch."""
        if not self._shifted:
            return int(time.time() * 1000)
        return self._start + int((time.monotonic() - self._origin) * 1000 * self.rate)

    @staticmethod
    def real() -> int:
        """The real instant, ms since the epoch: for sessions and keys, whatever the hall plays."""
        return int(time.time() * 1000)

    def real_seconds(self, until: int) -> float:
        """Real seconds until the hall's clock shows `until`; 0 when it has."""
        return max(0.0, (until - self.now()) / 1000 / self.rate)
