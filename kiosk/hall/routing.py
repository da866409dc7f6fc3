"""Whom a window serves next, and which windows could serve a ticket: decided here alone.

The `fair` rule gives each waiting ticket points, in minutes:

    points = rate × (now − ref) + head start

A ticket from outside the window's home group must lead by the help gap. Tickets over the cap of
their class go first, most overdue first, the gap ignored. `fifo` takes the longest wait (credit
included); `listed` takes the window's groups in their order, each by longest wait.
Accumulating priority: Kleinrock 1964; Stanford, Taylor and Ziedins 2014.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .calendar import MINUTE
from .config import APPOINTMENT, NORMAL, HallConfig, Rules, Window
from .events import Reason
from .state import Place, Queues, State, WindowState, WindowStatus


class ClassRule(NamedTuple):
    """How a priority class gains points: rate (1 = a minute a minute), head start, cap (min)."""

    rate: float
    head: float
    cap: float


class Candidate(NamedTuple):
    """The first of a line that a window could serve. `rank`: position of its lane, 0 = home."""

    ticket: str
    priority: str
    group: str
    rank: int
    bound: bool
    place: Place
    waited: float
    points: float
    over_cap: float


class Choice(NamedTuple):
    """A decision and why it was made."""

    ticket: str
    reason: Reason


def class_rules(config: HallConfig) -> dict[str, ClassRule]:
    """The rule of each priority class of a hall."""
    rules = {NORMAL: ClassRule(1, 0, 60)}
    if config.appointments is not None:
        booked = config.appointments
        rules[APPOINTMENT] = ClassRule(booked.rate, booked.credit_minutes, booked.cap_minutes)
    for p in config.priorities:
        rules[p.id] = ClassRule(p.rate, p.credit_minutes, p.cap_minutes)
    return rules


class Router:
    """The decisions of one hall's configuration. Holds no state of the queue."""

    def __init__(self, config: HallConfig) -> None:
        self.rule = config.routing
        self.rules: Rules = config.rules
        self.classes = class_rules(config)
        self.windows = {w.id: w for w in config.windows}

    def next_for(
        self, window_id: str, queues: Queues, now: int, extra: tuple[str, str, Place] | None = None
    ) -> Choice | None:
        """The ticket that this window calls next, or None when it could serve nobody.

        extra: (lane, priority, place) of a ticket about to wait, not in `queues` yet.
        """
        window = self.windows[window_id]
        found = list(self._candidates(window, queues, now, extra))
        if not found:
            return None
        best = max(found, key=self._key)
        others = sum(queues.count(lane) for lane in lanes(window)) - 1
        if extra is not None and extra[0] in lanes(window):
            others += 1
        return Choice(best.ticket, self._reason(best, found, window, others))

    def able(self, lane: str) -> list[Window]:
        """The windows that may serve a lane: a group's queue or a window's own (`@id`)."""
        if lane.startswith("@"):
            return [w for w in self.windows.values() if w.id == lane[1:]]
        return [w for w in self.windows.values() if lane in w.groups]

    def place(self, lane: str, windows: dict[str, WindowState]) -> str | None:
        """The idle window at which a new ticket is served best, if any is idle.

        Its home group first, then the fewest skills, then the least worked.
        """
        idle = [w for w in self.able(lane) if is_idle(windows[w.id])]
        if not idle:
            return None
        best = min(
            idle, key=lambda w: (w.groups[0] != lane, len(w.groups), windows[w.id].worked, w.id)
        )
        return best.id

    def ahead(self, lane: str, priority: str, ref: int, order: int, state: State, now: int) -> int:
        """How many in this lane go before a ticket with this priority and reference time."""
        mine = self._points(priority, (now - ref) / MINUTE)
        count = 0
        for other, line in state.queues.lines(lane):
            if other == priority:
                count += sum(1 for r, o, _ in line if (r, o) < (ref, order))
            else:
                count += sum(
                    1 for r, _, _ in line if self._points(other, (now - r) / MINUTE) > mine
                )
        return count

    def _points(self, priority: str, waited: float) -> float:
        rule = self.classes.get(priority, self.classes[NORMAL])
        rate = rule.rate if self.rule == "fair" else 1
        return rate * waited + rule.head

    def _candidates(
        self, window: Window, queues: Queues, now: int, extra: tuple[str, str, Place] | None
    ) -> Iterator[Candidate]:
        for rank, lane in enumerate(lanes(window), start=-1):
            lines = {priority: line[0] for priority, line in queues.lines(lane)}
            if extra is not None and extra[0] == lane:
                lines[extra[1]] = min(lines.get(extra[1], extra[2]), extra[2])
            for priority, place in lines.items():
                waited = (now - place[0]) / MINUTE
                rule = self.classes.get(priority, self.classes[NORMAL])
                yield Candidate(
                    ticket=place[2],
                    priority=priority,
                    group=lane,
                    rank=max(rank, 0),
                    bound=rank < 0,
                    place=place,
                    waited=waited,
                    points=self._points(priority, waited),
                    over_cap=max(0.0, waited - rule.cap),
                )

    def _key(self, c: Candidate) -> tuple[float, ...]:
        """Greatest goes first; ties go to whoever came first."""
        ref, order, _ = c.place
        match self.rule:
            case "fair":
                gap = self.rules.help_gap_minutes if c.rank else 0
                return (c.over_cap, c.points - gap, -ref, -order)
            case "fifo":
                return (c.points, -ref, -order)
            case "listed":
                return (c.bound, -c.rank, c.points, -ref, -order)

    def _reason(
        self, best: Candidate, found: Iterable[Candidate], window: Window, ahead_of: int
    ) -> Reason:
        others = [c.points for c in found if c.ticket != best.ticket]
        code = "first"
        if best.bound:
            code = "bound"
        elif self.rule == "fair" and best.over_cap > 0:
            code = "over_cap"
        elif best.rank > 0:
            code = "help"
        return Reason(
            code=code,
            rule=self.rule,
            group=window.groups[0] if best.bound else best.group,
            priority=best.priority,
            waited_s=round(best.waited * 60),
            points=round(best.points, 2),
            lead=round(best.points - max(others), 2) if others else 0,
            over_cap_s=round(best.over_cap * 60),
            ahead_of=ahead_of,
        )


def lanes(window: Window) -> tuple[str, ...]:
    """The queues that a window serves: its own first, then its groups in order."""
    return (f"@{window.id}", *window.groups)


def is_idle(window: WindowState) -> bool:
    """Open with nobody there."""
    return window.status is WindowStatus.OPEN and window.ticket is None
