"""What a visitor gets: a ticket, its paper, a rating. Each returns events or raises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .config import APPOINTMENT, NORMAL
from .core import Core, Events
from .errors import AlreadyRated, GroupClosed, HallClosed, Invalid, Unknown
from .events import (
    Estimate,
    LegPlan,
    PrintOutcome,
    PrintRequested,
    PrintSending,
    PrintSettled,
    TicketIssued,
    TicketRated,
    VisitorsArrived,
)
from .state import ACTIVE, PrintState, TicketState

MAX_SERVICES = 5
"""Services that one ticket may hold."""

MAX_ARRIVALS = 1000
"""People whom one count of a door may hold."""

DONE = frozenset({TicketState.DONE})


class Told(NamedTuple):
    """In which language and where a visitor is given a ticket, and what is promised with it."""

    language: str
    channel: str
    printer: str | None
    estimate: Estimate | None
    door_at: int | None = None


class Counter(Core):
    """Commands of kiosks, phones and of the printers."""

    def issue(  # noqa: PLR0913 - all that may be said of a new ticket
        self,
        now: int,
        *,
        ticket_id: str,
        services: Sequence[str],
        priority: str | None = None,
        language: str | None = None,
        channel: str = "kiosk",
        printer: str | None = None,
        estimate: Estimate | None = None,
        door_at: int | None = None,
    ) -> Events:
        """Give a ticket for one or more services, and ask for its paper if `printer` is named.

        door_at: when the visitor came through the door, if a token says so.
        """
        now = self._at(now)
        legs = self._legs(services)
        cls = self._priority(priority)
        self._check_open(legs, now)
        told = Told(self._language(language), channel, printer, estimate, door_at)
        return self._issue(now, ticket_id, legs, cls, None, told)

    def check_in(
        self,
        now: int,
        *,
        ticket_id: str,
        services: Sequence[str],
        slot: int,
        language: str | None = None,
        channel: str = "kiosk",
        printer: str | None = None,
        estimate: Estimate | None = None,
    ) -> Events:
        """Give a ticket to a visitor who booked the slot that starts at `slot`.

        It waits in the class of appointments from its slot on, or from now when that is later;
        later than the grace it waits like a priority visitor.
        """
        now = self._at(now)
        legs = self._legs(services)
        cls = self.router.booked_class(slot, now)
        told = Told(self._language(language), channel, printer, estimate)
        return self._issue(now, ticket_id, legs, cls, slot, told)

    def _issue(
        self,
        now: int,
        ticket_id: str,
        legs: tuple[LegPlan, ...],
        cls: str,
        slot: int | None,
        told: Told,
    ) -> Events:
        if told.printer is not None:
            self._printer(told.printer)
        group = self.groups[legs[0].group]
        ref = now if slot is None else max(slot, now)
        issued = TicketIssued(
            ticket=ticket_id,
            number=self._number(group.prefix, self.calendar.day(now)),
            legs=legs,
            priority=cls,
            language=told.language,
            channel=told.channel,
            ahead=self.router.ahead(group.id, cls, ref, self.state.seq + 1, self.state, now),
            estimate=told.estimate,
            slot=slot,
            door_at=told.door_at,
        )
        if told.printer is None:
            return [issued]
        return [issued, PrintRequested(ticket_id, 0, told.printer, self._expiry(now))]

    def _legs(self, services: Sequence[str]) -> tuple[LegPlan, ...]:
        if not 1 <= len(services) <= MAX_SERVICES:
            raise Invalid("services", f"A ticket is for 1 to {MAX_SERVICES} services.")
        if len(set(services)) != len(services):
            raise Invalid("services", "The same service is named twice.")
        return tuple(LegPlan(s, self.service(s).group) for s in services)

    def _priority(self, priority: str | None) -> str:
        if priority is None or priority == NORMAL:
            return NORMAL
        if priority not in self.router.classes or priority == APPOINTMENT:
            raise Unknown("priority", priority)
        return priority

    def _language(self, language: str | None) -> str:
        spoken = self.state.config.languages
        if language is None:
            return spoken[0]
        if language not in spoken:
            raise Invalid("language", f"This hall speaks {', '.join(spoken)}.")
        return language

    def _printer(self, printer: str) -> None:
        if all(p.id != printer for p in self.state.config.printers):
            raise Unknown("printer", printer)

    def _check_open(self, legs: Sequence[LegPlan], now: int) -> None:
        if not self.calendar.is_open(now):
            raise HallClosed(self._opens(now))
        for leg in legs:
            week = self.group_week(leg.group)
            if week is not None and not self.calendar.is_open(now, week):
                opens = self.calendar.opens_next(now, week)
                text = self.calendar.rfc3339(opens) if opens is not None else None
                raise GroupClosed(leg.group, text)

    def _opens(self, now: int) -> str | None:
        opens = self.calendar.opens_next(now)
        return self.calendar.rfc3339(opens) if opens is not None else None

    def _number(self, prefix: str, day: str) -> str:
        return f"{prefix}{self.state.numbers.get((day, prefix), 0) + 1:03d}"

    def _expiry(self, now: int) -> int:
        return now + self._minutes(self.state.config.rules.print_expiry_minutes)

    # ── the door ─────────────────────────────────────────────────────────────────────────────

    def arrive(self, count: int = 1, door: str = "") -> Events:
        """Note that so many people came through a door."""
        if not 1 <= count <= MAX_ARRIVALS:
            raise Invalid("count", f"1 to {MAX_ARRIVALS} people at a time.")
        return [VisitorsArrived(count, door)]

    # ── paper ────────────────────────────────────────────────────────────────────────────────

    def reprint(self, ticket_id: str, printer: str, now: int) -> Events:
        """Ask for another paper of a ticket that still counts (补打), marked as a copy."""
        ticket = self._in_state(ticket_id, ACTIVE)
        self._printer(printer)
        expires = self._expiry(self._at(now))
        return [PrintRequested(ticket_id, ticket.copies, printer, expires)]

    def begin_print(self, ticket_id: str, copy: int, now: int) -> Events:
        """Mark a queued job as leaving; settle it as expired when its ticket is past printing.

        Somebody called while the paper is on its way still gets it: it says where to go.
        Returns nothing when the job is not queued (any more): then it must not be printed.
        """
        job = self.state.prints.get((ticket_id, copy))
        if job is None or job.state is not PrintState.QUEUED:
            return []
        ticket = self.state.tickets[ticket_id]
        if now > job.expires:
            return [PrintSettled(ticket_id, copy, PrintOutcome.EXPIRED, "too old")]
        if ticket.state not in ACTIVE:
            return [PrintSettled(ticket_id, copy, PrintOutcome.EXPIRED, f"ticket {ticket.state}")]
        return [PrintSending(ticket_id, copy)]

    def settle_print(
        self, ticket_id: str, copy: int, outcome: PrintOutcome, detail: str | None = None
    ) -> Events:
        """Note how a print job ended. Nothing when it has ended already."""
        job = self.state.prints.get((ticket_id, copy))
        if job is None or job.state not in (PrintState.QUEUED, PrintState.SENDING):
            return []
        return [PrintSettled(ticket_id, copy, outcome, detail)]

    # ── rating ───────────────────────────────────────────────────────────────────────────────

    def rate(self, ticket_id: str, score: int, dimensions: dict[str, int] | None = None) -> Events:
        """Take the visitor's rating of a finished ticket, once."""
        ticket = self._in_state(ticket_id, DONE)
        if ticket.rating is not None:
            raise AlreadyRated(ticket.number)
        for field, value in {"score": score, **(dimensions or {})}.items():
            if not 1 <= value <= 5:
                raise Invalid(field, "A rating is a number from 1 to 5.")
        return [TicketRated(ticket_id, score, dimensions or {})]
