"""Blocks: what stands on the paper from top to bottom, without saying how it is drawn.

Lengths are millimetres, so that one layout serves 58 and 80 mm paper at any dot density. Blocks
are frozen and hashable, which lets the renderers keep what they have drawn.
"""

from typing import Literal

import msgspec

Align = Literal["left", "center", "right"]


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph, wrapped to the width; `size` is the height of a line's characters."""

    text: str
    size: float
    bold: bool = False
    align: Align = "left"


class Headline(msgspec.Struct, frozen=True, tag=True):
    """One line, as large as the width allows and at most `size` high: the number."""

    text: str
    size: float


class Banner(msgspec.Struct, frozen=True, tag=True):
    """A line in white on black: what nobody may overlook, such as a copy's mark."""

    text: str
    size: float


class Fact(msgspec.Struct, frozen=True, tag=True):
    """A label on the left and its value, which matters more, beside it."""

    label: str
    value: str
    size: float
    label_size: float = 3.4
    bold: bool = True


class Item(msgspec.Struct, frozen=True, tag=True):
    """An entry of a list: a mark and a paragraph that hangs from it."""

    mark: str
    text: str
    size: float
    bold: bool = False


class Qr(msgspec.Struct, frozen=True, tag=True):
    """A QR code at most `size` wide and high, with words beside it."""

    content: str
    size: float
    caption: str = ""
    caption_size: float = 3.4


class Picture(msgspec.Struct, frozen=True, tag=True):
    """A PNG, at most `width` wide, centred."""

    png: bytes
    width: float


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A thin line over the whole width."""

    dashed: bool = True


class Space(msgspec.Struct, frozen=True, tag=True):
    """Nothing, `height` high."""

    height: float


class Frame(msgspec.Struct, frozen=True, tag=True):
    """An empty frame over the whole width with a ruler of millimetres, for calibration."""

    height: float


Block = Text | Headline | Banner | Fact | Item | Qr | Picture | Rule | Space | Frame
