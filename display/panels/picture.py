"""Text as lamps: pictures of one bit a pixel, and what a panel looks like with them lit."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont

LAMP = 10
_OFF = (34, 18, 18)
_ON = (255, 60, 40)
_GLOW = (120, 20, 16)
_FRAME = (12, 10, 10)


def text_width(text: str, cell: int) -> int:
    """Lamps that a text takes in a row: Latin characters are half as wide as Chinese ones."""
    return sum(cell // 2 if ord(char) < 0x80 else cell for char in text)


def draw_text(text: str, width: int, height: int, cell: int, font: Font) -> Image.Image:
    """The text in the middle of a panel, a cell for each character; what does not fit is cut."""
    image = Image.new("1", (width, height), 0)
    at = max(0, (width - text_width(text, cell)) // 2)
    top = (height - cell) // 2
    for char in text:
        wide = text_width(char, cell)
        image.paste(_glyph(char, wide, cell, font), (at, top))
        at += wide
    return image


@lru_cache(maxsize=512)
def _glyph(char: str, width: int, height: int, font: Font) -> Image.Image:
    """One character in its cell, drawn without grey; wide Latin letters are pressed together."""
    fitted = font
    for size in range(height, 6, -1):
        fitted = font.font_variant(size=size)
        _, top, _, bottom = fitted.getbbox(char, anchor="ls")
        if -top <= height * 7 // 8 and bottom <= height // 8 + 1:
            break
    left, _, right, _ = fitted.getbbox(char, anchor="ls")
    base = height * 7 // 8
    if right - left <= width:
        image = Image.new("1", (width, height), 0)
        draw = ImageDraw.Draw(image)
        draw.fontmode = "1"
        draw.text((round((width - right - left) / 2), base), char, 1, fitted, anchor="ls")
        return image
    grey = Image.new("L", (round(right - left), height), 0)
    ImageDraw.Draw(grey).text((-left, base), char, 255, fitted, anchor="ls")
    pressed = grey.resize((width - 1, height), Image.Resampling.LANCZOS)
    image = Image.new("1", (width, height), 0)
    image.paste(pressed.point(lambda level: 255 if level > 110 else 0).convert("1"), (0, 0))
    return image


def to_bits(image: Image.Image) -> bytes:
    """Rows from the top, most significant bit left, each row padded to whole bytes."""
    return image.convert("1").tobytes()


def from_bits(data: bytes, width: int, height: int) -> Image.Image:
    """The picture that the bits show; ValueError if they are too few or too many."""
    if len(data) != (width + 7) // 8 * height:
        raise ValueError(f"{len(data)} bytes for {width}x{height} lamps")
    return Image.frombytes("1", (width, height), data)


def lamps(image: Image.Image) -> Image.Image:
    """How the panel looks: round lamps on black, `LAMP` pixels apart."""
    width, height = image.size
    panel = Image.new("RGB", (width * LAMP + 2 * LAMP, height * LAMP + 2 * LAMP), _FRAME)
    draw = ImageDraw.Draw(panel)
    for y in range(height):
        for x in range(width):
            left, top = (x + 1) * LAMP, (y + 1) * LAMP
            lit = image.getpixel((x, y))
            if lit:
                draw.ellipse((left, top, left + LAMP - 1, top + LAMP - 1), fill=_GLOW)
            box = (left + 1, top + 1, left + LAMP - 2, top + LAMP - 2)
            draw.ellipse(box, fill=_ON if lit else _OFF)
    return panel
