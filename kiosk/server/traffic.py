"""How many requests are being answered: work in the background waits for a lull.

What the server does for nobody in particular (snapshots and estimates of the forecast) is done on
the same thread as requests, in steps. A step that begins while somebody waits for an answer makes
that answer later, so it begins when nobody does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Lull = Callable[[], Awaitable[None]]

PAUSE_S = 0.005
"""Between two steps: longer than most requests take, so that one request meets one step."""

PATIENCE_S = 0.05
"""A server that is never without a request gets its work done nevertheless, a step at a time."""


class Traffic:
    """The requests of one server that have no answer yet."""

    def __init__(self) -> None:
        self.inside = 0
        self._waiting: list[asyncio.Future[None]] = []

    def came(self) -> None:
        """A request begins."""
        self.inside += 1

    def left(self) -> None:
        """It has its answer."""
        self.inside -= 1
        if self._waiting and not self.inside:
            for waiter in self._waiting:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiting.clear()

    async def lull(self) -> None:
        """Let others have the loop, and return when no request is inside; after a while anyhow."""
        await asyncio.sleep(PAUSE_S)
        if self.inside:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await asyncio.wait((waiter,), timeout=PATIENCE_S)
