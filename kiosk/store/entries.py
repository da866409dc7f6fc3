"""From a row of the log back to what happened."""

from __future__ import annotations

import msgspec

from kiosk.hall.events import Record, decode

from .log import Corrupt


def record_of(hall: str, seq: int, at: int, day: str, actor: str, payload: bytes) -> Record:
    """The record behind a row. Raises Corrupt when its payload is no event of ours."""
    try:
        event = decode(payload)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"event {seq} of {hall} can't be read: {error}") from error
    return Record(hall, seq, at, day, actor, event)
