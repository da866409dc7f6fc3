"""Possible futures of a hall: its present state played on with drawn services and arrivals.

Each path decides with the router's own functions. Newcomers who do not exist yet are asked for
by *probes*: a probe stands in a line like a ticket, but a window that would call it notes the
instant and calls the next, so that it learns when a ticket issued now would be called without
taking anybody's place. It stands behind all who are here and before all who come later: also
before the booked visitor who may be the very one who asks.

Each path draws its own arrivals and service times. Lengths are drawn by Latin hypercube: each
ticket has each of its quantiles once on all the paths, in an order of its own, which halves the
noise of a median of so few.
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
from .forecast_onward import drawn, legs_after, time_away
from .forecast_snapshot import NEVER, Leg
from .learning import no_show_bin
from .learning_onward import Step
from .learning_service import QUANTILES
from .routing import Option, pick, place_on

PATHS = QUANTILES
"""So many that each length of a service is drawn on one of them."""

_ORDERS = 251
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
        self.onward = snap.tables.onward

    def run(self, *, everybody: bool) -> None:
        """Play on until all probes have been called, and with `everybody` all who wait now."""
        self.step = int(everybody)
        self.left = len(self.probed) + self.step * len(self.called)
        for index, desk in enumerate(self.desks):
            self._seat(index, desk)
        for number, passed in self.course.away:
            self._send_away(number, float(self.course.snap.now), passed)
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
                if window < 0:
                    self._again(~window, at)
                elif due[window] == at:
                    self._free(at, window)
            else:
                return

    def _seat(self, index: int, desk: Desk) -> None:
        now, seat = float(self.course.snap.now), desk.seat
        if desk.rest is not None and desk.sent_on is not None:
            onward, number = self.onward.get(seat.service), self.after.pop(index, None)
            step = drawn(onward, self.rng) if onward is not None else None
            left = self._rest_of_service(index, desk.rest if step is None else desk.sent_on)
            if number is not None:
                present = Leg("", seat.service)
                self._leave(index, number, (present, *self.visitors[number].legs), now + left, step)
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
        quantile = self.strata[(draw * 17 + self.salt) % _ORDERS]
        factor = desk.off_factor if best.rank else desk.home_factor
        service = legs[0].service
        length = self.lengths[service][quantile] * factor
        if service in self.onward and (step := drawn(self.onward[service], self.rng)) is not None:
            length *= self.onward[service].part
            self._leave(window, number, legs, at + length, step)
        elif len(legs) > 1:
            self._leave(window, number, legs, at + length)
        self.worked[window] += length
        self._wake(window, at + length + self._pause())

    def _leave(
        self,
        window: int,
        number: int,
        served: tuple[Leg, ...],
        at: float,
        step: Step | None = None,
    ) -> None:
        """Who is served until `at` waits afterwards for what is still to be done, if anything is.

        The patience of who has been at a window begins anew.
        """
        course, left = self.course, served[1:]
        if step is not None:
            here = self.desks[window].seat.window.id
            left = legs_after(step, served, here, course.there, course.snap.lanes)
        if not left:
            return
        self.visitors[number] = structs.replace(self.visitors[number], legs=left, at=at)
        if step is not None and step.away:
            self._send_away(number, at, 0)
        else:
            self.after[window] = number

    def _send_away(self, number: int, at: float, passed: int) -> None:
        """Let a visitor come back who has been away for `passed` at an instant, if ever."""
        left = time_away(self.course.snap.tables, passed, self.rng)
        if left is not None:
            heappush(self.heap, (at + left, ~number))
