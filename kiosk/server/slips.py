"""The papers beside the ticket: appointment slip, material list, payment notice, receipt.

What a paper says is taken from the hall's state, or was written into the log with its request
(`about`), so that it says the same after a restart and on a copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from msgspec import structs

from kiosk import texts
from kiosk.hall import Hall
from kiosk.hall.config import Names, Service
from kiosk.hall.printing import PrintJob
from kiosk.hall.state import Leg, WindowStatus
from printer.paper import Kind, Language, Paper, Row
from printer.paper import Leg as LegLine

DIGEST = 6
"""Signs of the digest in a material list's edition: enough to tell two lists of a hall apart."""

LISTED_WINDOWS = 6
"""More windows than these are not named one by one on a paper."""

KINDS = {
    "appointment": Kind.APPOINTMENT,
    "notice": Kind.MATERIALS,
    "payment": Kind.PAYMENT,
    "receipt": Kind.RECEIPT,
}


def edition(hall: Hall, service: Service) -> str:
    """The version of a service's material list: the day since which it is in force, and a digest.

    Two lists with the same digest ask for the same.
    """
    since = hall.calendar.local(hall.state.configured_at).strftime("%Y-%m-%d")
    digest = hashlib.sha256("\n".join(service.materials).encode()).hexdigest()
    return f"{since} {digest[:DIGEST].upper()}"


def notice(
    hall: Hall, service: str, missing: list[str], language: str
) -> dict[str, str | int | list[str]]:
    """What a material list (一次告知) says: all that a service asks for, or what is missing.

    Raises Unknown.
    """
    found = hall.service(service)
    return {
        "services": [service],
        "materials": missing or list(found.materials),
        "edition": edition(hall, found),
        "language": language,
    }


def slip_of(hall: Hall, job: PrintJob, url: str) -> Paper | None:
    """A paper that is no ticket; None when what it is about has gone. url: behind its code."""
    match KINDS[job.paper]:
        case Kind.APPOINTMENT:
            return _appointment(hall, job, url)
        case Kind.PAYMENT:
            return _payment(hall, job)
        case Kind.RECEIPT:
            return _receipt(hall, job, url)
        case _:
            return _notice(hall, job)


def _paper(hall: Hall, job: PrintJob, language: str, services: list[str]) -> Paper:
    """What all of them say: the hall, the services, when it was printed, which copy it is."""
    named = [hall.services[service] for service in services if service in hall.services]
    return Paper(
        kind=KINDS[job.paper],
        language=_language(language),
        hall=name(hall.state.config.name, language),
        legs=tuple(LegLine(name(service.name, language)) for service in named),
        issued=_local(hall, job.since),
        copy=copy_of(hall, job),
    )


def _appointment(hall: Hall, job: PrintJob, url: str) -> Paper | None:
    booking = hall.state.bookings.get(job.ticket)
    if booking is None:
        return None
    language = booking.language
    services = [leg.service for leg in booking.legs]
    start, end = _local(hall, booking.start), _local(hall, booking.end)
    return structs.replace(
        _paper(hall, job, language, services),
        when=f"{start}–{end.split()[1]}",
        place=zone(hall, booking.legs[0].group, language),
        code=booking.code,
        materials=materials(hall, services, language),
        qr=url,
    )


def _notice(hall: Hall, job: PrintJob) -> Paper:
    about = job.about
    language = str(about.get("language", "zh"))
    return structs.replace(
        _paper(hall, job, language, _texts(job, "services")),
        materials=called(hall, _texts(job, "materials"), language),
        version=str(about.get("edition", "")),
    )


def _payment(hall: Hall, job: PrintJob) -> Paper | None:
    """What is owed and where it is paid.

    Its code is the notice's number alone: the bank's window scans it instead of typing it.
    """
    ticket = hall.state.tickets.get(job.ticket)
    if ticket is None or ticket.notice is None:
        return None
    owed, language = ticket.notice, ticket.language
    rows = [("notice_number", owed.number), ("ticket_number", ticket.number), ("item", owed.item)]
    if owed.amount_fen is not None:
        rows.append(("amount", f"￥{owed.amount_fen / 100:.2f}"))
    leg = next((leg for leg in ticket.legs if leg.service == owed.service), None)
    return structs.replace(
        _paper(hall, job, language, [owed.service]),
        rows=labelled(rows, language),
        place=place(hall, leg, language) if leg else "",
        qr=owed.number,
    )


def _receipt(hall: Hall, job: PrintJob, url: str) -> Paper | None:
    ticket = hall.state.tickets.get(job.ticket)
    if ticket is None:
        return None
    language, services = ticket.language, [leg.service for leg in ticket.legs]
    window = hall.router.windows.get(ticket.window or "")
    rows = [("done_at", _local(hall, ticket.ended_at))] if ticket.ended_at else []
    if window is not None:
        rows.append(("window", name(window.name, language)))
    return structs.replace(
        _paper(hall, job, language, services),
        number=ticket.number,
        rows=labelled(rows, language),
        materials=materials(hall, services, language),
        qr=url,
    )


def copy_of(hall: Hall, job: PrintJob) -> int:
    """Which copy of the same paper a job is, 0 for the first: several papers share a subject."""
    before = (hall.state.prints.get((job.ticket, number)) for number in range(job.copy))
    return sum(1 for other in before if other is None or other.paper == job.paper)


def zone(hall: Hall, group: str, language: str) -> str:
    """The name of the zone where a group is served."""
    where = hall.groups[group].zone if group in hall.groups else None
    return next((name(z.name, language) for z in hall.state.config.zones if z.id == where), "")


def place(hall: Hall, leg: Leg, language: str) -> str:
    """Where a service of a ticket is done: the zone, and the open windows if they are few."""
    windows = [
        w
        for w in hall.router.able(leg.lane)
        if hall.state.windows[w.id].status is not WindowStatus.CLOSED
    ]
    where = zone(hall, leg.group, language)
    if not windows or len(windows) > LISTED_WINDOWS:
        return where
    return f"{where} {listed([name(w.name, language) for w in windows])}".strip()


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


def name(names: Names, language: str) -> str:
    """A name in a language, or else in the first that it has."""
    return names.get(language) or next(iter(names.values()), "")


def material(glossary: Mapping[str, Names], text: str, language: str) -> str:
    """What a paper is called in a language; the text that stands for it where it has no name."""
    return glossary.get(text, {}).get(language) or text


def called(hall: Hall, papers: Iterable[str], language: str) -> tuple[str, ...]:
    """What papers are called in a language, two of the same name once."""
    glossary = hall.state.config.materials
    return tuple(dict.fromkeys(material(glossary, text, language) for text in papers))


def _language(language: str) -> Language:
    return "zh" if language == "zh" else "en"


def _local(hall: Hall, at: int) -> str:
    return hall.calendar.local(at).strftime("%Y-%m-%d %H:%M")


def materials(hall: Hall, services: list[str], language: str) -> tuple[str, ...]:
    """What is to be brought for all services, each paper once, as a language calls it."""
    known = (hall.services[service] for service in services if service in hall.services)
    return called(hall, (text for service in known for text in service.materials), language)


def _texts(job: PrintJob, key: str) -> list[str]:
    found = job.about.get(key)
    return found if isinstance(found, list) else []


def labelled(rows: list[tuple[str, str]], language: str) -> tuple[Row, ...]:
    """Values with their labels; each comes with the key of its text."""
    return tuple(Row(texts.text(language, f"ticket.{key}"), value) for key, value in rows)
