"""What a manager asks of the past: how many came, how long they waited, how long they took.

A `Tally` folds facts (`Fact`: one wait for one service) and says the figures for all of them and
by one dimension. Every figure stands twice:

- *raw*: all waits that ended in a call, whatever came of it; every ticket that was printed.
- *cleaned*: only waits that ended in service; without likely duplicates (`duplicates`).

Waits run from the moment the ticket began to wait for the service to its first call that was not
taken back. Percentiles are those of `kiosk.hall.spread`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from kiosk.hall.calendar import Calendar
from kiosk.hall.spread import Spread, spread

By = Literal["group", "service", "window", "staff", "half_hour", "hour", "day", "priority", "zone"]
DIMENSIONS: tuple[By, ...] = get_args(By)

DUPLICATE_MS = 60_000
"""An unserved ticket so close to another for the same service is likely the same visitor's."""


class Fact(NamedTuple):
    """One leg of a ticket with what the ticket says of it. Instants in ms, None: not yet."""

    ticket: str
    day: str
    priority: str
    channel: str
    ended: str
    reason: str | None
    issued_at: int
    leg: int
    service: str
    group: str
    state: str
    window: str | None
    staff: str | None
    waiting_since: int | None
    first_called_at: int | None
    service_ms: int


class Span(NamedTuple):
    """A span of a window in one state with one person, in ms; `until_at` None: still going.

    reason: why it paused, as the window said.
    """

    window: str
    staff: str | None
    state: str
    from_at: int
    until_at: int | None
    reason: str | None = None


class Terms(NamedTuple):
    """What a hall says of its figures: the seconds within which each group wants to call, the zone
    of each group, and the reasons of pauses that are work without a visitor.
    """

    targets_s: Mapping[str, float]
    zones: Mapping[str, str]
    work: Collection[str] = ()


class Figures(Struct, frozen=True):
    """Counts and durations of some waits.

    tickets: whose first service is among them. arrivals: waits that began. within_target: share
    of the called whose wait was at most their group's target, None without calls.
    """

    tickets: int
    arrivals: int
    called: int
    served: int
    no_shows: int
    left: int
    cancelled: int
    transferred: int
    within_target: float | None
    wait: Spread | None
    service: Spread | None


class Line(Struct, frozen=True):
    """The figures of one value of the dimension; `key` is empty in the total.

    open_s, paused_s: how long windows were so, known for the total, windows, staff and days.
    work_s: how long they paused for work without a visitor, which is no part of paused_s.
    """

    key: str
    raw: Figures
    cleaned: Figures
    duplicates: int
    open_s: int | None = None
    paused_s: int | None = None
    work_s: int | None = None


class Report(Struct, frozen=True):
    """Figures of whole business days from `first` to `last`."""

    first: str
    last: str
    by: By
    total: Line
    lines: list[Line]


def duplicates(facts: Sequence[Fact]) -> set[str]:
    """Tickets that nobody was served with, close to another for the same service and channel.

    Of several such tickets in a row the first one counts, unless one of them was served.
    """
    found: set[str] = set()
    last: dict[tuple[str, str], Fact] = {}
    for fact in sorted((f for f in facts if f.leg == 0), key=lambda f: f.issued_at):
        place = (fact.channel, fact.service)
        before = last.get(place)
        last[place] = fact
        if before is None or fact.issued_at - before.issued_at > DUPLICATE_MS:
            continue
        if _unserved(fact):
            found.add(fact.ticket)
        elif _unserved(before):
            found.add(before.ticket)
    return found


def _unserved(fact: Fact) -> bool:
    return fact.ended in ("no_show", "cancelled") and fact.service_ms == 0


