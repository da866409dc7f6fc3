"""Visits of several services, payment notices and windows that help, as the API says them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import inf

from kiosk.hall import Hall
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import HallConfig, Service
from kiosk.hall.message import MAIL, SMS
from kiosk.hall.plan import plan
from kiosk.hall.state import ACTIVE, LegState, Ticket, WindowState

from .views import LegView
from .views_visit import (
    Arrival,
    AssistanceView,
    BookedView,
    FacilityView,
    NoticeView,
    PackageView,
    PauseView,
    PriorityView,
    QuestionView,
    StopView,
)

At = Callable[[int | None], str | None]
"""An instant as RFC 3339 text."""

Wait = Callable[[str], float | None]
"""Seconds that a newcomer of a group waits, where a forecast knows them."""


def legs(hall: Hall, ticket: Ticket) -> list[LegView]:
    """The services of a ticket in the planned order."""
    ready = ticket.ready() if ticket.state in ACTIVE else ()
    services, views = hall.services, []
    for index, leg in enumerate(ticket.legs):
        known = services.get(leg.service)
        views.append(
            LegView(
                leg.service,
                leg.state._value_,
                leg.group,
                known.name if known else {"zh": leg.service, "en": leg.service},
                index in ready,
                leg.bound,
                leg.quantity,
            )
        )
    return views


def booked(hall: Hall, ticket: Ticket) -> BookedView | None:
    """The appointment with which a visitor came, and how its rules count the arrival."""
    booking = hall.state.bookings.get(ticket.booking or "")
    if booking is None:
        return None
    rules, start = hall.slots.rules, booking.start
    arrival: Arrival = "on_time"
    if ticket.issued_at > start + rules.late_minutes * MINUTE:
        arrival = "very_late"
    elif ticket.issued_at > start + hall.state.config.rules.late_grace_minutes * MINUTE:
        arrival = "late"
    return BookedView(hall.calendar.rfc3339(start), arrival)


def stops(hall: Hall, ticket: Ticket, wait: Wait, now: int) -> list[StopView]:
    """When each open service of a visit of several is expected; empty for a single one, and where
    it would last beyond the hall's hours: nobody can say how that ends.
    """
    if len(ticket.legs) < 2 or ticket.state not in ACTIVE:
        return []
    waiting = [leg for leg in ticket.legs if leg.state is not LegState.DONE]
    if not waiting:
        return []
    known = {leg.group: wait(leg.group) for leg in waiting}
    waits = {group: seconds for group, seconds in known.items() if seconds is not None}
    serving = [leg.group for leg in waiting if leg.state is LegState.SERVING]
    waits.update(dict.fromkeys(serving, 0.0))
    found = plan(hall.errands(waiting, waits))
    if now + found[-1].ends * 1000 > _closes(hall, now):
        return []
    return [StopView(stop.service, round(stop.begins), round(stop.ends)) for stop in found]


def _closes(hall: Hall, now: int) -> float:
    """When the hall closes for the day; never, where it is open around the clock."""
    calendar = hall.calendar
    day = calendar.day(now)
    local = date.fromisoformat(day)
    spans = [*calendar.minutes(local), *(s for _, of in calendar.sessions(local) for s in of)]
    end = max((end for _, end in calendar.instants(local, tuple(spans))), default=now)
    return inf if end == calendar.ends(day) else end


def notice(ticket: Ticket, at: At) -> NoticeView | None:
    """What the visitor was asked to pay."""
    asked = ticket.notice
    if asked is None:
        return None
    return NoticeView(
        number=asked.number,
        service=asked.service,
        item=asked.item,
        amount_fen=asked.amount_fen,
        window=asked.window,
        paid_at=at(asked.paid_at),
    )


def assistance(window: WindowState, at: At) -> AssistanceView | None:
    """Since when a window asks its colleagues for help."""
    since = at(window.assistance)
    return AssistanceView(since, window.assistance_note) if since is not None else None


def questions(service: Service) -> list[QuestionView]:
    """What decides which papers a visitor needs."""
    return [QuestionView(q.id, q.text, list(q.yes), list(q.no)) for q in service.questions]


def priorities(config: HallConfig, left_out: str) -> list[PriorityView]:
    """The classes of visitors, one of them left out."""
    return [PriorityView(p.id, p.name, p.approval) for p in config.priorities if p.id != left_out]


def packages(config: HallConfig) -> list[PackageView]:
    """Services that people need together."""
    return [PackageView(p.id, p.name, list(p.services)) for p in config.packages]


def facilities(config: HallConfig) -> list[FacilityView]:
    """Where a visitor finds help between windows."""
    return [FacilityView(f.id, f.name, f.place) for f in config.facilities]


def pauses(config: HallConfig) -> list[PauseView]:
    """Why a window may pause."""
    return [PauseView(p.id, p.name, p.work) for p in config.pauses]


def writes(config: HallConfig) -> list[str]:
    """The ways in which who books is told what becomes of it."""
    ways = ((MAIL, config.mail), (SMS, config.sms)) if config.messages is not None else ()
    return [name for name, way in ways if way is not None]
