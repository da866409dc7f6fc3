"""A letter, the way over which it goes, and what may become of it there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec import Struct

Begin = Callable[[], Awaitable[bool]]
"""Called once, when the letter is about to leave. False: it must not (any more)."""


class Letter(Struct, frozen=True):
    """A message ready to go. id: the same on every try, and of no other letter. short: for a
    phone. calendar: an iCalendar file.
    """

    id: str
    to: str
    title: str
    text: str
    short: str
    calendar: bytes | None = None


class Sent(Struct, frozen=True):
    """The other end has it."""


class Refused(Struct, frozen=True):
    """The other end will never take it."""

    detail: str


class NotNow(Struct, frozen=True):
    """The other end did not take it, and may later. all_alike: it would take no other either."""

    detail: str
    all_alike: bool = False


class Lost(Struct, frozen=True):
    """It was handed over, and no answer came."""

    detail: str


class CalledOff(Struct, frozen=True):
    """`begin` said no."""


Delivery = Sent | Refused | NotNow | Lost | CalledOff

TIMEOUT_S = 20.0
"""How long the other end may take for one step."""


class Channel(Protocol):
    """A way to the other end. Details are codes and numbers: what the other end says in words may
    hold an address, and would be in the log.
    """

    async def send(self, letter: Letter, begin: Begin) -> Delivery:
        """Bring a letter there."""
        ...

    async def close(self) -> None:
        """Let go of what is open."""
        ...
