"""`kiosk voice` and `kiosk panel`: recordings for loudspeakers, LED panels over windows."""

from __future__ import annotations

from display import recordings
from display.panels import cli as panels
from display.panels.picture import Font
from kiosk import texts

from .common import Commands

PANEL_CHARACTER = 16
"""Height of a panel's characters in lamps."""


def register(commands: Commands) -> None:
    """Add the subcommands."""
    recordings.register(commands, texts.area("voice"))
    panels.register(commands, panel_font)


def panel_font() -> Font:
    """The face in which a panel's picture is drawn."""
    from printer import fonts

    return fonts.sized(fonts.faces(bold=False)[0], PANEL_CHARACTER)
