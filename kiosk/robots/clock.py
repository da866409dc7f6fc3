"""The hall's time as seen from outside: it may run fast, and stands while a server is down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class HallTime:
    """A clock that follows the server's. Instants are ms since the epoch.

    now: where it starts; it stands until `run`. rate: hall seconds per real second. monotonic:
    real seconds, as `time.monotonic`.
    """

    def __init__(self, now: int, rate: float, monotonic: Callable[[], float]) -> None:
        self.rate = rate
        self._base = now
        self._since: float | None = None
        self._monotonic = monotonic
        self._turned = asyncio.Event()

    def now(self) -> int:
        """The present instant."""
        if self._since is None:
            return self._base
        return self._base + int((self._monotonic() - self._since) * 1000 * self.rate)

    def run(self, now: int) -> None:
        """Go on from `now`, the server's own word."""
        self._base, self._since = now, self._monotonic()
        self._turn()

    def stand(self) -> int:
        """Stop; returns the instant at which it stopped."""
        self._base, self._since = self.now(), None
        self._turn()
        return self._base

    async def until(self, instant: int) -> None:
        """Return once the clock shows `instant`."""
        while (left := instant - self.now()) > 0:
            real = left / 1000 / self.rate if self._since is not None else None
            try:
                await asyncio.wait_for(self._turned.wait(), real)
            except TimeoutError:
                continue

    async def sleep(self, seconds: float) -> None:
        """Let so many hall seconds pass."""
        await self.until(self.now() + round(seconds * 1000))

    def _turn(self) -> None:
        self._turned.set()
        self._turned = asyncio.Event()


async def first_of(*waits: Coroutine[Any, Any, None]) -> None:
    """Return when one of them has; the others are given up."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
