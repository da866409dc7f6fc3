"""The virtual printer without its socket: a buffer, sensors, a head and a cutter. Sans-I/O.

Bytes go in by `receive`, answers come out of `answers`, cut tickets out of `pieces`. Real-time
commands are answered at once, all others in turn, and not at all while the printer is stopped:
that is how the real ones behave, and what drivers get wrong.
"""

from collections import deque

import msgspec
from PIL import Image

from printer.raster import Bed
from printer.virtual.lexer import Command, Lexer
from printer.virtual.roll import Roll

MODEL = "KIOSK VIRTUAL"


class Faults(msgspec.Struct, frozen=True):
    """What is wrong with the printer. Faults can be changed while it runs.

    `drop_after` closes a connection after so many bytes; `slow` takes bytes at a crawl.
    """

    mute: bool = False
    paper_out: bool = False
    near_end: bool = False
    cover_open: bool = False
    cutter: bool = False
    slow: bool = False
    drop_after: int | None = None

    @classmethod
    def parse(cls, names: list[str]) -> "Faults":
        """Read names as the command line gives them; raise `ValueError` for an unknown one."""
        known = [name for name in cls.__struct_fields__ if name != "drop_after"]
        values: dict[str, bool | int] = {}
        for name in names:
            key, _, number = name.replace("-", "_").partition("=")
            if key == "drop_after" and number.isdecimal():
                values[key] = int(number)
            elif key in known and not number:
                values[key] = True
            else:
                shown = ", ".join(n.replace("_", "-") for n in known)
                raise ValueError(f"unknown fault {name!r}; expected {shown} or drop-after=N")
        return msgspec.convert(values, cls)


class Piece(msgspec.Struct, frozen=True):
    """A cut ticket: its picture and the bytes that made it."""

    image: Image.Image
    data: bytes


class Machine:
    """An ESC/POS receipt printer with automatic status, process IDs and a cutter."""

    def __init__(self, bed: Bed, faults: Faults | None = None) -> None:
        self._lexer = Lexer()
        self._roll = Roll(bed)
        self._faults = faults or Faults()
        self._queue: deque[Command] = deque()
        self._queued = 0
        self._answers = bytearray()
        self._automatic = False
        self._drawn = bytearray()
        self.pieces: deque[Piece] = deque()

    @property
    def faults(self) -> Faults:
        """The present faults; setting them may push a status or let the printer go on."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        before = self._automatic_status()
        self._faults = faults
        if self._automatic and self._automatic_status() != before:
            self._answer(self._automatic_status())
        self._run()

    @property
    def pushes(self) -> bool:
        """Whether the host has switched automatic status on."""
        return self._automatic

    @property
    def stopped(self) -> bool:
        """Whether the printer is offline: it takes bytes but prints nothing."""
        return self._faults.paper_out or self._faults.cover_open or self._faults.cutter

    @property
    def queued(self) -> int:
        """Bytes received and not yet printed."""
        return self._queued + self._lexer.pending

    def receive(self, data: bytes) -> None:
        """Take bytes: answer real-time commands, print what can be printed."""
        for command in self._lexer.feed(data):
            if command.name == "DLE EOT":
                self._answer(self._real_time(command.data[0]))
            elif command.name not in {"DLE ENQ", "DLE DC4"}:
                self._queue.append(command)
                self._queued += len(command.raw)
        self._run()

    def answers(self) -> bytes:
        """Return and forget the bytes to send to the host."""
        data = bytes(self._answers)
        self._answers.clear()
        return data

    def hang_up(self) -> None:
        """The host is gone: automatic status ends with its connection, the buffer stays."""
        self._automatic = False
        self._answers.clear()

    def _answer(self, data: bytes) -> None:
        if not self._faults.mute:
            self._answers += data

    def _run(self) -> None:
        while self._queue and not self.stopped:
            command = self._queue.popleft()
            self._queued -= len(command.raw)
            if not self._question(command):
                self._drawn += command.raw
                if piece := self._roll.run(command):
                    self.pieces.append(Piece(piece, bytes(self._drawn)))
                    self._drawn.clear()

    def _question(self, command: Command) -> bool:
        """Answer a command that asks in its turn; say whether it was one."""
        match command.name:
            case "GS r":
                self._answer(self._sensors())
            case "GS a":
                self._automatic = bool(command.data[0])
                if self._automatic:
                    self._answer(self._automatic_status())
            case "GS I":
                self._answer(b"_" + MODEL.encode() + b"\0")
            case "GS ( H" if command.data[3:5] == b"00":
                self._answer(b"\x37\x22" + command.data[5:9] + b"\0")
            case "NUL":
                pass
            case _:
                return False
        return True

    def _sensors(self) -> bytes:
        """`GS r 1`: bits 0–1 near end; paper end can't be answered, the printer is stopped."""
        return bytes([0x03 if self._faults.near_end else 0])

    def _real_time(self, query: int) -> bytes:
        """`DLE EOT n`: bits 1 and 4 are always on, 0 and 7 off."""
        faults = self._faults
        near = faults.near_end or faults.paper_out
        bits = {
            1: 0x08 * self.stopped,
            2: 0x04 * faults.cover_open | 0x20 * faults.paper_out | 0x40 * faults.cutter,
            3: 0x08 * faults.cutter,
            4: 0x0C * near | 0x60 * faults.paper_out,
        }.get(query)
        return b"" if bits is None else bytes([0x12 | bits])

    def _automatic_status(self) -> bytes:
        """`GS a`: four bytes; bit 4 is on in the first and off in the others."""
        faults = self._faults
        near = faults.near_end or faults.paper_out
        return bytes(
            [
                0x10 | 0x08 * self.stopped | 0x20 * faults.cover_open,
                0x08 * faults.cutter,
                0x03 * near | 0x0C * faults.paper_out,
                0,
            ]
        )
