"""What the robots of one hall share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from random import Random
from typing import Any

from msgspec import Struct

from kiosk import texts
from kiosk.hall.config import HallConfig
from kiosk.robots.api import Api, Refused
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


async def unless_refused(request: Awaitable[Any]) -> Any:
    """The answer, or None when the hall's rules forbid it by now: somebody else was quicker."""
    try:
        return await request
    except Refused as refusal:
        if refusal.status not in (404, 409):
            raise
        return None


async def first_of(*waits: Coroutine[Any, Any, None]) -> None:
    """Return when one of them has; the others are given up."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
