"""What can happen in a hall: small frozen records with stable names.

An event is encoded as JSON with its name under `type`; times are milliseconds since the Unix
epoch, ids are strings. A `Record` is an event in its place in the hall's log. Names and fields
are for ever: a log of ten years ago must still fold. Add fields only with a default.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec
from msgspec import Struct, field

from .config import NORMAL, HallConfig
from .events_alert import AlertEvent
from .events_base import Claim, Estimate, Event, LegPlan, Reason
from .events_booking import BookingEvent, PersonEvent
from .events_message import MessageEvent
from .events_webhook import WebhookAcknowledged

# Offered here too: an event and what it carries are read together.
__all__ = ["Claim", "Estimate", "Event", "LegPlan", "Reason", "WebhookAcknowledged"]


# ── the hall itself ──────────────────────────────────────────────────────────────────────────


class HallConfigured(Event, frozen=True):
    """The configuration in force from here on."""

    config: HallConfig


class DayClosed(Event, frozen=True):
    """The business day of the record is over; its tickets leave memory."""


# ── the door ─────────────────────────────────────────────────────────────────────────────────


class VisitorsArrived(Event, frozen=True):
    """So many people came through a door: a counter saw them, or one took a token there."""

    count: int = 1
    door: str = ""


# ── tickets ──────────────────────────────────────────────────────────────────────────────────


class TicketIssued(Event, frozen=True):
    """A ticket was given out. `ahead` and `estimate` are what the visitor was told.

    legs: in the order that was planned; whichever of them a window calls first is served first,
    those that come `after` another excepted. slot: for who booked, the start of the slot; the
    wait counts from it, or from the record's own time when that is later. booking: which one.
    promised: materials to be handed in later (容缺受理). cause, approver: why the class of a green
    channel was given, and by whom. door_at: when the visitor came through the door, if a token
    says so. reach: over which channels the visitor can be told more, `mail` or `sms`.
    """

    ticket: str
    number: str
    legs: tuple[LegPlan, ...]
    priority: str = NORMAL
    language: str = "zh"
    channel: str = "kiosk"
    ahead: int = 0
    estimate: Estimate | None = None
    slot: int | None = None
    door_at: int | None = None
    booking: str | None = None
    promised: tuple[str, ...] = ()
    cause: str | None = None
    approver: str | None = None
    reach: tuple[str, ...] = ()


class TicketCalled(Event, frozen=True):
    """A window called the ticket, and why. service: which of its open ones, None: the planned."""

    ticket: str
    window: str
    reason: Reason
    staff: str | None = None
    service: str | None = None


class TicketRecalled(Event, frozen=True):
    """The call was repeated."""

    ticket: str
    window: str


class ServiceStarted(Event, frozen=True):
    """The visitor stands at the window."""

    ticket: str
    window: str


class ServiceFinished(Event, frozen=True):
    """The current service is done; with another leg open the ticket waits again."""

    ticket: str
    window: str
    outcome: str | None = None


class TicketMissed(Event, frozen=True):
    """No-show (过号): nobody came to the window, or back from a park (`window` is None)."""

    ticket: str
    window: str | None = None


class TicketRequeued(Event, frozen=True):
    """The call is taken back; the ticket waits in its old place."""

    ticket: str
    window: str
    note: str | None = None


class TicketParked(Event, frozen=True):
    """Gone for a while, the place kept until `until`: sent by a window, or (None) by wish.

    errand: what for: `copy`, `photo`, `signature`, `paper` or `other`.
    """

    ticket: str
    window: str | None
    until: int
    note: str | None = None
    errand: str | None = None


class TicketResumed(Event, frozen=True):
    """Back from a park; the ticket waits in its old place.

    returning: a window had sent him away, so he is called as soon as the rule of returns allows.
    """

    ticket: str
    returning: bool = False


class TicketTransferred(Event, frozen=True):
    """The current leg goes on elsewhere: to another service, or bound to a window.

    With `come_back` the present service is done at window `come_back` afterwards.
    """

    ticket: str
    service: str
    group: str
    source: str | None = None
    bound: str | None = None
    come_back: str | None = None
    note: str | None = None


class TicketRestored(Event, frozen=True):
    """A missed, cancelled or just finished ticket waits again in its old place."""

    ticket: str


class TicketCancelled(Event, frozen=True):
    """Closed without service. `reason`: `left`, `staff`, `day_closed`."""

    ticket: str
    reason: str
    note: str | None = None


class TicketPrioritised(Event, frozen=True):
    """A waiting ticket got another class, with the reason and who approved it."""

    ticket: str
    priority: str
    cause: str
    approver: str


class PaymentNoticed(Event, frozen=True):
    """A window asked for a payment (缴费通知单). No money is handled: this is what is owed.

    notice: its number. service: the one that settles it. item: for what. amount_fen: in
    hundredths of the currency, if it is known.
    """

    ticket: str
    notice: str
    service: str
    window: str
    item: str
    amount_fen: int | None = None


class PaymentMade(Event, frozen=True):
    """The notice was paid. service: the one that needn't be waited for any more, if it was."""

    ticket: str
    notice: str
    service: str | None = None


