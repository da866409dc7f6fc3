"""What a hall learns from its log: service times, arrivals, pauses, no-shows, own mistakes.

`Learner` is a fold over records, like the hall itself: the same records give the same learner,
so what was learned is rebuilt from the log and needs no storage of its own. It is plain data and
can be pickled. What is known of a day beside the log (shifts, bookings) is told by `plan`;
without it windows are expected as they usually open.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, deque

from msgspec import Struct

from .calendar import MINUTE, Calendar
from .config import APPOINTMENT, NORMAL, HallConfig
from .events import (
    DayClosed,
    Estimate,
    HallConfigured,
    LegPlan,
    Record,
    ServiceFinished,
    TicketCalled,
    TicketCancelled,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketRequeued,
    TicketResumed,
    TicketTransferred,
    WindowClosed,
    WindowOpened,
    WindowPaused,
)
from .learning_arrivals import Arrivals, Stream
from .learning_bookings import Booked
from .learning_calibration import Calibration
from .learning_habits import Habits
from .learning_onward import GoingOn, Step
from .learning_service import Sample, ServiceTimes
from .roster import Booking, Roster, Shift, manned, with_sessions

NO_SHOW_BIN = 15 * MINUTE
"""No-shows are learned by waits of so long each."""

_NO_SHOW_PRIOR = (0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55)
_NO_SHOW_BOUNDS = tuple(float(NO_SHOW_BIN * n) for n in range(1, len(_NO_SHOW_PRIOR)))
_NO_SHOW_WEIGHT = 10.0
_PAUSE_PRIOR, _PAUSE_WEIGHT = 0.03, 60.0
_LONGEST_HANDOVER = 15 * MINUTE
"""Who waits longer for an idle window waits for something else than the next call."""

_PRIOR_USE, _PRIOR_PRIORITY = 0.6, 0.08
"""Share of the windows' time that walk-ins take on an unknown first day; share of priorities."""


class _Open(Struct, gc=False):
    """A ticket that is on its way. away: since when a window has sent its visitor away."""

    legs: list[LegPlan]
    priority: str
    issued_at: int
    estimate: Estimate | None
    leg: int = 0
    called_at: int | None = None
    calls: int = 0
    away: int | None = None

    def take_up(self, service: str) -> None:
        """Let the service that it is called for be the present one."""
        for index in range(self.leg, len(self.legs)):
            if self.legs[index].service == service:
                self.legs.insert(self.leg, self.legs.pop(index))
                return


