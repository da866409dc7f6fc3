"""What can happen to messages for people outside the hall. No event holds an address or a name.

A message is known by its `subject`, the booking or ticket that it is about, and by the seq of the
record that asked for it. Its business day is that of what it is about.
"""

from __future__ import annotations

from enum import StrEnum

from .events_base import Event


class MessageOutcome(StrEnum):
    """How a message ended."""

    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"


class MessageWanted(Event, frozen=True):
    """Somebody is to be told something. topic: one of `config.MessageTopic`. channel: `mail` or
    `sms`. expires: when it is worth nothing any more, ms.
    """

    subject: str
    topic: str
    channel: str
    expires: int


class MessageSending(Event, frozen=True):
    """The other end is about to be given the message: from here on it may have left."""

    subject: str
    message: int


class MessageDeferred(Event, frozen=True):
    """It is to be sent again: it was refused for now, or a second copy is known as the first's."""

    subject: str
    message: int
    detail: str | None = None


class MessageSettled(Event, frozen=True):
    """The message ended. detail: a code, as in `docs/messages.md`, and numbers of the other end."""

    subject: str
    message: int
    outcome: MessageOutcome
    detail: str | None = None


MessageEvent = MessageWanted | MessageSending | MessageDeferred | MessageSettled
