"""The hall file: a TOML text that describes a hall, read into a `HallConfig` or refused whole.

    config = read_hall(Path("hall.toml"))
    config = read_hall(Path("hall.toml"), read_catalogue(Path("services.csv")))
    config = hall_from_catalogue(read_catalogue(Path("services.csv")))

`HallFileError.mistakes` names every mistake by its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from kiosk.hall.config import (
    Alerts,
    Appointments,
    Department,
    Facility,
    Group,
    HallConfig,
    Mail,
    Messages,
    Outcome,
    Package,
    Paper,
    Pause,
    Printer,
    Priority,
    Rules,
    Service,
    Session,
    Sms,
    SpecialDay,
    Voice,
    Webhook,
    Window,
    Zone,
)

from .catalogue import (
    Catalogue,
    add_catalogue,
    hall_from_catalogue,
    parse_catalogue,
    read_catalogue,
)
from .checks import check
from .holiday import add_holidays
from .lines import Lines
from .mistakes import HallFileError, Mistake
from .tables import Reader, Report

__all__ = [
    "Catalogue",
    "HallFileError",
    "Mistake",
    "add_catalogue",
    "hall_from_catalogue",
    "parse_catalogue",
    "parse_hall",
    "read_catalogue",
    "read_hall",
]

MAX_BYTES = 4 * 1024 * 1024
"""A hall file of this size describes no hall."""


def read_hall(path: Path, catalogue: Catalogue | None = None) -> HallConfig:
    """Read a hall file, with the services of a catalogue if one is given.

    Raises HallFileError with all mistakes, or OSError when the file can't be read.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise HallFileError(str(path), [Mistake(1, "", "the file is larger than 4 MB")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise HallFileError(str(path), [Mistake(line, "", "this is not UTF-8 text")]) from None
    return parse_hall(text, str(path), catalogue)


def parse_hall(
    text: str,
    source: str = "hall file",
    catalogue: Catalogue | None = None,
    years: Sequence[int] | None = None,
) -> HallConfig:
    """The hall that a text describes. Raises HallFileError.

    years: whose public holidays it gets, if it keeps any; by default this year's and the next's.
    """
    text = text.replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HallFileError(source, [_syntax(text, error)]) from None
    report = Report(Lines(text))
    reader = Reader(document, report, catalogue.entries() if catalogue is not None else {})
    config = {
        **reader.hall(),
        "zones": reader.several("zones", Zone),
        "departments": reader.several("departments", Department),
        "groups": reader.several("groups", Group),
        "services": reader.several("services", Service),
        "materials": reader.glossary("materials"),
        "windows": reader.several("windows", Window),
        "packages": reader.several("packages", Package),
        "facilities": reader.several("facilities", Facility),
        "outcomes": reader.several("outcomes", Outcome),
        "pauses": reader.several("pauses", Pause),
        "priorities": reader.several("priorities", Priority),
        "days": reader.several("days", SpecialDay),
        "sessions": reader.several("sessions", Session),
        "appointments": reader.one("appointments", Appointments),
        "printers": reader.several("printers", Printer),
        "paper": reader.one("paper", Paper) or Paper(),
        "rules": reader.one("rules", Rules) or Rules(),
        "voice": reader.one("voice", Voice) or Voice(),
        "messages": reader.one("messages", Messages),
        "mail": reader.one("mail", Mail),
        "sms": reader.one("sms", Sms),
        "alerts": reader.one("alerts", Alerts),
        "webhooks": reader.several("webhooks", Webhook),
    }
    check(reader)
    if report.mistakes:
        raise HallFileError(source, report.mistakes)
    hall = HallConfig(**config)
    if years is None:
        this = datetime.now(UTC).year
        years = (this, this + 1)
    hall = structs.replace(hall, days=add_holidays(hall, years))
    return hall if catalogue is None else add_catalogue(hall, catalogue)


def _syntax(text: str, error: tomllib.TOMLDecodeError) -> Mistake:
    match = re.search(r" \(at line (\d+), column \d+\)$", str(error))
    if match is None:
        return Mistake(text.count("\n") + 1, "", str(error).removesuffix(" (at end of document)"))
    return Mistake(int(match[1]), "", str(error)[: match.start()])
