"""`kiosk voice` and `kiosk panel`: recordings for loudspeakers, LED panels over windows."""

from __future__ import annotations

from display import recordings
from display.panels import cli as panels
from kiosk import texts
from kiosk.panel_font import panel_font

from .common import Commands


def register(commands: Commands) -> None:
    """Add the subcommands."""
    recordings.register(commands, texts.area("voice"))
    panels.register(commands, panel_font)
