"""How a zone's loudspeaker speaks: settings that a hall chooses."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated, Literal

import msgspec

Language = Literal["zh", "en"]
Occasion = Literal["call", "recall", "appointment", "senior", "returning"]

Span = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$")]


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The voice of one zone.

    `volume` in per cent; 0 is silence. `yao` reads the digit 1 of a ticket number as 幺, which a
    loudspeaker does not blur with 七, else as 一. `repeats` is how often a call is said while
    nobody else waits to be called out. `max_age_s`: an older call is no longer said. `quiet` are
    spans of local time such as `12:00-13:30`, across midnight too, in which nothing is said.
    `phrases` are the occasions that have their own phrase; all others are a plain call.
    """

    languages: tuple[Language, ...] = ("zh", "en")
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 80
    chime: str = "two-tone"
    yao: bool = True
    repeats: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    max_age_s: Annotated[int, msgspec.Meta(ge=5, le=600)] = 60
    quiet: tuple[Span, ...] = ()
    phrases: frozenset[Occasion] = frozenset({"recall", "appointment", "returning"})

    def audible(self, at: time) -> bool:
        """Whether the loudspeaker may sound at a local time of day."""
        return self.volume > 0 and not in_spans(self.quiet, at)


def in_spans(spans: Sequence[Span], at: time) -> bool:
    """Whether a time of day lies in one of the spans; the end is outside, `24:00` is midnight."""
    minute = at.hour * 60 + at.minute
    for span in spans:
        begin, end = (int(t[:2]) * 60 + int(t[3:]) for t in span.split("-"))
        inside = begin <= minute < end if begin <= end else minute >= begin or minute < end
        if inside:
            return True
    return False
