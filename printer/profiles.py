"""Printer profiles: what a model can do, from `profiles.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from printer.raster import Bed


class ProfileError(ValueError):
    """An unknown profile; the message lists those that exist."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One printer model. The meaning and unit of each field stands in `profiles.toml`."""

    key: str
    name: str
    dots: int
    columns: int
    paper_mm: int = 80
    dpi: int = 203
    strip: int = 256
    cutter: Literal["partial", "full", "none"] = "partial"
    feed: int = 4
    status: Literal["realtime", "none"] = "realtime"
    automatic: bool = False
    process_id: bool = False
    native_qr: bool = False
    text: Literal["raster", "native"] = "raster"
    codec: Literal["gbk", "gb2312"] = "gbk"
    own_hanzi: bool = False
    model: str = ""

    @property
    def bed(self) -> Bed:
        """The picture's width and density."""
        return Bed(self.dots, self.dpi)

    @property
    def cut_command(self) -> bytes:
        """The feed past the blade and the cut; without a cutter only the feed, to tear at.

        `ESC d n` feeds lines; `GS V 0` cuts, `GS V 1` leaves a bridge so that nothing falls.
        """
        blade = {"full": b"\x1dV\x00", "partial": b"\x1dV\x01", "none": b""}[self.cutter]
        return b"\x1bd" + bytes([self.feed]) + blade


@cache
def profiles() -> Mapping[str, Profile]:
    """Return all built-in profiles by key."""
    raw = tomllib.loads(files("printer").joinpath("profiles.toml").read_text("utf-8"))
    return {key: msgspec.convert({"key": key, **value}, Profile) for key, value in raw.items()}


def profile(key: str) -> Profile:
    """Return a profile by its key; raise `ProfileError` for an unknown one."""
    try:
        return profiles()[key]
    except KeyError:
        raise ProfileError(f"no printer profile {key!r}; known: {', '.join(profiles())}") from None


def proposed(model: str) -> Profile | None:
    """Return the profile for a printer's own name (`GS I 67`), or None."""
    found = (known for known in profiles().values() if known.model and known.model in model)
    return next(found, None)
