"""How the events of messages change a hall, and when bookings are reminded of; `fold` hands over.

What is due stands in sorted lists, so that time is asked about at no cost.
"""

from __future__ import annotations

from bisect import insort
from typing import assert_never

from .booking import Booking, BookingState
from .calendar import MINUTE
from .events import Record
from .events_alert import AlertEvent, AlertRaised
from .events_message import (
    MessageDeferred,
    MessageEvent,
    MessageSending,
    MessageSettled,
    MessageWanted,
)
from .message import Alert, Message, MessageState, channel_of
from .state import State, take_out

ANSWER_MS = 5 * MINUTE
"""How long the other end may take before nobody waits for its answer any more."""


def message(state: State, record: Record, event: MessageEvent) -> None:
    """Fold what happened to a message."""
    if isinstance(event, MessageWanted):
        _want(state, record, event)
        return
    known = state.messages.get(event.subject, {}).get(event.message)
    if known is None:
        return
    _wait_no_more(state, known)
    match event:
        case MessageSending():
            known.state, known.since = MessageState.SENDING, record.at
            known.sends += 1
            _wait(state, known, record.at + ANSWER_MS)
        case MessageDeferred(detail=detail):
            known.state, known.since, known.detail = MessageState.WANTED, record.at, detail
            _wait(state, known, known.expires)
        case MessageSettled(outcome=outcome, detail=detail):
            known.settle(outcome, detail, record.at)
        case never:
            assert_never(never)


def _want(state: State, record: Record, event: MessageWanted) -> None:
    subject = event.subject
    made = Message(
        subject,
        record.seq,
        event.topic,
        event.channel,
        record.day,
        record.at,
        event.expires,
        record.at,
    )
    state.days.add(record.day)
    state.messages.setdefault(subject, {})[made.seq] = made
    _wait(state, made, event.expires)
    if event.topic == "reminder" and (booking := state.bookings.get(subject)):
        plan_reminder(state, booking)
    if event.topic == "soon":
        state.watched.discard(subject)


def _wait(state: State, known: Message, due: int) -> None:
    """Expect news of a message until an instant."""
    known.due = due
    insort(state.posting, known.place)


def _wait_no_more(state: State, known: Message) -> None:
    take_out(state.posting, known.place)


def alert(state: State, record: Record, event: AlertEvent) -> None:
    """Fold a trouble, or its end."""
    state.days.add(record.day)
    key = (event.what, event.about)
    if isinstance(event, AlertRaised):
        state.alerts[key] = Alert(*key, event.since, event.detail, record.day)
    elif known := state.alerts.get(key):
        known.ended_at = record.at


def plan_reminder(state: State, booking: Booking) -> None:
    """Note when somebody is to be reminded of a booking as it stands now, or that nobody is."""
    if booking.remind_at is not None:
        take_out(state.reminders, (booking.remind_at, booking.id))
    booking.remind_at = due = _reminder(state, booking)
    if due is not None:
        insort(state.reminders, (due, booking.id))


def _reminder(state: State, booking: Booking) -> int | None:
    """When a reminder is due: not for who has only just booked, nor for a time that isn't kept."""
    rules = state.config.messages
    if rules is None or channel_of(state.config, "reminder", booking.reach) is None:
        return None
    due = booking.start - round(rules.reminder_hours * 60 * MINUTE)
    stands = booking.state is BookingState.BOOKED and booking.informed_at is None
    told = state.messages.get(booking.id, {}).values()
    reminded = any(m.topic == "reminder" and m.at >= booking.made_at for m in told)
    return due if stands and booking.made_at < due and not reminded else None


def replan(state: State) -> None:
    """Plan all reminders by a new configuration."""
    for booking in state.bookings.values():
        if booking.reach:
            plan_reminder(state, booking)


def close_day(state: State, day: str) -> None:
    """Forget the messages and troubles of a day that is over."""
    state.alerts = {key: known for key, known in state.alerts.items() if known.day != day}
    for subject in list(state.messages):
        told = state.messages[subject]
        for seq in [seq for seq, known in told.items() if known.day == day]:
            _wait_no_more(state, told.pop(seq))
        if not told:
            del state.messages[subject]
