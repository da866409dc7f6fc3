"""Which slots of a day can be booked, and how many bookings each takes. Pure; instants in ms.

The capacity of a slot is what the hall file says for the group, else its share of what the
windows manned in that slot can serve: `share × windows × slot minutes / minutes of the group`.
Fractions are carried over to the day's next slots, so that the share holds over the day also
where a slot alone has no room for one. A window counts for its home group; a group that is home
nowhere gets an equal part of each window that serves it. Sessions are for bookings alone: there
the share is everything.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import ceil, floor
from operator import attrgetter
from typing import NamedTuple

from .calendar import MINUTE, Calendar, Spans, Week, common, parse_hours
from .config import Appointments, HallConfig, Service, Session, Window
from .events_base import Claim, LegPlan

MAX_GAP_MINUTES = 60
"""The longest pause between two services of one booking."""

_start = attrgetter("start")

_EXACT = 1e-9
"""Keeps 0.1 + 0.2 from costing a booking."""

Taken = Mapping[tuple[str, int], int]
"""How many claims lie on (group, start of slot)."""


class Cell(NamedTuple):
    """A slot of one group: where it starts, where its open span ends, and its capacity."""

    start: int
    until: int
    capacity: int


class Slot(NamedTuple):
    """A time at which a whole visit fits. free may be negative where staff overbooked."""

    start: int
    end: int
    capacity: int
    free: int
    claims: tuple[Claim, ...] = ()


class _Span(NamedTuple):
    """A span of a day in which `served` windows serve groups: (window, groups) pairs."""

    start: int
    end: int
    share: float
    served: tuple[tuple[Window, Spans, tuple[str, ...]], ...]


class Slots:
    """What a hall's configuration offers, day by day. Which bookings there are is asked for."""

    def __init__(self, config: HallConfig, calendar: Calendar) -> None:
        self.rules = config.appointments or Appointments()
        self._fixed = {**self.rules.capacity, **config.capacity}
        self.offered = config.appointments is not None
        self._config = config
        self._calendar = calendar
        self._services = {s.id: s for s in config.services}
        self._groups = {g.id: parse_hours(g.hours) if g.hours else None for g in config.groups}
        self._windows = [(w, parse_hours(w.hours) if w.hours else None) for w in config.windows]
        self._homes = {w.groups[0] for w in config.windows}
        self._minutes = {g.id: self._group_minutes(g.id) for g in config.groups}
        self._days: dict[tuple[str, str], list[Cell]] = {}
        self._patterns: dict[object, list[tuple[int, int, int]]] = {}

    # ── what a day offers ────────────────────────────────────────────────────────────────────

    def cells(self, day: str, group: str) -> list[Cell]:
        """The slots of a group on a day, in order, those without room included."""
        found = self._days.get((day, group))
        if found is None:
            if len(self._days) > 20_000:
                self._days.clear()
            found = self._days[day, group] = self._cells(date.fromisoformat(day), group)
        return found

    def _cells(self, day: date, group: str) -> list[Cell]:
        if not self.offered or group not in self._groups:
            return []
        sessions = self._calendar.sessions(day)
        opened = self._calendar.minutes(day)
        own = self._calendar.minutes(day, self._groups[group])
        key = (group, opened, own, day.weekday(), tuple(s.id for s, _ in sessions))
        pattern = self._patterns.get(key)
        if pattern is None:
            spans = self._spans(day, opened, own, sessions)
            pattern = self._patterns[key] = self._pattern(group, spans)
        found = [
            Cell(*self._calendar.instants(day, ((at, until),))[0], capacity)
            for at, until, capacity in pattern
        ]
        return sorted(found)

    def _spans(
        self, day: date, opened: Spans, own: Spans, sessions: Sequence[tuple[Session, Spans]]
    ) -> list[_Span]:
        """The spans of a day in which a group with hours `own` is served, and by whom."""
        manned = tuple(
            (w, opened if week is None else self._within(day, week, opened), w.groups)
            for w, week in self._windows
        )
        spans = [_Span(a, b, self.rules.share, manned) for a, b in common(opened, own)]
        for session, times in sessions:
            at_work = tuple(
                (w, times, session.groups or w.groups)
                for w, _ in self._windows
                if w.id in session.windows
            )
            spans += [_Span(a, b, 1.0, at_work) for a, b in times]
        return spans

    def _within(self, day: date, week: Week, opened: Spans) -> Spans:
        return common(self._calendar.minutes(day, week), opened)

    def _pattern(self, group: str, spans: Iterable[_Span]) -> list[tuple[int, int, int]]:
        """(start, end of span, capacity) in minutes of the day."""
        length = self.rules.slot_minutes
        made: list[tuple[int, int, int]] = []
        room = 0.0
        for span in spans:
            for at in range(span.start, span.end - length + 1, length):
                weight = self._weight(group, span, at)
                fixed = self._fixed.get(group)
                if fixed is not None:
                    capacity = fixed if weight > 0 else 0
                else:
                    room += span.share * weight * length / self._minutes[group]
                    capacity = floor(room + _EXACT)
                    room -= capacity
                made.append((at, span.end, capacity))
        return made

    def _weight(self, group: str, span: _Span, at: int) -> float:
        """How many windows serve the group in the slot that begins at `at`."""
        end = at + self.rules.slot_minutes
        weight = 0.0
        for _, times, groups in span.served:
            if group in groups and any(a <= at and end <= b for a, b in times):
                if groups[0] == group:
                    weight += 1
                elif group not in self._homes or span.share == 1.0:
                    weight += 1 / len(groups)
                elif group in self._fixed:
                    weight += _EXACT
        return weight

    def windows(self, day: str, group: str) -> float:
        """The most windows that serve a group in one slot of a day, sessions left out."""
        length = self.rules.slot_minutes
        return max(
            (
                self._weight(group, span, at)
                for span in self._usual_spans(day, group)
                for at in range(span.start, span.end - length + 1, length)
            ),
            default=0.0,
        )

    def usual(self, day: str, group: str) -> int:
        """The most bookings that one slot of a day takes, sessions left out."""
        made = self._pattern(group, self._usual_spans(day, group)) if self.offered else []
        return max((capacity for _, _, capacity in made), default=0)

    def _usual_spans(self, day: str, group: str) -> list[_Span]:
        on = date.fromisoformat(day)
        own = self._calendar.minutes(on, self._groups[group])
        return self._spans(on, self._calendar.minutes(on), own, ())

    # ── what a visit takes ───────────────────────────────────────────────────────────────────

    def minutes_of(self, service: Service) -> float:
        """How long a service takes: as measured and taken over, else as catalogued."""
        return self._config.measured.get(service.id, service.minutes)

    def _group_minutes(self, group: str) -> float:
        """The usual service time of a group's bookable services, else of all of them."""
        mine = [s for s in self._config.services if s.group == group]
        lengths = [self.minutes_of(s) for s in mine if s.appointments] or [
            self.minutes_of(s) for s in mine
        ]
        return max(0.1, sum(lengths) / len(lengths)) if lengths else 10.0

    def day(self, day: str, legs: Sequence[LegPlan], taken: Taken) -> list[Slot]:
        """The slots of a day at which a visit could begin, full ones included."""
        if not legs:
            return []
        tables = [self.cells(day, leg.group) for leg in legs]
        found = (self._visit(cell.start, legs, tables, taken) for cell in tables[0])
        return [slot for slot in found if slot is not None and slot.capacity > 0]

    def at(self, day: str, start: int, legs: Sequence[LegPlan], taken: Taken) -> Slot | None:
        """The slot of a visit that begins at `start`; None when nothing begins there."""
        tables = [self.cells(day, leg.group) for leg in legs]
        if not any(cell.start == start for cell in tables[0]):
            return None
        return self._visit(start, legs, tables, taken)

    def _visit(
        self, start: int, legs: Sequence[LegPlan], tables: Sequence[Sequence[Cell]], taken: Taken
    ) -> Slot | None:
        """A visit's services one after the other, each at the first slot with room."""
        mine: dict[tuple[str, int], int] = {}
        end, latest, slot = start, start, None
        parts: list[Slot] = []
        for leg, table in zip(legs, tables, strict=True):
            slot = self._part(end, latest, leg, table, taken, mine)
            if slot is None:
                return None
            parts.append(slot)
            for claim in slot.claims:
                mine[claim.group, claim.start] = mine.get((claim.group, claim.start), 0) + 1
            end, latest = slot.end, slot.end + MAX_GAP_MINUTES * MINUTE
        return Slot(
            start,
            end,
            min(part.capacity for part in parts),
            min(part.free for part in parts),
            tuple(claim for part in parts for claim in part.claims),
        )

    def _part(
        self,
        earliest: int,
        latest: int,
        leg: LegPlan,
        table: Sequence[Cell],
        taken: Taken,
        mine: Taken,
    ) -> Slot | None:
        """One service of a visit: at the first slot with room, else at the first full one."""
        service = self._services.get(leg.service)
        if service is None:
            return None
        minutes = self.minutes_of(service) * leg.quantity
        length = self.rules.slot_minutes
        lasts = ceil(minutes / length - _EXACT) * length * MINUTE
        fixed = leg.group in self._fixed
        unit = length if fixed else max(length, self._minutes[leg.group])
        count = max(1, ceil(minutes / unit - _EXACT))
        full: Slot | None = None
        for index in range(bisect_left(table, earliest, key=_start), len(table)):
            cell = table[index]
            if cell.start > latest:
                break
            if cell.start + lasts > cell.until:
                continue
            over = table[index : index + count]
            if len(over) < count or any(other.until != cell.until for other in over):
                continue
            keys = [(leg.group, other.start) for other in over]
            frees = [
                other.capacity - taken.get(key, 0) - mine.get(key, 0)
                for other, key in zip(over, keys, strict=True)
            ]
            made = Slot(
                cell.start,
                cell.start + lasts,
                min(other.capacity for other in over),
                min(frees),
                tuple(Claim(*key) for key in keys),
            )
            if made.free > 0:
                return made
            full = full or made
        return full
