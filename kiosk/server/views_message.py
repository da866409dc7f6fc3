"""What the API says of messages to people outside the hall."""

from __future__ import annotations

from kiosk.hall.message import Message, MessageState

from .present import Presenter
from .views import View


class MessageView(View, frozen=True, omit_defaults=True):
    """A message. at: when it came into its state. detail: why, as in `docs/messages.md`."""

    topic: str
    channel: str
    state: str
    at: str
    detail: str | None = None


class ChannelView(View, frozen=True):
    """A way out. kind: `mail`, `sms` or `webhook`. state: `unknown` until it is used, `ready` or
    `trouble`, with a detail as in `docs/messages.md`. waiting: messages, or
    records of the log, that wait for it here.
    """

    kind: str
    id: str
    state: str
    detail: str
    since: str | None
    sent_at: str | None
    waiting: int


def messages_about(present: Presenter, subject: str) -> list[MessageView]:
    """The messages about a booking or ticket, the latest last, without those overtaken."""
    told = present.hall.state.messages.get(subject, {}).values()
    return [_view(present, m) for m in told if not _overtaken(m)]


def _overtaken(message: Message) -> bool:
    return message.state is MessageState.EXPIRED and message.detail == "overtaken"


def _view(present: Presenter, message: Message) -> MessageView:
    return MessageView(
        topic=message.topic,
        channel=message.channel,
        state=message.state.value,
        at=present.at(message.since) or "",
        detail=message.detail,
    )


def masked(address: str) -> str:
    """An address so that its owner knows it and nobody else does."""
    local, at, domain = address.partition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    digits = [i for i, sign in enumerate(address) if sign.isdigit()]
    hidden = set(digits[max(0, len(digits) - 8) : -3])
    return "".join("*" if i in hidden else sign for i, sign in enumerate(address))
