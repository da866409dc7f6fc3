"""The state of a printer as people speak of it, and since when: pure."""

from enum import StrEnum

import msgspec

from printer.status import Signals


class State(StrEnum):
    """What a printer is. `UNKNOWN`: it takes bytes but says nothing of itself."""

    READY = "ready"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER = "cutter"
    FAULT = "fault"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


PRINTS = frozenset({State.READY, State.NEAR_END, State.UNKNOWN})
"""The states in which a ticket is sent."""

NEEDS_STAFF = frozenset(State) - {State.READY, State.UNKNOWN}
"""The states that somebody must do something about; visitors see those that don't print."""


class Health(msgspec.Struct, frozen=True):
    """A printer's state, since when (milliseconds of the clock), and its jobs that wait."""

    state: State = State.UNKNOWN
    since: int = 0
    waiting: int = 0

    @property
    def prints(self) -> bool:
        """Whether a ticket would come out now."""
        return self.state in PRINTS

    def now(self, state: State, at: int) -> "Health":
        """Return the health after the state was seen at a time: `since` marks changes only."""
        if state is self.state:
            return self
        return msgspec.structs.replace(self, state=state, since=at)

    def with_waiting(self, waiting: int) -> "Health":
        """Return the health with another count of waiting jobs."""
        return msgspec.structs.replace(self, waiting=waiting)


def judge(signals: Signals | None) -> State:
    """Name the state by its most pressing signal; None is a printer that does not answer."""
    if signals is None:
        return State.UNKNOWN
    ranked = (
        (signals.cover_open, State.COVER_OPEN),
        (signals.paper_out, State.PAPER_OUT),
        (signals.cutter, State.CUTTER),
        (signals.fault, State.FAULT),
        (signals.offline, State.OFFLINE),
        (signals.near_end, State.NEAR_END),
    )
    return next((state for signal, state in ranked if signal), State.READY)
