"""What waits would have been: recorded days beside the same days with something different.

    compare([recorded(records, day)], Changes(windows={"5": WindowChange(closed=True)}))

Three worlds stand side by side: how it was, the same day played again without any change (which
shows how true the model is), and the day with the change. What the change does is the difference
of the last two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from .calendar import MINUTE
from .config import Names
from .recorded import RecordedDay
from .replay import Changes, replay
from .simulate import PlayedDay, Visit
from .spread import spread
from .state import TicketState


class Waits(Struct, frozen=True):
    """How those who came fared in one world, from `ref` to the first call.

    arrivals: all who came. never_called: who left before a call, or whom no window served any
    more; they are in no wait. within_target: share of the called within their group's target,
    None without calls.
    """

    arrivals: int
    called: int
    no_shows: int
    never_called: int
    within_target: float | None
    wait_mean_s: float | None
    wait_median_s: float | None
    wait_p90_s: float | None
    wait_max_s: float | None


class Worlds(Struct, frozen=True):
    """The same visitors in the three worlds."""

    recorded: Waits
    unchanged: Waits
    changed: Waits


class GroupWorlds(Struct, frozen=True):
    """The visitors of one group."""

    id: str
    name: Names
    target_s: int
    worlds: Worlds


class Comparison(Struct, frozen=True):
    """Some days, all together. days: that were played. empty: on which nobody came."""

    days: list[str]
    empty: list[str]
    total: Worlds
    groups: list[GroupWorlds]


@dataclass(slots=True)
class _Sum:
    """Counts of some visitors in one world; waits in ms."""

    arrivals: int = 0
    no_shows: int = 0
    within: int = 0
    waits: list[int] = field(default_factory=list)

    def add(self, visit: Visit, target_ms: float) -> None:
        self.arrivals += 1
        if visit.called_at is None:
            return
        wait = max(0, visit.called_at - visit.ticket.ref)
        self.no_shows += visit.ticket.state is TicketState.NO_SHOW
        self.within += wait <= target_ms
        self.waits.append(wait)

    def figures(self) -> Waits:
        called, found = len(self.waits), spread(self.waits)
        return Waits(
            arrivals=self.arrivals,
            called=called,
            no_shows=self.no_shows,
            never_called=self.arrivals - called,
            within_target=round(self.within / called, 4) if called else None,
            wait_mean_s=found.mean_s if found else None,
            wait_median_s=found.median_s if found else None,
            wait_p90_s=found.p90_s if found else None,
            wait_max_s=found.max_s if found else None,
        )


@dataclass(slots=True)
class _Sums:
    """One world: everybody together, and by group."""

    total: _Sum = field(default_factory=_Sum)
    groups: dict[str, _Sum] = field(default_factory=dict)

    def add(self, day: RecordedDay, played: PlayedDay) -> None:
        targets = [group.target * MINUTE for group in day.actual.day.groups]
        for visit in played.visits:
            group = visit.drawn.group
            known = self.groups.setdefault(day.groups[group], _Sum())
            for tally in (self.total, known):
                tally.add(visit, targets[group])


def compare(days: Iterable[RecordedDay], changes: Changes, empty: Sequence[str] = ()) -> Comparison:
    """Play days with and without changes. Raises Invalid for a change that the hall can't make."""
    actual, again, other = worlds = _Sums(), _Sums(), _Sums()
    found: dict[str, RecordedDay] = {}
    played: list[str] = []
    for day in days:
        actual.add(day, day.actual)
        again.add(day, replay(day))
        other.add(day, replay(day, changes))
        played.append(day.day)
        found |= dict.fromkeys(day.groups, day)
    return Comparison(
        days=played,
        empty=list(empty),
        total=_worlds([sums.total for sums in worlds]),
        groups=[
            _group(day, group, [sums.groups.get(group, _Sum()) for sums in worlds])
            for group, day in found.items()
        ],
    )


def _worlds(sums: Sequence[_Sum]) -> Worlds:
    return Worlds(*(tally.figures() for tally in sums))


def _group(day: RecordedDay, group: str, sums: Sequence[_Sum]) -> GroupWorlds:
    config = day.config.groups[day.groups.index(group)]
    return GroupWorlds(group, config.name, round(config.target_minutes * 60), _worlds(sums))
