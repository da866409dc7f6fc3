"""Calls out of turn and visitors sent in a circle: what managers ask of the order of calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from kiosk.hall.config import APPOINTMENT, NORMAL

TURN_CODES = frozenset({"return", "help", "over_cap", "picked"})
"""Reasons of calls that may go before somebody who has waited longer, whatever the class."""


class Turn(NamedTuple):
    """One call: why, of which class, how many it passed, how long the service took (ms)."""

    code: str
    priority: str
    passed: int
    service_ms: int


class Cost(NamedTuple):
    """What the calls of one kind cost those who had waited longer. minutes: person-minutes."""

    code: str
    priority: str
    calls: int
    passed: int
    minutes: float


class Stage(NamedTuple):
    """One leg of a ticket that was transferred, in the order in which its legs were made."""

    ticket: str
    number: str
    day: str
    group: str
    state: str
    bound: str | None


class Loop(NamedTuple):
    """A ticket that was transferred back to where it had been. groups: in order, the last too."""

    ticket: str
    number: str
    day: str
    groups: tuple[str, ...]


def costs(turns: Iterable[Turn]) -> list[Cost]:
    """The price of each kind of call that passed somebody, dearest first.

    Everybody who is passed waits at most as long as the service takes, so the sum of
    `passed x service time` is the most that it cost the others together.
    """
    sums: dict[tuple[str, str], tuple[int, int, float]] = {}
    for turn in turns:
        if turn.passed == 0:
            continue
        key = (_kind(turn), turn.priority)
        calls, passed, minutes = sums.get(key, (0, 0, 0.0))
        sums[key] = (
            calls + 1,
            passed + turn.passed,
            minutes + turn.passed * turn.service_ms / 60_000,
        )
    found = [Cost(*key, calls, passed, round(m, 1)) for key, (calls, passed, m) in sums.items()]
    return sorted(found, key=lambda cost: (-cost.minutes, cost.code, cost.priority))


def _kind(turn: Turn) -> str:
    if turn.code in TURN_CODES:
        return turn.code
    if turn.priority == APPOINTMENT:
        return "appointment"
    return "order" if turn.priority == NORMAL else "priority"


def loops(stages: Iterable[Stage]) -> list[Loop]:
    """Tickets that were sent from A to B and back to A; a planned come-back is none.

    stages: in order of ticket and leg.
    """
    found = []
    for ticket, legs in groupby(stages, key=lambda stage: stage.ticket):
        rows = list(legs)
        trail = _trail(rows)
        if len(set(trail)) < len(trail):
            found.append(Loop(ticket, rows[0].number, rows[0].day, trail))
    return found


def _trail(rows: Sequence[Stage]) -> tuple[str, ...]:
    """The groups that a ticket was sent through by transfers."""
    sent = [n for n, row in enumerate(rows) if row.state == "transferred"]
    if not sent:
        return ()
    target = len(rows) - 1
    comes_back = rows[target].bound is not None and rows[target].group == rows[sent[-1]].group
    if comes_back and rows[target - 1].state != "transferred":
        target -= 1
    groups = [rows[n].group for n in sent] + [rows[target].group]
    return tuple(g for n, g in enumerate(groups) if n == 0 or g != groups[n - 1])
