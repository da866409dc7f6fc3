"""The last events of a hall, kept for subscribers that come back after a short absence."""

from collections import deque
from collections.abc import Set
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One committed event as the outside sees it.

    `seq` is its place in the hall's log. `topics` names what it shows on (`board`, `zone:1F`,
    `window:3`, `ticket:TOKEN`, `manager`), empty if nothing shows it. `data` is the public JSON
    object in UTF-8, encoded once.
    """

    seq: int
    topics: Set[str]
    data: bytes


class Backlog:
    """A bounded run of consecutive events, oldest dropped first.

    `head` is the newest seq known, whether or not its event is still held. Holds at most
    `max_events` events and `max_bytes` bytes of their data.
    """

    def __init__(self, head: int, *, max_events: int = 4096, max_bytes: int = 4 << 20) -> None:
        self.head = head
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._events: deque[PublicEvent] = deque()
        self._bytes = 0

    def append(self, event: PublicEvent) -> None:
        """Adds the next event; ValueError unless its seq is `head + 1`."""
        if event.seq != self.head + 1:
            raise ValueError(f"event {event.seq} published, {self.head + 1} expected")
        self.head = event.seq
        self._events.append(event)
        self._bytes += len(event.data)
        while len(self._events) > self._max_events or self._bytes > self._max_bytes:
            self._bytes -= len(self._events.popleft().data)

    def skip_to(self, seq: int) -> None:
        """Forgets all events and goes on at `seq`."""
        self.head = seq
        self._events.clear()
        self._bytes = 0

    def since(self, seq: int) -> list[PublicEvent] | None:
        """The events after `seq`, or None where they are no longer (or not yet) known."""
        missed = self.head - seq
        if not 0 <= missed <= len(self._events):
            return None
        return list(islice(self._events, len(self._events) - missed, None))
