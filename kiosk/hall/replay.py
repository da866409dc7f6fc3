"""What-if: a recorded day played again, with the hall's own rules or with others.

    day = recorded(records, "2026-11-23")          # in `recorded`
    again = replay(day)                            # the same rules: how true is the replay?
    other = replay(day, Changes(routing="fifo"))   # other rules, windows or hours

Visitors come when they came and need as long as they needed; a window that helps out another
line is taken to be as quick as its own. Who left, or was gone when called, has the patience that
this shows. Windows open, pause and close as they did, unless that is what is changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct, structs

from .config import RULE_BOUNDS, Group, HallConfig, Routing, Window
from .errors_what_if import (
    ClosesBeforeItOpens,
    NewWindow,
    NoGroup,
    RuleOutOfBounds,
    UnknownGroup,
    UnknownRule,
    WrongTime,
)
from .recorded import RecordedDay
from .simulate import PlayedDay, play_day
from .world import DrawnDay, DrawnWindow, drawn_services

_CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)


class WindowChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is different at a window. opens, closes: local `HH:MM`; without breaks then."""

    groups: tuple[str, ...] | None = None
    closed: bool = False
    opens: str | None = None
    closes: str | None = None


class Changes(Struct, frozen=True, forbid_unknown_fields=True):
    """What is different in the other world; the rest is as it was. `windows` may name new ones."""

    routing: Routing | None = None
    rules: dict[str, float] = {}
    windows: dict[str, WindowChange] = {}


def replay(day: RecordedDay, changes: Changes | None = None) -> PlayedDay:
    """Play a recorded day. Raises Invalid for a change that the hall can't make."""
    changes = changes or Changes()
    windows = [*day.windows, *(w for w in changes.windows if w not in day.windows)]
    drawn = structs.replace(
        day.actual.day,
        windows=[_changed(day, n, w, changes.windows.get(w)) for n, w in enumerate(windows)],
    )
    config = _numbered(day, drawn, changes)
    return play_day(drawn, config, day.actual.midnight)


def _changed(day: RecordedDay, number: int, name: str, change: WindowChange | None) -> DrawnWindow:
    known = number < len(day.windows)
    window = day.actual.day.windows[number] if known else DrawnWindow(number, [], 0, 0)
    if change is None:
        return window
    if not known and (change.groups is None or change.opens is None or change.closes is None):
        raise NewWindow(name)
    skills = window.skills
    if change.groups is not None:
        if not change.groups:
            raise NoGroup(name)
        skills = [_group(day, g) for g in change.groups]
    moved = change.opens is not None or change.closes is not None
    start = window.start if change.opens is None else _minute(change.opens)
    end = window.end if change.closes is None else _minute(change.closes)
    if moved and start >= end:
        raise ClosesBeforeItOpens(name)
    return structs.replace(
        window,
        skills=skills,
        start=start,
        end=end,
        breaks=[] if moved else window.breaks,
        closed=change.closed or (window.closed and not moved),
    )


def _group(day: RecordedDay, group: str) -> int:
    if group not in day.groups:
        raise UnknownGroup(group)
    return day.groups.index(group)


def _minute(clock: str) -> float:
    if not _CLOCK.fullmatch(clock):
        raise WrongTime(clock)
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _check(rules: Mapping[str, float]) -> None:
    for rule, value in rules.items():
        if rule not in RULE_BOUNDS:
            raise UnknownRule(rule, ", ".join(RULE_BOUNDS))
        low, high = RULE_BOUNDS[rule]
        if not low <= value <= high:
            raise RuleOutOfBounds(rule, value, low, high)


def _numbered(day: RecordedDay, drawn: DrawnDay, changes: Changes) -> HallConfig:
    """The hall with groups, services and windows named by number, as drawn days name them.

    Whoever came came, and had the class that they had: no hours and no approvals stop them.
    """
    config = day.config
    _check(changes.rules)
    return structs.replace(
        config,
        hours={"mon-sun": ["00:00-24:00"]},
        days=(),
        sessions=(),
        priorities=tuple(structs.replace(p, approval=False) for p in config.priorities),
        routing=changes.routing or config.routing,
        rules=structs.replace(config.rules, **changes.rules),
        groups=tuple(
            Group(str(n), f"{g}-", config.name, config.zones[0].id)
            for n, g in enumerate(day.groups)
        ),
        services=drawn_services(drawn),
        windows=tuple(
            Window(str(w.id), config.name, config.zones[0].id, tuple(str(s) for s in w.skills))
            for w in drawn.windows
            if w.skills
        ),
    )
