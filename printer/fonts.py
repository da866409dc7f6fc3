"""Fonts for paper: every character is looked up in the font before it is drawn.

Noto Sans CJK has the rare characters of Chinese names (up to Unicode's extensions B to G). A
character that no font has is printed as the geta mark 〓, the typesetter's sign for a missing
type, and never as the font's empty box.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from fontTools.ttLib import TTFont
from PIL import ImageFont

MISSING = "〓"
_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
# File name and the face's number in it. The collection's third face is Simplified Chinese.
_REGULAR = (("NotoSansCJK-Regular.ttc", 2), ("NotoSansCJKsc-Regular.otf", 0))
_BOLD = (("NotoSansCJK-Bold.ttc", 2), ("NotoSansCJKsc-Bold.otf", 0))
_FALLBACK = (("DejaVuSans.ttf", 0), ("NotoSans-Regular.ttf", 0))


class FontMissingError(RuntimeError):
    """No font for Chinese is installed; the message says how to get one."""


class Face(msgspec.Struct, frozen=True):
    """One face of a font file."""

    path: str
    index: int


@cache
def _characters(face: Face) -> frozenset[int]:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _find(names: tuple[tuple[str, int], ...]) -> Iterator[Face]:
    for name, index in names:
        for folder in _FOLDERS:
            if found := next(folder.rglob(name), None) if folder.is_dir() else None:
                yield Face(str(found), index)
                break


@cache
def faces(*, bold: bool) -> tuple[Face, ...]:
    """Return the faces to try for each character, best first.

    Raises `FontMissingError` without Noto Sans CJK.
    """
    main = next(_find(_BOLD if bold else _REGULAR), None)
    if main is None:
        raise FontMissingError(
            "no font for Chinese found: install Noto Sans CJK (Debian: apt install fonts-noto-cjk)"
        )
    return (main, *_find(_FALLBACK))


@lru_cache(maxsize=64)
def sized(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size: the height of its em square in dots."""
    return ImageFont.truetype(
        face.path, pixels, index=face.index, layout_engine=ImageFont.Layout.BASIC
    )


def clean(text: str) -> str:
    """Make a text printable: no controls or invisible marks, and ￥ for ¥ (as GBK has it)."""
    flat = " ".join(text.split())
    return "".join(c for c in flat if not _invisible(c)).replace("¥", "￥")


def _invisible(character: str) -> bool:
    """Say whether a character has no picture: controls, joiners, variation selectors."""
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return selector or unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def runs(text: str, *, bold: bool) -> list[tuple[Face, str]]:
    """Split a text into runs of one face each; what no face has becomes 〓."""
    chain = faces(bold=bold)
    result: list[tuple[Face, str]] = []
    for character in text:
        face = next((f for f in chain if ord(character) in _characters(f)), None)
        shown = character if face else MISSING
        face = face or chain[0]
        if result and result[-1][0] == face:
            result[-1] = (face, result[-1][1] + shown)
        else:
            result.append((face, shown))
    return result


def width(text: str, pixels: int, *, bold: bool) -> float:
    """Return the advance of a text in dots."""
    return sum(sized(face, pixels).getlength(run) for face, run in runs(text, bold=bold))
