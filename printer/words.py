"""The words that paper uses, in Chinese and English, and times said as people say them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from printer.paper import Language


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return the message catalogue of paper: key → language → text with `{name}` places."""
    return tomllib.loads(files("kiosk").joinpath("texts/ticket.toml").read_text("utf-8"))


def say(key: str, language: Language, **values: object) -> str:
    """Return a message of the catalogue with its places filled.

    Raises `KeyError` for a key or a value that is missing: a paper with holes is a defect.
    """
    return catalogue()[key][language].format(**values)


def length(minutes: int, language: Language) -> str:
    """Say a length of time in whole minutes: "25 分钟", "1 h 10 min"."""
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return say("minutes", language, n=minutes)
    if rest == 0:
        return say("hours", language, h=hours)
    return say("hours_minutes", language, h=hours, m=rest)


def _step(minutes: int) -> int:
    """The steps in which people speak of so long a time; the pages round the same way."""
    if minutes <= 10:
        return 1
    if minutes <= 60:
        return 5
    return 10 if minutes <= 180 else 30


def rounded(low_s: int, high_s: int) -> tuple[int, int]:
    """The whole minutes that contain a range of seconds: low end down, high end up."""
    high = -(-max(0, high_s) // 60)
    step = _step(high)
    return max(0, low_s) // 60 // step * step, -(-high // step) * step


def wait(low_s: int, high_s: int, language: Language) -> str:
    """Say an estimate as an honest range, rounded outward.

    Both are seconds from now, `0 <= low_s <= high_s`.
    """
    low, high = rounded(low_s, high_s)
    if high <= 1:
        return say("wait_soon", language)
    if low < 1:
        return say("wait_within", language, high=length(high, language))
    if low == high:
        return say("wait_about", language, span=length(high, language))
    if high < 60:
        span = say("minutes_range", language, low=low, high=high)
        return say("wait_about", language, span=span)
    return say("wait_range", language, low=length(low, language), high=length(high, language))
