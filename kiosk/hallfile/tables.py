"""From the tables of a hall file to structs, field by field, noting every mistake on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo
from msgspec.structs import fields as fields_of

from kiosk.hall.config import Names

from .fields import SECTIONS, Field
from .lines import Lines, Path
from .mistakes import Mistake
from .values import LANGUAGES, check_text, check_value, plain

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

    known: entries per section and id that come from elsewhere; what a service in the file leaves
    out is taken from the one with its id.
    """

    def __init__(
        self,
        document: dict[str, Any],
        report: Report,
        known: Mapping[str, Mapping[str, Struct]],
    ) -> None:
        self.document = document
        self.known = known
        self.report = report
        self.languages = self._languages()
        for key in document:
            if key not in SECTIONS or "." in key:
                report.add((key,), f"unknown table; there are {', '.join(SECTIONS)}")

    def several(self, section: str, cls: type[T]) -> tuple[T, ...]:
        """All readable entries of `[[section]]`."""
        made = (self._struct(path, t, section, cls) for path, t in self.entries(section))
        return tuple(entry for entry in made if entry is not None)

    def one(self, section: str, cls: type[T]) -> T | None:
        """The table `[section]`, or None when it isn't there."""
        table = self._table(section)
        return None if table is None else self._struct((section,), table, section, cls)

    def glossary(self, section: str) -> dict[str, Names]:
        """The table `[section]`: texts and their names in those of the hall's languages that have
        one; nobody need use a text.
        """
        found = {}
        for text, names in (self._table(section) or {}).items():
            try:
                given = _checked(names, 'say in which language: { en = "…" }')
                found[check_text(text)] = {x: given[x] for x in self.languages if x in given}
            except ValueError as error:
                self.report.add((section, text), str(error))
        return found

    def _table(self, section: str) -> dict[str, Any] | None:
        table = self.document.get(section)
        if table is None or isinstance(table, dict):
            return table
        self.report.add((section,), f"write it as a table: [{section}]")
        return None

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
        return own | set(self.known.get(section, ()))

    def _struct(self, path: Path, table: dict[str, Any], section: str, cls: type[T]) -> T | None:
        before = len(self.report.mistakes)
        values = self._fields(path, table, section)
        return cls(**values) if len(self.report.mistakes) == before else None

    def _fields(self, path: Path, table: dict[str, Any], section: str) -> dict[str, Any]:
        spec = SECTIONS[section]
        infos = {f.name: f for f in fields_of(spec.struct) if f.name in spec.fields}
        base = self._base(section, table)
        for key in table:
            if key not in infos:
                self.report.add((*path, key), f"unknown key; there are {', '.join(infos)}")
        values = {}
        for name, info in infos.items():
            if name in table:
                try:
                    nested = f"{section}.{name}"
                    values[name] = (
                        self._nested((*path, name), table[name], nested)
                        if nested in SECTIONS
                        else self._value(table[name], info, spec.fields[name])
                    )
                except ValueError as error:
                    self.report.add((*path, name), str(error))
            elif base is not None:
                values[name] = getattr(base, name)
            elif info.required:
                self.report.add(path, f"{name} is missing")
        return values

    def _base(self, section: str, table: dict[str, Any]) -> Struct | None:
        """What an entry adds to: the service of a catalogue that has its id."""
        known = self.known.get(section, {}) if section == "services" else {}
        return known.get(str(table.get("id")))

    def _nested(self, path: Path, raw: Any, section: str) -> tuple[Struct, ...]:
        """Tables inside an entry. Raises ValueError when it is something else."""
        if not isinstance(raw, list) or not all(isinstance(table, dict) for table in raw):
            raise ValueError(f"write each entry as a table of its own: [[{section}]]")
        struct = SECTIONS[section].struct
        made = [self._struct((*path, i), t, section, struct) for i, t in enumerate(raw)]
        return tuple(entry for entry in made if entry is not None)

    def _value(self, raw: Any, info: FieldInfo, field: Field) -> Any:
        """A field's value. Raises ValueError that says what was expected."""
        if info.type in (Names, Names | None):
            return self._names(raw)
        if info.name == "capacity" and isinstance(raw, int) and not isinstance(raw, bool):
            raw = dict.fromkeys(sorted(self.ids("groups")), raw)
        try:
            value = msgspec.convert(raw, info.type)
        except msgspec.ValidationError as error:
            raise ValueError(plain(str(error))) from None
        for number in value.values() if isinstance(value, dict) else (value,):
            if isinstance(number, int | float) and not field.low <= number <= field.high:
                raise ValueError(f"must be from {field.low:g} to {field.high:g}, not {number:g}")
        return check_value(info.name, value)

    def _names(self, raw: Any) -> Names:
        """A name in each of the hall's languages; one that is missing takes the first given."""
        names = _checked(
            {self.languages[0]: raw} if isinstance(raw, str) else raw,
            'a name is a text in "quotes" or { zh = "…", en = "…" }',
        )
        first = next((names[x] for x in self.languages if x in names), next(iter(names.values())))
        return {language: names.get(language, first) for language in self.languages}

    def _languages(self) -> tuple[str, ...]:
        hall = self.document.get("hall")
        given = hall.get("languages") if isinstance(hall, dict) else None
        spoken = [x for x in given if x in LANGUAGES] if isinstance(given, list) else []
        return tuple(spoken) or LANGUAGES


def _checked(names: Any, expected: str) -> Names:
    """Texts by language. Raises ValueError, which says what was expected."""
    if not isinstance(names, dict) or not names:
        raise ValueError(expected)
    for language, text in names.items():
        if language not in LANGUAGES:
            raise ValueError(f"{language!r} is no language; there are {', '.join(LANGUAGES)}")
        check_text(text)
    return names