class _Sum:
    """Counts of one line, raw or cleaned."""

    __slots__ = ("called", "counts", "services", "tickets", "waits", "within")

    def __init__(self) -> None:
        self.tickets = 0
        self.called = 0
        self.within = 0
        self.counts: dict[str, int] = {}
        self.waits: list[int] = []
        self.services: list[int] = []

    def add(self, fact: Fact, outcome: str, wait: int | None, *, within: bool) -> None:
        self.tickets += fact.leg == 0
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        if wait is not None:
            self.waits.append(wait)
            self.called += 1
            self.within += within
        if fact.service_ms:
            self.services.append(fact.service_ms)

    def figures(self) -> Figures:
        count = self.counts.get
        return Figures(
            tickets=self.tickets,
            arrivals=sum(self.counts.values()),
            called=self.called,
            served=count("done", 0),
            no_shows=count("no_show", 0),
            left=count("left", 0),
            cancelled=count("cancelled", 0),
            transferred=count("transferred", 0),
            within_target=round(self.within / self.called, 4) if self.called else None,
            wait=spread(self.waits),
            service=spread(self.services),
        )


class _LineSum:
    """What is known of one line so far."""

    __slots__ = ("cleaned", "duplicates", "open_ms", "paused_ms", "raw", "work_ms")

    def __init__(self) -> None:
        self.raw = _Sum()
        self.cleaned = _Sum()
        self.duplicates = 0
        self.open_ms = 0
        self.paused_ms = 0
        self.work_ms = 0

    def line(self, key: str, *, windows: bool) -> Line:
        return Line(
            key=key,
            raw=self.raw.figures(),
            cleaned=self.cleaned.figures(),
            duplicates=self.duplicates,
            open_s=self.open_ms // 1000 if windows else None,
            paused_s=self.paused_ms // 1000 if windows else None,
            work_s=self.work_ms // 1000 if windows else None,
        )


class Tally:
    """Folds the facts of day after day into a report."""

    def __init__(self, by: By, calendar: Calendar, terms: Terms) -> None:
        self._by = by
        self._calendar = calendar
        self._targets = {group: seconds * 1000 for group, seconds in terms.targets_s.items()}
        self._zones = terms.zones
        self._work = terms.work
        self._total = _LineSum()
        self._lines: dict[str, _LineSum] = {}

    def add(self, facts: Sequence[Fact]) -> None:
        """Count all facts of one business day."""
        double = duplicates(facts)
        for fact in facts:
            if fact.waiting_since is None:
                continue
            for line in self._lines_of(self._key(fact)):
                self._count(line, fact, duplicate=fact.ticket in double)

    def add_spans(self, day: str, spans: Iterable[Span], now: int) -> None:
        """Count the windows' times of one business day; what still goes on counts until `now`."""
        for span in spans:
            length = max(0, (now if span.until_at is None else span.until_at) - span.from_at)
            key = {"window": span.window, "staff": span.staff, "day": day}.get(self._by)
            for line in self._lines_of(key):
                if span.state == "open":
                    line.open_ms += length
                elif span.reason in self._work:
                    line.work_ms += length
                else:
                    line.paused_ms += length

    def report(self, first: str, last: str) -> Report:
        """The figures of what was added."""
        windows = self._by in ("window", "staff", "day")
        return Report(
            first=first,
            last=last,
            by=self._by,
            total=self._total.line("", windows=True),
            lines=[self._lines[key].line(key, windows=windows) for key in sorted(self._lines)],
        )

    def _lines_of(self, key: str | None) -> list[_LineSum]:
        if not key:
            return [self._total]
        return [self._total, self._lines.setdefault(key, _LineSum())]

    def _count(self, line: _LineSum, fact: Fact, *, duplicate: bool) -> None:
        since, called = fact.waiting_since, fact.first_called_at
        wait = called - since if since is not None and called is not None else None
        within = wait is not None and wait <= self._targets.get(fact.group, math.inf)
        outcome = "left" if _left(fact) else fact.state
        line.raw.add(fact, outcome, wait, within=within)
        line.duplicates += duplicate and fact.leg == 0
        if not duplicate:
            served = outcome in ("done", "transferred")
            line.cleaned.add(fact, outcome, wait if served else None, within=within)

    def _key(self, fact: Fact) -> str | None:
        match self._by:
            case "zone":
                return self._zones.get(fact.group)
            case "hour" | "half_hour" as size:
                local = self._calendar.local(fact.waiting_since or fact.issued_at)
                minute = 0 if size == "hour" or local.minute < 30 else 30
                return f"{local.hour:02d}:{minute:02d}"
            case field:
                value: str | None = getattr(fact, field)
                return value


def _left(fact: Fact) -> bool:
    return fact.state == "cancelled" and fact.reason == "left"
