"""An audit of a recorded day: was the order fair, and is every decision the rule's?

`audit` folds the records and checks, with plain comparisons of its own and not with the router:

    order       first come, first served inside a queue and class
    idle        no open window idle while a ticket waits that it could serve
    cap         beyond the cap nobody less overdue goes first at a window that could serve both
    late_gain   an appointment past its grace doesn't wait as one
    not_called  every ticket is called before the day ends

and with the router itself that the same state gives the same choice (`decision`). Who comes back to
a window that sent him away is called before others (`return`), never two in a row. A call that
staff picked by hand and one that was bound to the window by a transfer are not the rule's and are
judged by their logged reason alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .calendar import MINUTE
from .config import APPOINTMENT
from .engine import Hall
from .events import HallConfigured, Record, TicketCalled, TicketCancelled, TicketIssued
from .routing import is_idle, lanes
from .state import Place, TicketState

_BY_RULE = frozenset({"first", "over_cap", "help", "return"})


class Violation(NamedTuple):
    """One breach. rule: one of those above. at: ms. other: whom it wronged, a number.

    other is empty for a `decision` when the window could have called nobody. seconds: for `idle`
    how long.
    """

    rule: str
    seq: int
    at: int
    number: str
    window: str = ""
    other: str = ""
    seconds: int = 0


def audit(
    records: Iterable[Record], day: str | None = None, *, tolerance_s: float = 0
) -> list[Violation]:
    """The violations in a log that starts with the configuration, of one business day or all.

    tolerance_s: how long a window may take to call; in a live hall people press the key.
    """
    found: list[Violation] = []
    auditor: _Auditor | None = None
    record = None
    for record in records:
        if auditor is None:
            if not isinstance(record.event, HallConfigured):
                raise ValueError("a hall's log must start with hall_configured")
            auditor = _Auditor(Hall(record.event.config), tolerance_s)
        breaches = list(auditor.step(record))
        if day in (None, record.day):
            found.extend(breaches)
    if auditor is not None and record is not None and day in (None, record.day):
        found.extend(auditor.end(record))
    return found


class _Auditor:
    """A hall that is folded record by record, and looked at before each."""

    def __init__(self, hall: Hall, tolerance_s: float) -> None:
        self.hall = hall
        self.tolerance = tolerance_s * 1000
        self.starved: dict[str, tuple[int, str]] = {}
        self.numbers: dict[str, str] = {}

    def step(self, record: Record) -> Iterator[Violation]:
        """The breaches that a record shows; then it is folded."""
        if record.at > self.hall.state.at:
            yield from self._idle(record)
        match record.event:
            case TicketCalled() as event if event.reason.code in _BY_RULE:
                yield from self._call(record, event)
            case TicketIssued() as event:
                self.numbers[event.ticket] = event.number
                yield from self._issue(record, event)
            case TicketCancelled(ticket=ticket, reason="day_closed"):
                known = self.hall.state.tickets[ticket]
                if known.state is TicketState.WAITING and known.calls == 0:
                    yield Violation("not_called", record.seq, record.at, known.number)
            case _:
                pass
        self.hall.apply(record)

    def _idle(self, record: Record) -> Iterator[Violation]:
        """Episodes, now over, of a window idle while somebody waited whom it could serve."""
        now = self.hall.state.at
        starving = dict(self._starving())
        for window, (since, ticket) in list(self.starved.items()):
            if window not in starving:
                del self.starved[window]
                if now - since > self.tolerance:
                    yield self._starved(record, window, ticket, now - since)
        for window, ticket in starving.items():
            self.starved.setdefault(window, (now, ticket))

    def end(self, last: Record) -> Iterator[Violation]:
        """Episodes that the log's end cuts off."""
        for window, (since, ticket) in self.starved.items():
            if last.at - since > self.tolerance:
                yield self._starved(last, window, ticket, last.at - since)

    def _starving(self) -> Iterator[tuple[str, str]]:
        for window in self.hall.state.windows.values():
            if is_idle(window) and (first := min(self._waiting(window.id), default=None)):
                yield window.id, first[2]

    def _starved(self, record: Record, window: str, ticket: str, length: int) -> Violation:
        number = self.numbers.get(ticket, ticket)
        return Violation(
            "idle", record.seq, record.at, number, window, seconds=round(length / 1000)
        )

    def _waiting(self, window_id: str) -> Iterator[Place]:
        window = self.hall.router.windows[window_id]
        for lane in lanes(window):
            for _, line in self.hall.state.queues.lines(lane):
                yield line[0]

    def _call(self, record: Record, event: TicketCalled) -> Iterator[Violation]:
        hall, at = self.hall, record.at
        ticket = hall.state.tickets[event.ticket]
        place: Place = (ticket.ref, ticket.order, ticket.id)

        def breach(rule: str, other: str) -> Violation:
            number = hall.state.tickets[other].number
            return Violation(rule, record.seq, at, ticket.number, event.window, number)

        called = ticket.leg_of(event.service)
        for priority, line in hall.state.queues.lines(ticket.legs[called].lane):
            if priority == ticket.line(called) and line[0] < place:
                yield breach("order", line[0][2])
        if event.reason.rule == "fair" and event.reason.code != "return":
            overdue = self._overdue(ticket.priority, at - ticket.ref)
            for lane in lanes(hall.router.windows[event.window]):
                for priority, line in hall.state.queues.lines(lane):
                    if self._overdue(priority, at - line[0][0]) > overdue:
                        yield breach("cap", line[0][2])
        choice = hall.next_for(event.window, at)
        if choice is None:
            yield Violation("decision", record.seq, at, ticket.number, event.window)
        elif choice.ticket != ticket.id:
            yield breach("decision", choice.ticket)

    def _overdue(self, priority: str, waited: int) -> float:
        rule = self.hall.router.classes.get(priority)
        return 0 if rule is None else max(0, waited - rule.cap * MINUTE)

    def _issue(self, record: Record, event: TicketIssued) -> Iterator[Violation]:
        if event.slot is None or event.priority != APPOINTMENT:
            return
        grace = self.hall.state.config.rules.late_grace_minutes * MINUTE
        if record.at - event.slot > grace:
            yield Violation("late_gain", record.seq, record.at, event.number)
