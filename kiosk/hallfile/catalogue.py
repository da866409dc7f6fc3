"""A catalogue of services as CSV: what a county already keeps in a spreadsheet.

Columns: `department_zh, department_en, item_zh, item_en, kind, typical_minutes, materials_zh,
promised_days, fee_yuan, counter_group`. Materials are separated by `;`; a counter group is
written `B-公安综合`: its id and number prefix, then its name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from kiosk.hall.config import Department, Group, HallConfig, Names, Service, Window, Zone

from .fields import SECTIONS
from .mistakes import HallFileError, Mistake
from .values import check_text, check_value

COLUMNS = (
    "department_zh",
    "department_en",
    "item_zh",
    "item_en",
    "kind",
    "typical_minutes",
    "materials_zh",
    "promised_days",
    "fee_yuan",
    "counter_group",
)
ID_LENGTH = 40


class Catalogue(Struct, frozen=True):
    """Departments and services, and the groups whose queues they wait in.

    `groups` have no zone yet: that belongs to the building.
    """

    source: str
    departments: tuple[Department, ...]
    services: tuple[Service, ...]
    groups: tuple[Group, ...]

    def entries(self) -> dict[str, dict[str, Struct]]:
        """What a hall file may name without describing it, by section and id."""
        return {
            "departments": {d.id: d for d in self.departments},
            "groups": {g.id: g for g in self.groups},
            "services": {s.id: s for s in self.services},
        }


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue. Raises HallFileError with all mistakes, or OSError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "this is not UTF-8 text; save the table as “CSV UTF-8”"
        raise HallFileError(str(path), [Mistake(1, "", message)]) from None
    return parse_catalogue(text, str(path))


def parse_catalogue(text: str, source: str = "catalogue") -> Catalogue:
    """The catalogue that a CSV text holds. Raises HallFileError."""
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    rows = _Rows()
    try:
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            raise HallFileError(source, [Mistake(1, "", f"columns are missing: {missing}")])
        for row in reader:
            rows.add(reader.line_num, row)
    except csv.Error as error:
        rows.mistakes.append(Mistake(reader.line_num + 1, "", str(error)))
    if not rows.services and not rows.mistakes:
        rows.mistakes.append(Mistake(1, "", "there is no service in this file"))
    if rows.mistakes:
        raise HallFileError(source, rows.mistakes)
    return Catalogue(
        source,
        tuple(rows.departments.values()),
        tuple(rows.services),
        tuple(rows.groups.values()),
    )


def add_catalogue(config: HallConfig, catalogue: Catalogue) -> HallConfig:
    """A hall with the catalogue's services; what the hall file says itself comes first.

    Groups that the hall file doesn't describe wait in its first zone. Raises HallFileError
    when such a group's prefix is another group's.
    """
    zone = config.zones[0] if config.zones else Zone("hall", config.name)
    known = {g.id for g in config.groups}
    taken = {g.prefix: g.id for g in config.groups}
    new = [structs.replace(g, zone=zone.id) for g in catalogue.groups if g.id not in known]
    clashes = [
        Mistake(
            1, "counter_group", f"numbers of {g.id} would begin like those of {taken[g.prefix]}"
        )
        for g in new
        if g.prefix in taken
    ]
    if clashes:
        raise HallFileError(catalogue.source, clashes)
    return structs.replace(
        config,
        zones=config.zones or (zone,),
        departments=_joined(config.departments, catalogue.departments),
        groups=(*config.groups, *new),
        services=_joined(config.services, catalogue.services),
    )


def hall_from_catalogue(catalogue: Catalogue) -> HallConfig:
    """A first hall that offers the catalogue: a window per group, office hours, one zone."""
    zone = Zone("1F", {"zh": "一层大厅", "en": "Ground floor"})
    groups = tuple(structs.replace(g, zone=zone.id) for g in catalogue.groups)
    return HallConfig(
        id="main",
        name={"zh": "政务服务中心", "en": "Service Hall"},
        timezone="Asia/Shanghai",
        hours={"mon-fri": ["08:30-12:00", "13:30-17:30"]},
        zones=(zone,),
        departments=catalogue.departments,
        groups=groups,
        services=catalogue.services,
        windows=tuple(
            Window(str(n), {"zh": f"{n}号窗口", "en": f"Window {n}"}, zone.id, (group.id,))
            for n, group in enumerate(groups, start=1)
        ),
    )


def slug(text: str, taken: Iterable[str] = ()) -> str:
    """A stable readable id: `Renew driving licence` → `renew-driving-licence`.

    What stands in brackets is left out; words that don't fit are dropped; `-2` tells twins apart.
    """
    bare = re.sub(r"[(（].*?[)）]", " ", text.lower()).replace("'", "")
    words: list[str] = re.findall(r"[a-z0-9]+", bare) or ["service"]
    made = words[0][:ID_LENGTH]
    for word in words[1:]:
        if len(made) + 1 + len(word) > ID_LENGTH - 3:
            break
        made += f"-{word}"
    used = set(taken)
    number, unique = 1, made
    while unique in used:
        number += 1
        unique = f"{made}-{number}"
    return unique


class _Rows:
    """What the rows read so far describe."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.departments: dict[str, Department] = {}
        self.groups: dict[str, Group] = {}
        self.services: list[Service] = []
        self._seen: dict[tuple[str, str], int] = {}

    def add(self, line: int, row: dict[str, Any]) -> None:
        """Take a row in, or note what is wrong with it."""
        if None in row or None in row.values():
            self._wrong(line, "", f"has not {len(COLUMNS)} columns")
            return
        before = len(self.mistakes)
        key = (row["department_en"], row["item_en"])
        if (first := self._seen.setdefault(key, line)) != line:
            self._wrong(line, "item_en", f"stands in line {first} already")
        group = self._group(line, row["counter_group"])
        values = dict(self._values(line, row))
        if len(self.mistakes) > before:
            return
        department = self._department(row)
        ids = {s.id for s in self.services}
        self.services.append(
            Service(id=slug(row["item_en"], ids), group=group, department=department, **values)
        )

    def _wrong(self, line: int, where: str, message: str) -> None:
        self.mistakes.append(Mistake(line, where, message))

    def _department(self, row: dict[str, str]) -> str:
        zh, en = row["department_zh"].strip(), row["department_en"].strip()
        if zh not in self.departments:
            ids = {d.id for d in self.departments.values()}
            made = Department(slug(en.removeprefix("County "), ids), {"zh": zh, "en": en})
            self.departments[zh] = made
        return self.departments[zh].id

    def _group(self, line: int, text: str) -> str:
        match = re.fullmatch(r"([A-Z]{1,3})-(\S.*)", text.strip())
        if match is None:
            self._wrong(line, "counter_group", f"write it as B-公安综合, not {text!r}")
            return ""
        group, name = str(match[1]), str(match[2])
        made = Group(group, group, {"zh": name, "en": name}, zone="")
        known = self.groups.setdefault(group, made)
        if known.name["zh"] != name:
            self._wrong(line, "counter_group", f"{group} is called {known.name['zh']} above")
        return group

    def _values(self, line: int, row: dict[str, str]) -> Iterator[tuple[str, Any]]:
        """The plain fields of the row's service that are right; the others are noted."""
        for column, name, read in (
            ("item_zh", "name", lambda _: _names(row)),
            ("department_zh", "", check_text),
            ("department_en", "", check_text),
            ("kind", "kind", _kind),
            ("typical_minutes", "minutes", _number("minutes", float)),
            ("promised_days", "promised_days", _number("promised_days", int)),
            ("fee_yuan", "fee_yuan", _number("fee_yuan", float)),
            ("materials_zh", "materials", _materials),
        ):
            try:
                value = read(row[column].strip())
            except ValueError as error:
                self._wrong(line, column, str(error))
            else:
                if name:
                    yield name, value


def _names(row: dict[str, str]) -> Names:
    return {"zh": check_text(row["item_zh"].strip()), "en": check_text(row["item_en"].strip())}


def _kind(text: str) -> str:
    if text not in ("approval", "convenience"):
        raise ValueError(f"must be approval or convenience, not {text!r}")
    return text


def _materials(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in re.split(r"[;；]", text) if part.strip())
    return tuple(check_value("materials", found))


def _number(name: str, kind: type[int] | type[float]) -> Any:
    field = SECTIONS["services"].fields[name]

    def read(text: str) -> float | None:
        if not text and name != "minutes":
            return None
        try:
            value = msgspec.convert(text, kind, strict=False)
        except msgspec.ValidationError:
            raise ValueError(f"must be a number, not {text!r}") from None
        if not field.low <= value <= field.high:
            raise ValueError(f"must be from {field.low:g} to {field.high:g}, not {value:g}")
        return value

    return read


def _joined(own: tuple[Any, ...], more: tuple[Any, ...]) -> tuple[Any, ...]:
    known = {entry.id for entry in own}
    return (*own, *(entry for entry in more if entry.id not in known))
