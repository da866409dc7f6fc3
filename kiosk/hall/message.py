"""A message on its way to somebody outside the hall."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from .config import HallConfig
from .events_message import MessageOutcome

MAIL = "mail"
SMS = "sms"

URGENT = frozenset({"soon", "called"})
"""What is told by SMS rather than by e-mail."""


class MessageState(StrEnum):
    """Where a message stands."""

    WANTED = "wanted"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"


OPEN = frozenset({MessageState.WANTED, MessageState.SENDING})
"""States from which a message goes on."""


def channel_of(config: HallConfig, topic: str, reach: tuple[str, ...]) -> str | None:
    """Over which channel somebody is told: by e-mail if it can be, what is urgent by SMS.

    reach: the channels over which he can be. None: he isn't told, the hall file says so.
    """
    if config.messages is None or topic not in config.messages.send:
        return None
    there = {MAIL: config.mail is not None, SMS: config.sms is not None}
    order = (SMS, MAIL) if topic in URGENT else (MAIL, SMS)
    return next((c for c in order if there[c] and c in reach), None)


class Alert(Struct):
    """A trouble of today that the manager is told of. Other fields as in `AlertRaised`."""

    what: str
    about: str
    since: int
    detail: str
    day: str
    ended_at: int | None = None


def subject_of(what: str, about: str, number: int) -> str:
    """The subject of the message about a trouble to one of the addresses of `[alerts]`."""
    return f"alert/{what}/{about}/{number}"


class Message(Struct):
    """A message, unique by (subject, seq). Instants are ms.

    seq: of the record that asked for it, at `at`. day: the business day of what it is about.
    since: instant of its present state. sends: how often it may have left. due: instant at which
    it is given up if nobody reports on it. Other fields as in `MessageWanted`.
    """

    subject: str
    seq: int
    topic: str
    channel: str
    day: str
    at: int
    expires: int
    since: int
    state: MessageState = MessageState.WANTED
    sends: int = 0
    detail: str | None = None
    due: int = 0

    @property
    def place(self) -> tuple[int, str, int]:
        """Where it stands among the messages that have not ended."""
        return (self.due, self.subject, self.seq)

    def settle(self, outcome: MessageOutcome, detail: str | None, at: int) -> None:
        """End the message."""
        self.state = MessageState(outcome.value)
        self.detail, self.since = detail, at