class Learner:
    """A fold over a hall's records. Instants and durations are milliseconds."""

    def __init__(self, config: HallConfig) -> None:
        self.calibration = Calibration()
        self.arrivals = Arrivals({})
        self.services = ServiceTimes({})
        self.habits = Habits()
        self.onward = GoingOn()
        self.holds: deque[int] = deque([90_000], maxlen=100)
        self.handovers: deque[int] = deque([0] * 20, maxlen=200)
        self.pauses: deque[int] = deque([2 * MINUTE, 4 * MINUTE, 8 * MINUTE], maxlen=200)
        self.paused, self.finished = _PAUSE_PRIOR * _PAUSE_WEIGHT, _PAUSE_WEIGHT
        self.misses = [p * _NO_SHOW_WEIGHT for p in _NO_SHOW_PRIOR]
        self.calls = [_NO_SHOW_WEIGHT] * len(_NO_SHOW_PRIOR)
        self.roster = Roster()
        self._follows_file = False
        self.day = ""
        self.midnight = 0
        self.rested: set[str] = set()
        self.breaks: dict[str, int] = {}
        self.opened: dict[str, int] = {}
        self._came: Counter[Booking] = Counter()
        self._booked = Booked()
        self._due: tuple[Booking, ...] | None = None
        self._away: dict[str, int] = {}
        self._free: dict[str, int] = {}
        self._tickets: dict[str, _Open] = {}
        self._configure(config)

    def _configure(self, config: HallConfig) -> None:
        self.config = config
        self.calendar = Calendar.of(config)
        self.homes = {w.id: w.groups[0] for w in config.windows}
        catalogue = {s.id: s.minutes * MINUTE for s in config.services}
        self.services.catalogue = catalogue
        for service, prior in catalogue.items():
            self.services.means.setdefault(service, prior)
        if self._follows_file:
            self.roster = self._expected()
        self._prior_arrivals()

    def plan(self, day: str, roster: Roster) -> None:
        """Take note of a day's shifts and bookings; again whenever they change."""
        if day > self.day:
            self._turn_day(day)
        self.roster, self._follows_file = roster, False
        self._prior_arrivals()

    @property
    def roster(self) -> Roster:
        """What is known of the day beforehand."""
        return self._roster

    @roster.setter
    def roster(self, roster: Roster) -> None:
        self._roster = roster
        self._due = None
        self._shifts: dict[str, list[Shift]] = {}
        for shift in roster.shifts:
            self._shifts.setdefault(shift.window, []).append(shift)

    def _prior_arrivals(self) -> None:
        """Walk-ins that would take a usual share of the windows' time, until they are counted."""
        on_duty = {s.window for s in self.roster.shifts}
        homes = [home for window, home in self.homes.items() if window in on_duty]
        windows = Counter(homes or self.homes.values())
        prior: dict[Stream, float] = {}
        classes = [p.id for p in self.config.priorities]
        for group, count in windows.items():
            services = [s for s in self.config.services if s.group == group]
            for service in services:
                rate = _PRIOR_USE * count * 30 / service.minutes / len(services)
                priority = rate * _PRIOR_PRIORITY / len(classes) if classes else 0.0
                prior[service.id, NORMAL] = rate - priority * len(classes)
                prior.update({(service.id, cls): priority for cls in classes})
        self.arrivals.prior = prior

    # ── the fold ─────────────────────────────────────────────────────────────────────────────

    def observe(self, record: Record) -> None:  # noqa: C901, PLR0912 - one case per event
        """Learn from one record of the log."""
        if record.day > self.day and isinstance(record.event, TicketIssued | WindowOpened):
            self._turn_day(record.day)
        match record.event:
            case TicketIssued() as event:
                self._issued(record, event)
            case HallConfigured(config=config):
                self._configure(config)
            case TicketCalled(ticket=ticket, window=window, service=service):
                self._called(record.at, ticket, window, service)
            case ServiceFinished(outcome="day_closed"):
                pass
            case ServiceFinished(ticket=ticket, window=window):
                self._served(record.at, ticket, window)
            case TicketMissed(ticket=ticket, window=window):
                self._missed(record.at, ticket, window)
            case TicketParked() | TicketTransferred() as event:
                self._interrupted(record.at, event)
            case TicketRequeued(ticket=ticket) if ticket in self._tickets:
                self._tickets[ticket].called_at = None
            case TicketResumed(ticket=ticket) if ticket in self._tickets:
                self._back(record.at, self._tickets[ticket])
            case TicketCancelled(ticket=ticket):
                self._gone(self._tickets.pop(ticket, None))
            case WindowOpened() | WindowPaused() | WindowClosed() as event:
                self._window(record.at, event)
            case DayClosed():
                self._tickets.clear()
            case _:
                self._due = None
                self.arrivals.lapse(self._booked.observe(record))

    def _turn_day(self, day: str) -> None:
        missed = sum((Counter(self.roster.bookings) - self._came).values())
        self.arrivals.lapse(missed + self._booked.lapse(day))
        self.arrivals.close_day()
        self.habits.add({w: at - self.midnight for w, at in self.opened.items()})
        self.rested.clear()
        self.breaks.clear()
        self.opened.clear()
        self._came.clear()
        self._away.clear()
        self._free.clear()
        self.day, self.midnight = day, self.calendar.starts(day)
        self.roster, self._follows_file = self._expected(), True
        self._prior_arrivals()

    def _expected(self) -> Roster:
        """The day's shifts: by the hall file where it says a window's hours, else as usual."""
        windows = self.config.windows
        usual = [w.id for w in windows if w.hours is None]
        shifts = (
            *manned(self.calendar, self.day, windows),
            *self.habits.expected(self.calendar, self.day, usual),
        )
        return Roster(with_sessions(self.calendar, self.day, shifts, windows))

    def _issued(self, record: Record, event: TicketIssued) -> None:
        leg = event.legs[0]
        self._tickets[event.ticket] = _Open(
            list(event.legs), event.priority, record.at, event.estimate
        )
        if event.slot is None:
            self.arrivals.add((leg.service, event.priority), record.at - self.midnight)
        else:
            self._due = None
            self._booked.came(event)
            self._came[Booking(leg.service, event.slot)] += 1
            self.arrivals.check_in(record.at - event.slot)

    def _called(self, at: int, ticket_id: str, window: str, service: str | None) -> None:
        ticket = self._tickets.get(ticket_id)
        free = self._free.pop(window, None)
        if ticket is None:
            return
        self._back(at, ticket)
        ticket.called_at = at
        ticket.calls += 1
        if service is not None:
            ticket.take_up(service)
        if free is not None and ticket.issued_at <= free and at - free <= _LONGEST_HANDOVER:
            self.handovers.append(at - free)
        if ticket.calls == 1:
            wait = at - ticket.issued_at
            if ticket.estimate is not None:
                self.calibration.observe(ticket.estimate, wait / 1000)

    def _served(self, at: int, ticket_id: str, window: str) -> None:
        ticket = self._tickets.get(ticket_id)
        self._free[window] = at
        self.finished += 1
        if ticket is None or ticket.called_at is None:
            return
        leg = ticket.legs[ticket.leg]
        home = self.homes.get(window) == leg.group
        self.services.add(leg.service, Sample(max(at - ticket.called_at, 1000), window, home))
        self.onward.ended(leg.service)
        self._count_show(ticket, 0)
        ticket.called_at = None
        ticket.leg = min(ticket.leg + 1, len(ticket.legs) - 1)

    def _missed(self, at: int, ticket_id: str, window: str | None) -> None:
        ticket = self._tickets.get(ticket_id)
        if window is not None:
            self._free[window] = at
        self._gone(ticket)
        if ticket is not None and ticket.called_at is not None:
            self.holds.append(at - ticket.called_at)
            self._count_show(ticket, 1)
            ticket.called_at = None

    def _count_show(self, ticket: _Open, missed: int) -> None:
        if ticket.priority == APPOINTMENT or ticket.calls > 1 or ticket.called_at is None:
            return
        index = no_show_bin(ticket.called_at - ticket.issued_at)
        self.calls[index] += 1
        self.misses[index] += missed

    def _interrupted(self, at: int, event: TicketParked | TicketTransferred) -> None:
        ticket = self._tickets.get(event.ticket)
        if ticket is None:
            return
        leg = ticket.legs[ticket.leg]
        if isinstance(event, TicketParked):
            window, step = event.window, Step("", away=True)
            ticket.away = None if window is None else at
        else:
            window = event.source
            other = "" if event.service == leg.service else event.service
            step = Step(other, event.bound or "", event.come_back is not None)
            ticket.legs[ticket.leg] = LegPlan(event.service, event.group)
            if event.come_back is not None:
                ticket.legs.insert(ticket.leg + 1, leg)
        if window is not None and ticket.called_at is not None:
            home = self.homes.get(window) == leg.group
            usual = self.services.expected(leg.service, window, home) * self.services.pace
            self.onward.went_on(leg.service, step, (at - ticket.called_at) / usual)
        ticket.called_at = None

    def _back(self, at: int, ticket: _Open) -> None:
        """A visitor is here again whom a window may have sent away."""
        if ticket.away is not None:
            self.onward.returned(at - ticket.away)
            ticket.away = None

    def _gone(self, ticket: _Open | None) -> None:
        """A visitor isn't here any more, and may have been sent away."""
        if ticket is not None and ticket.away is not None:
            self.onward.stayed_away()
            ticket.away = None

    def _window(self, at: int, event: WindowOpened | WindowPaused | WindowClosed) -> None:
        window = event.window
        away = self._away.pop(window, None)
        self.breaks.pop(window, None)
        match event:
            case WindowOpened():
                self.opened.setdefault(window, at)
                if away is not None:
                    self.pauses.append(at - away)
            case WindowPaused() if (shift := self._break_due(window, at)) is not None:
                self.rested.add(window)
                self.breaks[window] = at + shift.break_ms
            case WindowPaused():
                self._away[window] = at
                if self._free.get(window) == at:
                    self.paused += 1
            case WindowClosed():
                pass
        self._free.pop(window, None)

    def _break_due(self, window: str, at: int) -> Shift | None:
        """The window's shift if its break is due and not yet taken."""
        shift = self.shift(window, at)
        if shift is None or shift.break_at is None or window in self.rested:
            return None
        return shift if shift.break_at <= at < shift.end else None

    # ── what was learned ─────────────────────────────────────────────────────────────────────

    def shift(self, window: str, at: int) -> Shift | None:
        """The window's shift at an instant of today, or its next, or its last; None without any."""
        mine = self._shifts.get(window, ())
        return next((s for s in mine if at < s.end), mine[-1] if mine else None)

    def outstanding(self) -> tuple[Booking, ...]:
        """Bookings of today that have not checked in, by slot."""
        if self._due is None:
            left = Counter(self.roster.bookings) - self._came
            due = [*left.elements(), *self._booked.due(self.day)]
            self._due = tuple(sorted(due, key=lambda b: (b.slot, b.service)))
        return self._due

    def away_since(self, ticket: str) -> int | None:
        """Since when a window has sent a visitor away; None for others."""
        known = self._tickets.get(ticket)
        return None if known is None else known.away

    def no_shows(self) -> tuple[float, ...]:
        """Probability that a called visitor is gone, per `NO_SHOW_BIN` of wait."""
        return tuple(m / c for m, c in zip(self.misses, self.calls, strict=True))

    @property
    def handover(self) -> float:
        """How long a free window takes to call when somebody waits, milliseconds."""
        return sum(self.handovers) / len(self.handovers)

    @property
    def pause_rate(self) -> float:
        """The share of services after which the window pauses."""
        return self.paused / self.finished


def no_show_bin(wait: float) -> int:
    """The index of a wait (ms) among the no-show probabilities."""
    return bisect(_NO_SHOW_BOUNDS, wait)
