"""What a value of a hall file must be, beyond its type, and how a wrong one is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.hall.calendar import parse_days, parse_hours, parse_spans

from .holiday import countries

LANGUAGES = ("zh", "en")
"""Languages that the product speaks."""

MAX_TEXT = 200
"""Characters that a name or a material may have: more fits on no screen."""

_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
_EXPECTED = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_WORDS = {
    "str": 'a text in "quotes"',
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list [ … ]",
    "object": "a table { … }",
    "null": "nothing",
}


def check_text(text: Any) -> str:
    """A text that people will read. Raises ValueError."""
    if not isinstance(text, str) or not text.strip():
        raise ValueError("must be a text that is not empty")
    if len(text) > MAX_TEXT:
        raise ValueError(f"has {len(text)} characters; {MAX_TEXT} are the most")
    if not all(c.isprintable() for c in text):
        raise ValueError("contains control characters")
    return text


def check_value(name: str, value: Any) -> Any:
    """What a field's type alone can't say. Raises ValueError."""
    if value is not None and name in _CHECKS:
        _CHECKS[name](value)
    return value


def _check_id(value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", value):
        raise ValueError(f"{value!r} is no id: letters, digits, - _ and . (at most 40)")


def _check_prefix(value: str) -> None:
    if not re.fullmatch(r"[A-Z]{0,3}", value):
        raise ValueError(f"{value!r} is no prefix: up to three letters A–Z")


def _check_languages(value: Sequence[str]) -> None:
    unknown = [x for x in value if x not in LANGUAGES]
    if unknown or not value or len(set(value)) != len(value):
        raise ValueError(f"name each language once, of {', '.join(LANGUAGES)}")


def _check_materials(value: Sequence[str]) -> None:
    for text in value:
        check_text(text)


def _check_quiet(value: Sequence[str]) -> None:
    for span in value:
        if not _SPAN.fullmatch(span):
            raise ValueError(f"{span!r} is no span of time; write e.g. 12:00-13:30")


def _check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write e.g. Asia/Shanghai") from None


def _check_hours(value: dict[str, list[str]] | Sequence[str]) -> None:
    if isinstance(value, dict):
        parse_hours(value)
    else:
        parse_spans(value)


def check_date(value: str) -> None:
    """A date as `2026-10-01`. Raises ValueError."""
    try:
        date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no date; write e.g. 2026-10-01") from None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError(f"{value!r} is no date; write e.g. 2026-10-01")


def _check_days(value: Sequence[str]) -> None:
    if not value:
        raise ValueError("name at least one date or day of the week")
    for text in value:
        (check_date if text[:1].isdigit() else parse_days)(text)


def _check_country(value: str) -> None:
    if value not in countries():
        raise ValueError(f"no calendar of {value!r}; write a country's code, e.g. CN")


_CHECKS: dict[str, Callable[[Any], object]] = {
    "id": _check_id,
    "prefix": _check_prefix,
    "timezone": _check_timezone,
    "hours": _check_hours,
    "day": check_date,
    "days": _check_days,
    "holidays": _check_country,
    "languages": _check_languages,
    "materials": _check_materials,
    "yes": _check_materials,
    "no": _check_materials,
    "quiet": _check_quiet,
}


def plain(message: str) -> str:
    """msgspec's message in words of somebody who edits a file."""
    match = _EXPECTED.match(message)
    if match is None:
        return message.replace("`", "'")
    expected = " or ".join(_WORDS.get(t, t) for t in match[1].split(" | ") if t != "null")
    return f"must be {expected}, not {_WORDS.get(match[2], match[2])}"
