"""`kiosk simulate`: drawn days played against the real engine, as files."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentTypeError, Namespace
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import cast, get_args

import msgspec

from kiosk.hall import simulate, simulate_report
from kiosk.hall.config import Routing
from kiosk.hall.errors import HallError
from kiosk.hall.simulate import PlayedDay
from kiosk.hall.world import DrawnDay
from kiosk.hall.world_file import decode
from kiosk.usage import Usage

from .common import Commands


def register(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "simulate",
        help="play drawn days against the real engine",
        description="Plays drawn days (kiosk-day/1) as consecutive days of one hall and writes "
        "tickets.csv and summary.json: the same input gives the same bytes. How long it took "
        "goes to timing.json.",
    )
    parser.add_argument("days", nargs="+", type=Path, metavar="DAY.json")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write")
    parser.add_argument("--routing", choices=get_args(Routing), default="fair")
    parser.add_argument("--no-estimates", action="store_true", help="routing alone, much faster")
    parser.add_argument(
        "--jobs",
        type=_count,
        default=1,
        metavar="N",
        help="processes for days without estimates, which don't depend on one another",
    )
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no number of processes: 1 or more")
    return int(text)


def run(options: Namespace) -> int:
    """Play and write. Raises Usage for a day that can't be played, or nowhere to write."""
    routing = cast("Routing", options.routing)
    days = [_read(path) for path in options.days]
    out: Path = options.out
    try:
        out.mkdir(parents=True, exist_ok=True)
        return _play_and_write(days, routing, out, options)
    except OSError as error:
        raise Usage(f"{error.filename or out} can't be written: {error.strerror}") from None
    except HallError as error:
        raise Usage(f"these days can't be played as one hall's: {error}") from None


def _play_and_write(days: list[DrawnDay], routing: Routing, out: Path, options: Namespace) -> int:
    started = time.perf_counter()
    played = _play(days, routing, estimates=not options.no_estimates, jobs=options.jobs)
    seconds = time.perf_counter() - started
    lines = simulate_report.table(played)
    (out / "tickets.csv").write_text("".join(f"{line}\n" for line in lines), newline="")
    _write(out / "summary.json", simulate_report.summary(played, routing))
    _write(out / "timing.json", {"days": len(days), "seconds_used": round(seconds, 3)})
    sys.stderr.write(f"kiosk simulate: {len(days)} day(s) in {seconds:.1f} s, see {out}\n")
    return 0


def _read(path: Path) -> DrawnDay:
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise Usage(f"{path} can't be read: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise Usage(f"{path} is no drawn day: {error}") from None


def _play(days: list[DrawnDay], routing: Routing, *, estimates: bool, jobs: int) -> list[PlayedDay]:
    if estimates or jobs <= 1 or len(days) == 1:
        return simulate.play(days, routing, estimates=estimates, progress=_progress)
    play = partial(simulate.play_alone, routing=routing)
    played = []
    with ProcessPoolExecutor(jobs) as pool:
        for day in pool.map(play, enumerate(days)):
            _progress(day)
            played.append(day)
    return played


def _progress(day: PlayedDay) -> None:
    sys.stderr.write(f"kiosk simulate: day {day.day.day} ({day.day.name}) played\n")


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
