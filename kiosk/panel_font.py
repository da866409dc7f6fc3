"""The face of LED panels: the tickets' own, so that what prints is also lit."""

from __future__ import annotations

from display.panels.picture import Font

PANEL_CHARACTER = 16
"""Height of a panel's characters in lamps."""


def panel_font() -> Font:
    """The face in which a panel's picture is drawn."""
    from printer import fonts  # noqa: PLC0415 - most commands need no picture

    return fonts.sized(fonts.faces(bold=False)[0], PANEL_CHARACTER)
