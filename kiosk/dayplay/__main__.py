"""`python -m kiosk.dayplay DAY.csv`: play, report, exit code 0 only when all was as it must be."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kiosk.hall.events import Record
from kiosk.robots.api import Refused, Unreachable
from kiosk.robots.process import ServerFailed
from kiosk.store import open_store

from .day import DayError, Visit, read_day, seconds
from .play import HALL, play
from .verdict import Check, checks, waits


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        visits = _part(read_day(arguments.day), arguments.start, arguments.until)
    except (DayError, OSError) as error:
        _say(f"dayplay: {error}")
        return 2
    if arguments.keep is not None:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_run(visits, arguments.keep, arguments.rate, arguments.kills))
    with tempfile.TemporaryDirectory(prefix="kiosk-day-") as folder:
        return asyncio.run(_run(visits, Path(folder), arguments.rate, arguments.kills))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk.dayplay", description="Plays a recorded day through a running server."
    )
    parser.add_argument("day", type=Path, metavar="DAY.csv")
    parser.add_argument("--rate", type=float, default=100, help="hall seconds per real second")
    parser.add_argument("--kills", type=int, default=3, help="how often the server is killed")
    parser.add_argument("--start", default="00:00", metavar="HH:MM", help="play only from here on")
    parser.add_argument("--until", default="24:00", metavar="HH:MM", help="and only up to here")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep database and log here")
    return parser


def _part(visits: list[Visit], start: str, until: str) -> list[Visit]:
    part = [v for v in visits if seconds(start) <= v.arrival < seconds(until)]
    if not part:
        raise DayError(f"nobody came from {start} to {until}")
    return part


async def _run(visits: list[Visit], folder: Path, rate: float, kills: int) -> int:
    _say(f"{len(visits)} visitors, {rate:g} times as fast as they came")
    played = None
    try:
        played = await play(visits, folder, rate=rate, kills=kills, say=_say)
    except* (ServerFailed, Refused, Unreachable) as failures:
        for line in _told(failures):
            _say(f"dayplay: {line}")
    if played is None:
        return 1
    db = f"sqlite:///{folder / 'day.db'}"
    log = await _log(db)
    found = checks(visits, played, log)
    found.append(await _command("kiosk audit verify", "audit", "verify", "--db", db))
    found.append(await _command("kiosk rebuild --check", "rebuild", "--check", "--db", db))
    _say(f"played in {played.seconds:.0f} s, {len(log)} events, {len(played.kills)} kills\n")
    for check in found:
        _say(f"{'ok  ' if check.good else 'FAIL'}  {check.what}: {check.found}")
    _say("\nwaits here (recorded)")
    for row in waits(visits, played, log):
        _say(row)
    return 0 if all(check.good for check in found) else 1


def _told(failures: BaseExceptionGroup[Exception]) -> list[str]:
    """What the exceptions of a group say, without the groups around them."""
    said = []
    for failure in failures.exceptions:
        said += _told(failure) if isinstance(failure, BaseExceptionGroup) else [str(failure)]
    return said


async def _log(db: str) -> list[Record]:
    store = await open_store(db)
    try:
        return [entry.record async for entry in store.walk(HALL)]
    finally:
        await store.close()


async def _command(what: str, *arguments: str) -> Check:
    """Run a subcommand of `kiosk`; it must end with 0."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return Check(what, process.returncode == 0, output.decode().strip())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
