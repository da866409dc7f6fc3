"""What a message reads like: pure, from the hall's state and the catalogue of texts."""

from __future__ import annotations

from datetime import datetime

from kiosk import texts
from kiosk.hall import Hall
from kiosk.hall.booking import Booking
from kiosk.hall.message import Alert, Message
from kiosk.hall.state import Ticket
from kiosk.server.appointments import appointment, calendar_file
from kiosk.server.present import Presenter
from kiosk.server.slips import materials, name, place, zone

from .delivery import Letter

_DATED = frozenset({"booked", "moved", "cancelled"})
"""Messages with a file for the calendar."""


def letter_of(present: Presenter, message: Message, to: str, link: str, now: int) -> Letter | None:
    """The letter of a message; None when what it is about has gone. link: of its page.

    now: ms, when its calendar file is made.
    """
    hall = present.hall
    if alert := alert_of(hall, message.subject):
        return _about_alert(hall, message, alert, to, link)
    if ticket := hall.state.tickets.get(message.subject):
        return _about_ticket(hall, message, ticket, to, link)
    booking = hall.state.bookings.get(message.subject)
    if booking is None:
        return None
    return _about_booking(present, message, booking, to, link, now)


def _id(hall: Hall, message: Message) -> str:
    """The same on every try and at every node; `at` tells it from one of a log that was lost."""
    return f"{hall.state.config.id}.{message.seq}.{message.at}"


def _about_booking(
    present: Presenter, message: Message, booking: Booking, to: str, link: str, now: int
) -> Letter:
    hall, language = present.hall, booking.language
    services = [leg.service for leg in booking.legs]
    comma = texts.text(language, "book.comma")
    values = {
        "hall": name(hall.state.config.name, language),
        "services": comma.join(
            name(hall.services[s].name, language) for s in services if s in hall.services
        ),
        "when": when(hall, booking.start, language),
        "code": booking.code,
        "link": link,
        "until": when(hall, booking.due, language) if booking.due else "",
        "note": booking.told or "",
    }
    rows = [("where", _place(hall, booking, language)), ("code", booking.code)]
    if brought := materials(hall, services, language):
        rows.append(("bring", comma.join(brought)))
    view = appointment(present, booking)
    glossary = hall.state.config.materials
    dated = message.topic in _DATED
    calendar = calendar_file(view, language, link, now, glossary) if dated else None
    return _letter(hall, message, to, language, values, rows, calendar)


def _about_ticket(hall: Hall, message: Message, ticket: Ticket, to: str, link: str) -> Letter:
    language = ticket.language
    window = hall.router.windows.get(ticket.window or "")
    values = {
        "hall": name(hall.state.config.name, language),
        "number": ticket.number,
        "window": name(window.name, language) if window else "",
        "link": link,
    }
    rows = [("where", place(hall, ticket.current, language))]
    return _letter(hall, message, to, language, values, rows, None)


def alert_of(hall: Hall, subject: str) -> Alert | None:
    """The trouble that a message is about, if it is about one."""
    kind, _, rest = subject.partition("/")
    what, _, about = rest.rpartition("/")[0].partition("/")
    return hall.state.alerts.get((what, about)) if kind == "alert" else None


def _about_alert(hall: Hall, message: Message, alert: Alert, to: str, link: str) -> Letter:
    config = hall.state.config
    language = config.languages[0]
    detail = alert.detail
    if alert.what == "printer":
        detail = texts.text(language, f"common.printer_{alert.detail}")
    values = {
        "hall": name(config.name, language),
        "what": texts.text(
            language, f"messages.what_{alert.what}", about=alert.about, detail=detail
        ),
        "since": when(hall, alert.since, language),
        "link": link,
    }
    return _letter(hall, message, to, language, values, [], None)


def _letter(
    hall: Hall,
    message: Message,
    to: str,
    language: str,
    values: dict[str, str],
    rows: list[tuple[str, str]],
    calendar: bytes | None,
) -> Letter:
    def say(key: str) -> str:
        return texts.text(language, f"messages.{key}", **values)

    told = say(f"{message.topic}_text")
    if note := values.get("note", ""):
        told = f"{told}\n{note}"
    if rows and message.topic not in ("cancelled", "informed"):
        about = [texts.text(language, f"messages.row_{key}", value=value) for key, value in rows]
        told = "\n\n".join((told, "\n".join(about)))
    return Letter(
        id=_id(hall, message),
        to=to,
        title=say(f"{message.topic}_title"),
        text="\n\n".join((told, say(f"{message.topic}_link"), say("end"))) + "\n",
        short=say(f"{message.topic}_short"),
        calendar=calendar,
    )


def _place(hall: Hall, booking: Booking, language: str) -> str:
    """The hall, and the zones in which the visit begins and goes on."""
    zones = dict.fromkeys(zone(hall, leg.group, language) for leg in booking.legs)
    comma = texts.text(language, "book.comma")
    return comma.join((name(hall.state.config.name, language), *(z for z in zones if z)))


def when(hall: Hall, at: int, language: str) -> str:
    """An instant as people say it, with its day."""
    local: datetime = hall.calendar.local(at)
    date = texts.text(
        language,
        "book.date",
        weekday=texts.text(language, f"book.weekday_{local.weekday()}"),
        month=texts.text(language, f"book.month_{local.month}"),
        day=local.day,
    )
    return f"{date} {local:%H:%M}"


def sample(language: str, hall_name: str) -> tuple[str, str]:
    """Title and text of a message that only tries the way."""
    return (
        texts.text(language, "messages.test_title", hall=hall_name),
        texts.text(language, "messages.test_text", hall=hall_name),
    )
