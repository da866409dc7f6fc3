"""`kiosk printer` and `kiosk agent`: paper, and with `--panels` LED panels beside the printer."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import texts
from kiosk.panel_font import panel_font
from kiosk.usage import Usage
from printer import cli

from .common import Commands

if TYPE_CHECKING:
    from printer.agent.program import Server


def register(commands: Commands) -> None:
    """Add the subcommands."""
    cli.register(commands)
    agent = commands.choices["agent"]
    agent.add_argument(
        "--panels", type=Path, metavar="FILE", help="drive the LED panels of this file, too"
    )
    work = agent.get_default("run")
    agent.set_defaults(run=lambda arguments: _agent(arguments, work))


def _agent(arguments: argparse.Namespace, work: Callable[[argparse.Namespace], int]) -> int:
    if arguments.panels is not None:
        arguments.beside = _panels(arguments.panels)
    return work(arguments)


def _panels(file: Path) -> Callable[[Server], Coroutine[Any, Any, None]]:
    from display.panels.follow import Source, follow
    from display.panels.rig import PanelsFileError, load_rig

    try:
        rig = load_rig(file, texts.area("panel"), panel_font())
    except PanelsFileError as error:
        raise Usage(str(error)) from error
    return lambda server: follow(Source(server.url, server.key, server.hall, server.trust), rig)
