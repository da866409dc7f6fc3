"""One ticket's rows and how they change: a step for each thing that can happen to a ticket."""

from __future__ import annotations

from msgspec import Struct

from kiosk.hall.events import Record, TicketIssued, TicketTransferred

from .rows import LegRow, TicketRow


class Visit(Struct):
    """A ticket's row and the rows of its legs, in the order in which they were made."""

    ticket: TicketRow
    legs: list[LegRow]

    @classmethod
    def issued(cls, record: Record, event: TicketIssued) -> Visit:
        """The rows of a new ticket: its first leg waits, the others are planned."""
        told = event.estimate
        ticket = TicketRow(
            record.hall,
            event.ticket,
            record.day,
            event.number,
            event.priority,
            event.channel,
            event.language,
            "waiting",
            record.at,
            ahead=event.ahead,
            low_s=told.low_s if told else None,
            median_s=told.median_s if told else None,
            high_s=told.high_s if told else None,
            door_at=event.door_at,
        )
        legs = [
            LegRow(
                hall=record.hall,
                ticket=event.ticket,
                leg=n,
                day=record.day,
                place=n,
                current=int(n == 0),
                service=plan.service,
                group=plan.group,
                state="planned" if n else "waiting",
                waiting_since=None if n else record.at,
            )
            for n, plan in enumerate(event.legs)
        ]
        return cls(ticket, legs)

    @property
    def current(self) -> LegRow:
        """The leg that waits or is served; the last one when the ticket has ended."""
        return next(leg for leg in self.legs if leg.current)

    def call(self, at: int, window: str, staff: str | None, service: str | None = None) -> None:
        """A window called the ticket. service: for which of its legs, None: the current one."""
        if service is not None and service != self.current.service:
            self._take_up(service)
        for row in (self.ticket, self.current):
            row.state, row.window, row.staff = "called", window, staff
            row.called_at, row.started_at, row.finished_at = at, None, None
            if row.first_called_at is None:
                row.first_called_at = at
        self.ticket.calls += 1

    def _take_up(self, service: str) -> None:
        """Let another service than the planned one be the current leg's, which has waited."""
        now = self.current
        later = next(leg for leg in self.legs if leg.state == "planned" and leg.service == service)
        now.service, later.service = later.service, now.service
        now.group, later.group = later.group, now.group
        now.bound, later.bound = later.bound, now.bound
        now.place, later.place = later.place, now.place

    def pay(self, at: int, service: str | None) -> None:
        """The notice is paid: a leg that waited for it is done, without a window."""
        if service is not None:
            if service != self.current.service:
                self._take_up(service)
            self.finish(at, "paid")

    def recall(self) -> None:
        """The call was repeated."""
        self.ticket.calls += 1
        self.ticket.recalls += 1

    def start(self, at: int) -> None:
        """The visitor came to the window."""
        for row in (self.ticket, self.current):
            row.state, row.started_at = "serving", at

    def finish(self, at: int, outcome: str | None) -> None:
        """The current leg is done; the next planned one waits from now on."""
        leg = self.current
        self._leave_window(at)
        leg.state, leg.finished_at, leg.outcome = "done", at, outcome
        planned = [row for row in self.legs if row.state == "planned"]
        if planned:
            # A leg to come back to takes the place of the one it was split from, and the
            # latest of these goes first.
            following = min(planned, key=lambda row: (row.place, -row.leg))
            leg.current, following.current = 0, 1
            following.waiting_since = at
            self.ticket.calls = 0
            self.wait_again()
        else:
            self.ticket.state, self.ticket.finished_at = "done", at

    def end(self, at: int, state: str, reason: str | None) -> None:
        """The ticket ended without service."""
        self._leave_window(at, served=False)
        for row in (self.ticket, self.current):
            row.state, row.finished_at = state, at
        self.ticket.reason = reason

    def requeue(self) -> None:
        """The call is taken back, as if it had not been."""
        for row in (self.ticket, self.current):
            if row.first_called_at == row.called_at:
                row.first_called_at = None
        self.wait_again()

    def park(self, at: int) -> None:
        """The visitor went for a missing paper."""
        self._leave_window(at)
        self.wait_again()
        self.ticket.state = self.current.state = "parked"

    def wait_again(self) -> None:
        """The current leg waits; what was noted of its last call is gone."""
        for row in (self.ticket, self.current):
            row.state, row.window, row.staff = "waiting", None, None
            row.called_at = row.started_at = row.finished_at = None
        self.ticket.reason = self.current.outcome = None

    def transfer(self, at: int, event: TicketTransferred) -> None:
        """The current leg ends here as `transferred` and goes on as a new one."""
        old = self.current
        self._leave_window(at)
        old.state, old.finished_at, old.current = "transferred", at, 0
        self._add(old, event.service, event.group, event.bound)
        self.legs[-1].current, self.legs[-1].waiting_since = 1, at
        if event.come_back is not None:
            self._add(old, old.service, old.group, event.come_back)
        self.wait_again()

    def _add(self, old: LegRow, service: str, group: str, bound: str | None) -> None:
        self.legs.append(
            LegRow(
                hall=old.hall,
                ticket=old.ticket,
                leg=len(self.legs),
                day=old.day,
                place=old.place,
                current=0,
                service=service,
                group=group,
                bound=bound,
            )
        )

    def _leave_window(self, at: int, *, served: bool = True) -> None:
        """Count the time at the window; without a noted start it runs from the call."""
        leg = self.current
        since = leg.started_at if leg.started_at is not None else leg.called_at
        if since is not None and (served or leg.started_at is not None):
            leg.service_ms += at - since
