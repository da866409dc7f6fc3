"""What all events are made of, and the small records that they carry."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from .config import NORMAL


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Event(Struct, frozen=True, tag_field="type", tag=_snake, omit_defaults=True, gc=False):
    """Base of all events. Like tickets they hold nothing that could hold them: no rings to find.

    kind: the event's stable name, e.g. `ticket_called`.
    """

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.kind = _snake(cls.__name__)


class Estimate(Struct, frozen=True, omit_defaults=True, gc=False):
    """The time until the call, from the moment it was made: 90% interval and median, seconds.

    spread_s: half the interval's width before calibration, kept in the log so that anyone can
    recompute the calibration.
    """

    low_s: int
    median_s: int
    high_s: int
    spread_s: int = 0


class Reason(Struct, frozen=True, omit_defaults=True, gc=False):
    """Why a window took a ticket: a rule's stable code and the numbers it decided by.

    code: `first` (the rule's first choice), `over_cap`, `help` (from another line), `bound`
        (transferred to this window), `return` (back from where a window sent him), `picked`
        (chosen by staff), `undo` (a mis-click taken back).
    waited_s: seconds since the ticket's reference time. points: what the rule compared, in
    minutes. ahead_of: waiting tickets that this window could also have served. passed: those of
    them that have waited longer; whoever wants the price of a rule counts these.
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
    passed: int = 0


class LegPlan(Struct, frozen=True, omit_defaults=True, gc=False):
    """One service of a ticket and the group whose queue it waits in.

    after: services of the same ticket that are done before it. quantity: how many of the same.
    """

    service: str
    group: str
    after: tuple[str, ...] = ()
    quantity: int = 1


class Claim(Struct, frozen=True):
    """A part of a slot's capacity that a booking takes: one visitor of a group, from `start`."""

    group: str
    start: int
