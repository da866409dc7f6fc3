"""The printer commands: `kiosk printer virtual|test|find|explain` and `kiosk agent`.

What each of them does is imported when it runs: drawing and drivers are no part of the start of
the other commands.
"""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

_URLS = "tcp://host:port, usb://vendor:product, serial:///dev/ttyUSB0, file:///path, cups://queue"


class Subcommands(Protocol):
    """What `ArgumentParser.add_subparsers` returns."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser:
        """Add a command."""


def register(commands: Subcommands) -> None:
    """Add the printer commands; each sets `run`, which takes the arguments and returns a code."""
    printer = commands.add_parser("printer", help="printers: virtual, test, find, explain")
    actions = printer.add_subparsers(required=True, metavar="ACTION")
    _add_virtual(actions)
    _add_test(actions)
    _add_find(actions)
    explain = actions.add_parser("explain", help="list the ESC/POS commands of a .bin file")
    explain.add_argument("file", type=Path, help="for instance NNNN.bin of the virtual printer")
    explain.set_defaults(run=_later("explain"))
    _add_agent(commands)


def _add_virtual(actions: Subcommands) -> None:
    virtual = actions.add_parser("virtual", help="a TCP printer that speaks ESC/POS")
    virtual.add_argument("--host", default="127.0.0.1", help="address to listen on")
    virtual.add_argument("--port", type=int, default=9100, help="port, 0 for a free one")
    virtual.add_argument("--out", type=Path, help="folder for NNNN.png and NNNN.bin of each ticket")
    virtual.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME",
        help="mute, paper-out, near-end, cover-open, cutter, slow, drop-after=N; may be repeated",
    )
    virtual.add_argument("--profile", default="generic-80mm", help="for its width and density")
    virtual.add_argument(
        "--page", type=int, metavar="PORT", help="serve a page that shows the paper, 0: free port"
    )
    virtual.set_defaults(run=_later("virtual"))


def _add_test(actions: Subcommands) -> None:
    test = actions.add_parser("test", help="print a calibration page and propose a profile")
    test.add_argument("url", metavar="URL", help=_URLS)
    test.add_argument("--language", choices=("zh", "en"), default="zh", help="of the page")
    test.set_defaults(run=_later("test"))


def _add_find(actions: Subcommands) -> None:
    find = actions.add_parser("find", help="list USB printers and network printers")
    find.add_argument(
        "addresses", nargs="*", metavar="ADDRESS", help="host or network (192.168.1.0/24) to scan"
    )
    find.add_argument("--port", type=int, default=9100, help="port to look for")
    find.set_defaults(run=_later("find"))


def _add_agent(commands: Subcommands) -> None:
    agent = commands.add_parser("agent", help="print for a server, on a kiosk PC")
    agent.add_argument("--server", required=True, metavar="URL", help="http(s)://host:port")
    agent.add_argument("--key", required=True, help="API key with the role agent")
    agent.add_argument("--printer", metavar="URL", help=_URLS)
    agent.add_argument("--hall", help="the hall's id; found out if the server has only one")
    agent.add_argument("--name", help="NAME of agent://NAME in the hall file (this host's name)")
    agent.add_argument("--profile", default="generic-80mm", help="the printer's profile")
    agent.add_argument("--spool", type=Path, help="folder for jobs (~/.local/state/kiosk-agent)")
    agent.add_argument("--ca", type=Path, help="certificate authority of the hall")
    agent.set_defaults(run=_later("agent"), beside=None)


def _later(name: str) -> Callable[[argparse.Namespace], int]:
    """Return what runs a command of `printer.commands`, imported then."""

    def run(arguments: argparse.Namespace) -> int:
        command = getattr(importlib.import_module("printer.commands"), name)
        code: int = command(arguments)
        return code

    return run