class TicketRated(Event, frozen=True):
    """好差评: 5 very satisfied … 1 very dissatisfied, with optional dimensions."""

    ticket: str
    score: int
    dimensions: dict[str, int] = field(default_factory=dict)


# ── windows ──────────────────────────────────────────────────────────────────────────────────


class WindowOpened(Event, frozen=True):
    """The window serves; `staff` sits there."""

    window: str
    staff: str | None = None


class WindowPaused(Event, frozen=True):
    """The window calls nobody for a while."""

    window: str
    reason: str | None = None


class WindowClosed(Event, frozen=True):
    """Nobody sits at the window. What was bound to it goes back to its group."""

    window: str
    reason: str | None = None


class WindowLent(Event, frozen=True):
    """The window also serves `groups` until `until`; the next of its kind replaces this one."""

    window: str
    groups: tuple[str, ...]
    until: int


class WindowReturned(Event, frozen=True):
    """The window serves its own groups again."""

    window: str


class AssistanceCalled(Event, frozen=True):
    """A window needs its colleagues at once."""

    window: str
    note: str | None = None


class AssistanceGiven(Event, frozen=True):
    """Somebody came to the window that asked, or it needs nobody any more."""

    window: str


# ── paper ────────────────────────────────────────────────────────────────────────────────────


class PrintRequested(Event, frozen=True):
    """A paper is to be printed; unique by (ticket, copy). Copy 0 is the original.

    ticket: its subject; for a paper that belongs to no ticket, a booking's id or a fresh one.
    paper: `ticket`, `appointment`, `notice` (一次告知), `payment` or `receipt`. about: what the
    paper says beyond its subject, e.g. the services and missing materials of a notice.
    """

    ticket: str
    copy: int
    printer: str
    expires: int
    paper: str = "ticket"
    about: dict[str, str | int | list[str]] = field(default_factory=dict)


class PrintSending(Event, frozen=True):
    """The first byte is about to leave: from here on never printed again blindly."""

    ticket: str
    copy: int


class PrintOutcome(StrEnum):
    """How a print job ended."""

    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    EXPIRED = "expired"


class PrintSettled(Event, frozen=True):
    """The print job ended."""

    ticket: str
    copy: int
    outcome: PrintOutcome
    detail: str | None = None


AnyEvent = (
    HallConfigured
    | DayClosed
    | VisitorsArrived
    | TicketIssued
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | ServiceFinished
    | TicketMissed
    | TicketRequeued
    | TicketParked
    | TicketResumed
    | TicketTransferred
    | TicketRestored
    | TicketCancelled
    | TicketPrioritised
    | PaymentNoticed
    | PaymentMade
    | TicketRated
    | WindowOpened
    | WindowPaused
    | WindowClosed
    | WindowLent
    | WindowReturned
    | AssistanceCalled
    | AssistanceGiven
    | BookingEvent
    | PersonEvent
    | PrintRequested
    | PrintSending
    | PrintSettled
    | MessageEvent
    | WebhookAcknowledged
    | AlertEvent
)


class Record(Struct, frozen=True, gc=False):
    """An event in its place in a hall's log.

    seq: 1, 2, 3 … without gaps per hall. at: milliseconds since the Unix epoch, never going
    back within a log. day: the business day that it concerns, `YYYY-MM-DD`. actor: who asked,
    e.g. `staff:li`, `device:kiosk-1`, `visitor`, `clock`.
    """

    hall: str
    seq: int
    at: int
    day: str
    actor: str
    event: AnyEvent


encode: Callable[[AnyEvent], bytes] = msgspec.json.Encoder().encode
"""The event's bytes in the log: JSON, fields in the order of the class, defaults left out."""

decode: Callable[[bytes], AnyEvent] = msgspec.json.Decoder(AnyEvent).decode
"""The event behind its bytes. Raises msgspec.ValidationError when they are none of ours."""
