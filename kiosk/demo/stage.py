"""What the robots of one hall share."""

from __future__ import annotations

from random import Random

from msgspec import Struct

from kiosk import texts
from kiosk.hall.config import HallConfig
from kiosk.robots.api import Api
from kiosk.robots.clock import HallTime
from kiosk.robots.mirror import Mirror

from .guests import Guest


class Stage(Struct):
    """The hall as robots see it. guests: by the id of their ticket."""

    config: HallConfig
    time: HallTime
    mirror: Mirror
    door: Api
    desk: Api
    rng: Random
    guests: dict[str, Guest]
    tokens: dict[str, str]

    def say(self, key: str) -> str:
        """A sentence of the robots in the hall's first language."""
        return texts.text(self.config.languages[0], f"demo.{key}")
