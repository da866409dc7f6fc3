"""Opening hours and business days of a hall, in its own time zone.

Instants are milliseconds since the Unix epoch; a business day is the local date as `YYYY-MM-DD`.
Hours are written as `{"mon-fri": ["08:30-12:00", "13:30-17:30"], "sat": []}`; a day that is
not named is closed; `"00:00-24:00"` is the whole day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = 60_000
"""Milliseconds in a minute."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Week = tuple[tuple[tuple[int, int], ...], ...]
"""For Monday to Sunday: the open spans as minutes since local midnight, ascending."""


def parse_hours(hours: dict[str, list[str]]) -> Week:
    """Turn written hours into a week. Raises ValueError that names the wrong part."""
    week: list[tuple[tuple[int, int], ...]] = [()] * 7
    for key, spans in hours.items():
        for weekday in _parse_days(key):
            week[weekday] = _parse_spans(key, spans)
    return tuple(week)


def _parse_days(key: str) -> range:
    first, _, last = key.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ValueError(f"{key!r} is no day: write mon, tue … sun or a range as mon-fri")
    start, end = _DAYS.index(first), _DAYS.index(last or first)
    if end < start:
        raise ValueError(f"{key!r} runs backwards: write two entries")
    return range(start, end + 1)


def _parse_spans(key: str, spans: list[str]) -> tuple[tuple[int, int], ...]:
    parsed: list[tuple[int, int]] = []
    for span in spans:
        match = _SPAN.fullmatch(span)
        if match is None:
            raise ValueError(f"{span!r} ({key}) is no span of time: write 08:30-12:00")
        h1, m1, h2, m2 = map(int, match.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if not start < end <= 24 * 60:
            raise ValueError(f"{span!r} ({key}) ends before it starts")
        if parsed and start < parsed[-1][1]:
            raise ValueError(f"{span!r} ({key}) overlaps the span before it")
        parsed.append((start, end))
    return tuple(parsed)


class Calendar:
    """Which day it is and whether a place with weekly hours is open.

    Raises zoneinfo.ZoneInfoNotFoundError or ValueError for a wrong time zone or wrong hours.
    """

    def __init__(self, timezone: str, hours: dict[str, list[str]]) -> None:
        self.zone = ZoneInfo(timezone)
        self.week = parse_hours(hours)
        self._cached: tuple[int, int, str] = (0, 0, "")
        self._minute: tuple[int, str, str] = (-1, "", "")
        self._asked: tuple[int, bool] = (-1, False)

    def local(self, at: int) -> datetime:
        """The local time of an instant, with its offset."""
        return datetime.fromtimestamp(at / 1000, tz=UTC).astimezone(self.zone)

    def day(self, at: int) -> str:
        """The business day of an instant."""
        start, end, day = self._cached
        if not start <= at < end:
            day = self.local(at).date().isoformat()
            start, end = self.starts(day), self.ends(day)
            self._cached = (start, end, day)
        return day

    def starts(self, day: str) -> int:
        """The instant at which a business day begins."""
        return self._instant(date.fromisoformat(day), 0)

    def ends(self, day: str) -> int:
        """The instant at which a business day ends and the next begins."""
        return self._instant(date.fromisoformat(day), 24 * 60)

    def is_open(self, at: int, week: Week | None = None) -> bool:
        """Whether the hall (or a group with its own `week`) is open at an instant."""
        moment = at // MINUTE
        if week is None and moment == self._asked[0]:
            return self._asked[1]
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        found = any(a <= minute < b for a, b in (week or self.week)[local.weekday()])
        if week is None:
            self._asked = (moment, found)
        return found

    def opens_next(self, at: int, week: Week | None = None) -> int | None:
        """The next instant at or after `at` at which a span starts, within eight days."""
        today = self.local(at).date()
        for ahead in range(8):
            day = today + timedelta(days=ahead)
            for start, _ in (week or self.week)[day.weekday()]:
                instant = self._instant(day, start)
                if instant >= at:
                    return instant
        return None

    def closes_next(self, at: int) -> int | None:
        """The instant at which the present open span of the hall ends; None when closed."""
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        for start, end in self.week[local.weekday()]:
            if start <= minute < end:
                return self._instant(local.date(), end)
        return None

    def spans(self, day: str) -> list[tuple[int, int]]:
        """The open spans of a business day, as instants."""
        local = date.fromisoformat(day)
        return [
            (self._instant(local, a), self._instant(local, b))
            for a, b in self.week[local.weekday()]
        ]

    def rfc3339(self, at: int) -> str:
        """An instant as local RFC 3339 text with offset, to the millisecond."""
        minute, rest = divmod(at, MINUTE)
        if minute != self._minute[0]:
            # An offset changes on a whole minute only, so the rest of the text is digits.
            text = self.local(minute * MINUTE).isoformat(timespec="minutes")
            self._minute = (minute, text[:16], text[16:])
        return f"{self._minute[1]}:{rest // 1000:02d}.{rest % 1000:03d}{self._minute[2]}"

    def _instant(self, day: date, minute: int) -> int:
        day += timedelta(days=minute // (24 * 60))
        hour, minute = divmod(minute % (24 * 60), 60)
        local = datetime.combine(day, time(hour, minute), tzinfo=self.zone)
        return int(local.timestamp() * 1000)
