"""Whom a window serves next, and which windows could serve a ticket: decided here alone.

Each waiting ticket has points, in minutes:

    points = rate × (now − ref) + head start − gap

`rate` and `head start` belong to its priority class; `gap` is what a ticket from outside the
window's home group must lead by. Who comes back to a window that sent him away goes first, but
never two of them in a row (`Rules.between_returns`). Tickets that wait longer than the cap of
their class go first, most overdue first, the gap ignored. Accumulating priority: Kleinrock 1964;
Stanford, Taylor and Ziedins 2014. The other rules are the same formula with other numbers: `fifo`
gives everybody rate 1 and nothing else, `listed` puts a gap of years between the window's groups.

`pick` and `place_on` know nothing of a hall but numbers, so the live hall, the forecast, what-if
runs and simulated days decide with the same two functions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import NamedTuple, TypeVar

from msgspec import Struct, structs

from .calendar import MINUTE
from .config import APPOINTMENT, NORMAL, RETURNING, HallConfig, Rules, Window
from .events import Reason
from .state import Place, Queues, State, WindowState, WindowStatus

LISTED_GAP = 1e6
"""Points between two groups under `listed`: two years of waiting, so nothing bridges it."""

Key = TypeVar("Key")


class ClassRule(NamedTuple):
    """How a priority class gains points: rate (1 = a minute a minute), head start, cap (min)."""

    rate: float
    head: float
    cap: float


Spot = tuple[float, int, str]
"""A place in a line; on a drawn path instants are parts of milliseconds."""


class Option(Struct, frozen=True):
    """A line that a window may call from, and what the rule makes of who stands first in it.

    line: places in order, maybe empty; only the first is looked at. rate: points per
    millisecond. start: head start less gap, points. cap: milliseconds, may be infinite.
    lane, priority: which line it is. rank: position among the window's groups, 0 = home.
    """

    line: Sequence[Spot]
    rate: float
    start: float
    cap: float
    lane: str
    priority: str
    rank: int


class Choice(NamedTuple):
    """A decision and why it was made. lane: the queue in which the ticket was found."""

    ticket: str
    lane: str
    reason: Reason


class Extra(NamedTuple):
    """A ticket about to wait, not in the queues yet: (lane, line) of each queue, and its place."""

    spots: Sequence[tuple[str, str]]
    place: Place


def pick(options: Iterable[Option], now: float) -> Option | None:
    """The option whose first ticket is called next, or None when all lines are empty.

    Greatest (time over cap, points) wins; ties go to whoever came first.
    """
    best = None
    best_over, best_points = -1.0, -inf
    first: Spot = (0, 0, "")
    for option in options:
        line = option.line
        if not line:
            continue
        place = line[0]
        waited = now - place[0]
        over = waited - option.cap if waited > option.cap else 0.0
        if over < best_over:
            continue
        points = option.rate * waited + option.start
        if over == best_over and (
            points < best_points or (points == best_points and place > first)
        ):
            continue
        best, best_over, best_points, first = option, over, points, place
    return best


def place_on(
    tiers: Iterable[Sequence[Key]], idle: Container[Key], worked: Callable[[Key], float]
) -> Key | None:
    """The idle window that takes a new ticket: of the first tier that has one, the least worked."""
    for tier in tiers:
        free = [window for window in tier if window in idle]
        if free:
            return min(free, key=worked)
    return None


def class_rules(config: HallConfig) -> dict[str, ClassRule]:
    """The rule of each priority class of a hall."""
    rules = {NORMAL: ClassRule(1, 0, config.rules.cap_minutes)}
    if config.appointments is not None:
        booked = config.appointments
        rules[APPOINTMENT] = ClassRule(booked.rate, booked.credit_minutes, booked.cap_minutes)
    for p in config.priorities:
        rules[p.id] = ClassRule(p.rate, p.credit_minutes, p.cap_minutes)
    return rules


class Router:
    """The decisions of one hall's configuration. Holds no state of the queue.

    lent: groups that windows serve for a while beside their own.
    """

    def __init__(self, config: HallConfig, lent: Mapping[str, tuple[str, ...]] = {}) -> None:
        self.rule = config.routing
        self.lent = lent
        self.rules: Rules = config.rules
        self.classes = class_rules(config)
        self.windows = {w.id: _with(w, lent.get(w.id, ())) for w in config.windows}
        self._able = _able(self.windows.values())
        self.late_class = config.priorities[0].id if config.priorities else NORMAL

    # ── whom a window serves ─────────────────────────────────────────────────────────────────

    def next_for(
        self,
        window_id: str,
        queues: Queues,
        now: int,
        *,
        returns: bool = True,
        extra: Extra | None = None,
    ) -> Choice | None:
        """The ticket that this window calls next, or None when it could serve nobody.

        returns: whether it is the turn of those who come back.
        """
        window = self.windows[window_id]
        options = list(self._options(window, queues, returns, extra))
        best = pick(options, now)
        if best is None:
            return None
        waiting = queues.among(lanes(window))
        if extra is not None and any(lane in lanes(window) for lane, _ in extra.spots):
            waiting += 1
        reason = self._reason(best, options, window, now, waiting - 1)
        return Choice(best.line[0][2], best.lane, reason)

    def option(
        self,
        window: Window,
        lane: str,
        priority: str,
        line: Sequence[Spot],
        *,
        returns: bool = True,
    ) -> Option:
        """A line as this window sees it under the hall's rule.

        A ticket bound to the window counts as one of its home group. Those who come back go
        first under every rule when it is their turn (`returns`), else they wait like others.
        """
        rank = 0 if lane.startswith("@") else window.groups.index(lane)
        if priority == RETURNING and returns:
            return Option(line, 1 / MINUTE, 0.0, -inf, lane, priority, rank)
        rule = self.classes.get(priority, self.classes[NORMAL])
        match self.rule:
            case "fair":
                gap = self.rules.help_gap_minutes if rank else 0
                return Option(
                    line,
                    rule.rate / MINUTE,
                    float(rule.head - gap),
                    float(rule.cap * MINUTE),
                    lane,
                    priority,
                    rank,
                )
            case "fifo":
                return Option(line, 1 / MINUTE, 0.0, inf, lane, priority, rank)
            case "listed":
                place = rank + (not lane.startswith("@"))
                return Option(line, 1 / MINUTE, -LISTED_GAP * place, inf, lane, priority, rank)

    def _options(
        self, window: Window, queues: Queues, returns: bool, extra: Extra | None
    ) -> Iterator[Option]:
        for lane in lanes(window):
            lines: dict[str, Sequence[Place]] = dict(queues.lines(lane))
            for where, priority in extra.spots if extra is not None else ():
                if extra is not None and where == lane:
                    line = lines.get(priority, ())
                    lines[priority] = [min(line[0], extra.place), *line] if line else [extra.place]
            for priority, line in lines.items():
                yield self.option(window, lane, priority, line, returns=returns)

    def _reason(
        self, best: Option, options: Iterable[Option], window: Window, now: int, ahead_of: int
    ) -> Reason:
        place = best.line[0]
        waited = now - place[0]
        points = self._points(best.priority, waited)
        others = [
            self._points(o.priority, now - o.line[0][0])
            for o in options
            # A visitor who stands in several lines of the window is not his own rival.
            if o.line and o.line[0] != place
        ]
        over = max(0.0, waited - best.cap) if best.cap > -inf else 0.0
        code = "first"
        if best.cap == -inf:
            code = "return"
        elif best.lane.startswith("@"):
            code = "bound"
        elif over > 0:
            code = "over_cap"
        elif best.rank > 0:
            code = "help"
        return Reason(
            code=code,
            rule=self.rule,
            group=window.groups[0] if best.lane.startswith("@") else best.lane,
            priority=best.priority,
            waited_s=int(max(0, waited) // 1000),
            points=round(points, 2),
            lead=round(points - max(others), 2) if others else 0,
            over_cap_s=round(over / 1000),
            ahead_of=ahead_of,
            passed=min(ahead_of, sum(bisect_left(o.line, place) for o in options)),
        )

    def _points(self, priority: str, waited: float) -> float:
        """Points of a class after `waited` milliseconds, the gap left out."""
        if self.rule != "fair":
            return waited / MINUTE
        rule = self.classes.get(priority, self.classes[NORMAL])
        return rule.rate * waited / MINUTE + rule.head

    # ── which windows serve a ticket ─────────────────────────────────────────────────────────

    def able(self, lane: str) -> Sequence[Window]:
        """The windows that may serve a lane: a group's queue or a window's own (`@id`)."""
        return self._able.get(lane, ())

    def tiers(self, lane: str) -> list[list[str]]:
        """Windows able to serve a lane, best first: home windows, then by fewest skills."""
        ranked: dict[tuple[bool, int], list[str]] = {}
        for window in self.able(lane):
            ranked.setdefault((window.groups[0] != lane, len(window.groups)), []).append(window.id)
        return [ranked[key] for key in sorted(ranked)]

    def place(self, lane: str, windows: dict[str, WindowState]) -> str | None:
        """The idle window at which a new ticket is served best, if any is idle."""
        idle = {w.id for w in windows.values() if is_idle(w)}
        return place_on(self.tiers(lane), idle, lambda window: windows[window].worked)

    def booked_class(self, slot: int, now: int) -> str:
        """The class in which a booked visitor waits who checks in at `now`.

        Later than the grace: the first of the hall's priority classes, so that it never gains.
        """
        if now - slot <= self.rules.late_grace_minutes * MINUTE:
            return APPOINTMENT
        return self.late_class

    def ahead(self, lane: str, priority: str, ref: int, order: int, state: State, now: int) -> int:
        """How many in this lane go before a ticket with this priority and reference time.

        Lines are in order of `ref` and points grow with the wait, so each line is cut once.
        """
        count, place = 0, (ref, order, "")
        for other, line in state.queues.lines(lane):
            if other == priority:
                # Who comes now is behind all others, which needs no search.
                count += len(line) if line[-1] < place else bisect_left(line, place)
            elif RETURNING in (other, priority):
                count += len(line) if other == RETURNING else 0
            else:
                mine = self._points(priority, now - ref)
                count += bisect_left(line, (self._ref_of(other, mine, now),))
        return count

    def _ref_of(self, priority: str, points: float, now: int) -> float:
        """The reference time at which a ticket of this class has exactly `points` now."""
        if self.rule != "fair":
            return now - points * MINUTE
        rule = self.classes.get(priority, self.classes[NORMAL])
        if rule.rate == 0:
            return inf if rule.head > points else -inf
        return now - (points - rule.head) / rule.rate * MINUTE


def _with(window: Window, lent: tuple[str, ...]) -> Window:
    """The window with the groups that it serves for a while behind its own."""
    more = tuple(g for g in lent if g not in window.groups)
    return structs.replace(window, groups=window.groups + more) if more else window


def _able(windows: Iterable[Window]) -> dict[str, list[Window]]:
    """By lane: the windows that may serve it."""
    found: dict[str, list[Window]] = {}
    for window in windows:
        for lane in lanes(window):
            found.setdefault(lane, []).append(window)
    return found


def lanes(window: Window) -> tuple[str, ...]:
    """The queues that a window serves: its own first, then its groups in order."""
    return (f"@{window.id}", *window.groups)


def is_idle(window: WindowState) -> bool:
    """Open with nobody there."""
    return window.status is WindowStatus.OPEN and window.ticket is None
