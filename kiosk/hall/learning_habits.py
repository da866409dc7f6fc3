"""When windows usually open: what is expected of a day for which nobody has made a roster."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from statistics import median

from .calendar import Calendar
from .roster import Shift

_DAYS = 5


class Habits:
    """First openings of windows on the last days, as milliseconds since midnight."""

    def __init__(self) -> None:
        self.days: deque[dict[str, int]] = deque(maxlen=_DAYS)

    def add(self, opened: dict[str, int]) -> None:
        """Take note of a day: window → when it opened first. Days without any don't count."""
        if opened:
            self.days.append(dict(opened))

    def expected(self, calendar: Calendar, day: str, windows: Iterable[str]) -> tuple[Shift, ...]:
        """A shift for each window that opened on most of the last days.

        It starts at its usual time and lasts to the end of the hall's hours; what the hall
        closes for at noon is its break. Before the first day all windows are expected.
        """
        spans = calendar.spans(day)
        if not spans:
            return ()
        midnight = calendar.starts(day)
        pause = spans[1][0] - spans[0][1] if len(spans) > 1 else 0
        shifts = []
        for window in windows:
            seen = [known[window] for known in self.days if window in known]
            if self.days and 2 * len(seen) < len(self.days):
                continue
            start = midnight + int(median(seen)) if seen else spans[0][0]
            shifts.append(
                Shift(
                    window,
                    start,
                    spans[-1][1],
                    break_at=spans[0][1] if pause and start < spans[0][1] else None,
                    break_ms=pause,
                )
            )
        return tuple(shifts)
