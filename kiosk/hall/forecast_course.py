"""What all paths of a refresh share: the lines that each refills, who sees which, what is there.

Whatever is the same on every path is worked out here once: which lines each window may call from,
the present service of each, the kinds of visitors who may come.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Sequence
from typing import NamedTuple

from .config import RETURNING
from .forecast_arrivals import Expected, Visitor
from .forecast_onward import lines
from .forecast_snapshot import NEVER, Leg, Seat, Snapshot, Waiting, ready
from .learning import no_show_bin
from .routing import Option, Spot, lanes


class Probe(NamedTuple):
    """A ticket that might be issued now."""

    lane: str
    priority: str
    ref: int


class Rest(NamedTuple):
    """A service that is going on, of which `passed` (ms) is over; it may be any longer `length`.

    passed and lengths are freed from the window's `factor`. gone: the chance that nobody comes,
    in which case the call is held for `hold` more.
    """

    passed: float
    lengths: Sequence[float]
    first: int
    factor: float
    gone: float
    hold: float


class Desk:
    """A window on all paths: its shift, and the lines that it calls from.

    plain: it always calls from all its `options`. Else it matters whose turn it is (`meanwhile`:
    not of those who come back) and, from `lent_until` on, which groups are its `own`. rest: of
    the present service, if it isn't `sent_on` to another.
    """

    def __init__(self, course: Course, seat: Seat, *, returns: bool) -> None:
        self.seat = seat
        self.end, self.lent_until = float(seat.end), float(seat.lent_until)
        self.home_factor, self.off_factor = seat.home_factor, seat.off_factor
        self.options = self.meanwhile = course.options(seat, returns=True)
        if returns:
            self.meanwhile = course.options(seat, returns=False)
        self.plain = not returns and not seat.lent
        self.own = [o for o in self.options if o.lane not in seat.lent]
        self.own_meanwhile = [o for o in self.meanwhile if o.lane not in seat.lent]
        self.rest = self.sent_on = None if seat.free_at is not None else _rest(course.snap, seat)
        if self.rest is not None and (onward := course.snap.tables.onward.get(seat.service)):
            self.sent_on = _rest(course.snap, seat, onward.part)

    def lines(self, at: float, *, turn: bool) -> list[Option]:
        """The lines that it calls from at an instant; turn: of those who come back."""
        if at < self.lent_until:
            return self.options if turn else self.meanwhile
        return self.own if turn else self.own_meanwhile


def _rest(snap: Snapshot, seat: Seat, part: float = 1.0) -> Rest:
    elapsed = snap.now - seat.called_at
    factor = part * (seat.home_factor if seat.home else seat.off_factor)
    lengths, passed = snap.tables.lengths[seat.service], elapsed / factor
    held = elapsed < snap.tables.hold
    return Rest(
        passed,
        lengths,
        bisect(lengths, passed),
        factor,
        snap.tables.no_shows[no_show_bin(seat.waited)] if held else 0.0,
        snap.tables.hold - elapsed,
    )


class Course:
    """What all paths of a refresh share."""

    def __init__(self, snap: Snapshot, probes: list[Probe]) -> None:
        self.snap = snap
        self.between_returns = snap.router.rules.between_returns
        self.expected = Expected(snap)
        self.lines: dict[tuple[str, str], list[Spot]] = {}
        self.start: dict[tuple[str, str], list[Spot]] = {}
        self.visitors = [_visitor(t) for t in snap.waiting]
        self.waiting, self.probes = len(snap.waiting), len(probes)
        self.after: dict[int, int] = {}
        for window, seat in enumerate(snap.seats):
            if seat.after is not None:
                self.after[window] = len(self.visitors)
                self.visitors.append(_visitor(seat.after))
        self.away: list[tuple[int, int]] = []
        for ticket, since in snap.away:
            self.away.append((len(self.visitors), snap.now - since))
            self.visitors.append(_visitor(ticket))
        for number, v in enumerate(self.visitors[: self.waiting]):
            for leg in ready(v.legs):
                self._stand(leg.lane, leg.line or v.priority, (v.ref, number, ""))
        self.first = len(self.visitors)
        self.visitors += [Visitor(float(snap.now), (), p.priority, float(p.ref)) for p in probes]
        for number, probe in enumerate(probes, self.first):
            self._stand(probe.lane, probe.priority, (float(probe.ref), number, ""))
        self._draw_lines()
        returns = any(line == RETURNING for _, line in self.lines)
        self.desks = [Desk(self, seat, returns=returns) for seat in snap.seats]
        index = {seat.window.id: i for i, seat in enumerate(snap.seats)}
        self.there = {s.window.id for s in snap.seats if s.free_at is None or s.free_at < NEVER}
        self.tiers = {
            lane: [[index[w] for w in tier] for tier in snap.router.tiers(lane)]
            for lane in {lane for lane, _ in self.lines}
        }
        self.lent: dict[str, list[int]] = {}
        for window, seat in enumerate(snap.seats):
            for lane in seat.lent:
                self.lent.setdefault(lane, []).append(window)

    def _stand(self, lane: str, priority: str, place: Spot) -> None:
        insort(self.start.setdefault((lane, priority), []), place)

    def _draw_lines(self) -> None:
        """An empty line for everybody who may ever stand somewhere."""
        keys = {*self.start, *lines(self.snap)}
        for lane in set(self.snap.lanes.values()):
            keys.update((lane, priority) for priority in self.snap.router.classes)
        for visitor in self.visitors:
            keys.update((leg.lane, leg.line or visitor.priority) for leg in visitor.legs)
        self.lines = {key: [] for key in sorted(keys)}

    def options(self, seat: Seat, *, returns: bool) -> list[Option]:
        """The lines that a window may call from; returns: whether those who come back go first."""
        served = lanes(seat.window)
        return [
            self.snap.router.option(seat.window, lane, priority, line, returns=returns)
            for (lane, priority), line in self.lines.items()
            if lane in served
        ]

    def reset(self) -> None:
        """Fill the lines with who waits now."""
        for key, line in self.lines.items():
            line[:] = self.start.get(key, ())


def _visitor(ticket: Waiting) -> Visitor:
    return Visitor(float(ticket.issued_at), ticket.legs, ticket.priority, float(ticket.ref))


def standing(visitor: Visitor) -> list[tuple[Leg, tuple[str, str]]]:
    """The legs that a visitor waits for now, and the line in which each is waited for."""
    return [(leg, (leg.lane, leg.line or visitor.priority)) for leg in ready(visitor.legs)]
