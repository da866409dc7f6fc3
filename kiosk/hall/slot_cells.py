"""How many bookings each slot of a day takes, group by group. Pure; instants in ms.

The capacity of a slot is what the hall file says for the group, else its share of what the
windows manned in that slot can serve: `share × windows × slot minutes / minutes of the group`.
Fractions are carried over to the day's next slots, so that the share holds over the day also
where a slot alone has no room for one. A window counts for its home group; a group that is home
nowhere gets an equal part of each window that serves it. Sessions are for bookings alone: there
the share is everything, and groups that can be booked share a window equally.

Days that are alike are worked out once, in minutes since midnight. On a day on which the clocks
change, minutes are those that pass: a slot has its length, and none is missing or there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import floor
from typing import NamedTuple

from .calendar import DAY, MINUTE, Calendar, Spans, Week, common, parse_hours
from .config import Appointments, HallConfig, Session, Window

EXACT = 1e-9
"""Keeps 0.1 + 0.2 from costing a booking."""

_MOST_KNOWN = 20_000
"""Days and groups remembered."""


class Cell(NamedTuple):
    """A slot of one group: where it starts, where its open span ends, and its capacity."""

    start: int
    until: int
    capacity: int


class _Hands(NamedTuple):
    """Windows that serve a group alike: when (None: as long as the hall is open), and how many
    they count for together.
    """

    week: Week | None
    windows: float


class _Span(NamedTuple):
    """A span of a day, in which `manned` says who serves: (spans, windows) pairs."""

    start: int
    end: int
    share: float
    manned: tuple[tuple[Spans, float], ...]


Pattern = list[tuple[int, int, int, float]]
"""(start, end of span, capacity, windows) of a day's slots, in minutes since it began."""


