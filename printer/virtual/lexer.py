"""ESC/POS bytes into commands, at any split point: sans-I/O.

Lengths are those of the manuals' command references. The lexer only cuts the stream; what a
command means is the paper's and the machine's business.
"""

from collections.abc import Callable

import msgspec

TEXT = "TEXT"
_DLE, _ESC, _FS, _GS = 0x10, 0x1B, 0x1C, 0x1D

# Arguments after the two bytes of a command, where their number is fixed; others have none.
_FIXED = {
    bytes([prefix, letter]): count
    for prefix, count, letters in (
        (_DLE, 1, b"\x04\x05"),
        (_ESC, 1, b"!\x20-3EGJKMRTVadet{%=ru"),
        (_ESC, 2, b"$\\cB"),
        (_ESC, 3, b"p"),
        (_FS, 1, b"!-WC"),
        (_FS, 2, b"Sp"),
        (_GS, 1, b"!BHfhwarIjb/"),
        (_GS, 2, b"LWP$\\"),
    )
    for letter in letters
}
_PREFIX = {_DLE: "DLE", _ESC: "ESC", _FS: "FS", _GS: "GS"}
_CONTROL = {0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR", 0x18: "CAN"}


class Command(msgspec.Struct, frozen=True):
    """One command: its name as in the manuals ("GS v"), its arguments, and all of its bytes."""

    name: str
    data: bytes
    raw: bytes


class Lexer:
    """Takes bytes as they come and gives the commands that are complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> int:
        """Bytes received of a command that is not complete yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Command]:
        """Return the commands that `data` completes, in order."""
        self._buffer += data
        commands: list[Command] = []
        start = 0
        while start < len(self._buffer):
            size = _size(self._buffer, start)
            if size is None or start + size > len(self._buffer):
                break
            raw = bytes(self._buffer[start : start + size])
            commands.append(_command(raw))
            start += size
        del self._buffer[:start]
        return commands


def _command(raw: bytes) -> Command:
    first = raw[0]
    if first in _PREFIX:
        name = f"{_PREFIX[first]} {_label(raw)}"
        return Command(name, raw[2:], raw)
    if first in _CONTROL:
        return Command(_CONTROL[first], b"", raw)
    if first < 0x20:
        return Command("NUL" if first == 0 else f"{first:02X}", b"", raw)
    return Command(TEXT, raw, raw)


def _label(raw: bytes) -> str:
    second = raw[1]
    if raw[0] == _DLE:
        return {4: "EOT", 5: "ENQ", 0x14: "DC4"}.get(second, f"{second:02X}")
    if raw[0] in (_GS, _FS) and second == ord("("):
        return f"( {chr(raw[2])}"
    return chr(second) if 0x20 < second < 0x7F else {0x20: "SP"}.get(second, f"{second:02X}")


def _size(buffer: bytearray, start: int) -> int | None:
    """Return the length of the command at `start`, or None while it cannot be told."""
    if buffer[start] not in _PREFIX:
        return _plain(buffer, start)
    head = bytes(buffer[start : start + 2])
    if len(head) < 2:
        return None
    if variable := _VARIABLE.get(head):
        return variable(buffer, start)
    return 2 + _FIXED.get(head, 0)


def _plain(buffer: bytearray, start: int) -> int:
    """Return the length of a run of text or of NULs, or 1 for a control character."""
    end = start
    if buffer[start] == 0:
        while end < len(buffer) and buffer[end] == 0:
            end += 1
        return end - start
    while end < len(buffer) and buffer[end] >= 0x20:
        end += 1
    return max(1, end - start)


def _pulse(buffer: bytearray, start: int) -> int | None:
    """`DLE DC4 fn …`."""
    if start + 2 >= len(buffer):
        return None
    return {1: 5, 2: 5, 8: 10}.get(buffer[start + 2], 3)


def _cut(buffer: bytearray, start: int) -> int | None:
    """`GS V m`, and `GS V m n` from m = 65 on."""
    if start + 2 >= len(buffer):
        return None
    return 4 if buffer[start + 2] >= 65 else 3


def _stored_image(buffer: bytearray, start: int) -> int | None:
    """`GS * x y d1…dk`, k = 8 · x · y."""
    if start + 3 >= len(buffer):
        return None
    return 4 + buffer[start + 2] * buffer[start + 3] * 8


def _counted(buffer: bytearray, start: int) -> int | None:
    """`GS ( x pL pH …` and `GS 8 x p1 p2 p3 p4 …`: the length is in the command."""
    wide = 4 if buffer[start + 1] == ord("8") else 2
    head = 3 + wide
    if start + head > len(buffer):
        return None
    return head + int.from_bytes(buffer[start + 3 : start + head], "little")


def _raster(buffer: bytearray, start: int) -> int | None:
    """`GS v 0 m xL xH yL yH d1…dk`, k = x · y bytes."""
    if start + 8 > len(buffer):
        return None
    across = int.from_bytes(buffer[start + 4 : start + 6], "little")
    down = int.from_bytes(buffer[start + 6 : start + 8], "little")
    return 8 + across * down


def _image_row(buffer: bytearray, start: int) -> int | None:
    """`ESC * m nL nH d1…dk`: one byte per column for 8 dots, three for 24."""
    if start + 5 > len(buffer):
        return None
    columns = int.from_bytes(buffer[start + 3 : start + 5], "little")
    return 5 + columns * (3 if buffer[start + 2] >= 32 else 1)


def _own_hanzi(_buffer: bytearray, _start: int) -> int:
    """`FS 2 c1 c2 d1…d72`: 24 columns of three bytes."""
    return 4 + 72


def _barcode(buffer: bytearray, start: int) -> int | None:
    """`GS k m d1…dk NUL`, and `GS k m n d1…dn` from m = 65 on."""
    if start + 3 >= len(buffer):
        return None
    return 4 + buffer[start + 3] if buffer[start + 2] >= 65 else _until_nul(buffer, start)


def _until_nul(buffer: bytearray, start: int) -> int | None:
    end = buffer.find(0, start + 2 + (buffer[start + 1] == ord("k")))
    return None if end < 0 else end + 1 - start


_VARIABLE: dict[bytes, Callable[[bytearray, int], int | None]] = {
    b"\x10\x14": _pulse,
    b"\x1b*": _image_row,
    b"\x1bD": _until_nul,
    b"\x1c(": _counted,
    b"\x1c2": _own_hanzi,
    b"\x1d(": _counted,
    b"\x1d8": _counted,
    b"\x1d*": _stored_image,
    b"\x1dV": _cut,
    b"\x1dk": _barcode,
    b"\x1dv": _raster,
}
