"""Frames out of a stream of bytes: the panel's end of the line, and the driver's for replies."""

from collections.abc import Mapping
from dataclasses import dataclass

from display.panels.protocol import Check, Const, Data, Frame, check_value, read_number, write_size

# A panel's memory; a length beyond it is noise that looks like a frame.
MOST_DATA = 8192


class _NeedMoreError(Exception):
    """The frame may be right, but its end has not come yet."""


class _NoFrameError(Exception):
    """These bytes are not this frame."""


@dataclass(frozen=True, slots=True)
class Message:
    """One frame that was read: its kind, its numbers, its data."""

    kind: str
    values: dict[str, int]
    data: bytes


class Reader:
    """Reads the given kinds of frames; bytes that belong to none are skipped."""

    def __init__(self, frames: Mapping[str, Frame]) -> None:
        self._frames = frames
        self._buffer = bytearray()
        self.skipped = 0
        """Bytes that belonged to no frame: noise on the line, or another protocol."""

    def feed(self, data: bytes) -> list[Message]:
        """Takes what came; gives the frames that are now whole."""
        self._buffer += data
        messages: list[Message] = []
        while self._buffer and self._step(messages):
            pass
        return messages

    def idle(self) -> list[Message]:
        """The line has fallen silent: a frame that began does not end, so look behind its start."""
        messages: list[Message] = []
        while self._buffer:
            del self._buffer[0]
            self.skipped += 1
            while self._buffer and self._step(messages):
                pass
        return messages

    def _step(self, messages: list[Message]) -> bool:
        waiting = False
        for kind, frame in self._frames.items():
            try:
                message, size = _read(kind, frame, bytes(self._buffer))
            except _NoFrameError:
                continue
            except _NeedMoreError:
                waiting = True
                continue
            messages.append(message)
            del self._buffer[:size]
            return True
        if not waiting:
            del self._buffer[0]
            self.skipped += 1
        return not waiting


def _read(kind: str, frame: Frame, raw: bytes) -> tuple[Message, int]:
    values: dict[str, int] = {}
    data = b""
    starts: list[int] = []
    at = 0
    for n, field in enumerate(frame.fields):
        starts.append(at)
        if isinstance(field, Const):
            size = len(field.value)
        elif isinstance(field, Data):
            size = _data_size(frame, n, values, raw, at)
        else:
            size = write_size(field.format)
        part = raw[at : at + size]
        if isinstance(field, Const) and part != field.value[: len(part)]:
            raise _NoFrameError
        if len(part) < size:
            raise _NeedMoreError
        if isinstance(field, Data):
            data = part
        elif not isinstance(field, Const):
            number = read_number(field.format, part)
            if number is None:
                raise _NoFrameError
            if not isinstance(field, Check):
                values[field.name] = number
            elif number != check_value(field.sum, raw[starts[field.first] : at]):
                raise _NoFrameError
        at += size
    return Message(kind, values, data), at


def _data_size(frame: Frame, n: int, values: dict[str, int], raw: bytes, at: int) -> int:
    """Bytes of the data field: as its length says, else up to the constant behind it."""
    size = values.get("length")
    if size is None:
        following = frame.fields[n + 1] if n + 1 < len(frame.fields) else None
        if not isinstance(following, Const):
            raise _NoFrameError
        size = raw.find(following.value, at) - at
        if size < 0:
            if len(raw) - at > MOST_DATA:
                raise _NoFrameError
            raise _NeedMoreError
    if size > MOST_DATA:
        raise _NoFrameError
    return size