class Cells:
    """What a hall's configuration offers, day by day."""

    def __init__(self, config: HallConfig, calendar: Calendar) -> None:
        self.rules = config.appointments or Appointments()
        self.offered = config.appointments is not None
        self.fixed = {**self.rules.capacity, **config.capacity}
        self.minutes = _group_minutes(config)
        self._calendar = calendar
        self._windows = config.windows
        self._booked = {s.group for s in config.services if s.appointments}
        self._homes = {w.groups[0] for w in config.windows}
        self._hours = {g.id: g.hours for g in config.groups}
        self._served: dict[str, tuple[Week | None, list[_Hands]]] = {}
        self._days: dict[tuple[str, str], list[Cell]] = {}
        self._patterns: dict[object, Pattern] = {}

    def of(self, day: str, group: str) -> list[Cell]:
        """The slots of a group on a day, in order, those without room included."""
        found = self._days.get((day, group))
        if found is None:
            if len(self._days) > _MOST_KNOWN:
                self._days.clear()
            known = self.offered and group in self._hours
            found = self._cells(date.fromisoformat(day), group) if known else []
            self._days[day, group] = found
        return found

    def usual(self, day: str, group: str) -> tuple[int, float]:
        """The most bookings that a slot of a day takes, and the most windows that serve a group
        in one; sessions left out.
        """
        made = self._pattern(date.fromisoformat(day), group, (), shown=None)
        most = max((capacity for _, _, capacity, _ in made), default=0) if self.offered else 0
        return most, max((windows for _, _, _, windows in made), default=0.0)

    def _cells(self, day: date, group: str) -> list[Cell]:
        begins, ends = self._calendar.instants(day, ((0, 24 * 60),))[0]
        sessions = self._calendar.sessions(day)
        if ends - begins == DAY:
            opened = self._calendar.minutes(day)
            key = (group, opened, day.weekday(), tuple(session.id for session, _ in sessions))
            pattern = self._patterns.get(key)
            if pattern is None:
                pattern = self._patterns[key] = self._pattern(day, group, sessions, shown=None)
        else:
            pattern = self._pattern(day, group, sessions, shown=begins)
        # A session in usual hours comes last, and instead of them.
        found = {
            at: Cell(begins + at * MINUTE, begins + until * MINUTE, capacity)
            for at, until, capacity, _ in pattern
        }
        return sorted(found.values())

    def _pattern(
        self,
        day: date,
        group: str,
        sessions: Sequence[tuple[Session, Spans]],
        *,
        shown: int | None,
    ) -> Pattern:
        """A day's slots. shown: when the day began, if its clocks change; else None."""
        length, fixed = self.rules.slot_minutes, self.fixed.get(group)
        made: Pattern = []
        room = 0.0
        for span in self._spans(day, group, sessions, shown):
            for number, windows in enumerate(_windows(span, length)):
                if fixed is not None:
                    capacity = fixed if windows > 0 else 0
                else:
                    room += span.share * windows * length / self.minutes[group]
                    capacity = floor(room + EXACT)
                    room -= capacity
                made.append((span.start + number * length, span.end, capacity, windows))
        return made

    # ── who serves when ──────────────────────────────────────────────────────────────────────

    def _spans(
        self,
        day: date,
        group: str,
        sessions: Sequence[tuple[Session, Spans]],
        shown: int | None,
    ) -> Iterator[_Span]:
        """The spans of a day in which a group is served, and by whom."""

        def passed(spans: Spans) -> Spans:
            if shown is None:
                return spans
            instants = self._calendar.instants(day, spans)
            return tuple(((a - shown) // MINUTE, (b - shown) // MINUTE) for a, b in instants)

        week, hands = self._group(group)
        opened = self._calendar.minutes(day)
        own = opened if week is None else common(opened, self._calendar.minutes(day, week))
        manned = tuple(
            (passed(common(opened, self._calendar.minutes(day, w)) if w else opened), windows)
            for w, windows in hands
        )
        for a, b in passed(own):
            yield _Span(a, b, self.rules.share, manned)
        for session, times in sessions:
            spans = passed(times)
            parts = sum(self._part(group, session, w) for w in self._windows)
            for a, b in spans:
                yield _Span(a, b, 1.0, ((spans, parts),))

    def _group(self, group: str) -> tuple[Week | None, list[_Hands]]:
        """A group's own hours, and who serves it in those of the hall."""
        found = self._served.get(group)
        if found is None:
            alike: dict[Week | None, float] = {}
            for window in self._windows:
                if counts := self._counts(group, window):
                    week = parse_hours(window.hours) if window.hours else None
                    alike[week] = alike.get(week, 0.0) + counts
            own = self._hours[group]
            hands = [_Hands(week, windows) for week, windows in alike.items()]
            found = self._served[group] = (parse_hours(own) if own else None, hands)
        return found

    def _counts(self, group: str, window: Window) -> float:
        """How much of a window serves a group in the hall's hours."""
        if group not in window.groups:
            return 0.0
        if window.groups[0] == group:
            return 1.0
        if group not in self._homes:
            return 1 / len(window.groups)
        return EXACT if group in self.fixed else 0.0

    def _part(self, group: str, session: Session, window: Window) -> float:
        """How much of a window serves a group in a session."""
        groups = session.groups or window.groups
        if window.id not in session.windows or group not in groups:
            return 0.0
        return 1 / len({group, *self._booked.intersection(groups)})


def _windows(span: _Span, length: int) -> list[float]:
    """How many windows serve throughout each slot of a span."""
    found = [0.0] * max(0, (span.end - span.start) // length)
    for times, windows in span.manned:
        for a, b in times:
            first = max(0, -((span.start - a) // length))
            for number in range(first, min(len(found), (b - span.start) // length)):
                found[number] += windows
    return found


def _group_minutes(config: HallConfig) -> dict[str, float]:
    """The usual service time of each group's bookable services, else of all of them."""
    booked: dict[str, list[float]] = {g.id: [] for g in config.groups}
    every: dict[str, list[float]] = {g.id: [] for g in config.groups}
    for service in config.services:
        minutes = config.measured.get(service.id, service.minutes)
        every.setdefault(service.group, []).append(minutes)
        if service.appointments:
            booked.setdefault(service.group, []).append(minutes)
    return {g.id: _mean(booked[g.id] or every[g.id]) for g in config.groups}


def _mean(lengths: Iterable[float]) -> float:
    known = list(lengths)
    return max(0.1, sum(known) / len(known)) if known else 10.0
