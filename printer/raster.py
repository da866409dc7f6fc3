"""Blocks as one black and white picture, dot for dot what the print head burns.

Drawing is grey and then cut at half: at 8 dots per millimetre that gives the cleanest strokes.
Each block becomes a strip; strips are kept, since the hall's name, the notices and the materials
are the same on hundreds of tickets.
"""

import io
import math
from collections.abc import Iterable
from functools import lru_cache
from typing import assert_never

import msgspec
from PIL import Image, ImageDraw

from printer import blocks as b
from printer import fonts, qr
from printer.wrap import balanced

_WHITE, _BLACK = 255, 0
_LEADING = 1.28  # line height over character height: close, yet hanzi do not touch
_MM_PER_INCH = 25.4
_CELL = 24  # dots of the height of a printer's own characters


class Bed(msgspec.Struct, frozen=True):
    """What the print head covers: `dots` across, `dpi` in both directions."""

    dots: int
    dpi: int

    def pixels(self, millimetres: float) -> int:
        """Return a length in dots, at least one."""
        return max(1, round(millimetres * self.dpi / _MM_PER_INCH))


def render(blocks: Iterable[b.Block], bed: Bed, *, foot: float = 1.5) -> Image.Image:
    """Return the paper as a mode "1" picture, `bed.dots` wide (white is paper).

    `foot` is white below the last block in millimetres.
    """
    strips = [strip(block, bed) for block in blocks]
    height = sum(part.height for part in strips) + bed.pixels(foot)
    paper = Image.new("1", (bed.dots, height), 1)
    top = 0
    for part in strips:
        paper.paste(part, (0, top))
        top += part.height
    return paper


@lru_cache(maxsize=1024)
def strip(block: b.Block, bed: Bed) -> Image.Image:
    """Return one block as a mode "1" picture of the bed's width."""
    match block:
        case b.Text():
            grey = _text(block, bed)
        case b.Headline():
            grey = _headline(block, bed)
        case b.Banner():
            grey = _banner(block, bed)
        case b.Fact():
            grey = _fact(block, bed)
        case b.Item():
            grey = _item(block, bed)
        case b.Qr():
            grey = _qr(block, bed)
        case b.Picture():
            grey = _picture(block, bed)
        case b.Rule():
            grey = _rule(block, bed)
        case b.Space():
            grey = _blank(bed, bed.pixels(block.height))
        case b.Frame():
            grey = _frame(block, bed)
        case _:
            assert_never(block)
    return _cut(grey)


def _blank(bed: Bed, height: int) -> Image.Image:
    return Image.new("L", (bed.dots, height), _WHITE)


def _lines(text: str, pixels: int, width: int, *, bold: bool) -> list[str]:
    return balanced(fonts.clean(text), width, lambda part: fonts.width(part, pixels, bold=bold))


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, pixels: int, *, bold: bool
) -> None:
    """Draw one line; `at` is its left end on the base line."""
    x, y = at
    for face, run in fonts.runs(text, bold=bold):
        font = fonts.sized(face, pixels)
        draw.text((x, y), run, font=font, fill=_BLACK, anchor="ls")
        x += font.getlength(run)


def _paragraph(
    lines: list[str],
    pixels: int,
    box: tuple[int, int],
    *,
    bold: bool,
    align: b.Align = "left",
) -> Image.Image:
    """Draw lines into a picture; `box` is its width in dots and its indent."""
    width, indent = box
    step = round(pixels * _LEADING)
    picture = Image.new("L", (width, step * len(lines)), _WHITE)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        free = width - indent - fonts.width(line, pixels, bold=bold)
        x = indent + {"left": 0.0, "center": free / 2, "right": free}[align]
        # 0.88 em is the ascender of Noto Sans CJK's ideographic box.
        y = number * step + (step - pixels) / 2 + pixels * 0.88
        _write(draw, (round(x), round(y)), line, pixels, bold=bold)
    return picture


