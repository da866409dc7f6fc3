"""How a hall's papers look: which pieces, in which order and size, and the hall's own words.

A template is TOML. A hall's file need only say what differs from `template.toml`.
"""

import base64
import binascii
import io
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import msgspec
from PIL import Image

from printer.paper import Kind, Language

Millimetres = Annotated[float, msgspec.Meta(ge=1.5, le=60.0)]


class TemplateError(ValueError):
    """A template that cannot be used; the message names the place and what was expected."""


class Piece(StrEnum):
    """What a sheet can be put together from."""

    LOGO = "logo"
    HALL = "hall"
    TITLE = "title"
    COPY = "copy"
    NUMBER = "number"
    LEGS = "legs"
    PRIORITY = "priority"
    PLACE = "place"
    AHEAD = "ahead"
    WAIT = "wait"
    WHEN = "when"
    CODE = "code"
    ROWS = "rows"
    MATERIALS = "materials"
    QR = "qr"
    NOTICES = "notices"
    ISSUED = "issued"
    RULE = "rule"
    SPACE = "space"


class Logo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hall's mark, printed in pure black and white: PNG as base64, `width` in millimetres."""

    width: Millimetres = 20.0
    png: str = ""

    def data(self) -> bytes:
        """Return the PNG's bytes, empty for none; raise `TemplateError` if it is no PNG."""
        try:
            data = base64.b64decode(self.png, validate=True)
        except binascii.Error as error:
            raise TemplateError("logo.png: expected a PNG as base64") from error
        if data:
            try:
                with Image.open(io.BytesIO(data), formats=["PNG"]) as png:
                    png.load()
            except (OSError, ValueError) as error:
                raise TemplateError(f"logo.png: expected a PNG as base64: {error}") from error
        return data


class Sizes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Heights of characters in millimetres; of `number` and `qr` as a whole."""

    hall: Millimetres
    title: Millimetres
    heading: Millimetres
    copy: Millimetres
    number: Millimetres
    legs: Millimetres
    leg_number: Millimetres
    priority: Millimetres
    label: Millimetres
    place: Millimetres
    ahead: Millimetres
    wait: Millimetres
    when: Millimetres
    code: Millimetres
    rows: Millimetres
    materials: Millimetres
    qr: Millimetres
    caption: Millimetres
    notices: Millimetres
    issued: Millimetres


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order of one kind of paper and the words that the hall adds to it."""

    order: tuple[Piece, ...]
    heading: dict[Language, str] = {}
    notices: dict[Language, tuple[str, ...]] = {}


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of a hall's papers."""

    logo: Logo
    sizes: Sizes
    ticket: Sheet
    appointment: Sheet
    materials: Sheet
    payment: Sheet
    receipt: Sheet
    calibration: Sheet

    def sheet(self, kind: Kind) -> Sheet:
        """Return the sheet of a kind of paper."""
        sheet: Sheet = getattr(self, kind.value)
        return sheet


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay one tree of tables over another; what is not a table replaces."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merged(below, value)
        else:
            result[key] = value
    return result


def default_text() -> str:
    """Return the built-in template as TOML with comments, the start of a hall's own."""
    return files("printer").joinpath("template.toml").read_text("utf-8")


def parse(text: str) -> Template:
    """Read a hall's template over the built-in one.

    Raises `TemplateError` with the line (syntax) or the path (content) of the mistake.
    """
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"not TOML: {error}") from error
    tree = _merged(tomllib.loads(default_text()), own)
    try:
        template = msgspec.convert(tree, Template)
    except msgspec.ValidationError as error:
        raise TemplateError(str(error)) from error
    template.logo.data()
    return template


@cache
def default() -> Template:
    """Return the built-in template."""
    return parse("")
