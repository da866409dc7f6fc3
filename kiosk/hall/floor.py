"""What goes on between windows: payment notices, lent windows, calls for help among colleagues."""

from __future__ import annotations

from msgspec import structs

from .core import Core, Events
from .errors import Invalid, NobodyServes, NoNotice, NoticeOpen, NotPossible, WindowClosed
from .events import (
    AssistanceCalled,
    AssistanceGiven,
    PaymentMade,
    PaymentNoticed,
    ServiceFinished,
    TicketTransferred,
    WindowLent,
    WindowReturned,
)
from .state import ACTIVE, AT_WINDOW, Ticket, TicketState, WindowStatus

NOTICE_PREFIX = "JF"
"""Of payment notices' numbers (缴费); no group may have it."""

LONGEST_LOAN_MINUTES = 24 * 60


class Floor(Core):
    """Commands that concern several windows. Each returns events or raises."""

    # ── payment ──────────────────────────────────────────────────────────────────────────────

    def bill(
        self,
        ticket_id: str,
        now: int,
        *,
        item: str,
        window: str | None = None,
        amount_fen: int | None = None,
        note: str | None = None,
    ) -> Events:
        """Give a payment notice and send the visitor to the bank's window and back here."""
        ticket = self._in_state(ticket_id, AT_WINDOW, window)
        if ticket.notice is not None and ticket.notice.paid_at is None:
            raise NoticeOpen(ticket.number, ticket.notice.number)
        if amount_fen is not None and amount_fen <= 0:
            raise Invalid("amount_fen", "What is owed is more than nothing.")
        paying = next((s for s in self.state.config.services if s.kind == "payment"), None)
        if paying is None:
            raise NotPossible("service of the kind payment")
        if not self.router.able(paying.group):
            raise NobodyServes(paying.group)
        here = ticket.window or ""
        day = self.calendar.day(self._at(now))
        count = self.state.numbers.get((day, NOTICE_PREFIX), 0) + 1
        return [
            PaymentNoticed(
                ticket_id, f"{NOTICE_PREFIX}{count:03d}", paying.id, here, item, amount_fen
            ),
            TicketTransferred(
                ticket_id, paying.id, paying.group, source=here, come_back=here, note=note
            ),
        ]

    def pay(self, ticket_id: str, window: str | None = None) -> Events:
        """The notice is paid: at the bank's window, or by phone before it was called there."""
        ticket = self._in_state(ticket_id, ACTIVE)
        notice = ticket.notice
        if notice is None or notice.paid_at is not None:
            raise NoNotice(ticket.number)
        paid = PaymentMade(ticket_id, notice.number)
        if ticket.state in AT_WINDOW and ticket.current.service == notice.service:
            self._in_state(ticket_id, AT_WINDOW, window)
            return [paid, ServiceFinished(ticket_id, ticket.window or "", "paid")]
        waits = ticket.state is TicketState.WAITING
        if waits and any(ticket.legs[i].service == notice.service for i in ticket.ready()):
            return [structs.replace(paid, service=notice.service)]
        return [paid]

    # ── windows that help ────────────────────────────────────────────────────────────────────

    def lend_window(
        self, window_id: str, groups: tuple[str, ...], minutes: float, now: int
    ) -> Events:
        """Let a window serve other groups beside its own for a while (借窗)."""
        window = self.window(window_id)
        if window.status is WindowStatus.CLOSED:
            raise WindowClosed(window_id)
        own = next(w for w in self.state.config.windows if w.id == window_id).groups
        for group in groups:
            if group not in self.groups:
                raise Invalid("groups", f"There is no group {group}.")
            if group in own:
                raise Invalid("groups", f"Window {window_id} serves {group} anyway.")
        if not groups:
            raise Invalid("groups", "Say which groups the window serves for a while.")
        if not 0 < minutes <= LONGEST_LOAN_MINUTES:
            raise Invalid("minutes", "A window is lent for more than 0 and at most 1440 minutes.")
        return [WindowLent(window_id, groups, self._at(now) + self._minutes(minutes))]

    def return_window(self, window_id: str) -> Events:
        """Let a lent window serve its own groups again. Nothing when it isn't lent."""
        return [WindowReturned(window_id)] if self.window(window_id).lent else []

    def call_assistance(self, window_id: str, note: str | None = None) -> Events:
        """Ask the colleagues for help at once. Nothing when it is asked for already."""
        window = self.window(window_id)
        if window.status is WindowStatus.CLOSED:
            raise WindowClosed(window_id)
        return [] if window.assistance is not None else [AssistanceCalled(window_id, note)]

    def give_assistance(self, window_id: str) -> Events:
        """Somebody is there, or nobody is needed any more."""
        return [AssistanceGiven(window_id)] if self.window(window_id).assistance is not None else []

    # ── what managers look for ───────────────────────────────────────────────────────────────

    def loops(self) -> list[Ticket]:
        """Tickets of the open days that were transferred back to where they had been."""
        return [t for t in self.state.tickets.values() if looped(t)]


def looped(ticket: Ticket) -> bool:
    """Whether a ticket was sent from A to B and back to A, a come-back left out."""
    if not ticket.trail:
        return False
    away = [*ticket.trail]
    if not ticket.current.follows and ticket.state is not TicketState.DONE:
        away.append(ticket.current.group)
    return len(set(away)) < len(away)
