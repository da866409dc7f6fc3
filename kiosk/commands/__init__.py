"""The subcommands of `kiosk`, one module per job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    access,
    demo,
    devices,
    display,
    install,
    keep,
    log,
    message,
    printers,
    replay,
    serve,
    simulate,
)

if TYPE_CHECKING:
    from .common import Commands


def register(commands: Commands) -> None:
    """Add every subcommand."""
    install.register(commands)
    serve.register(commands)
    access.register(commands)
    demo.register(commands)
    devices.register(commands)
    display.register(commands)
    log.register(commands)
    keep.register(commands)
    message.register(commands)
    printers.register(commands)
    simulate.register(commands)
    replay.register(commands)
