"""What can happen in a hall: small frozen records with stable names.

An event is encoded as JSON with its name under `type`; times are milliseconds since the Unix
epoch, ids are strings. A `Record` is an event in its place in the hall's log. Names and fields
are for ever: a log of ten years ago must still fold. Add fields only with a default.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec import Struct

from .config import NORMAL, HallConfig


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Event(Struct, frozen=True, tag_field="type", tag=_snake, omit_defaults=True):
    """Base of all events."""

    @property
    def kind(self) -> str:
        """The event's stable name, e.g. `ticket_called`."""
        return str(self.__struct_config__.tag)


class Estimate(Struct, frozen=True, omit_defaults=True):
    """The time until the call, from the moment it was made: 90% interval and median, seconds.

    spread_s: half the interval's width before calibration, kept in the log so that anyone can
    recompute the calibration.
    """

    low_s: int
    median_s: int
    high_s: int
    spread_s: int = 0


class Reason(Struct, frozen=True, omit_defaults=True):
    """Why a window took a ticket: a rule's stable code and the numbers it decided by.

    code: `first` (the rule's first choice), `over_cap`, `help` (from another line), `bound`
        (transferred to this window), `picked` (chosen by staff), `undo` (a mis-click taken back).
    waited_s: seconds since the ticket's reference time. points: what the rule compared, in
    minutes. ahead_of: waiting tickets that this window could also have served.
    """

    code: str
    rule: str = "fair"
    group: str = ""
    priority: str = NORMAL
    waited_s: int = 0
    points: float = 0
    lead: float = 0
    over_cap_s: int = 0
    ahead_of: int = 0
    note: str = ""


class LegPlan(Struct, frozen=True):
    """One service of a ticket and the group whose queue it waits in."""

    service: str
    group: str


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

    slot: for who booked, the start of the slot; the wait counts from it, or from the record's
    own time when that is later. door_at: when the visitor took a token at the door, if known.
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


class TicketCalled(Event, frozen=True):
    """A window called the ticket, and why."""

    ticket: str
    window: str
    reason: Reason
    staff: str | None = None


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
    """Gone for a while, the place kept until `until`: sent by a window, or (None) by wish."""

    ticket: str
    window: str | None
    until: int
    note: str | None = None


class TicketResumed(Event, frozen=True):
    """Back from a park; the ticket waits in its old place."""

    ticket: str


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


class TicketRated(Event, frozen=True):
    """好差评: 5 very satisfied … 1 very dissatisfied, with optional dimensions."""

    ticket: str
    score: int
    dimensions: dict[str, int] = {}


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


# ── paper ────────────────────────────────────────────────────────────────────────────────────


class PrintRequested(Event, frozen=True):
    """A paper is to be printed; unique by (ticket, copy). Copy 0 is the original."""

    ticket: str
    copy: int
    printer: str
    expires: int


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
    | TicketRated
    | WindowOpened
    | WindowPaused
    | WindowClosed
    | PrintRequested
    | PrintSending
    | PrintSettled
)


class Record(Struct, frozen=True):
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


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: AnyEvent) -> bytes:
    """The event's bytes in the log: JSON, fields in the order of the class, defaults left out."""
    return _encoder.encode(event)


def decode(payload: bytes) -> AnyEvent:
    """The event behind `payload`. Raises msgspec.ValidationError when it is none of ours."""
    return _decoder.decode(payload)
