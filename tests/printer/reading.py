"""Reading a printed ticket with other eyes: zbar for the code, comparing boxes for the number."""

import io
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from printer import fonts

_BOX = (24, 32)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def read_qr(png: bytes, folder: Path) -> str:
    """The content of the one QR code in a picture, by zbarimg."""
    path = folder / "read.png"
    path.write_bytes(png)
    command = ["zbarimg", "-q", "--raw", "--nodbus", str(path)]
    found = subprocess.run(command, capture_output=True, check=True, text=True)
    return found.stdout.strip()


def read_number(png: bytes, part: float = 0.5) -> str:
    """The largest line of a ticket's upper part, each box of ink compared with each letter."""
    with Image.open(io.BytesIO(png)) as picture:
        ink = Image.eval(picture.convert("L"), lambda level: 255 - level)
    bands = [band for band in _bands(ink, rows=True) if band[0] < ink.height * part]
    top, bottom = max(bands, key=lambda band: band[1] - band[0])
    line = ink.crop((0, top, ink.width, bottom))
    letters = _letters(_ALPHABET, bold=True)
    boxes = [_box(line.crop((a, 0, b, line.height))) for a, b in _bands(line)]
    return "".join(_nearest(box, letters) for box in boxes)


def _bands(ink: Image.Image, *, rows: bool = False) -> list[tuple[int, int]]:
    """Spans of rows or columns that have ink."""
    length = ink.height if rows else ink.width
    edges = []
    before = False
    for at in range(length):
        area = (0, at, ink.width, at + 1) if rows else (at, 0, at + 1, ink.height)
        now = ink.crop(area).getbbox() is not None
        if now != before:
            edges.append(at)
        before = now
    if before:
        edges.append(length)
    return list(zip(edges[::2], edges[1::2], strict=True))


def _box(glyph: Image.Image) -> bytes:
    return glyph.crop(glyph.getbbox()).resize(_BOX).tobytes()


def _letters(alphabet: str, *, bold: bool) -> dict[str, bytes]:
    face = fonts.faces(bold=bold)[0]
    font = ImageFont.truetype(face.path, 96, index=face.index)
    boxes = {}
    for letter in alphabet:
        canvas = Image.new("L", (160, 160), 0)
        ImageDraw.Draw(canvas).text((20, 10), letter, font=font, fill=255)
        boxes[letter] = _box(canvas)
    return boxes


def read_hanzi(line: Image.Image, among: str) -> str:
    """A line of cells 24 dots wide, ink white on black: each is compared with large hanzi."""
    letters = _letters(among, bold=False)
    cells = [(left, 0, left + 24, line.height) for left in range(0, line.width, 24)]
    return "".join(_nearest(_box(line.crop(cell)), letters) for cell in cells)


def _nearest(box: bytes, letters: dict[str, bytes]) -> str:
    def distance(letter: str) -> int:
        return sum(abs(a - b) for a, b in zip(box, letters[letter], strict=True))

    return min(letters, key=distance)
