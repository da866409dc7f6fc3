"""`kiosk replay`, `audit fairness` and `audit calls`: a day again, its order, its reasons."""

from __future__ import annotations

import argparse
import sys
from math import inf
from pathlib import Path
from typing import cast

import msgspec

from kiosk import texts
from kiosk.hall.calendar import Calendar
from kiosk.hall.called import calls
from kiosk.hall.config import HallConfig
from kiosk.hall.errors import Invalid
from kiosk.hall.events import HallConfigured, Record
from kiosk.hall.fairness import Violation, audit
from kiosk.hall.recorded import RecordedDay, recorded
from kiosk.hall.replay import Changes, replay
from kiosk.hall.simulate import PlayedDay
from kiosk.hall.simulate_report import summary
from kiosk.server.reasons import numbers, words
from kiosk.store.days import records_of_day
from kiosk.usage import Usage

from .common import Commands, add_day, add_db, no_such_day, opened, run

FIGURES = (
    ("tickets", 1, "tickets"),
    ("mean_wait_s", 60, "mean wait, min"),
    ("median_wait_s", 60, "median wait, min"),
    ("p95_wait_s", 60, "95% wait at most, min"),
    ("max_wait_s", 60, "longest wait, min"),
    ("within_target", 0.01, "within target, %"),
    ("appointments_within_10_min", 0.01, "appointments within 10 min, %"),
    ("no_shows", 1, "no-shows and left"),
    ("never_called", 1, "never called"),
)
"""What is printed: key of the summary, divisor, words."""


def register(commands: Commands) -> None:
    """Add `replay`."""
    parser = commands.add_parser(
        "replay",
        help="play a recorded day again, with other windows or rules",
        description="Plays a recorded day again and prints how it was, how the same rules would "
        "have it, and how it would be with the changes, a JSON object: "
        '{"routing": "fifo", "rules": {"help_gap_minutes": 5}, "windows": {"3": {"closed": true}, '
        '"9": {"groups": ["B"], "opens": "09:00", "closes": "17:00"}}}.',
    )
    _which_day(parser)
    parser.add_argument("--with", dest="changes", type=Path, metavar="CHANGES.json")
    parser.set_defaults(run=lambda arguments: run(_replay(arguments)))


def register_audit(actions: Commands) -> None:
    """Add `fairness` and `calls` to the actions of `audit`."""
    parser = actions.add_parser("fairness", help="check the order of calls of a recorded day")
    _which_day(parser)
    parser.add_argument(
        "--tolerance",
        type=_seconds,
        default=120,
        metavar="SECONDS",
        help="how long an open window may take to call while somebody waits (120)",
    )
    parser.add_argument("--language", choices=texts.LANGUAGES, default="en")
    parser.set_defaults(run=lambda arguments: run(_fairness(arguments)))
    parser = actions.add_parser("calls", help="print each call of a recorded day, and why")
    _which_day(parser)
    parser.add_argument("--number", metavar="NUMBER", help="only the calls of this number")
    parser.add_argument("--language", choices=texts.LANGUAGES, default="en")
    parser.set_defaults(run=lambda arguments: run(_calls(arguments)))


def _which_day(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    add_day(parser)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


async def _records(arguments: argparse.Namespace) -> list[Record]:
    """The configuration in force on the day, and the day's records. Raises Usage for none."""
    store = await opened(arguments)
    try:
        found = await records_of_day(store, arguments.hall, arguments.day)
        if not found:
            raise await no_such_day(store, arguments.hall, arguments.day)
    finally:
        await store.close()
    return found


async def _replay(arguments: argparse.Namespace) -> int:
    changes = _changes(arguments.changes) if arguments.changes else None
    try:
        day = recorded(await _records(arguments), arguments.day)
        columns = {"recorded": day.actual, "same rules": replay(day)}
        if changes is not None:
            columns["changed"] = replay(day, changes)
    except (ValueError, Invalid) as error:
        raise Usage(str(error)) from error
    _print(day, columns)
    return 0


def _changes(path: Path) -> Changes:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Changes)
    except OSError as error:
        raise Usage(f"{path} can't be read: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise Usage(f"{path} holds no changes: {error}") from None


def _print(day: RecordedDay, columns: dict[str, PlayedDay]) -> None:
    found = {
        name: cast("dict[str, float | None]", summary([played], day.config.routing)["pooled"])
        for name, played in columns.items()
    }
    print(" " * 30 + "".join(f"{name:>12}" for name in found))
    for key, divisor, name in FIGURES:
        values = [figures[key] for figures in found.values()]
        cells = ["–" if v is None else f"{v / divisor:.1f}".removesuffix(".0") for v in values]
        print(f"{name:<30}" + "".join(f"{cell:>12}" for cell in cells))


async def _fairness(arguments: argparse.Namespace) -> int:
    records = await _records(arguments)
    violations = audit(records, arguments.day, tolerance_s=arguments.tolerance)
    calendar = _calendar(records)
    for violation in violations:
        print(_words(arguments.language, calendar, violation))
    called = sum(1 for _ in calls(records))
    print(
        f"{called} calls on {arguments.day}: {len(violations) or 'no'} violations",
        file=sys.stderr if violations else sys.stdout,
    )
    return 1 if violations else 0


async def _calls(arguments: argparse.Namespace) -> int:
    records = await _records(arguments)
    calendar, config = _calendar(records), _configuration(records)
    found = [c for c in calls(records) if arguments.number in (None, c.number)]
    if arguments.number is not None and not found:
        raise Usage(f"{arguments.number} was not called on {arguments.day}")
    for call in found:
        reason = call.event.reason
        why = words(config, reason)[arguments.language].strip()
        print(
            f"#{call.seq} {calendar.local(call.at):%H:%M:%S} {call.number} → {call.event.window}: "
            f"{why} ({numbers(arguments.language, reason)})"
        )
    return 0


def _configuration(records: list[Record]) -> HallConfig:
    """The first configuration of a day's records: the one that it began with."""
    return next(r.event.config for r in records if isinstance(r.event, HallConfigured))


def _calendar(records: list[Record]) -> Calendar:
    return Calendar.of(_configuration(records))


def _words(language: str, calendar: Calendar, violation: Violation) -> str:
    clock = calendar.local(violation.at)
    nobody = violation.rule == "decision" and not violation.other
    rule = "decision_nobody" if nobody else violation.rule
    sentence = texts.text(
        language,
        f"fairness.{rule}",
        number=violation.number,
        window=violation.window,
        other=violation.other,
        seconds=violation.seconds,
    )
    return f"#{violation.seq} {clock:%H:%M:%S} {sentence}"
