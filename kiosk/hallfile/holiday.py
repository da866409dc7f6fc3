"""The public holidays of a country as dates of a hall, from the calendars of `holidays`.

A country's moved working days (调休) are known once its government has published them, in China
in November for the year to come: a hall file is loaded again then. Only who loads one waits for the
library: a server starts without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from kiosk.hall.calendar import parse_hours, written
from kiosk.hall.config import HallConfig, Names, SpecialDay
from kiosk.texts import names

_SPOKEN = {"zh": "zh_CN", "en": "en_US"}
"""The library's names of the product's languages; another falls back to the country's own."""


@cache
def countries() -> frozenset[str]:
    """Codes of all countries that have a calendar."""
    import holidays  # noqa: PLC0415

    return frozenset(holidays.list_supported_countries(include_aliases=False))


def add_holidays(config: HallConfig, years: Sequence[int]) -> tuple[SpecialDay, ...]:
    """The hall's special days, joined by those of its country's years; its own come first."""
    if config.holidays is None:
        return config.days
    monday = written(parse_hours(config.hours)[0])
    known = {day.day for day in config.days}
    found = _holidays(config.holidays, years, config.languages, monday)
    return (*config.days, *(day for day in found if day.day not in known))


def _holidays(
    country: str, years: Sequence[int], languages: Iterable[str], monday: tuple[str, ...]
) -> list[SpecialDay]:
    import holidays  # noqa: PLC0415

    calendars = {
        language: holidays.country_holidays(
            country, years=years, language=_SPOKEN.get(language, language)
        )
        for language in languages
    }
    first = next(iter(calendars.values()))
    days = {
        day: SpecialDay(day.isoformat(), (), _names({x: c[day] for x, c in calendars.items()}))
        for day in first
    }
    moved = names("common.moved_working_day", languages)
    for day in first.weekend_workdays:
        if day.year in years:
            days[day] = SpecialDay(day.isoformat(), monday, moved)
    return [days[day] for day in sorted(days)]


def _names(found: Names) -> Names:
    """Names without the library's mark of a date that is computed and not yet announced."""
    return {language: name.split(";")[0].strip() for language, name in found.items()}
