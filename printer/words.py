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


def _coarse(minutes: int, *, up: bool) -> int:
    """Round what is over an hour to five minutes, away from the middle of the interval."""
    if minutes < 60:
        return minutes
    return -(-minutes // 5) * 5 if up else minutes // 5 * 5


def wait(low_s: int, high_s: int, language: Language) -> str:
    """Say an estimate as an honest range: the low end rounded down, the high end up.

    Both are seconds from now, `0 <= low_s <= high_s`.
    """
    low = _coarse(max(0, low_s) // 60, up=False)
    high = _coarse(-(-max(0, high_s) // 60), up=True)
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
