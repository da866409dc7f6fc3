"""Possible futures of a hall: its present state played on with drawn services and arrivals.

Each path decides with the router's own functions. Newcomers who do not exist yet are asked for
by *probes*: a probe stands in a line like a ticket, but a window that would call it notes the
instant and calls the next, so that it learns when a ticket issued now would be called without
taking anybody's place. It stands behind all who are here and before all who come later: also
before the booked visitor who may be the very one who asks.

Each of the sixteen paths draws its own arrivals and service times. Lengths are drawn by Latin
hypercube: each ticket's sixteen lengths are spread over its sixteen quantiles in an order of its
own, which halves the noise of a median of so few paths.
"""

from __future__ import annotations

from bisect import bisect, bisect_left, insort
from heapq import heappop, heappush
from math import log
from random import Random
from typing import NamedTuple

from .config import APPOINTMENT, RETURNING
from .forecast_arrivals import ArrivalDraw, Newcomer, one_of
from .forecast_snapshot import NEVER, Leg, Seat, Snapshot, ready
from .learning import no_show_bin
from .learning_service import QUANTILES
from .routing import Option, lanes, pick, place_on
from .state import Place

PATHS = 16

_STRATA = tuple(tuple(Random(f"strata {row}").sample(range(PATHS), PATHS)) for row in range(127))
"""Orders in which sixteen paths go through sixteen quantiles."""


class Probe(NamedTuple):
    """A ticket that might be issued now."""

    lane: str
    priority: str
    ref: int


class Visitor(NamedTuple):
    """Somebody on a path: the services still to come, and since when the wait counts."""

    legs: tuple[Leg, ...]
    priority: str
    issued_at: int
    ref: int


class Course:
    """What all paths of a refresh share: the lines (refilled by each) and who sees which."""

    def __init__(self, snap: Snapshot, probes: list[Probe]) -> None:
        self.snap = snap
        self.between_returns = snap.router.rules.between_returns
        self.lines: dict[tuple[str, str], list[Place]] = {}
        self.start: dict[tuple[str, str], list[Place]] = {}
        self.visitors = [Visitor(t.legs, t.priority, t.issued_at, t.ref) for t in snap.waiting]
        self.waiting, self.probes = len(snap.waiting), len(probes)
        self.after: dict[int, int] = {}
        for window, seat in enumerate(snap.seats):
            if (t := seat.after) is not None:
                self.after[window] = len(self.visitors)
                self.visitors.append(Visitor(t.legs, t.priority, t.issued_at, t.ref))
        for number, v in enumerate(self.visitors[: self.waiting]):
            for leg in ready(v.legs):
                self._stand(leg.lane, leg.line or v.priority, (v.ref, number, ""))
        self.first = len(self.visitors)
        self.visitors += [Visitor((), probe.priority, snap.now, probe.ref) for probe in probes]
        for number, probe in enumerate(probes, self.first):
            self._stand(probe.lane, probe.priority, (probe.ref, number, ""))
        self._draw_lines()
        self.options = [self._options(seat, returns=True) for seat in snap.seats]
        self.meanwhile = self.options
        if any(line == RETURNING for _, line in self.lines):
            self.meanwhile = [self._options(seat, returns=False) for seat in snap.seats]
        index = {seat.window.id: i for i, seat in enumerate(snap.seats)}
        self.tiers = {
            lane: [[index[w] for w in tier] for tier in snap.router.tiers(lane)]
            for lane in {lane for lane, _ in self.lines}
        }
        self.lent: dict[str, list[int]] = {}
        for window, seat in enumerate(snap.seats):
            for lane in seat.lent:
                self.lent.setdefault(lane, []).append(window)

    def _stand(self, lane: str, priority: str, place: Place) -> None:
        insort(self.start.setdefault((lane, priority), []), place)

    def _draw_lines(self) -> None:
        """An empty line for everybody who may ever stand somewhere."""
        keys = set(self.start)
        for lane in set(self.snap.lanes.values()):
            keys.update((lane, priority) for priority in self.snap.router.classes)
        for visitor in self.visitors:
            keys.update((leg.lane, leg.line or visitor.priority) for leg in visitor.legs)
        self.lines = {key: [] for key in sorted(keys)}

    def _options(self, seat: Seat, *, returns: bool) -> list[Option]:
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


