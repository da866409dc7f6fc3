"""`kiosk demo`: a hall alive to look at."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from kiosk.usage import Usage

from .common import Commands


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "demo",
        help="a living hall to look at",
        description="A county hall with 24 windows, virtual printers, and robots as visitors and "
        "staff that use the public API. Join them on any page.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0: all")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    parser.add_argument(
        "--speed", type=float, default=10, metavar="N", help="hall seconds per second"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other visitors")
    parser.add_argument(
        "--dir", type=Path, metavar="DIR", help="keep the database and the papers here"
    )
    parser.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    from kiosk.demo.run import Options, demo
    from kiosk.robots.api import Refused, Unreachable
    from kiosk.robots.process import ServerFailed

    if not 0 < arguments.speed <= 600:
        raise Usage("--speed must be above 0 and at most 600")
    if arguments.dir is not None:
        if (arguments.dir / "demo.db").exists():
            raise Usage(f"{arguments.dir} holds a demo already; choose another --dir")
        arguments.dir.mkdir(parents=True, exist_ok=True)
    options = Options(
        host=arguments.host,
        port=arguments.port,
        speed=arguments.speed,
        seed=arguments.seed,
        folder=arguments.dir,
    )
    failed = False
    try:
        asyncio.run(demo(options, _say))
    except* (ServerFailed, Refused, Unreachable, OSError) as failures:
        failed = True
        print(f"kiosk demo: {_first(failures)}", file=sys.stderr)
    return 1 if failed else 0


def _say(line: str) -> None:
    print(line, flush=True)


def _first(failure: BaseException) -> BaseException:
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure
