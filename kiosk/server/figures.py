"""What managers see of the present day, group by group: a fold over records, like the hall's.

Made anew from the log at every start. Past days come from the store's projections.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from kiosk.hall import Hall
from kiosk.hall.events import (
    DayClosed,
    Record,
    ServiceFinished,
    TicketCalled,
    TicketCancelled,
    TicketIssued,
    TicketMissed,
)
from kiosk.hall.state import LegState

from .present import Presenter
from .views_live import GroupFigures


@dataclass(slots=True)
class Tally:
    """Counts of one group today; sums in milliseconds."""

    issued: int = 0
    calls: int = 0
    within_target: int = 0
    wait_sum: int = 0
    served: int = 0
    service_sum: int = 0
    no_shows: int = 0
    cancelled: int = 0


@dataclass(slots=True)
class DayFigures:
    """The present day's tallies. `at_window`: ticket → instant of its call, group."""

    day: str = ""
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    at_window: dict[str, tuple[int, str]] = field(default_factory=dict)

    def apply(self, hall: Hall, record: Record) -> None:
        """Count a record that `hall` has just folded."""
        event = record.event
        if isinstance(event, DayClosed):
            return
        if record.day > self.day:
            self.day = record.day
            self.tallies.clear()
            self.at_window.clear()
        ticket = hall.state.tickets.get(getattr(event, "ticket", ""))
        if ticket is None or record.day != self.day:
            return
        tally = self.tallies[ticket.current.group]
        match event:
            case TicketIssued():
                tally.issued += 1
            case TicketCalled():
                self.at_window[ticket.id] = (record.at, ticket.current.group)
                first = all(leg.state is not LegState.DONE for leg in ticket.legs)
                if ticket.calls == 1 and first:
                    wait = max(0, record.at - ticket.ref)
                    group = hall.groups.get(ticket.current.group)
                    tally.calls += 1
                    tally.wait_sum += wait
                    tally.within_target += group is None or wait <= group.target_minutes * 60_000
            case ServiceFinished():
                # The fold has moved on to the next leg; the service belongs to the one before.
                known = (record.at, ticket.current.group)
                since, done = self.at_window.pop(ticket.id, known)
                tally = self.tallies[done]
                tally.served += 1
                tally.service_sum += record.at - since
            case TicketMissed():
                tally.no_shows += 1
            case TicketCancelled():
                tally.cancelled += 1
            case _:
                pass

    def view(self, present: Presenter, group_id: str) -> GroupFigures:
        """A group's figures now."""
        group = present.hall.groups[group_id]
        tally = self.tallies.get(group_id, Tally())
        refs = [line[0][0] for _, line in present.state.queues.lines(group_id)]
        estimate, status = present.outlook(group_id)
        return GroupFigures(
            id=group_id,
            zone=group.zone,
            waiting=present.hall.waiting(group_id),
            longest_since=present.at(min(refs)) if refs else None,
            target_s=round(group.target_minutes * 60),
            issued=tally.issued,
            calls=tally.calls,
            within_target=tally.within_target,
            wait_sum_s=tally.wait_sum // 1000,
            served=tally.served,
            service_sum_s=tally.service_sum // 1000,
            no_shows=tally.no_shows,
            cancelled=tally.cancelled,
            windows_open=present.open_windows(group_id),
            estimate=estimate,
            estimate_status=status,
        )