class Path:
    """One future. `called` and `probed`: the instants of the calls, NEVER when none came."""

    def __init__(self, course: Course, number: int, salt: int) -> None:
        snap = course.snap
        course.reset()
        self.course, self.number, self.salt = course, number, salt
        seed = salt * PATHS + number
        self.arrivals = iter(ArrivalDraw(snap, seed))
        self.rng = Random(seed)
        self.lengths, self.no_shows = snap.tables.lengths, snap.tables.no_shows
        self.visitors = list(course.visitors)
        self.called = [NEVER] * course.waiting
        self.probed = [NEVER] * course.probes
        self.left = self.step = 0
        self.idle: set[int] = set()
        self.heap: list[tuple[int, int]] = []
        self.due = [NEVER] * len(snap.seats)
        self.break_at = [seat.break_at for seat in snap.seats]
        self.worked = [float(seat.worked) for seat in snap.seats]
        self.others = [seat.others for seat in snap.seats]
        self.after = dict(course.after)

    def run(self, *, everybody: bool) -> None:
        """Play on until all probes have been called, and with `everybody` all who wait now."""
        self.step = int(everybody)
        self.left = len(self.probed) + self.step * len(self.called)
        for index, seat in enumerate(self.course.snap.seats):
            self._seat(index, seat)
        heap = self.heap
        newcomer = next(self.arrivals, None)
        while self.left:
            at = heap[0][0] if heap else NEVER
            if newcomer is not None and newcomer.at <= at:
                self._arrive(newcomer)
                newcomer = next(self.arrivals, None)
            elif heap:
                at, window = heappop(heap)
                if self.due[window] == at:
                    self._free(at, window)
            else:
                return

    def _seat(self, index: int, seat: Seat) -> None:
        now = self.course.snap.now
        if seat.free_at is None:
            rest = self._rest_of_service(index, seat, now)
            self.worked[index] += now - seat.called_at + rest
            self._wake(index, now + rest + self._pause())
        elif seat.away_since is not None:
            away = now - seat.away_since
            pauses = [p for p in self.course.snap.tables.pauses if p > away]
            self._wake(index, now + (one_of(pauses, self.rng) - away if pauses else away))
        elif seat.free_at < NEVER:
            self._wake(index, max(now, seat.free_at))

    def _rest_of_service(self, index: int, seat: Seat, now: int) -> int:
        """How much longer the present service lasts: a length greater than what has passed."""
        snap = self.course.snap
        elapsed = now - seat.called_at
        hold = snap.tables.hold
        if elapsed < hold and self.rng.random() < self.no_shows[no_show_bin(seat.waited)]:
            return int(hold - elapsed)
        factor = seat.home_factor if seat.home else seat.off_factor
        lengths = self.lengths[seat.service]
        passed = elapsed / factor
        first = bisect(lengths, passed)
        strata = _STRATA[(index * 31 + self.salt) % len(_STRATA)]
        u = (strata[self.number] + self.rng.random()) / PATHS
        if first < QUANTILES - 1:
            position = first + u * (QUANTILES - first)
            length = lengths[int(position)]
            rest = (length - passed) * factor
        else:
            rest = -log(1 - u * 0.999) * 0.5 * lengths[QUANTILES // 2] * factor
        return int(rest)

    def _pause(self) -> int:
        """What passes between a service and the next call."""
        snap = self.course.snap
        pauses = self.rng.random() < snap.tables.pause_rate
        return int(snap.tables.handover) + (one_of(snap.tables.pauses, self.rng) if pauses else 0)

    def _wake(self, window: int, at: int) -> None:
        self.due[window] = at
        heappush(self.heap, (at, window))

    def _arrive(self, newcomer: Newcomer) -> None:
        course = self.course
        at, legs, priority, ref = newcomer
        number = len(self.visitors)
        self.visitors.append(Visitor(legs, priority, at, ref))
        if len(legs) > 1:
            self._again(number, at)
            return
        lane = legs[0].lane
        insort(course.lines[lane, priority], (ref, number, ""))
        window = self._place(lane, at)
        if window is not None:
            self._free(at, window)

    def _place(self, lane: str, at: int) -> int | None:
        """The idle window that takes who begins to wait."""
        idle = self.idle
        if not idle:
            return None
        course = self.course
        if lane in course.lent:
            seats = course.snap.seats
            idle = idle.difference(w for w in course.lent[lane] if at >= seats[w].lent_until)
        return place_on(course.tiers[lane], idle, self.worked.__getitem__)

    def _free(self, at: int, window: int) -> None:
        """Whatever a window does next: closes, rests, calls or waits."""
        course = self.course
        seat = course.snap.seats[window]
        self.idle.discard(window)
        if window in self.after:
            self._again(self.after.pop(window), at)
        if at >= seat.end and not seat.works_off:
            return
        if self.break_at[window] <= at < seat.end:
            self.break_at[window] = NEVER
            self._wake(window, at + seat.break_ms)
            return
        options = self._options(at, window, seat)
        while (best := pick(options, at)) is not None:
            number = course.lines[best.lane, best.priority].pop(0)[1]
            asked = number - course.first
            if not 0 <= asked < course.probes:
                if len(self.visitors[number].legs) > 1:
                    self._take_up(number, best.lane)
                self.others[window] = 0 if best.priority == RETURNING else self.others[window] + 1
                self._serve(at, window, seat, number, best.rank == 0)
                return
            self.probed[asked] = at
            self.left -= 1
        if at < seat.end:
            self.idle.add(window)
            self._wake(window, min(self.break_at[window], seat.end))

    def _options(self, at: int, window: int, seat: Seat) -> list[Option]:
        """The lines that a window calls from: whose turn it is, and of its own once returned."""
        course = self.course
        turn = self.others[window] >= course.between_returns
        options = (course.options if turn else course.meanwhile)[window]
        if at < seat.lent_until:
            return options
        return [option for option in options if option.lane not in seat.lent]

    def _again(self, number: int, at: int) -> None:
        """Who has another service to come waits for it in the old place."""
        visitor = self.visitors[number]
        for leg in ready(visitor.legs):
            line = self.course.lines[leg.lane, leg.line or visitor.priority]
            insort(line, (visitor.ref, number, ""))
            window = self._place(leg.lane, at)
            if window is not None:
                self._wake(window, at)

    def _take_up(self, number: int, lane: str) -> None:
        """Let the service that is called be the present one, and leave the other lines."""
        visitor = self.visitors[number]
        standing = ready(visitor.legs)
        called = next(leg for leg in standing if leg.lane == lane)
        for leg in standing:
            if leg is not called:
                line = self.course.lines[leg.lane, leg.line or visitor.priority]
                del line[bisect_left(line, (visitor.ref, number, ""))]
        rest = tuple(leg for leg in visitor.legs if leg is not called)
        self.visitors[number] = visitor._replace(legs=(called, *rest))

    def _serve(self, at: int, window: int, seat: Seat, number: int, home: bool) -> None:
        visitor = self.visitors[number]
        legs, priority, issued, _ = visitor
        if number < len(self.called) and self.called[number] == NEVER:
            self.called[number] = at
            self.left -= self.step
        rng = self.rng
        if priority != APPOINTMENT:
            gone = self.no_shows[no_show_bin(at - issued)]
            if rng.random() < gone:
                self._wake(
                    window,
                    at + int(self.course.snap.tables.hold + self.course.snap.tables.handover),
                )
                return
        draws = number if number < self.course.first else number - self.course.probes
        strata = _STRATA[(draws * 17 + self.salt) % len(_STRATA)]
        quantile = 2 * strata[self.number] + ((draws + self.number) & 1)
        factor = seat.home_factor if home else seat.off_factor
        length = self.lengths[legs[0].service][quantile] * factor
        self.worked[window] += length
        self._wake(window, at + int(length) + self._pause())
        if len(legs) > 1:
            self.visitors[number] = visitor._replace(legs=legs[1:])
            self.after[window] = number
