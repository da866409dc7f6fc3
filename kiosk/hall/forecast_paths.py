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

from bisect import bisect_left, insort
from heapq import heappop, heappush
from math import inf, log
from random import Random

from msgspec import structs

from .config import APPOINTMENT, RETURNING
from .forecast_arrivals import ArrivalDraw, Visitor, one_of
from .forecast_course import Course, Desk, Rest, standing
from .forecast_snapshot import NEVER, Leg, Seat
from .learning import no_show_bin
from .learning_service import QUANTILES
from .routing import Option, pick, place_on

PATHS = 16

_ORDERS = 127
_STRATA = tuple(
    zip(
        *(Random(f"strata {row}").sample(range(PATHS), PATHS) for row in range(_ORDERS)),
        strict=True,
    )
)
"""For each path its quantile in each of the orders in which paths go through the quantiles."""


class Path:
    """One future. `called` and `probed`: the instants of the calls, infinite when none came."""

    def __init__(self, course: Course, number: int, salt: int) -> None:
        snap = course.snap
        course.reset()
        self.course, self.salt = course, salt
        self.strata = _STRATA[number]
        self.quantiles = [2 * s + ((n + number) & 1) for n, s in enumerate(self.strata)]
        seed = salt * PATHS + number
        self.arrivals = iter(ArrivalDraw(course.expected, seed))
        self.rng = Random(seed)
        self.random = self.rng.random
        self.desks, self.lines = course.desks, course.lines
        self.lengths, self.no_shows = snap.tables.lengths, snap.tables.no_shows
        self.pauses, self.pause_rate = snap.tables.pauses, snap.tables.pause_rate
        self.handover = float(snap.tables.handover)
        self.held = float(snap.tables.hold + snap.tables.handover)
        self.visitors = list(course.visitors)
        self.waiting, self.first = course.waiting, course.first
        self.newcomers = course.first + course.probes
        self.called = [inf] * course.waiting
        self.probed = [inf] * course.probes
        self.left = self.step = 0
        self.idle: set[int] = set()
        self.heap: list[tuple[float, int]] = []
        self.due = [inf] * len(snap.seats)
        self.stop_at = [float(min(seat.break_at, seat.end)) for seat in snap.seats]
        self.worked = [float(seat.worked) for seat in snap.seats]
        self.others = [seat.others for seat in snap.seats]
        self.after = dict(course.after)

    def run(self, *, everybody: bool) -> None:
        """Play on until all probes have been called, and with `everybody` all who wait now."""
        self.step = int(everybody)
        self.left = len(self.probed) + self.step * len(self.called)
        for index, desk in enumerate(self.desks):
            self._seat(index, desk.seat, desk.rest)
        heap, due, arrivals = self.heap, self.due, self.arrivals
        newcomer = next(arrivals, None)
        comes = inf if newcomer is None else newcomer.at
        while self.left:
            at = heap[0][0] if heap else inf
            if newcomer is not None and comes <= at:
                self._arrive(newcomer)
                newcomer = next(arrivals, None)
                comes = inf if newcomer is None else newcomer.at
            elif heap:
                at, window = heappop(heap)
                if due[window] == at:
                    self._free(at, window)
            else:
                return

    def _seat(self, index: int, seat: Seat, rest: Rest | None) -> None:
        now = float(self.course.snap.now)
        if rest is not None:
            left = self._rest_of_service(index, rest)
            self.worked[index] += now - seat.called_at + left
            self._wake(index, now + left + self._pause())
        elif seat.away_since is not None:
            away = now - seat.away_since
            pauses = [p for p in self.pauses if p > away]
            self._wake(index, now + (one_of(pauses, self.rng) - away if pauses else away))
        elif seat.free_at is not None and seat.free_at < NEVER:
            self._wake(index, max(now, float(seat.free_at)))

    def _rest_of_service(self, index: int, rest: Rest) -> float:
        """How much longer the present service lasts: a length greater than what has passed."""
        passed, lengths, first, factor, gone, hold = rest
        if gone and self.random() < gone:
            return hold
        u = (self.strata[(index * 31 + self.salt) % _ORDERS] + self.random()) / PATHS
        if first < QUANTILES - 1:
            length = lengths[int(first + u * (QUANTILES - first))]
            return (length - passed) * factor
        return -log(1 - u * 0.999) * 0.5 * lengths[QUANTILES // 2] * factor

    def _pause(self) -> float:
        """What passes between a service and the next call."""
        if self.random() < self.pause_rate:
            return self.handover + one_of(self.pauses, self.rng)
        return self.handover

    def _wake(self, window: int, at: float) -> None:
        self.due[window] = at
        heappush(self.heap, (at, window))

    def _arrive(self, newcomer: Visitor) -> None:
        number = len(self.visitors)
        self.visitors.append(newcomer)
        legs = newcomer.legs
        if len(legs) > 1:
            self._again(number, newcomer.at)
            return
        lane = legs[0].lane
        insort(self.lines[lane, newcomer.priority], (newcomer.ref, number, ""))
        if self.idle and (window := self._place(lane, newcomer.at)) is not None:
            self._free(newcomer.at, window)

    def _place(self, lane: str, at: float) -> int | None:
        """The idle window that takes who begins to wait."""
        idle, course = self.idle, self.course
        if lane in course.lent:
            seats = course.snap.seats
            idle = idle.difference(w for w in course.lent[lane] if at >= seats[w].lent_until)
        return place_on(course.tiers[lane], idle, self.worked.__getitem__)

    def _free(self, at: float, window: int) -> None:
        """Whatever a window does next: closes, rests, calls or waits."""
        desk = self.desks[window]
        self.idle.discard(window)
        if window in self.after:
            self._again(self.after.pop(window), at)
        if at >= self.stop_at[window] and self._stops(at, window, desk):
            return
        options = desk.options
        if not desk.plain:
            options = desk.lines(at, turn=self.others[window] >= self.course.between_returns)
        first, newcomers = self.first, self.newcomers
        while (best := pick(options, at)) is not None:
            number = self.lines[best.lane, best.priority].pop(0)[1]
            if first <= number < newcomers:
                self.probed[number - first] = at
                self.left -= 1
                continue
            self._serve(at, window, desk, best, number)
            return
        if at < desk.end:
            self.idle.add(window)
            self._wake(window, self.stop_at[window])

    def _stops(self, at: float, window: int, desk: Desk) -> bool:
        """Whether a window closes or rests now, when its end or its break has come."""
        self.stop_at[window] = desk.end
        if at >= desk.end:
            return not desk.seat.works_off
        self._wake(window, at + desk.seat.break_ms)
        return True

    def _again(self, number: int, at: float) -> None:
        """Who has another service to come waits for it in the old place."""
        visitor = self.visitors[number]
        for leg, line in standing(visitor):
            insort(self.lines[line], (visitor.ref, number, ""))
            if self.idle and (window := self._place(leg.lane, at)) is not None:
                self._wake(window, at)

    def _take_up(self, number: int, lane: str) -> tuple[Leg, ...]:
        """Let the service that is called be the present one, and leave the other lines."""
        visitor = self.visitors[number]
        stands = standing(visitor)
        called = next(leg for leg, _ in stands if leg.lane == lane)
        for leg, key in stands:
            if leg is not called:
                line = self.lines[key]
                del line[bisect_left(line, (visitor.ref, number, ""))]
        legs = (called, *(leg for leg in visitor.legs if leg is not called))
        self.visitors[number] = structs.replace(visitor, legs=legs)
        return legs

    def _serve(self, at: float, window: int, desk: Desk, best: Option, number: int) -> None:
        visitor = self.visitors[number]
        if number < self.waiting and self.called[number] == inf:
            self.called[number] = at
            self.left -= self.step
        legs = visitor.legs
        if len(legs) > 1:
            legs = self._take_up(number, best.lane)
        if not desk.plain:
            self.others[window] = 0 if best.priority == RETURNING else self.others[window] + 1
        if visitor.priority != APPOINTMENT:
            gone = self.no_shows[no_show_bin(at - visitor.at)]
            if self.random() < gone:
                self._wake(window, at + self.held)
                return
        draw = number if number < self.first else number - self.course.probes
        quantile = self.quantiles[(draw * 17 + self.salt) % _ORDERS]
        factor = desk.off_factor if best.rank else desk.home_factor
        length = self.lengths[legs[0].service][quantile] * factor
        self.worked[window] += length
        self._wake(window, at + length + self._pause())
        if len(legs) > 1:
            self.visitors[number] = structs.replace(visitor, legs=legs[1:])
            self.after[window] = number
