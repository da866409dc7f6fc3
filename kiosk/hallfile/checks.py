"""What the entries of a hall file must be to each other: ids that exist, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from kiosk.hall.config import APPOINTMENT, NORMAL
from kiosk.hall.counter import MAX_SERVICES
from kiosk.hall.floor import NOTICE_PREFIX
from printer.profiles import profiles
from printer.template import TemplateError, parse

from .check_messages import check_messages
from .fields import SECTIONS
from .lines import Path
from .tables import Reader, Report

REFERENCES = {
    ("groups", "zone"): "zones",
    ("services", "group"): "groups",
    ("services", "department"): "departments",
    ("services", "after"): "services",
    ("packages", "services"): "services",
    ("hall", "measured"): "services",
    ("hall", "capacity"): "groups",
    ("sessions", "windows"): "windows",
    ("sessions", "groups"): "groups",
    ("windows", "zone"): "zones",
    ("windows", "groups"): "groups",
    ("appointments", "capacity"): "groups",
}
"""(section, field) → the section whose ids it names."""

PRINTERS = re.compile(
    r"tcp://[^/\s:@]+(:\d{1,5})?/?|usb://[0-9a-fA-F]{4}:[0-9a-fA-F]{4}(/\S+)?|serial:///dev/\S+"
    r"|file:///\S+|cups://\S+|agent://[A-Za-z0-9][A-Za-z0-9._-]*"
)


def check(reader: Reader) -> None:
    """Report what doesn't fit together."""
    ids = {section: reader.ids(section) for section in REFERENCES.values()}
    for section, spec in SECTIONS.items():
        if spec.several and "." not in section:
            _once(reader, section, "day" if section == "days" else "id")
    _once(reader, "groups", "prefix")
    for (section, field), target in REFERENCES.items():
        for path, table in _tables(reader, section):
            for given in _named(table.get(field)):
                if given not in ids[target]:
                    reader.report.add((*path, field), _missing(target, given, ids[target]))
    _check_lists(reader)
    for path, table in _tables(reader, "priorities"):
        if table.get("id") in (NORMAL, APPOINTMENT):
            reader.report.add((*path, "id"), f"{table['id']!r} is a class of every hall")
    for path, table in _tables(reader, "groups"):
        if table.get("prefix") == NOTICE_PREFIX:
            reader.report.add((*path, "prefix"), f"{NOTICE_PREFIX} begins payment notices")
    _check_services(reader)
    _check_paper(reader)
    check_messages(reader)


def _check_lists(reader: Reader) -> None:
    """Lists that must name something, and nothing twice."""
    for section, field, kind, least, most in (
        ("windows", "groups", "group", 1, None),
        ("packages", "services", "service", 2, MAX_SERVICES),
        ("sessions", "windows", "window", 1, None),
        ("sessions", "hours", "span", 1, None),
    ):
        for path, table in _tables(reader, section):
            given = table.get(field)
            if not isinstance(given, list):
                continue
            if len(given) < least:
                message = "at least one " + kind if least == 1 else f"at least two {kind}s"
                reader.report.add((*path, field), message)
            elif len(set(map(str, given))) != len(given):
                reader.report.add((*path, field), f"names a {kind} twice")
            elif most is not None and len(given) > most:
                reader.report.add((*path, field), f"names {len(given)}; {most} are the most")


def _check_services(reader: Reader) -> None:
    """Services that wait for one another, questions that are told apart by nothing."""
    after = {
        table["id"]: _named(table.get("after"))
        for _, table in _tables(reader, "services")
        if isinstance(table.get("id"), str)
    }
    for path, table in _tables(reader, "services"):
        given = table.get("id")
        if isinstance(given, str) and _leads_to(given, after):
            message = f"{given!r} would come after itself"
            reader.report.add((*path, "after"), message)
        questions = table.get("questions")
        if not isinstance(questions, list):
            continue
        ids = [q.get("id") for q in questions if isinstance(q, dict)]
        for index, question in enumerate(ids):
            if question is not None and question in ids[:index]:
                reader.report.add(
                    (*path, "questions", index, "id"), f"{question!r} is asked above already"
                )


def _leads_to(goal: str, after: dict[str, list[str]]) -> bool:
    """Whether a service comes, over others, after itself."""
    seen: set[str] = set()
    rest = list(after[goal])
    while rest:
        service = rest.pop()
        if service == goal:
            return True
        if service not in seen:
            seen.add(service)
            rest += after.get(service, ())
    return False


def _check_paper(reader: Reader) -> None:
    for path, table in _tables(reader, "printers"):
        _check_printer(reader.report, path, table)
    for path, table in _tables(reader, "paper"):
        _check_template(reader.report, (*path, "template"), table.get("template"))


def _tables(reader: Reader, section: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    table = reader.document.get(section)
    if isinstance(table, dict):
        yield (section,), table
    else:
        yield from reader.entries(section)


def _named(value: Any) -> list[str]:
    """The ids that a field names; what has the wrong type was reported before."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | dict):
        return [given for given in value if isinstance(given, str)]
    return []


def _missing(section: str, given: str, ids: Iterable[str]) -> str:
    known = ", ".join(sorted(ids)[:12])
    return f"there is no {given!r} in [[{section}]]" + (f" ({known})" if known else "")


def _once(reader: Reader, section: str, field: str) -> None:
    seen: dict[str, int] = {}
    for path, table in reader.entries(section):
        value = table.get(field)
        if not isinstance(value, str):
            continue
        if value in seen:
            reader.report.add((*path, field), f"{value!r} stands in line {seen[value]} already")
        else:
            seen[value] = reader.report.lines.of((*path, field))


def _check_printer(report: Report, path: Path, table: dict[str, Any]) -> None:
    url, profile = table.get("url"), table.get("profile")
    if isinstance(url, str) and not PRINTERS.fullmatch(url):
        report.add(
            (*path, "url"),
            "write tcp://host:9100, usb://vendor:product, serial:///dev/…, file:///path, "
            "cups://queue or agent://name",
        )
    if isinstance(profile, str) and profile not in profiles():
        report.add((*path, "profile"), f"no profile {profile!r}; there are {', '.join(profiles())}")


def _check_template(report: Report, path: Path, template: Any) -> None:
    if isinstance(template, str):
        try:
            parse(template)
        except TemplateError as error:
            report.add(path, str(error))
