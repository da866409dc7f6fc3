"""At which times a visit fits: its services one after the other. Pure; instants in ms.

What each slot takes stands in `slot_cells`; which bookings there are is asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

from .calendar import MINUTE, Calendar
from .config import HallConfig, Service
from .events_base import Claim, LegPlan
from .slot_cells import EXACT, Cell, Cells

MAX_GAP_MINUTES = 60
"""The longest pause between two services of one booking."""

Taken = Mapping[tuple[str, int], int]
"""How many claims lie on (group, start of slot)."""


class Slot(NamedTuple):
    """A time at which a whole visit fits. free may be negative where staff overbooked."""

    start: int
    end: int
    capacity: int
    free: int
    claims: tuple[Claim, ...] = ()


class _Need(NamedTuple):
    """What a service takes of its group's slots (`table`): how many in a row, and how long it
    lasts (ms), in whole slots. It lasts at least as long as they: two services never meet in one.
    """

    group: str
    many: int
    lasts: int
    table: Sequence[Cell]


class Slots:
    """What a hall's configuration offers to a visit."""

    def __init__(self, config: HallConfig, calendar: Calendar) -> None:
        self._cells = Cells(config, calendar)
        self.rules = self._cells.rules
        self.offered = self._cells.offered
        self.cells = self._cells.of
        self.usual = self._cells.usual
        self._measured = config.measured
        self._services = {s.id: s for s in config.services}

    def minutes_of(self, service: Service) -> float:
        """How long a service takes: as measured and taken over, else as catalogued."""
        return self._measured.get(service.id, service.minutes)

    def capacity(self, day: str, group: str, start: int) -> int | None:
        """The capacity of a group's slot; None when none begins then."""
        table = self.cells(day, group)
        index = _from(table, start)
        known = index < len(table) and table[index].start == start
        return table[index].capacity if known else None

    def day(self, day: str, legs: Sequence[LegPlan], taken: Taken) -> list[Slot]:
        """The slots of a day at which a visit could begin, full ones included."""
        needs = self._needs(day, legs)
        if not needs:
            return []
        found = (
            _visit(index, needs, taken)
            for index, cell in enumerate(needs[0].table)
            if cell.capacity > 0
        )
        return [slot for slot in found if slot is not None and slot.capacity > 0]

    def at(self, day: str, start: int, legs: Sequence[LegPlan], taken: Taken) -> Slot | None:
        """The slot of a visit that begins at `start`; None when nothing begins there."""
        needs = self._needs(day, legs)
        if not needs:
            return None
        table = needs[0].table
        index = _from(table, start)
        if index == len(table) or table[index].start != start:
            return None
        return _visit(index, needs, taken)

    def _needs(self, day: str, legs: Sequence[LegPlan]) -> list[_Need]:
        """What each service takes; nothing when one of them is not known."""
        known = [self._services[leg.service] for leg in legs if leg.service in self._services]
        if len(known) < len(legs):
            return []
        return [self._need(day, leg, s) for leg, s in zip(legs, known, strict=True)]

    def _need(self, day: str, leg: LegPlan, service: Service) -> _Need:
        minutes, length = self.minutes_of(service) * leg.quantity, self.rules.slot_minutes
        usual = length if leg.group in self._cells.fixed else self._cells.minutes[leg.group]
        many = max(1, ceil(minutes / max(length, usual) - EXACT))
        lasts = max(1, ceil(minutes / length - EXACT)) * length * MINUTE
        return _Need(leg.group, many, lasts, self.cells(day, leg.group))


def _visit(index: int, needs: Sequence[_Need], taken: Taken) -> Slot | None:
    """A visit whose first service begins in a slot, each other in the first slot with room."""
    free = _free(index, needs[0], taken)
    if free is None:
        return None
    start = needs[0].table[index].start
    end, taking = start + needs[0].lasts, [index]
    for need in needs[1:]:
        part = _next(end, need, taken)
        if part is None:
            return None
        index, room = part
        free = min(free, room)
        end = need.table[index].start + need.lasts
        taking.append(index)
    over = [
        (need.group, cell)
        for need, index in zip(needs, taking, strict=True)
        for cell in need.table[index : index + need.many]
    ]
    capacity = min([cell.capacity for _, cell in over])
    return Slot(start, end, capacity, free, tuple([Claim(g, cell.start) for g, cell in over]))


def _next(earliest: int, need: _Need, taken: Taken) -> tuple[int, int] | None:
    """Where a visit's next service goes, and how many more fit there: in the first slot with
    room, else in the first full one.
    """
    table, latest = need.table, earliest + MAX_GAP_MINUTES * MINUTE
    full: tuple[int, int] | None = None
    for index in range(_from(table, earliest), len(table)):
        if table[index].start > latest:
            break
        free = _free(index, need, taken)
        if free is None:
            continue
        if free > 0:
            return index, free
        full = full or (index, free)
    return full


def _free(index: int, need: _Need, taken: Taken) -> int | None:
    """How many more fit from a slot on; None where a service would reach over a break."""
    group, many, lasts, table = need
    start, until, capacity = table[index]
    if start + lasts > until:
        return None
    if many == 1:
        return capacity - taken.get((group, start), 0)
    over = table[index : index + many]
    if len(over) < many or any(cell.until != until for cell in over):
        return None
    return min(cell.capacity - taken.get((group, cell.start), 0) for cell in over)


def _from(table: Sequence[Cell], start: int) -> int:
    """Where the slots from `start` on begin; a shorter tuple comes before a longer one."""
    return bisect_left(table, (start,))
