"""What a visitor gets: a ticket, its paper, a rating. Each returns events or raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from .config import APPOINTMENT, NORMAL, Service
from .core import Core, Events
from .errors import AlreadyRated, ApprovalNeeded, GroupClosed, HallClosed, Invalid, Unknown
from .events import (
    Estimate,
    LegPlan,
    PrintOutcome,
    PrintRequested,
    PrintSending,
    PrintSettled,
    TicketIssued,
    TicketPrioritised,
    TicketRated,
    VisitorsArrived,
)
from .plan import Errand, plan
from .printing import PrintState
from .state import ACTIVE, Leg, TicketState, WindowStatus

MAX_SERVICES = 5
"""Services that one ticket may hold."""

MAX_ARRIVALS = 1000
"""People whom one count of a door may hold."""

DONE = frozenset({TicketState.DONE})
WAITING = frozenset({TicketState.WAITING})

About = dict[str, str | int | list[str]]
"""What a paper says beyond its subject."""


def materials(service: Service, answers: Mapping[str, bool] | None = None) -> tuple[str, ...]:
    """What a visitor brings: always, and by the answers to the service's questions.

    answers: question id → yes or no; without them everything that any answer could ask for.
    """
    found = list(service.materials)
    for question in service.questions:
        answer = None if answers is None else answers.get(question.id)
        found += question.yes if answer is not False else ()
        found += question.no if answer is not True else ()
    return tuple(dict.fromkeys(found))


class Wishes(NamedTuple):
    """What else may be said when a ticket is taken.

    quantities: how many of the same, by service. waits: seconds until a newcomer of a group is
    called, where a forecast knows them; the plan is made from these. promised: materials that
    are handed in later. cause, approver: for a class that needs approval. reach: as in
    `TicketIssued`.
    """

    quantities: Mapping[str, int] = MappingProxyType({})
    waits: Mapping[str, float] = MappingProxyType({})
    promised: tuple[str, ...] = ()
    cause: str | None = None
    approver: str | None = None
    reach: tuple[str, ...] = ()


NO_WISHES = Wishes()


class Counter(Core):
    """Commands of kiosks, phones and of the printers."""

    def issue(  # noqa: PLR0913 - all but the time are given by name
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
        wishes: Wishes = NO_WISHES,
    ) -> Events:
        """Give a ticket for one or more services, and ask for its paper if `printer` is named.

        Several services are planned in the order that is soonest done. door_at: when the visitor
        came through the door, if a token says so.
        """
        now = self._at(now)
        legs = self.planned(services, wishes.quantities, wishes.waits)
        cls = self._priority(priority, wishes.cause, wishes.approver)
        self._check_open(legs, now)
        self._check_promise(legs, wishes.promised)
        spoken = self._language(language)
        return self._issue(
            now, ticket_id, legs, cls, spoken, channel, printer, estimate, wishes, door_at=door_at
        )

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
        legs = self._legs(services, {})
        cls = self.router.booked_class(slot, now)
        spoken = self._language(language)
        return self._issue(now, ticket_id, legs, cls, spoken, channel, printer, estimate, slot=slot)

    def _issue(  # noqa: PLR0913, PLR0917 - what is known of a ticket, once all of it is checked
        self,
        now: int,
        ticket_id: str,
        legs: tuple[LegPlan, ...],
        cls: str,
        language: str,
        channel: str,
        printer: str | None,
        estimate: Estimate | None,
        wishes: Wishes = NO_WISHES,
        *,
        slot: int | None = None,
        booking: str | None = None,
        door_at: int | None = None,
    ) -> Events:
        """The ticket with its number and its paper. slot, booking: of who booked."""
        if printer is not None:
            self._printer(printer)
        group = legs[0].group
        ref = now if slot is None else max(slot, now)
        issued = TicketIssued(
            ticket=ticket_id,
            number=self._number(self.groups[group].prefix, now),
            legs=legs,
            priority=cls,
            language=language,
            channel=channel,
            ahead=self.router.ahead(group, cls, ref, self.state.seq + 1, self.state, now),
            estimate=estimate,
            slot=slot,
            door_at=door_at,
            booking=booking,
            promised=wishes.promised,
            cause=wishes.cause,
            approver=wishes.approver,
            reach=wishes.reach,
        )
        if printer is None:
            return [issued]
        return [issued, PrintRequested(ticket_id, 0, printer, self._expiry(now))]

    def _legs(self, services: Sequence[str], quantities: Mapping[str, int]) -> tuple[LegPlan, ...]:
        if not 1 <= len(services) <= MAX_SERVICES:
            raise Invalid("services", f"A ticket is for 1 to {MAX_SERVICES} services.")
        if len(services) > 1 and len(set(services)) != len(services):
            raise Invalid("services", "The same service is named twice.")
        legs = []
        for service in list(map(self.service, services)):
            quantity = quantities.get(service.id, 1)
            if not 1 <= quantity <= service.max_quantity:
                raise Invalid("quantities", f"{service.id}: 1 to {service.max_quantity} at once.")
            after = service.after and tuple(s for s in service.after if s in services)
            legs.append(LegPlan(service.id, service.group, after, quantity))
        return tuple(legs)

    def planned(
        self, services: Sequence[str], quantities: Mapping[str, int], waits: Mapping[str, float]
    ) -> tuple[LegPlan, ...]:
        """A ticket's services in the order that is soonest done, as `issue` gives them.

        Raises Unknown, Invalid or CircularServices.
        """
        legs = self._legs(services, quantities)
        if len(legs) == 1:
            return legs
        by_service = {leg.service: leg for leg in legs}
        return tuple(by_service[stop.service] for stop in plan(self.errands(legs, waits)))

    def errands(self, legs: Iterable[LegPlan | Leg], waits: Mapping[str, float]) -> list[Errand]:
        """What a plan of a visit is made from. waits: seconds by group, as in `issue`."""
        return [
            Errand(
                leg.service,
                waits[leg.group] if leg.group in waits else self._rough_wait(leg.group),
                self.minutes_of(leg.service) * 60 * leg.quantity,
                leg.after,
            )
            for leg in legs
        ]

    def _rough_wait(self, group: str) -> float:
        """Seconds that a queue takes by the catalogue's minutes, where no forecast knows it."""
        able = self.router.able(group)
        open_ones = sum(self.state.windows[w.id].status is WindowStatus.OPEN for w in able)
        lengths = [self.minutes_of(s.id) for s in self.state.config.services if s.group == group]
        mean = sum(lengths) / max(1, len(lengths))
        return self.state.queues.count(group) * mean * 60 / max(1, open_ones)

    def _check_promise(self, legs: Sequence[LegPlan], promised: Sequence[str]) -> None:
        """Only what a service needs may be promised, and only if all that need it allow that."""
        for material in promised:
            services = (self.service(leg.service) for leg in legs)
            needing = [s for s in services if material in materials(s)]
            if not needing or not all(s.promise for s in needing):
                raise Invalid("promised", f"{material!r} can't be handed in later.")

    def _priority(self, priority: str | None, cause: str | None, approver: str | None) -> str:
        if priority is None or priority == NORMAL:
            return NORMAL
        if priority not in self.router.classes or priority == APPOINTMENT:
            raise Unknown("priority", priority)
        if priority in self.approved and not (cause and approver):
            raise ApprovalNeeded(priority)
        return priority

    def prioritise(self, ticket_id: str, priority: str, cause: str, approver: str) -> Events:
        """Give a waiting ticket another class; the reason and who approved it are logged."""
        self._in_state(ticket_id, WAITING)
        if not (cause and approver):
            raise ApprovalNeeded(priority)
        cls = self._priority(priority, cause, approver)
        return [TicketPrioritised(ticket_id, cls, cause, approver)]

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
            week = self._group_weeks.get(leg.group)
            if week is not None and not self.calendar.is_open(now, week):
                opens = self.calendar.opens_next(now, week)
                text = self.calendar.rfc3339(opens) if opens is not None else None
                raise GroupClosed(leg.group, text)

    def _opens(self, now: int) -> str | None:
        opens = self.calendar.opens_next(now)
        return self.calendar.rfc3339(opens) if opens is not None else None

    def _number(self, prefix: str, now: int) -> str:
        last = self.state.numbers.get((self.calendar.day(now), prefix), 0)
        return f"{prefix}{last + 1:03d}"

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
        self._in_state(ticket_id, ACTIVE)
        return self.paper(ticket_id, "ticket", printer, now)

    def receipt(self, ticket_id: str, printer: str, now: int) -> Events:
        """Ask for a receipt of a ticket that was served."""
        self._in_state(ticket_id, DONE)
        return self.paper(ticket_id, "receipt", printer, now)

    def paper(
        self, subject: str, paper: str, printer: str, now: int, about: About | None = None
    ) -> Events:
        """Ask for a paper about a ticket, a booking, or (with a fresh id) nothing of both."""
        self._printer(printer)
        ticket = self.state.tickets.get(subject)
        copy = ticket.copies if ticket else sum(key[0] == subject for key in self.state.prints)
        expires = self._expiry(self._at(now))
        return [PrintRequested(subject, copy, printer, expires, paper, about or {})]

    def begin_print(self, ticket_id: str, copy: int, now: int) -> Events:
        """Mark a queued job as leaving; settle it as expired when its ticket is past printing.

        Somebody called while the paper is on its way still gets it: it says where to go.
        Returns nothing when the job is not queued (any more): then it must not be printed.
        """
        job = self.state.prints.get((ticket_id, copy))
        if job is None or job.state is not PrintState.QUEUED:
            return []
        if now > job.expires:
            return [PrintSettled(ticket_id, copy, PrintOutcome.EXPIRED, "too old")]
        ticket = self.state.tickets.get(ticket_id)
        if job.paper == "ticket" and ticket is not None and ticket.state not in ACTIVE:
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
