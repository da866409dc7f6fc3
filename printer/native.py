"""Blocks as the printer's own characters: a tenth of the bytes, for profiles with a Chinese font.

Only what is safe goes this way: ASCII, and characters with two bytes in the profile's codec, in
Chinese mode that we switch on ourselves. A run of other characters stands in its place in the line
as a picture of their cells (`ESC *`, which every model has). Such a picture is one cell high and
is not enlarged with the text. An enlarged character is therefore defined as one of the printer's
own (`FS 2`) where the profile has that; else its line alone becomes a picture. What is not text at
all goes as a picture of its block.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import assert_never

import msgspec

from printer import blocks as b
from printer import escpos, fonts
from printer.profiles import Profile
from printer.raster import Cell, cell_row, qr_module, render
from printer.wrap import balanced

_CELL = 12  # dots across a small character; a hanzi has two cells
_LINE = 24  # dots of its height
_NARROW = 15  # dots across a letter that one cell can hold without distortion
_CHINESE_MODE = b"\x1c&"
_DEFINABLE = [bytes([0xFE, last]) for last in range(0xA1, 0xA7)]  # six: what small models keep


class Span(msgspec.Struct, frozen=True):
    """Characters of one size: `wide` and `high` times the cell, each 1 to 8."""

    text: str
    wide: int = 1
    high: int = 1
    bold: bool = False
    reverse: bool = False


class Line(msgspec.Struct, frozen=True):
    """Spans side by side on one line."""

    spans: tuple[Span, ...]
    align: b.Align = "left"


def encode(blocks: Iterable[b.Block], profile: Profile) -> bytes:
    """Return the body of a ticket in native commands."""
    writer = _Writer(profile)
    for block in blocks:
        _block(block, writer)
    return bytes(writer.bytes)


class _Writer:
    """Gathers bytes and sends a style only where it changes."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.bytes = bytearray(_CHINESE_MODE)
        self._sent: dict[bytes, int] = {}

    def raw(self, data: bytes) -> None:
        """Add commands that change no style."""
        self.bytes += data

    def mode(self, command: bytes, value: int) -> None:
        """Set a mode; all are 0 after `ESC @`."""
        if self._sent.get(command, 0) != value:
            self.bytes += command + bytes([value])
            self._sent[command] = value

    def line(self, line: Line) -> None:
        """Add a line of text."""
        self.mode(b"\x1ba", ("left", "center", "right").index(line.align))
        missing = _missing(line, self.profile.codec)
        if missing and (not self.profile.own_hanzi or len(missing) > len(_DEFINABLE)):
            cells = [cell for span in line.spans for cell in _drawn(span, self.profile.codec)]
            self.raw(escpos.picture(cell_row(cells), self.profile))
            return
        own = dict(zip(missing, _DEFINABLE, strict=False))
        for character, code in own.items():
            self.bytes += escpos.own_hanzi(code, cell_row([Cell(character, 2 * _CELL)]))
        for span in line.spans:
            # FS ! first: on some models the last of the two decides about hanzi.
            size = (span.wide - 1) << 4 | (span.high - 1)
            if self._sent.get(b"\x1d!", 0) != size:
                self.mode(b"\x1c!", (0x04 * (span.wide > 1)) | (0x08 * (span.high > 1)))
                self.mode(b"\x1d!", size)
            self.mode(b"\x1bE", span.bold)
            self.mode(b"\x1dB", span.reverse)
            self._text(span, own if _large(span) else {})
        self.bytes += b"\n"

    def _text(self, span: Span, own: Mapping[str, bytes]) -> None:
        codec = self.profile.codec
        for spoken, characters in groupby(span.text, lambda character: _speaks(character, codec)):
            run = "".join(characters)
            if spoken:
                self.bytes += run.encode(codec)
            elif own:
                self.bytes += b"".join(own[character] for character in run)
            else:
                run_of = msgspec.structs.replace(span, text=run)
                self.bytes += escpos.picture_in_line(cell_row(_drawn(run_of, codec)))


def speakable(text: str, profile: Profile) -> bool:
    """Say whether the printer has every character of a text."""
    return all(_speaks(character, profile.codec) for character in text)


def _speaks(character: str, codec: str) -> bool:
    if " " <= character <= "~":
        return True
    try:
        return len(character.encode(codec)) == 2
    except UnicodeEncodeError:
        return False


@lru_cache(maxsize=4096)
def _width(character: str, codec: str, *, large: bool = False) -> int:
    """Return the cells of a character: the printer's own or its picture's, a hanzi's if large."""
    if character <= "~":
        return 1
    narrow = not large and not _speaks(character, codec)
    return 1 if narrow and fonts.width(character, _LINE, bold=False) <= _NARROW else 2


