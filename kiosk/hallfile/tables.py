"""From the tables of a hall file to structs, field by field, noting every mistake on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo
from msgspec.structs import fields as fields_of

from kiosk.hall.calendar import parse_hours
from kiosk.hall.config import Names

from .fields import SECTIONS, Field
from .lines import Lines, Path
from .mistakes import Mistake

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

T = TypeVar("T", bound=Struct)


class Report:
    """The mistakes of one file."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.mistakes: list[Mistake] = []

    def add(self, path: Path, message: str) -> None:
        """Note a mistake at a place."""
        where = ".".join(str(p + 1) if isinstance(p, int) else p for p in path)
        mistake = Mistake(self.lines.of(path), where, message)
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)


class Reader:
    """Turns tables into structs. What can't be read is reported and left out.

    known: ids per section that come from elsewhere.
    """

    def __init__(
        self, document: dict[str, Any], report: Report, known: Mapping[str, set[str]]
    ) -> None:
        self.document = document
        self.known = known
        self.report = report
        self.languages = self._languages()
        for key in document:
            if key not in SECTIONS:
                report.add((key,), f"unknown table; there are {', '.join(SECTIONS)}")

    def several(self, section: str, cls: type[T]) -> tuple[T, ...]:
        """All readable entries of `[[section]]`."""
        made = (self._struct(path, t, section, cls) for path, t in self.entries(section))
        return tuple(entry for entry in made if entry is not None)

    def one(self, section: str, cls: type[T]) -> T | None:
        """The table `[section]`, or None when it isn't there."""
        table = self.document.get(section)
        if table is None:
            return None
        if not isinstance(table, dict):
            self.report.add((section,), f"write it as a table: [{section}]")
            return None
        return self._struct((section,), table, section, cls)

    def hall(self) -> dict[str, Any]:
        """The readable fields of `[hall]`."""
        table = self.document.get("hall")
        if not isinstance(table, dict):
            self.report.add(("hall",), "a hall file needs a table [hall]")
            return {}
        return self._fields(("hall",), table, "hall")

    def entries(self, section: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The raw tables of a section that may come several times."""
        tables = self.document.get(section, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            self.report.add((section,), f"write each entry as a table of its own: [[{section}]]")
            return
        for index, table in enumerate(tables):
            yield (section, index), table

    def ids(self, section: str) -> set[str]:
        """All ids that other entries may name, those of faulty entries included."""
        own = {t["id"] for _, t in self.entries(section) if isinstance(t.get("id"), str)}
        return own | self.known.get(section, set())

    def _struct(self, path: Path, table: dict[str, Any], section: str, cls: type[T]) -> T | None:
        before = len(self.report.mistakes)
        values = self._fields(path, table, section)
        return cls(**values) if len(self.report.mistakes) == before else None

    def _fields(self, path: Path, table: dict[str, Any], section: str) -> dict[str, Any]:
        spec = SECTIONS[section]
        infos = {f.name: f for f in fields_of(spec.struct) if f.name in spec.fields}
        for key in table:
            if key not in infos:
                self.report.add((*path, key), f"unknown key; there are {', '.join(infos)}")
        values = {}
        for name, info in infos.items():
            if name in table:
                try:
                    values[name] = self._value(table[name], info, spec.fields[name])
                except ValueError as error:
                    self.report.add((*path, name), str(error))
            elif info.required:
                self.report.add(path, f"{name} is missing")
        return values

    def _value(self, raw: Any, info: FieldInfo, field: Field) -> Any:
        """A field's value. Raises ValueError that says what was expected."""
        if info.type == Names:
            return self._names(raw)
        if info.name == "capacity" and isinstance(raw, int) and not isinstance(raw, bool):
            raw = dict.fromkeys(sorted(self.ids("groups")), raw)
        try:
            value = msgspec.convert(raw, info.type)
        except msgspec.ValidationError as error:
            raise ValueError(_plain(str(error))) from None
        for number in value.values() if info.name == "capacity" else (value,):
            if isinstance(number, int | float) and not field.low <= number <= field.high:
                raise ValueError(f"must be from {field.low:g} to {field.high:g}, not {number:g}")
        return check_value(info.name, value)

    def _names(self, raw: Any) -> Names:
        """A name in each of the hall's languages; one that is missing takes the first given."""
        names = {self.languages[0]: raw} if isinstance(raw, str) else raw
        if not isinstance(names, dict) or not names:
            raise ValueError('a name is a text in "quotes" or { zh = "…", en = "…" }')
        for language, text in names.items():
            if language not in LANGUAGES:
                raise ValueError(f"{language!r} is no language; there are {', '.join(LANGUAGES)}")
            check_text(text)
        first = next((names[x] for x in self.languages if x in names), next(iter(names.values())))
        return {language: names.get(language, first) for language in self.languages}

    def _languages(self) -> tuple[str, ...]:
        hall = self.document.get("hall")
        given = hall.get("languages") if isinstance(hall, dict) else None
        spoken = [x for x in given if x in LANGUAGES] if isinstance(given, list) else []
        return tuple(spoken) or LANGUAGES


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


_CHECKS: dict[str, Callable[[Any], object]] = {
    "id": _check_id,
    "prefix": _check_prefix,
    "timezone": _check_timezone,
    "hours": parse_hours,
    "languages": _check_languages,
    "materials": _check_materials,
    "quiet": _check_quiet,
}


def _plain(message: str) -> str:
    """msgspec's message in words of somebody who edits a file."""
    match = _EXPECTED.match(message)
    if match is None:
        return message.replace("`", "'")
    expected = " or ".join(_WORDS.get(t, t) for t in match[1].split(" | ") if t != "null")
    return f"must be {expected}, not {_WORDS.get(match[2], match[2])}"
