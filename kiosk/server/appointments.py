"""What the API says of appointments, and what is known of who made them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from kiosk import texts
from kiosk.hall.booking import EXPECTED, Booking, BookingState
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import Appointments, Names
from kiosk.hall.counter import materials
from kiosk.hall.events import LegPlan
from kiosk.hall.message import MAIL, SMS
from kiosk.store.rows import BookingRow

from .present import Presenter
from .slips import material
from .views import View
from .views_message import MessageView, messages_about

KEPT_MS = 30 * 24 * 3_600_000
"""How long after an appointment the name and number given with it are kept."""


class BookedService(View, frozen=True):
    """A service of an appointment."""

    id: str
    name: Names


class AppointmentView(View, frozen=True, omit_defaults=True):
    """An appointment. token: only to who holds it. ticket: its ticket's token, likewise.

    check_in_from: before that, check-in is refused; until on_time_until it counts as on time,
    until late_until as late; after that its visitor waits among the walk-ins. cancel_until: until
    when it can be cancelled or moved. reason: why it is over. moved_from: its time before the hall
    moved it. informed_at, informed_note: when its person was told that the hall can't keep it, and
    in which words. number, checked_in_at: of the ticket that it became. name, phone, messages: to
    staff alone.
    """

    id: str
    code: str
    state: str
    hall: str
    hall_name: Names
    services: list[BookedService]
    group_names: list[Names]
    zone_names: list[Names]
    start: str
    end: str
    made_at: str
    materials: list[str]
    check_in_from: str
    on_time_until: str
    late_until: str
    cancel_until: str
    token: str | None = None
    confirm_by: str | None = None
    reason: str | None = None
    overbooked: str | None = None
    note: str | None = None
    moved_from: str | None = None
    informed_at: str | None = None
    informed_note: str | None = None
    ticket: str | None = None
    number: str | None = None
    checked_in_at: str | None = None
    name: str | None = None
    phone: str | None = None
    messages: list[MessageView] = msgspec.field(default_factory=list)


class SlotView(View, frozen=True):
    """A time at which a visit could begin."""

    start: str
    end: str
    capacity: int
    free: int


class Contact(Struct, omit_defaults=True):
    """What somebody said about himself; sealed, beside the log."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    id_number: str | None = None

    def reach(self) -> tuple[str, ...]:
        """Over which channels he can be told more."""
        return tuple(channel for channel in (MAIL, SMS) if self.address(channel))

    def address(self, channel: str) -> str | None:
        """Where a channel reaches him."""
        return self.email if channel == MAIL else self.phone


def appointment(
    present: Presenter,
    booking: Booking,
    *,
    token: str | None = None,
    ticket: str | None = None,
    contact: Contact | None = None,
) -> AppointmentView:
    """A booking as its holder (with `token`) or staff (others, with its `contact`) see it."""
    hall, config = present.hall, present.config
    rules = config.appointments or Appointments()
    known = [hall.services[leg.service] for leg in booking.legs if leg.service in hall.services]
    groups = [
        hall.groups[g] for g in dict.fromkeys(leg.group for leg in booking.legs) if g in hall.groups
    ]
    zones = {z.id: z.name for z in config.zones}
    grace = min(config.rules.late_grace_minutes, rules.late_minutes)
    became = hall.state.tickets.get(booking.ticket or "")

    def after(minutes: float) -> str:
        return hall.calendar.rfc3339(booking.start + round(minutes * MINUTE))

    return AppointmentView(
        id=booking.id,
        code=booking.code,
        state=booking.state.value,
        hall=config.id,
        hall_name=config.name,
        services=[BookedService(s.id, s.name) for s in known],
        group_names=[g.name for g in groups],
        zone_names=[zones[z] for z in dict.fromkeys(g.zone for g in groups) if z in zones],
        start=after(0),
        end=hall.calendar.rfc3339(booking.end),
        made_at=hall.calendar.rfc3339(booking.made_at),
        materials=list(dict.fromkeys(m for s in known for m in materials(s))),
        check_in_from=after(-rules.early_minutes),
        on_time_until=after(grace),
        late_until=after(rules.late_minutes),
        cancel_until=hall.calendar.rfc3339(hall.change_until(booking)),
        token=token,
        confirm_by=present.at(booking.due) if booking.state in EXPECTED else None,
        reason=booking.reason,
        overbooked=booking.overbooked,
        note=booking.note,
        moved_from=present.at(booking.moved_from),
        informed_at=present.at(booking.informed_at),
        informed_note=booking.told,
        ticket=ticket,
        number=became.number if became else None,
        checked_in_at=present.at(became.issued_at) if became else None,
        name=contact.name if contact else None,
        phone=contact.phone if contact else None,
        messages=[] if token else messages_about(present, booking.id),
    )


