"""The printer commands: `kiosk printer virtual`."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import Protocol

from printer.profiles import profile, profiles
from printer.virtual import Faults, VirtualPrinter


class Subcommands(Protocol):
    """What `ArgumentParser.add_subparsers` returns."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser:
        """Add a command."""


def register(commands: Subcommands) -> None:
    """Add the printer commands; each sets `run`, which takes the arguments and returns a code."""
    printer = commands.add_parser("printer", help="printers: virtual, test, find")
    actions = printer.add_subparsers(required=True, metavar="ACTION")
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
    virtual.add_argument(
        "--profile", default="generic-80mm", choices=sorted(profiles()), help="width and density"
    )
    virtual.set_defaults(run=run_virtual)


def run_virtual(arguments: argparse.Namespace) -> int:
    """Run a virtual printer until interrupted; returns 2 for bad usage."""
    try:
        faults = Faults.parse(arguments.fault)
    except ValueError as error:
        sys.stderr.write(f"kiosk printer virtual: {error}\n")
        return 2
    printer = VirtualPrinter(
        host=arguments.host,
        port=arguments.port,
        out=arguments.out,
        faults=faults,
        bed=profile(arguments.profile).bed,
    )
    try:
        asyncio.run(_serve(printer))
    except OSError as error:
        sys.stderr.write(f"kiosk printer virtual: {error}\n")
        return 1
    return 0


async def _serve(printer: VirtualPrinter) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with printer:
        sys.stdout.write(f"kiosk: virtual printer on {printer.url}\n")
        sys.stdout.flush()
        printer.on_ticket = lambda ticket: _say(f"ticket {ticket.number:04d}")
        await ended.wait()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
