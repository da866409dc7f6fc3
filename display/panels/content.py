"""What a panel over a window shows, and the frame that says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from display.panels.picture import Font, draw_text, text_width, to_bits
from display.panels.protocol import Protocol, encode
from kiosk.hall.config import Language

WindowState = Literal["called", "serving", "free", "paused", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The state of one window as its panel shows it. `number` belongs to `called` and `serving`."""

    state: WindowState
    number: str = ""


def panel_text(
    shown: Shown, protocol: Protocol, phrases: Mapping[str, Mapping[str, str]], language: Language
) -> str:
    """The first wording of the catalogue that fits, or the last one, cut by the panel."""
    wordings = phrases[f"panel-{shown.state}"][language].split("|")
    texts = [wording.replace("{number}", shown.number) for wording in wordings]
    fitting = (t for t in texts if text_width(t, protocol.cell) <= protocol.width)
    return next(fitting, texts[-1])


def frame_for(text: str, address: int, protocol: Protocol, font: Font, *, flash: bool) -> bytes:
    """The frame that shows a text: by the panel's own characters where it has them, else drawn.

    A panel that takes no pictures shows ? for a character that it does not have. ProtocolError
    if the address does not fit into the protocol.
    """
    values = {"address": address, "flash": int(flash)}
    try:
        return encode(protocol.text, values, text.encode(protocol.encoding))
    except UnicodeEncodeError:
        if protocol.picture is None:
            return encode(protocol.text, values, text.encode(protocol.encoding, "replace"))
    width, height = protocol.width, protocol.height
    bits = to_bits(draw_text(text, width, height, protocol.cell, font))
    return encode(protocol.picture, {**values, "width": width, "height": height}, bits)
