"""What a printer says, out of the bytes that come back from it: sans-I/O, any split point.

Four streams share the line, and only fixed bits tell them apart (Epson, ESC/POS command
reference): real-time answers `0xx1xx10`, automatic status `0xx1xx00` and three times `0xx0xxxx`,
answers in turn `0xx0xxxx`, blocks that begin with 37h or 5Fh and end with NUL, and XON/XOFF.
"""

from collections.abc import Iterator

import msgspec

_XON, _XOFF = 0x11, 0x13
_BLOCK, _INFO = 0x37, 0x5F
_PROCESS_ID = 0x22
_LONGEST_BLOCK = 96


class RealTime(msgspec.Struct, frozen=True):
    """The answer to `DLE EOT n`. It doesn't say which n: have one question open at a time."""

    byte: int


class Automatic(msgspec.Struct, frozen=True):
    """An automatic status back (`GS a`): four bytes."""

    data: bytes


class InTurn(msgspec.Struct, frozen=True):
    """The answer to `GS r`, given when all bytes before the question are processed."""

    byte: int


class ProcessId(msgspec.Struct, frozen=True):
    """`GS ( H`: the printing before this ID is on paper."""

    data: bytes


class Info(msgspec.Struct, frozen=True):
    """The answer to `GS I`: a maker's or model's name."""

    text: str


class Flow(msgspec.Struct, frozen=True):
    """XON (`go`) or XOFF."""

    go: bool


Report = RealTime | Automatic | InTurn | ProcessId | Info | Flow


class StatusReader:
    """Takes bytes as they come and gives the reports that are complete; never raises."""

    def __init__(self) -> None:
        self._automatic = bytearray()
        self._block = bytearray()

    def feed(self, data: bytes) -> list[Report]:
        """Return the reports that `data` completes, in order."""
        return [report for byte in data for report in self._byte(byte)]

    def _byte(self, byte: int) -> Iterator[Report]:
        if byte in (_XON, _XOFF):
            yield Flow(byte == _XON)
        elif self._block:
            yield from self._in_block(byte)
        elif byte in (_BLOCK, _INFO):
            self._block.append(byte)
        elif byte & 0x93 == 0x12:
            yield RealTime(byte)
        elif byte & 0x93 == 0x10:
            self._automatic = bytearray([byte])
        elif byte & 0x90 == 0:
            yield from self._low(byte)
        # Anything else has no meaning here: noise on a serial line.

    def _low(self, byte: int) -> Iterator[Report]:
        """Bit 4 off: the rest of an automatic status, or else an answer in turn."""
        if not self._automatic:
            yield InTurn(byte)
            return
        self._automatic.append(byte)
        if len(self._automatic) == 4:
            yield Automatic(bytes(self._automatic))
            self._automatic.clear()

    def _in_block(self, byte: int) -> Iterator[Report]:
        self._block.append(byte)
        if byte and len(self._block) < _LONGEST_BLOCK:
            return
        block = bytes(self._block)
        self._block.clear()
        if block[0] == _INFO and not byte:
            yield Info(block[1:-1].decode("ascii", "replace"))
        elif block[:2] == bytes([_BLOCK, _PROCESS_ID]) and len(block) == 7:
            yield ProcessId(block[2:6])


class Signals(msgspec.Struct, frozen=True):
    """The sensors as last reported."""

    offline: bool = False
    cover_open: bool = False
    paper_out: bool = False
    near_end: bool = False
    cutter: bool = False
    fault: bool = False


QUERIES = (1, 2, 3, 4)
"""The n of `DLE EOT n`: printer, cause of being offline, cause of an error, paper."""


def after_real_time(signals: Signals, query: int, byte: int) -> Signals:
    """Return the signals after the answer to `DLE EOT query`."""
    match query:
        case 1:
            return msgspec.structs.replace(signals, offline=bool(byte & 0x08))
        case 2:
            return msgspec.structs.replace(
                signals, cover_open=bool(byte & 0x04), paper_out=bool(byte & 0x20)
            )
        case 3:
            return msgspec.structs.replace(
                signals, cutter=bool(byte & 0x08), fault=bool(byte & 0x60)
            )
        case 4:
            out = bool(byte & 0x60)
            near = bool(byte & 0x0C) and not out
            return msgspec.structs.replace(
                signals, near_end=near, paper_out=signals.paper_out or out
            )
        case _:
            raise ValueError(f"DLE EOT has no query {query}")


def from_automatic(data: bytes) -> Signals:
    """Return the signals of an automatic status: four bytes."""
    first, second, third, _fourth = data
    out = bool(third & 0x0C)
    return Signals(
        offline=bool(first & 0x08),
        cover_open=bool(first & 0x20),
        paper_out=out,
        near_end=bool(third & 0x03) and not out,
        cutter=bool(second & 0x08),
        fault=bool(second & 0x64),
    )
