"""Group commit: what waits while one transaction is written goes into the next, all together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from .commit import Waiting
from .log import Unavailable, Uncertain

WriteGroup = Callable[[list[Waiting]], Awaitable[list[Exception | None]]]
"""Writes batches in one transaction: for each None, or what left it out. Raises when none is."""


class GroupCommit:
    """Collects batches and writes them in groups, one group at a time."""

    def __init__(self, write: WriteGroup) -> None:
        self._write = write
        self._waiting: list[tuple[Waiting, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, waiting: Waiting) -> None:
        """Return when the batch is durable; raises what left it out."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((waiting, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await done

    async def finish(self) -> None:
        """Return when nothing waits any more."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            outcomes = await self._together([waiting for waiting, _ in group])
            for (_, done), outcome in zip(group, outcomes, strict=True):
                # Somebody who gave up has cancelled the future.
                if done.done():
                    continue
                if outcome is None:
                    done.set_result(None)
                else:
                    done.set_exception(outcome)
        self._task = None

    async def _together(self, group: list[Waiting]) -> list[Exception | None]:
        try:
            return await self._write(group)
        except (Unavailable, Uncertain) as error:
            return [error] * len(group)
        except Exception as error:  # noqa: BLE001 - a batch that lost a race, makes no sense or
            # meets a damaged page fails alone, and those who wait must hear of it.
            if len(group) == 1:
                return [error]
        return [(await self._together([waiting]))[0] for waiting in group]
