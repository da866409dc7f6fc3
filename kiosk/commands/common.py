"""What the subcommands share: the database option, running coroutines, saying what went wrong."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from kiosk.store import Store, StoreError, open_store
from kiosk.store.open import BadAddress
from kiosk.usage import Usage

Commands = Any
"""What `add_subparsers` returns; argparse keeps the type to itself."""


def add_db(parser: argparse.ArgumentParser) -> None:
    """The option `--db`, also from KIOSK_DB."""
    parser.add_argument(
        "--db",
        metavar="URL",
        default=os.environ.get("KIOSK_DB"),
        help="sqlite:///PATH or postgresql://…; also from KIOSK_DB",
    )


def add_day(parser: argparse.ArgumentParser) -> None:
    """The options that name a recorded day: `--hall` and `--day`."""
    parser.add_argument("--hall", required=True, metavar="ID")
    parser.add_argument("--day", required=True, type=_day, metavar="YYYY-MM-DD")


def _day(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()  # noqa: DTZ007 – a date
    except ValueError:
        raise argparse.ArgumentTypeError(f"write a day as 2026-11-23, not {text!r}") from None


async def no_such_day(store: Store, hall: str, day: str) -> Usage:
    """What to say when a hall has nothing on a day: which halls there are, or which days."""
    halls = await store.halls()
    if hall not in halls:
        return Usage(f"there is no hall {hall}; there are: {', '.join(halls) or 'none'}")
    days = await store.reports.days(hall, "0001-01-01", "9999-12-31")
    known = f"it has days from {days[0].day} to {days[-1].day}" if days else "it has none yet"
    return Usage(f"hall {hall} has no events on {day}; {known}")


def db_of(arguments: argparse.Namespace) -> str:
    """The database that is meant. Raises Usage."""
    if not arguments.db:
        raise Usage("say which database: --db sqlite:///hall.db, or set KIOSK_DB")
    return str(arguments.db)


def run(job: Coroutine[Any, Any, int]) -> int:
    """Run a job; a store that refuses is one line and exit code 1."""
    try:
        return asyncio.run(job)
    except BadAddress as error:
        raise Usage(str(error)) from error
    except StoreError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 1


async def opened(arguments: argparse.Namespace) -> Store:
    """The store, not for serving: other processes may have it open too."""
    return await open_store(db_of(arguments))
