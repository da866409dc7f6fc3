"""How a zone's loudspeaker speaks: the hall's voice, and when it is silent."""

from collections.abc import Sequence
from datetime import time

import msgspec

from kiosk.hall.config import Voice, Zone


def voice_of(hall: Voice, zone: Zone) -> Voice:
    """The voice of one zone: the hall's, with what the zone has of its own."""
    own = {"volume": zone.volume, "chime": zone.chime, "quiet": zone.quiet}
    return msgspec.structs.replace(hall, **{k: v for k, v in own.items() if v is not None})


def audible(voice: Voice, at: time) -> bool:
    """Whether the loudspeaker may sound at a local time of day."""
    return voice.volume > 0 and not in_spans(voice.quiet, at)


def in_spans(spans: Sequence[str], at: time) -> bool:
    """Whether a time of day lies in one of the spans; the end is outside, `24:00` is midnight."""
    minute = at.hour * 60 + at.minute
    for span in spans:
        begin, end = (int(t[:2]) * 60 + int(t[3:]) for t in span.split("-"))
        inside = begin <= minute < end if begin <= end else minute >= begin or minute < end
        if inside:
            return True
    return False
