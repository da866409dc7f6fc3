"""What a zone's one loudspeaker says next. Screens never wait for it.

A hall calls faster than it speaks. So when several calls wait, each is said once; only the newest
of a window is said, because its earlier visitor is served or gone; what was not said in time is
dropped; and a recall goes first, because somebody at a window waits for that visitor.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

# Between two passes of the same call, so that it does not sound like two calls.
PAUSE_S = 1.5
# What the speaker gets beyond the length of the sound, to fetch it and to report.
GRACE_S = 3.0


@dataclass(frozen=True, slots=True)
class Announcement:
    """One call to be said; whoever queues it may add what it needs in a subclass.

    `at` is when the window called, `length_s` how long one pass sounds.
    """

    ticket: str
    window: str
    at: float
    length_s: float
    recall: bool = False


A = TypeVar("A", bound=Announcement)


@dataclass(frozen=True, slots=True)
class Turn(Generic[A]):
    """One pass of one call; `number` tells turns apart, `again` marks a repetition."""

    number: int
    announcement: A
    again: bool


class Announcer(Generic[A]):
    """The queue of one loudspeaker. Times are seconds of one clock, chosen by the caller."""

    def __init__(self, *, repeats: int = 2, max_age_s: float = 60.0) -> None:
        self._repeats = repeats
        self._max_age_s = max_age_s
        self._waiting: list[A] = []
        self._turns = 0
        self._saying: Turn[A] | None = None
        self._again: A | None = None
        self._passes = 0
        self._free_at = 0.0

    def call(self, announcement: A) -> None:
        """Adds a call or recall, in place of what still waits for its window or its ticket."""
        self._drop(window=announcement.window, ticket=announcement.ticket)
        recalls = sum(a.recall for a in self._waiting)
        place = recalls if announcement.recall else len(self._waiting)
        self._waiting.insert(place, announcement)

    def withdraw(self, ticket: str) -> None:
        """Served, gone or sent elsewhere: the ticket is not said, or not again."""
        self._drop(window=None, ticket=ticket)

    def clear(self) -> None:
        """Quiet hours begin, or nobody holds the speaker: nothing waits any more."""
        self._waiting.clear()
        self._again = None

    def next(self, now: float) -> Turn[A] | None:
        """What to say now; None while something sounds or nothing waits (see `wake_at`)."""
        if self._saying is not None:
            if now < self._free_at:
                return None
            self.done(self._saying.number, self._free_at)
        self._waiting = [a for a in self._waiting if now - a.at <= self._max_age_s]
        if self._waiting:
            return self._say(self._waiting.pop(0), now, again=False)
        if self._again is None or now < self._free_at:
            return None
        if now - self._again.at > self._max_age_s:
            self._again = None
            return None
        return self._say(self._again, now, again=True)

    def done(self, number: int, now: float) -> None:
        """The speaker has said a turn, or could not; another turn's number changes nothing."""
        if self._saying is None or self._saying.number != number:
            return
        self._saying = None
        self._free_at = now + PAUSE_S
        if self._passes >= self._repeats:
            self._again = None

    def wake_at(self, now: float) -> float | None:
        """When to ask `next` again if nothing else happens; None where nothing is to come."""
        if self._saying is not None or (self._again is not None and not self._waiting):
            return max(now, self._free_at)
        return now if self._waiting else None

    def _say(self, announcement: A, now: float, *, again: bool) -> Turn[A]:
        self._turns += 1
        self._passes = self._passes + 1 if again else 1
        self._again = announcement
        self._saying = Turn(self._turns, announcement, again)
        self._free_at = now + announcement.length_s + GRACE_S
        return self._saying

    def _drop(self, *, window: str | None, ticket: str) -> None:
        def concerned(a: A) -> bool:
            return a.window == window or a.ticket == ticket

        self._waiting = [a for a in self._waiting if not concerned(a)]
        if self._again is not None and concerned(self._again):
            self._again = None
