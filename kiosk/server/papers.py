"""From a ticket to its paper: what the printer room lays out."""

from __future__ import annotations

from kiosk import texts
from kiosk.hall import Hall
from kiosk.hall.events import PrintOutcome, PrintSending
from kiosk.hall.printing import PrintJob
from kiosk.hall.state import Ticket
from printer.job import Job, Outcome
from printer.paper import Kind, Language, Leg, Paper

from .live import LiveHall
from .problems import refusal
from .runtime import Command, Reply
from .slips import called, copy_of, edition, labelled, materials, name, place, slip_of, zone

NOTICE = "JF001"
"""The number on the sample of a payment notice."""


def paper_of(live: LiveHall, ticket: Ticket, copy: int, url: str) -> Paper:
    """The paper of a ticket in the visitor's language. url: of its phone page."""
    hall, language = live.hall, ticket.language
    priorities = {p.id: p.name for p in hall.state.config.priorities}
    estimate, status = ticket.estimate, ""
    if estimate is None:
        estimate, why = live.forecast.for_group(
            hall, ticket.current.group, ticket.priority, hall.state.at
        )
        if estimate is None:
            status = texts.text(language, f"common.wait_{why}")
    return Paper(
        language="zh" if language == "zh" else "en",
        hall=name(hall.state.config.name, language),
        number=ticket.number,
        legs=_legs(hall, ticket, language),
        place=place(hall, ticket.current, language),
        ahead=ticket.ahead,
        low_s=estimate.low_s if estimate else None,
        high_s=estimate.high_s if estimate else None,
        status=status,
        priority=name(priorities.get(ticket.priority, {}), language),
        materials=materials(hall, [leg.service for leg in ticket.legs], language),
        qr=url,
        issued=hall.calendar.local(ticket.issued_at).strftime("%Y-%m-%d %H:%M"),
        copy=copy,
    )


def _legs(hall: Hall, ticket: Ticket, language: str) -> tuple[Leg, ...]:
    """The services of a visit; where each is done, if that is not one zone for all."""
    zones = {leg.service: zone(hall, leg.group, language) for leg in ticket.legs}
    apart = len(set(zones.values())) > 1
    return tuple(
        Leg(name(hall.services[service].name, language), place=where if apart else "")
        for service, where in zones.items()
        if service in hall.services
    )


def sample(live: LiveHall, kind: Kind, language: Language, url: str) -> Paper:
    """A paper of this hall with something in every place, to look at a template."""
    hall, config = live.hall, live.hall.state.config
    service = next(iter(hall.services.values()), None)
    group = hall.groups.get(service.group) if service else None
    now = hall.calendar.local(live.clock.now()).strftime("%Y-%m-%d %H:%M")
    number = f"{group.prefix if group else ''}012"
    done = name(service.name, language) if service else ""
    window = name(config.windows[0].name, language) if config.windows else ""
    rows = {
        Kind.PAYMENT: [
            ("notice_number", NOTICE),
            ("ticket_number", number),
            ("item", done),
            ("amount", "￥20.00"),
        ],
        Kind.RECEIPT: [("done_at", now), ("window", window)],
    }
    booked = kind is Kind.APPOINTMENT
    return Paper(
        kind=kind,
        language=language,
        hall=name(config.name, language),
        number=number,
        legs=(Leg(done),) if service else (),
        place=zone(hall, group.id, language) if group else "",
        ahead=5,
        low_s=720,
        high_s=1500,
        when=now if booked else "",
        code="407213" if booked else "",
        rows=labelled(rows.get(kind, []), language),
        materials=called(hall, service.materials, language) if service else (),
        version=edition(hall, service) if service and kind is Kind.MATERIALS else "",
        qr=NOTICE if kind is Kind.PAYMENT else f"{url.rstrip('/')}/t/7K4Q2M",
        issued=now,
    )


class PrintJournal:
    """The printers' pen: their marks go into the hall's log before and after each paper."""

    def __init__(self, live: LiveHall) -> None:
        self._live = live

    async def sending(self, job: Job) -> bool:
        """Mark a paper as leaving. False: it must not be printed (any more)."""
        ticket, copy = split_job(job.id)

        def answer(_hall: object, records: object) -> Reply:
            marked = any(
                isinstance(r.event, PrintSending)
                for r in records  # type: ignore[attr-defined]
            )
            return Reply(200 if marked else 409, b"")

        reply = await self._live.runtime.submit(
            Command(
                actor=f"printer:{job.printer}",
                decide=lambda hall, now: hall.begin_print(ticket, copy, now),
                answer=answer,
                refuse=lambda error: refusal(error, "en"),
            )
        )
        return reply.status == 200

    async def settled(self, job: Job, outcome: Outcome, detail: str) -> None:
        """Note how a paper ended."""
        await self._settle(job.id, f"printer:{job.printer}", outcome, detail)

    async def late(self, job_id: str, outcome: Outcome, detail: str) -> None:
        """Note an end that an agent tells after a restart; one that the log has stays."""
        ticket, _, copy = job_id.partition("/")
        job = self._live.hall.state.prints.get((ticket, int(copy) if copy.isdecimal() else -1))
        if job is not None:
            await self._settle(job_id, f"printer:{job.printer}", outcome, detail)

    async def _settle(self, job_id: str, actor: str, outcome: Outcome, detail: str) -> None:
        ticket, copy = split_job(job_id)
        ended = PrintOutcome(outcome.value)
        await self._live.runtime.submit(
            Command(
                actor=actor,
                decide=lambda hall, _now: hall.settle_print(ticket, copy, ended, detail or None),
                answer=lambda _hall, _records: Reply(200, b""),
                refuse=lambda error: refusal(error, "en"),
            )
        )


def job_of(live: LiveHall, job: PrintJob, url: str) -> Job | None:
    """The spool's job for a paper that the log asks for; None when its subject has gone."""
    if job.paper == "ticket":
        ticket = live.hall.state.tickets.get(job.ticket)
        paper = paper_of(live, ticket, copy_of(live.hall, job), url) if ticket else None
    else:
        paper = slip_of(live.hall, job, url)
    if paper is None:
        return None
    return Job(
        id=f"{job.ticket}/{job.copy}",
        printer=job.printer,
        paper=paper,
        expires_at=job.expires,
    )


def split_job(job_id: str) -> tuple[str, int]:
    """A spool job's id as (ticket, copy)."""
    ticket, _, copy = job_id.partition("/")
    return ticket, int(copy)
