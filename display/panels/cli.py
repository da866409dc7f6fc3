"""The panel commands: `kiosk panel virtual` and `kiosk panel show`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from display.commands import Subcommands
from display.panels.content import frame_for
from display.panels.line import Timing, deliver
from display.panels.link import Link, LinkError, link_to
from display.panels.picture import Font
from display.panels.protocol import Protocol as PanelProtocol
from display.panels.protocol import ProtocolError, named
from display.panels.virtual import Fault, VirtualPanels, listen


def register(commands: Subcommands, font: Callable[[], Font]) -> None:
    """Add the panel commands; each sets `run`, which takes the arguments and returns a code."""
    panel = commands.add_parser("panel", help="LED panels over windows: virtual, show")
    actions = panel.add_subparsers(required=True, metavar="ACTION")
    virtual = actions.add_parser("virtual", help="panels behind a TCP gateway, shown as PNG files")
    virtual.add_argument("--host", default="127.0.0.1", help="address to listen on")
    virtual.add_argument("--port", type=int, default=5000, help="port, 0 for a free one")
    virtual.add_argument("--protocol", default="rs485-64x16", help="how the panels speak")
    virtual.add_argument("--addresses", type=int, default=24, help="panels from address 1 on")
    virtual.add_argument("--out", type=Path, required=True, help="folder for panel-NNN.png")
    virtual.add_argument("--fault", choices=get_args(Fault), help="misbehave as real ones do")
    virtual.set_defaults(run=lambda arguments: _run_virtual(arguments, font()))
    show = actions.add_parser("show", help="show a text on one panel, to try the wiring")
    show.add_argument("url", help="tcp://HOST:PORT or serial:///dev/ttyUSB0?baud=9600")
    show.add_argument("address", type=int, help="the panel's address")
    show.add_argument("text", help="what it should show")
    show.add_argument("--protocol", default="rs485-64x16", help="how the panel speaks")
    show.set_defaults(run=lambda arguments: _run_show(arguments, font()))


def _run_virtual(arguments: argparse.Namespace, font: Font) -> int:
    try:
        protocol = named(arguments.protocol)
        panels = VirtualPanels(
            protocol,
            range(1, arguments.addresses + 1),
            font,
            out=arguments.out,
            fault=arguments.fault,
        )
        asyncio.run(_serve(panels, arguments.host, arguments.port))
    except ProtocolError as error:
        sys.stderr.write(f"kiosk panel virtual: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"kiosk panel virtual: {error}\n")
        return 1
    return 0


async def _serve(panels: VirtualPanels, host: str, port: int) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    server = await listen(panels, host, port)
    where, taken = server.sockets[0].getsockname()[:2]
    sys.stdout.write(f"kiosk: virtual panels on tcp://{where}:{taken}\n")
    sys.stdout.flush()
    await ended.wait()
    server.close()


def _run_show(arguments: argparse.Namespace, font: Font) -> int:
    try:
        protocol = named(arguments.protocol)
        link = link_to(arguments.url)
        frame = frame_for(arguments.text, arguments.address, protocol, font, flash=False)
    except ValueError as error:
        sys.stderr.write(f"kiosk panel show: {error}\n")
        return 2
    try:
        answered = asyncio.run(_show(link, protocol, arguments.address, frame))
    except LinkError as error:
        sys.stderr.write(f"kiosk panel show: {error}\n")
        return 1
    sys.stdout.write("shown\n" if answered else "the panel does not answer\n")
    return 0 if answered else 1


async def _show(link: Link, protocol: PanelProtocol, address: int, frame: bytes) -> bool:
    await link.open()
    try:
        return await deliver(link, protocol, address, frame, Timing(), Timing().attempts)
    finally:
        await link.close()