def _text(block: b.Text, bed: Bed) -> Image.Image:
    pixels = bed.pixels(block.size)
    lines = _lines(block.text, pixels, bed.dots, bold=block.bold)
    return _paragraph(lines, pixels, (bed.dots, 0), bold=block.bold, align=block.align)


def _headline(block: b.Headline, bed: Bed) -> Image.Image:
    """Draw the line cropped to its ink, scaled to the block's height or the bed's width."""
    text = fonts.clean(block.text)
    height = bed.pixels(block.size)
    pixels = round(height / 0.74)  # capitals and digits are 0.74 em high
    room = 0.94 * bed.dots / max(1, fonts.width(text, pixels, bold=True))
    pixels = max(1, min(pixels, int(pixels * room)))
    canvas = Image.new("L", (bed.dots, 2 * pixels), _BLACK)
    draw = ImageDraw.Draw(canvas)
    x = (bed.dots - fonts.width(text, pixels, bold=True)) / 2
    canvas.paste(_WHITE, (0, 0, *canvas.size))
    _write(draw, (round(x), round(1.4 * pixels)), text, pixels, bold=True)
    ink = Image.eval(canvas, lambda level: 255 - level).getbbox()
    return canvas.crop((0, ink[1], bed.dots, ink[3])) if ink else _blank(bed, 1)


def _banner(block: b.Banner, bed: Bed) -> Image.Image:
    text = b.Text(block.text, block.size, bold=True, align="center")
    return Image.eval(_text(text, bed), lambda level: 255 - level)


def _fact(block: b.Fact, bed: Bed) -> Image.Image:
    """Set label and value on one base line, the values of all facts in one column."""
    pixels, small = bed.pixels(block.size), bed.pixels(block.label_size)
    label = fonts.clean(block.label)
    wide = fonts.width(label, small, bold=False)
    indent = round(max(wide, 4 * small) + small * 0.7)  # four hanzi: the usual label
    if indent > bed.dots * 0.45:
        indent = 0
    lines = _lines(block.value, pixels, bed.dots - indent, bold=block.bold)
    value = _paragraph(lines, pixels, (bed.dots, indent), bold=block.bold)
    step = round(pixels * _LEADING)
    top = 0 if indent else round(small * _LEADING)
    picture = _blank(bed, top + max(value.height, step))
    picture.paste(value, (0, top))
    base = (step - pixels) / 2 + pixels * 0.88 if indent else small
    _write(ImageDraw.Draw(picture), (0, round(base)), label, small, bold=False)
    return picture


def _item(block: b.Item, bed: Bed) -> Image.Image:
    pixels = bed.pixels(block.size)
    indent = round(fonts.width(block.mark, pixels, bold=False)) + pixels // 3
    lines = _lines(block.text, pixels, bed.dots - indent, bold=block.bold)
    picture = _paragraph(lines or [""], pixels, (bed.dots, indent), bold=block.bold)
    base = (round(pixels * _LEADING) - pixels) / 2 + pixels * 0.88
    _write(ImageDraw.Draw(picture), (0, round(base)), block.mark, pixels, bold=False)
    return picture


class Cell(msgspec.Struct, frozen=True):
    """A character in its cell as printers have them: `width` dots across, 24 · `high` dots high."""

    character: str
    width: int
    high: int = 1
    bold: bool = False
    reverse: bool = False


def cell(what: Cell) -> Image.Image:
    """Draw a character as printers do, grey; what is too wide for its cell is squeezed."""
    face, shown = fonts.runs(what.character, bold=what.bold)[0]
    font = fonts.sized(face, 22 * what.high)
    natural = max(what.width, math.ceil(font.getlength(shown)))
    drawn = Image.new("L", (natural, _CELL * what.high), _WHITE)
    # 20 of 24 dots down is the base line of the printers' own characters.
    base = (natural / 2, 20 * what.high)
    ImageDraw.Draw(drawn).text(base, shown, font=font, fill=_BLACK, anchor="ms")
    fitting = drawn if natural == what.width else drawn.resize((what.width, drawn.height))
    return Image.eval(fitting, lambda level: 255 - level) if what.reverse else fitting


