"""When will a ticket be called: a median and an honest interval, or a status where none is.

    forecaster = Forecaster(config)
    forecaster.plan(day, roster)                    # shifts and bookings, when they change
    forecaster.observe(record)                      # every record of the log, as it is committed
    snap = forecaster.snapshot(hall, now)           # picklable
    paths = run(snap, seed)                         # in a worker process
    forecaster.accept(paths)
    forecaster.outlook(hall, now, group, priority)  # a new ticket, at once
    forecaster.of_ticket(ticket, now)               # one that waited at the last refresh

The present state of the hall is played on along 32 paths with learned service times and
arrivals (`forecast_paths`); the point is their middle, the interval is calibrated online
(`learning_calibration`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from .config import APPOINTMENT, NORMAL, HallConfig
from .engine import Hall
from .events import Estimate, Record
from .forecast_course import Course, Probe
from .forecast_paths import PATHS, Path
from .forecast_quiet import quietest
from .forecast_since import NOTHING, Load, growth, loads
from .forecast_snapshot import NEVER, Snapshot, given, opening, snapshot
from .forecast_tables import Tables, tables
from .learning import Learner
from .roster import Booking, Roster
from .state import Ticket, WindowStatus

KNOWN_DAYS = 3
"""Business days after which the course of a day is known well enough to recommend an hour."""

_BAND = 1.645
"""Half of a 90% interval in standard deviations."""


class Status(StrEnum):
    """Why there is no number: a window is free for you now; no window will serve this today."""

    NOW = "now"
    NO_WINDOW = "no_window"
    UNKNOWN = "unknown"


class Point(NamedTuple):
    """A raw forecast: the middle instant of the call (ms), half of its 90% width (s)."""

    at: int
    spread_s: float


class Paths(NamedTuple):
    """What a refresh found out; picklable. None: not called on most of the paths.

    given: the last number of each group. loads: what tickets issued afterwards add, by lane.
    """

    now: int
    tickets: dict[str, Point | None]
    probes: dict[Probe, Point | None]
    given: dict[str, int]
    loads: dict[str, Load]


class Outlook(NamedTuple):
    """What a visitor is told: an estimate or a status, and, when explained, what it is made of.

    ahead: tickets of the same queue that go first. windows: open windows that serve it.
    opening: instants at which more windows open before the call. due: booked visitors of the
    same queue expected before the call.
    """

    estimate: Estimate | None
    status: Status | None
    ahead: int = 0
    windows: int = 0
    opening: tuple[int, ...] = ()
    due: int = 0


def run(snap: Snapshot, seed: int = 0, probes: Iterable[Probe] | None = None) -> Paths:
    """Play the paths of a snapshot: for all that wait and for `probes` (default: all newcomers).

    The same snapshot, seed and probes give the same answer. With `probes` given, only they are
    followed to their call, which is cheaper; tickets whose call was not reached are left out.
    """
    asked = newcomers(snap) if probes is None else list(probes)
    course = Course(snap, asked)
    called: list[list[float]] = []
    probed: list[list[float]] = []
    for number in range(PATHS):
        path = Path(course, number, seed)
        path.run(everybody=probes is None)
        called.append(path.called)
        probed.append(path.probed)
    tickets = (
        {
            t.id: _point(calls)
            for t, calls in zip(snap.waiting, zip(*called, strict=True), strict=True)
        }
        if probes is None
        else {}
    )
    points = {p: _point(calls) for p, calls in zip(asked, zip(*probed, strict=True), strict=True)}
    waits = {p.lane: at.at - snap.now for p, at in points.items() if at and p.priority == NORMAL}
    return Paths(snap.now, tickets, points, snap.given, loads(snap, waits))


def newcomers(snap: Snapshot) -> list[Probe]:
    """A probe for every kind of ticket that may be issued now."""
    lanes = sorted(set(snap.lanes.values()))
    walk_in = [c for c in snap.router.classes if c != APPOINTMENT]
    found = [Probe(lane, cls, snap.now) for lane in lanes for cls in walk_in]
    early = {
        Probe(snap.lanes[b.service], APPOINTMENT, max(b.slot, snap.now))
        for b in snap.bookings
        if -_CHECK_IN <= b.slot - snap.now <= _CHECK_IN and b.service in snap.lanes
    }
    return found + sorted(early)


_CHECK_IN = 30 * 60_000


def _point(calls: Iterable[float]) -> Point | None:
    """The mean of the middle half of the paths: a median with less noise."""
    times = sorted(t for t in calls if t < NEVER)
    if 2 * len(times) <= PATHS:
        return None
    quarter = len(times) // 4
    middle = times[quarter : len(times) - quarter]
    mean = sum(times) / len(times)
    variance = sum((t - mean) ** 2 for t in times) / max(1, len(times) - 1)
    return Point(int(sum(middle) / len(middle)), _BAND * sqrt(variance) / 1000)


class Forecaster:
    """The forecast of one hall, on the server's side: learns, asks for paths, answers."""

    def __init__(self, config: HallConfig) -> None:
        self.learner = Learner(config)
        self.paths = Paths(0, {}, {}, {}, {})

    def plan(self, day: str, roster: Roster) -> None:
        """Take note of a day's shifts and bookings; again whenever they change."""
        self.learner.plan(day, roster)

    def observe(self, record: Record) -> None:
        """Learn from one record of the log."""
        self.learner.observe(record)

    def tables(self, hall: Hall, now: int) -> Tables:
        """The part of a snapshot that may be made a moment before the rest."""
        return tables(hall, self.learner, now)

    def snapshot(self, hall: Hall, now: int, known: Tables | None = None) -> Snapshot:
        """What `run` needs."""
        return snapshot(hall, self.learner, now, known)

    def best_hours(self, hall: Hall, now: int) -> dict[str, int]:
        """By group: when the quietest hour of the rest of today begins; only what is known."""
        if len(self.learner.arrivals.past) < KNOWN_DAYS:
            return {}
        calendar = hall.calendar

        def opens(group: str, at: int) -> bool:
            week = hall.group_week(group) if group in hall.groups else None
            return calendar.is_open(at) and (week is None or calendar.is_open(at, week))

        return quietest(self.snapshot(hall, now), opens)

    def accept(self, paths: Paths) -> None:
        """Take the paths of the last refresh."""
        self.paths = paths

    def outlook(
        self, hall: Hall, now: int, group: str, priority: str, ref: int | None = None
    ) -> Outlook:
        """What a ticket that is issued now for `group` would be told, from the last paths.

        ref: the start of the slot of an appointment that is early.
        """
        windows = _open(hall, group)
        since = now if ref is None else max(ref, now)
        ahead = hall.router.ahead(group, priority, since, hall.state.seq + 1, hall.state, now)
        if not ahead and hall.router.place(group, hall.state.windows) is not None:
            return Outlook(None, Status.NOW, windows=windows)
        probe = self._probe(group, priority, since, now)
        if probe is None:
            return Outlook(None, Status.UNKNOWN, ahead, windows)
        point = self.paths.probes[probe]
        if point is None:
            return Outlook(None, Status.NO_WINDOW, ahead, windows)
        more = growth(self.paths.loads.get(group, NOTHING), self.paths.given, given(hall, now))
        later = Point(point.at + int(more.ms), more.widen(point.spread_s, _BAND))
        return Outlook(self._estimate(later, now), None, ahead, windows)

    def explain(self, hall: Hall, now: int, ticket: Ticket, estimate: Estimate) -> Outlook:
        """The numbers behind what a waiting ticket is told."""
        place = (ticket.lane, ticket.priority, ticket.ref, ticket.order)
        ahead = hall.router.ahead(*place, hall.state, now)
        told = Outlook(estimate, None, ahead, _open(hall, ticket.lane))
        return self.explained(hall, ticket.lane, now, told)

    def _probe(self, group: str, priority: str, since: int, now: int) -> Probe | None:
        """The probe of the last refresh that stands for such a ticket."""
        ref = since if since > now else self.paths.now
        probe = Probe(group, priority, ref)
        if probe in self.paths.probes:
            return probe
        near = [p for p in self.paths.probes if p.lane == group and p.priority == priority]
        return min(near, key=lambda p: abs(p.ref - ref), default=None)

    def of_ticket(self, ticket: str, now: int) -> Estimate | Status | None:
        """What a ticket is told now; None unless it waited at the last refresh."""
        if ticket not in self.paths.tickets:
            return None
        point = self.paths.tickets[ticket]
        return Status.NO_WINDOW if point is None else self._estimate(point, now)

    def _estimate(self, point: Point, now: int) -> Estimate:
        return self.learner.calibration.estimate(max(0, point.at - now) / 1000, point.spread_s)

    def explained(self, hall: Hall, group: str, now: int, outlook: Outlook) -> Outlook:
        """An outlook with the windows and the booked visitors that its estimate counts on."""
        estimate = outlook.estimate
        until = now + (estimate.median_s * 1000 if estimate else 0)
        able = (hall.state.windows[w.id] for w in hall.router.able(group))
        closed = [window for window in able if window.status is WindowStatus.CLOSED]
        opens = (opening(window, self.learner.shift(window.id, now), now) for window in closed)
        booked = self.learner.outstanding()
        first = bisect_left(booked, now - _CHECK_IN // 2, key=_slot)
        soon = booked[first : bisect_right(booked, until, key=_slot)]
        due = 0
        if soon:
            services = {s.id for s in hall.state.config.services if s.group == group}
            due = sum(not services.isdisjoint(b.services) for b in soon)
        return outlook._replace(
            opening=tuple(sorted(at for at in opens if at is not None and at <= until)), due=due
        )


def _slot(booking: Booking) -> int:
    return booking.slot


def _open(hall: Hall, lane: str) -> int:
    """How many windows that serve a lane are open."""
    able = (hall.state.windows[w.id].status for w in hall.router.able(lane))
    return sum(status is not WindowStatus.CLOSED for status in able)
