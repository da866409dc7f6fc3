"""Opening hours and business days of a hall, in its own time zone.

Instants are milliseconds since the Unix epoch; a business day is the local date as `YYYY-MM-DD`.
Hours are written as `{"mon-fri": ["08:30-12:00", "13:30-17:30"], "sat": []}`; a day that is
not named is closed; `"00:00-24:00"` is the whole day. A date of its own comes before the week.
Sessions are for who booked them: they open the hall to nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from .config import HallConfig, Names, Session, SpecialDay

MINUTE = 60_000
"""Milliseconds in a minute."""

DAY = 24 * 60 * MINUTE
"""Milliseconds in a day on which the clocks don't change."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Spans = tuple[tuple[int, int], ...]
"""Spans of a day as minutes since local midnight, ascending."""

Week = tuple[Spans, ...]
"""For Monday to Sunday: the open spans as minutes since local midnight, ascending."""


def parse_hours(hours: dict[str, list[str]]) -> Week:
    """Turn written hours into a week. Raises ValueError that names the wrong part."""
    week: list[Spans] = [()] * 7
    for key, spans in hours.items():
        for weekday in parse_days(key):
            week[weekday] = parse_spans(spans, key)
    return tuple(week)


def parse_days(key: str) -> range:
    """The week days (0 = Monday) that `mon` or `mon-fri` names. Raises ValueError."""
    first, _, last = key.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ValueError(f"{key!r} is no day: write mon, tue … sun or a range as mon-fri")
    start, end = _DAYS.index(first), _DAYS.index(last or first)
    if end < start:
        raise ValueError(f"{key!r} runs backwards: write two entries")
    return range(start, end + 1)


def parse_spans(spans: Iterable[str], key: str = "hours") -> Spans:
    """The spans of one day. Raises ValueError that names the wrong one, found under `key`."""
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


def written(spans: Spans) -> tuple[str, ...]:
    """Spans as people write them: what `parse_spans` reads."""
    return tuple(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in spans)


def common(one: Spans, other: Spans) -> Spans:
    """What two lists of spans have in common."""
    met = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((a, b) for a, b in met if a < b)


class Calendar:
    """Which day it is and whether a place with weekly hours is open.

    Raises zoneinfo.ZoneInfoNotFoundError or ValueError for a wrong time zone or wrong hours.
    """

    def __init__(
        self,
        timezone: str,
        hours: dict[str, list[str]],
        days: Sequence[SpecialDay] = (),
        sessions: Sequence[Session] = (),
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self.week = parse_hours(hours)
        self._special = {date.fromisoformat(d.day): parse_spans(d.hours, d.day) for d in days}
        self._names = {d.day: d.name for d in days}
        self._sessions = [(s, _Days(s.days), parse_spans(s.hours, s.id)) for s in sessions]
        self._cached: tuple[int, int, str] = (0, 0, "")
        self._minute: tuple[int, str, str] = (-1, "", "")
        self._written: tuple[int | None, str] = (None, "")
        self._asked: tuple[int, bool] = (-1, False)

    @classmethod
    def of(cls, config: HallConfig) -> Self:
        """The calendar of a hall."""
        return cls(config.timezone, config.hours, config.days, config.sessions)

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
        if day == self._cached[2]:
            return self._cached[1]
        return self._instant(date.fromisoformat(day), 24 * 60)

    def is_open(self, at: int, week: Week | None = None) -> bool:
        """Whether the hall (or a group with its own `week`) is open at an instant."""
        moment = at // MINUTE
        if week is None and moment == self._asked[0]:
            return self._asked[1]
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        found = any(a <= minute < b for a, b in self.minutes(local.date(), week))
        if week is None:
            self._asked = (moment, found)
        return found

    def opens_next(self, at: int, week: Week | None = None) -> int | None:
        """The next instant at or after `at` at which a span starts, within a month."""
        today = self.local(at).date()
        for ahead in range(32):
            day = today + timedelta(days=ahead)
            for start, _ in self.minutes(day, week):
                instant = self._instant(day, start)
                if instant >= at:
                    return instant
        return None

    def closes_next(self, at: int) -> int | None:
        """The instant at which the present open span of the hall ends; None when closed."""
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        for start, end in self.minutes(local.date()):
            if start <= minute < end:
                return self._instant(local.date(), end)
        return None

    def spans(self, day: str) -> list[tuple[int, int]]:
        """The open spans of a business day, as instants."""
        local = date.fromisoformat(day)
        return self.instants(local, self.minutes(local))

    def minutes(self, day: date, week: Week | None = None) -> Spans:
        """The open spans of a date, of the hall or of a part of it with its own `week`.

        On a date with hours of its own a part has its usual hours within them, and those of a
        Monday where the hall is usually closed on that day of the week: a moved working day.
        """
        weekday = day.weekday()
        special = self._special.get(day) if self._special else None
        if special is None:
            return (self.week if week is None else week)[weekday]
        if week is None:
            return special
        return common(week[weekday if self.week[weekday] else 0], special)

    def name(self, day: str) -> Names | None:
        """What a date with hours of its own is called."""
        return self._names.get(day)

    def sessions(self, day: date) -> list[tuple[Session, Spans]]:
        """The sessions of a date. One named by week day rests on dates with hours of their own."""
        special = day in self._special
        return [(s, spans) for s, days, spans in self._sessions if days.hold(day, special)]

    def in_session(self, at: int) -> bool:
        """Whether a session runs at an instant."""
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        return any(a <= minute < b for _, spans in self.sessions(local.date()) for a, b in spans)

    def instants(self, day: date, spans: Spans) -> list[tuple[int, int]]:
        """Spans of a date as instants."""
        return [(self._instant(day, a), self._instant(day, b)) for a, b in spans]

    def rfc3339(self, at: int) -> str:
        """An instant as local RFC 3339 text with offset, to the millisecond."""
        last, text = self._written
        if at == last:  # What is done together bears the same time.
            return text
        minute, rest = divmod(at, MINUTE)
        if minute != self._minute[0]:
            # An offset changes on a whole minute only, so the rest of the text is digits.
            text = self.local(minute * MINUTE).isoformat(timespec="minutes")
            self._minute = (minute, text[:16], text[16:])
        text = f"{self._minute[1]}:{rest / 1000:06.3f}{self._minute[2]}"
        self._written = (at, text)
        return text

    def _instant(self, day: date, minute: int) -> int:
        day += timedelta(days=minute // (24 * 60))
        hour, minute = divmod(minute % (24 * 60), 60)
        local = datetime.combine(day, time(hour, minute), tzinfo=self.zone)
        return int(local.timestamp() * 1000)


class _Days:
    """Dates and days of the week, as a session names them."""

    def __init__(self, written: Iterable[str]) -> None:
        self._dates: set[date] = set()
        self._weekdays: set[int] = set()
        for text in written:
            if text[:1].isdigit():
                self._dates.add(date.fromisoformat(text))
            else:
                self._weekdays.update(parse_days(text))

    def hold(self, day: date, special: bool) -> bool:
        """Whether a day is meant; a special one only by its date."""
        return day in self._dates or (not special and day.weekday() in self._weekdays)