def cell_row(cells: Iterable[Cell]) -> Image.Image:
    """Return cells side by side on one base: mode "1", as high as the highest."""
    drawn = [cell(what) for what in cells]
    height = max(part.height for part in drawn)
    row = Image.new("L", (sum(part.width for part in drawn), height), _WHITE)
    left = 0
    for part in drawn:
        row.paste(part, (left, height - part.height))
        left += part.width
    return _cut(row)


def _cut(grey: Image.Image) -> Image.Image:
    return grey.point(lambda level: level >= 128 and 255).convert("1")


def qr_module(content: str, size: float, bed: Bed) -> int:
    """Return the dots per module of a code at most `size` millimetres wide: whole, at least 2."""
    count = len(qr.modules(content)) + 2 * qr.QUIET
    return max(2, min(bed.pixels(size), bed.dots) // count)


def _qr(block: b.Qr, bed: Bed) -> Image.Image:
    """Draw the code at the left and its caption beside it, or both centred on narrow paper."""
    matrix = qr.modules(block.content)
    dots = qr_module(block.content, block.size, bed)
    side = (len(matrix) + 2 * qr.QUIET) * dots
    code = Image.new("L", (side, side), _WHITE)
    draw = ImageDraw.Draw(code)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                left, top = (x + qr.QUIET) * dots, (y + qr.QUIET) * dots
                draw.rectangle((left, top, left + dots - 1, top + dots - 1), fill=_BLACK)
    if not block.caption:
        picture = _blank(bed, side)
        picture.paste(code, ((bed.dots - side) // 2, 0))
        return picture
    pixels = bed.pixels(block.caption_size)
    gap = bed.pixels(1.5)
    room = bed.dots - side - gap
    lines = _lines(block.caption, pixels, max(room, pixels * 4), bold=False)
    words = _paragraph(lines, pixels, (bed.dots, side + gap), bold=False)
    picture = _blank(bed, max(side, words.height))
    picture.paste(words, (0, (picture.height - words.height) // 2))
    picture.paste(code, (0, (picture.height - side) // 2))
    return picture


def _picture(block: b.Picture, bed: Bed) -> Image.Image:
    with Image.open(io.BytesIO(block.png)) as png:
        colour = png.convert("RGBA")
    paper = Image.new("RGBA", colour.size, "white")
    paper.alpha_composite(colour)
    width = min(bed.pixels(block.width), bed.dots)
    height = max(1, round(colour.height * width / colour.width))
    small = paper.convert("L").resize((width, height), Image.Resampling.LANCZOS)
    picture = _blank(bed, height)
    picture.paste(small, ((bed.dots - width) // 2, 0))
    return picture


def _rule(block: b.Rule, bed: Bed) -> Image.Image:
    picture = _blank(bed, bed.pixels(3.0))
    draw = ImageDraw.Draw(picture)
    y, thick = picture.height // 2, bed.pixels(0.2)
    dash = bed.pixels(1.0)
    starts = range(0, bed.dots, 2 * dash) if block.dashed else range(0, bed.dots, dash)
    for x in starts:
        draw.rectangle((x, y, min(x + dash, bed.dots) - 1, y + thick - 1), fill=_BLACK)
    return picture


def _frame(block: b.Frame, bed: Bed) -> Image.Image:
    """Draw a frame at the very edge, with a tick at each millimetre and a long one at each ten."""
    picture = _blank(bed, bed.pixels(block.height))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, bed.dots - 1, picture.height - 1), outline=_BLACK, width=2)
    for millimetre in range(1, round(bed.dots * _MM_PER_INCH / bed.dpi)):
        x = bed.pixels(millimetre)
        draw.line((x, 0, x, bed.pixels(4.0 if millimetre % 10 == 0 else 2.0)), fill=_BLACK)
    return picture
