"""What-if for managers: past days played with something different, in a process of its own.

A played week is seconds of work, so it is done off the request path by `what_if_worker`, which
reads the log itself. One at a time for each hall: who asks the same question meanwhile (a page
that lost its connection) gets the same answer, any other question has to come again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from functools import partial

import msgspec
from msgspec import Struct

from kiosk.hall.replay import Changes

from .problems import HttpProblem
from .runtime import Reply

log = logging.getLogger("kiosk.what_if")

MOST_DAYS = 7
LONGEST_S = 300.0
"""A play that takes longer is given up: on a machine so busy it should not go on either."""

AGAIN_S = 5


class Question(Struct, frozen=True):
    """What is to be played. language: of the answer, should it be a problem."""

    db: str
    hall: str
    days: tuple[str, ...]
    changes: Changes
    language: str


class WhatIf:
    """The plays of a server. db: address of the database that holds the log."""

    def __init__(self, db: str) -> None:
        self._db = db
        self._running: dict[str, tuple[Question, asyncio.Task[Reply]]] = {}

    async def ask(self, hall: str, days: tuple[str, ...], changes: Changes, language: str) -> Reply:
        """Play. Raises HttpProblem 503 while another what-if of the hall is played."""
        question = Question(self._db, hall, days, changes, language)
        running = self._running.get(hall)
        if running is None:
            task = asyncio.create_task(_play(question), name=f"what-if {hall}")
            self._running[hall] = question, task
            task.add_done_callback(partial(self._ended, hall))
        elif running[0] == question:
            task = running[1]
        else:
            raise HttpProblem(503, "what_if_busy", retry_after=AGAIN_S)
        # Whoever else asked the same goes on waiting when one of them is gone.
        return await asyncio.shield(task)

    def _ended(self, hall: str, task: asyncio.Task[Reply]) -> None:
        del self._running[hall]
        if not task.cancelled():
            task.exception()  # It is told to whoever asked; if all are gone, it is nobody's.

    async def close(self) -> None:
        """End what is still played."""
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _play(question: Question) -> Reply:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk.server.what_if_worker"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LONGEST_S):
            said, _ = await process.communicate(msgspec.msgpack.encode(question))
    except TimeoutError:
        raise HttpProblem(503, "what_if_too_long", retry_after=AGAIN_S) from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        log.error("hall %s: the worker ended with %s", question.hall, process.returncode)
        raise HttpProblem(503, "what_if_failed", retry_after=AGAIN_S)
    return msgspec.msgpack.decode(said, type=Reply)
