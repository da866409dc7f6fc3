"""All panels that one machine drives, by window."""

import asyncio
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from display.panels import protocol as protocols
from display.panels.content import Shown, frame_for, panel_text
from display.panels.line import Line, Timing
from display.panels.link import link_to
from display.panels.picture import Font
from display.panels.protocol import Protocol
from kiosk.hall.config import Language


class LineConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wire. `protocol` is a name that comes with the product or the path of a TOML file
    beside the configuration; `panels` maps a window's id to its panel's address.
    """

    url: str
    protocol: str
    panels: dict[str, int]


class RigConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The panels file: `[[lines]]` and the language that panels speak."""

    lines: list[LineConfig]
    language: Language = "zh"


class PanelsFileError(ValueError):
    """The panels file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class PanelState:
    """One panel for whoever watches devices: `answers` is None until it is known."""

    window: str
    address: int
    answers: bool | None
    fault: str | None


class Rig:
    """Shows windows on panels. Windows without a panel are ignored."""

    def __init__(
        self,
        config: RigConfig,
        base: Path,
        phrases: Mapping[str, Mapping[str, str]],
        font: Font,
        timing: Timing | None = None,
    ) -> None:
        self._language = config.language
        self._phrases = phrases
        self._font = font
        self._lines: list[Line] = []
        self._panels: dict[str, tuple[Line, Protocol, int]] = {}
        for wire in config.lines:
            own = base / wire.protocol
            spoken = protocols.load(own) if own.is_file() else protocols.named(wire.protocol)
            line = Line(link_to(wire.url), spoken, wire.panels.values(), timing)
            self._lines.append(line)
            for window, address in wire.panels.items():
                if window in self._panels:
                    raise PanelsFileError(f"window {window} has two panels")
                self._panels[window] = line, spoken, address
                self.show(window, Shown("closed"))

    def show(self, window: str, shown: Shown) -> None:
        """What the panel over a window shows from now on."""
        if window not in self._panels:
            return
        line, spoken, address = self._panels[window]
        text = panel_text(shown, spoken, self._phrases, self._language)
        flash = shown.state == "called"
        line.show(address, frame_for(text, address, spoken, self._font, flash=flash))

    def states(self) -> Iterator[PanelState]:
        """Every panel, as far as it is known."""
        for window, (line, _, address) in self._panels.items():
            yield PanelState(window, address, line.panels[address].answers, line.fault)

    async def run(self) -> None:
        """Drives all wires until cancelled."""
        async with asyncio.TaskGroup() as group:
            for line in self._lines:
                group.create_task(line.run())


def load_rig(
    path: Path, phrases: Mapping[str, Mapping[str, str]], font: Font, timing: Timing | None = None
) -> Rig:
    """The rig of a panels file; PanelsFileError says what is wrong in it."""
    try:
        config = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), RigConfig)
        return Rig(config, path.parent, phrases, font, timing)
    except (OSError, ValueError) as error:  # TOML, validation and protocol errors are ValueErrors
        raise PanelsFileError(f"{path.name}: {error}") from error