def past_booking(row: BookingRow) -> Booking:
    """A booking whose day is over, as far as the tables know it."""
    services = msgspec.json.decode(row.services, type=list[str])
    return Booking(
        id=row.id,
        day=row.day,
        start=row.start_at,
        end=row.end_at,
        legs=tuple(LegPlan(service, row.group) for service in services),
        claims=(),
        state=BookingState(row.state),
        made_at=row.made_at,
        code=row.code,
        channel=row.channel,
        overbooked=row.overbooked,
        reason=row.reason,
        ticket=row.ticket,
    )


def decode_contact(sealed: bytes) -> Contact:
    """What `Contact` was sealed as."""
    return msgspec.json.decode(sealed, type=Contact)


# ── the calendar file ────────────────────────────────────────────────────────────────────────


_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
"""From then on versions are counted, in seconds: they fit into 31 bits until 2088."""


def calendar_file(
    view: AppointmentView, language: str, url: str, now: int, glossary: Mapping[str, Names]
) -> bytes:
    """An appointment as iCalendar (RFC 5545). now: ms, when the file is made.

    glossary: what papers are called.
    """

    def name(names: Names) -> str:
        return names.get(language) or next(iter(names.values()), "")

    comma = "、" if language == "zh" else ", "
    services = comma.join(name(s.name) for s in view.services)
    about = [texts.text(language, "appointments.code", code=view.code)]
    if view.materials:
        brought = comma.join(material(glossary, text, language) for text in view.materials)
        about.append(texts.text(language, "appointments.bring", list=brought))
    place = [name(view.hall_name), *(name(z) for z in view.zone_names)]
    gone = view.state in ("cancelled", "missed")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kiosk//Kiosk//EN",
        "BEGIN:VEVENT",
        f"UID:{view.id}@{view.hall}.kiosk",
        f"SEQUENCE:{_sequence(view, gone=gone)}",
        f"DTSTAMP:{_utc(datetime.fromtimestamp(now / 1000, UTC))}",
        f"DTSTART:{_utc(datetime.fromisoformat(view.start))}",
        f"DTEND:{_utc(datetime.fromisoformat(view.end))}",
        f"SUMMARY:{_escaped(services)}",
        f"LOCATION:{_escaped(comma.join(place))}",
        f"DESCRIPTION:{_escaped(chr(10).join(about))}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if gone else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _sequence(view: AppointmentView, *, gone: bool) -> int:
    """Which version this is (RFC 5545, 3.8.7.4): it grows when another time is given, and when the
    appointment is over. A moved booking is made anew.
    """
    made = datetime.fromisoformat(view.made_at)
    return int((made - _FIRST).total_seconds()) + gone


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11."""
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def _folded(line: str) -> bytes:
    """A content line of at most 75 octets a piece, cut between signs (RFC 5545, 3.1)."""
    pieces, piece = [], b""
    for sign in line:
        data = sign.encode()
        if len(piece) + len(data) > 74:
            pieces.append(piece)
            piece = b" "
        piece += data
    return b"\r\n".join((*pieces, piece)) + b"\r\n"
