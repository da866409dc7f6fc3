"""The command `kiosk`: every job of an installation, one subcommand each.

Exit codes: 0 done; 1 the job found something wrong; 2 bad usage, with one line that says what
to do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from kiosk import __version__
from kiosk.usage import Usage


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        """One line, not a page of usage."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


Run = Callable[[argparse.Namespace], int]


def build_parser() -> argparse.ArgumentParser:
    """The parser with all subcommands; each sets `run`."""
    from kiosk import commands

    parser = _Parser(prog="kiosk", description="Queues and appointments for service halls.")
    parser.add_argument("--version", action="version", version=f"kiosk {__version__}")
    subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=_Parser
    )
    commands.register(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code."""
    arguments = build_parser().parse_args(argv)
    run: Run = arguments.run
    try:
        return run(arguments)
    except Usage as problem:
        print(f"kiosk: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
