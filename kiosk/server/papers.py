"""From a ticket to its paper: what the printer room lays out."""

from __future__ import annotations

from kiosk import texts
from kiosk.hall.events import PrintOutcome, PrintSending
from kiosk.hall.state import PrintJob, Ticket, WindowStatus
from printer.job import Job, Outcome
from printer.paper import Kind, Language, Leg, Paper, Row

from .live import LiveHall
from .problems import refusal
from .runtime import Command, Reply
from .slips import copy_of, name, slip_of

LISTED_WINDOWS = 6
"""More windows than these are not named one by one on a ticket."""


def paper_of(live: LiveHall, ticket: Ticket, copy: int, url: str) -> Paper:
    """The paper of a ticket in the visitor's language. url: of its phone page."""
    hall, language = live.hall, ticket.language
    services = [hall.services[leg.service] for leg in ticket.legs if leg.service in hall.services]
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
        legs=tuple(Leg(service=name(s.name, language), number="", place="") for s in services),
        place=_place(live, ticket),
        ahead=ticket.ahead,
        low_s=estimate.low_s if estimate else None,
        high_s=estimate.high_s if estimate else None,
        status=status,
        priority=name(priorities.get(ticket.priority, {}), language),
        materials=tuple(m for s in services for m in s.materials),
        qr=url,
        issued=hall.calendar.local(ticket.issued_at).strftime("%Y-%m-%d %H:%M"),
        copy=copy,
    )


def sample(live: LiveHall, kind: Kind, language: Language, url: str) -> Paper:
    """A paper of this hall with something in every place, to look at a template."""
    config = live.hall.state.config
    service = next(iter(live.hall.services.values()), None)
    group = live.hall.groups.get(service.group) if service else None
    zone = next((z.name for z in config.zones if group and z.id == group.zone), {})
    now = live.hall.calendar.local(live.clock.now()).strftime("%Y-%m-%d %H:%M")
    booked = kind is Kind.APPOINTMENT
    code = "7K4Q2M"
    slip = kind in {Kind.PAYMENT, Kind.RECEIPT}
    address = f"{url.rstrip('/')}/t/{code}"
    return Paper(
        kind=kind,
        language=language,
        hall=name(config.name, language),
        number=f"{group.prefix if group else ''}012",
        legs=(Leg(name(service.name, language)),) if service else (),
        place=name(zone, language),
        ahead=5,
        low_s=720,
        high_s=1500,
        when=now if booked else "",
        code=code if booked else "",
        rows=(Row(texts.text(language, "ticket.code"), code),) if slip else (),
        materials=service.materials if service else (),
        version="1" if kind is Kind.MATERIALS else "",
        qr=code if kind is Kind.PAYMENT else address,
        issued=now,
    )


def _place(live: LiveHall, ticket: Ticket) -> str:
    """The zone, and the windows that serve the ticket if they are few."""
    hall, language = live.hall, ticket.language
    group = hall.groups[ticket.current.group]
    zone = next((z.name for z in hall.state.config.zones if z.id == group.zone), {})
    windows = [
        w
        for w in hall.router.able(ticket.lane)
        if hall.state.windows[w.id].status is not WindowStatus.CLOSED
    ]
    if not windows or len(windows) > LISTED_WINDOWS:
        return name(zone, language)
    return f"{name(zone, language)} {listed([name(w.name, language) for w in windows])}"


def listed(names: list[str]) -> str:
    """Names in a row, what they share said once: `26、27号窗口`, `Window 26, 27`."""
    comma = ", " if all(name.isascii() for name in names) else "、"
    before = _shared(names)
    after = _shared([name[len(before) :][::-1] for name in names])[::-1]
    middles = [name[len(before) : len(name) - len(after)] for name in names]
    if len(names) < 2 or not all(middles):
        return comma.join(names)
    return before + comma.join(middles) + after


def _shared(names: list[str]) -> str:
    """What all names begin with, digits left out: they tell the names apart."""
    shared = ""
    for signs in zip(*names, strict=False):
        if len(set(signs)) > 1 or signs[0].isdigit():
            break
        shared += signs[0]
    return shared


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