def _cells(text: str, profile: Profile, *, large: bool = False) -> int:
    return sum(_width(character, profile.codec, large=large) for character in text)


def _large(span: Span) -> bool:
    return (span.wide, span.high) != (1, 1)


def _missing(line: Line, codec: str) -> list[str]:
    """Return the enlarged characters of a line that the printer lacks, each once."""
    large = (character for span in line.spans if _large(span) for character in span.text)
    return list(dict.fromkeys(c for c in large if not _speaks(c, codec)))


def _drawn(span: Span, codec: str) -> list[Cell]:
    """Return the characters of a span as pictures of their cells."""
    return [
        Cell(
            character,
            _CELL * _width(character, codec, large=_large(span)) * span.wide,
            span.high,
            span.bold,
            span.reverse,
        )
        for character in span.text
    ]


def _scale(size: float, profile: Profile) -> int:
    """Return how many times the cell's height stands for `size` millimetres.

    Rather too large than too small: what a ticket says of one visit is all of one size.
    """
    return min(8, max(1, int(profile.bed.pixels(size) / _LINE + 0.65)))


def _block(block: b.Block, writer: _Writer) -> None:
    profile = writer.profile
    match block:
        case b.Text() | b.Headline() | b.Banner() | b.Fact() | b.Item():
            for line in _lines(block, profile):
                writer.line(line)
        case b.Rule():
            writer.line(Line((Span("-" * profile.columns),)))
        case b.Space():
            writer.raw(b"\x1bJ" + bytes([min(255, profile.bed.pixels(block.height))]))
        case b.Qr() if profile.native_qr:
            module = min(16, qr_module(block.content, block.size, profile.bed))
            writer.mode(b"\x1ba", 1)
            writer.raw(escpos.native_qr(block.content, module))
            _block(b.Text(block.caption, block.caption_size, align="center"), writer)
        case _:
            writer.mode(b"\x1ba", 0)
            writer.raw(escpos.picture(render([block], profile.bed, foot=0.1), profile))


def _lines(
    block: b.Text | b.Headline | b.Banner | b.Fact | b.Item, profile: Profile
) -> Iterator[Line]:
    """Return the lines of a block of text."""
    match block:
        case b.Text():
            scale = _scale(block.size, profile)
            for part in _wrapped(block.text, profile, scale):
                yield Line((Span(part, scale, scale, block.bold),), block.align)
        case b.Headline():
            yield _headline(block, profile)
        case b.Banner():
            text = fonts.clean(block.text)
            padded = f" {text} ".center(profile.columns - _cells(text, profile) + len(text))
            yield Line((Span(padded, bold=True, reverse=True),))
        case b.Fact():
            yield from _fact(block, profile)
        case b.Item():
            yield from _item(block, profile)
        case _:
            assert_never(block)


def _wrapped(text: str, profile: Profile, scale: int, taken: int = 0) -> list[str]:
    """Break a text; `taken` cells of the line are gone. A dash that the codec lacks is a hyphen."""
    plain = fonts.clean(text)
    if not speakable("–", profile):
        plain = plain.replace("–", "-")
    room = (profile.columns - taken) / scale
    return balanced(plain, room, lambda part: _cells(part, profile, large=scale > 1))


def _headline(block: b.Headline, profile: Profile) -> Line:
    text = fonts.clean(block.text)
    high = _scale(block.size, profile)
    cells = _cells(text, profile, large=high > 1)
    wide = min(8, high, max(1, profile.columns // max(1, cells)))
    return Line((Span(text, wide, high, bold=True),), "center")


def _hanging(head: Span, text: str, style: Span, profile: Profile) -> Iterator[Line]:
    """Lay a text out in a column at the right of a head, which is not enlarged."""
    taken = _cells(head.text, profile)
    parts = _wrapped(text, profile, style.wide, taken) or [""]
    for number, part in enumerate(parts):
        left = head if number == 0 else Span(" " * taken)
        yield Line((left, msgspec.structs.replace(style, text=part)))


def _fact(block: b.Fact, profile: Profile) -> Iterator[Line]:
    scale = _scale(block.size, profile)
    label = fonts.clean(block.label)
    head = Span(label + " " * max(1, 9 - _cells(label, profile)))  # four hanzi and a space
    yield from _hanging(head, block.value, Span("", scale, scale, block.bold), profile)


def _item(block: b.Item, profile: Profile) -> Iterator[Line]:
    scale = _scale(block.size, profile)
    style = Span("", scale, scale, block.bold)
    yield from _hanging(Span(block.mark + " "), block.text, style, profile)
