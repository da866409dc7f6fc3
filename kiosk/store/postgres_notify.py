"""Waking the other nodes after a commit, and being woken, by LISTEN and NOTIFY."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import asyncpg

from .postgres_errors import OURS

logger = logging.getLogger(__name__)

CHANNEL = "kiosk_log"
AGAIN_S = 1.0
"""Between two attempts to connect."""

CLOSE_S = 2.0
"""How long the end is waited for."""


class Notifier:
    """One connection that sends and receives wake-ups; connects by itself and again when lost.

    A lost wake-up delays a node until it looks by itself. After each new connection `wake` is
    called, since some may have been missed.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._wake: Callable[[], None] | None = None
        self._due = asyncio.Event()
        self._send = False
        self._connected = True
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Wake the other nodes soon; several calls before that count as one."""
        self._send = True
        self._due.set()
        self._start()

    def listen(self, wake: Callable[[], None]) -> None:
        """From now on call `wake` when another node has notified."""
        self._wake = wake
        self._start()

    async def close(self) -> None:
        """Stop. A wake-up that is not sent yet is sent, if that is possible."""
        task, self._task, self._closed = self._task, None, True
        if task is None:
            return
        # Asked to end, not cancelled: asyncpg may take a cancellation for its own timeout's.
        self._due.set()
        done, _ = await asyncio.wait([task], timeout=CLOSE_S)
        if not done:
            task.cancel()
            await asyncio.wait([task], timeout=CLOSE_S)

    def _start(self) -> None:
        if self._task is None and not self._closed:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while not self._closed:
            try:
                await self._serve()
            except OURS as error:
                # Once is enough, however long the database is away.
                level = logging.WARNING if self._connected else logging.DEBUG
                logger.log(level, "no wake-ups between nodes for now: %s", error)
            self._connected = False
            if not self._closed:
                await asyncio.sleep(AGAIN_S)

    async def _serve(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=AGAIN_S * 10, command_timeout=10)
        own = connection.get_server_pid()
        lost = asyncio.Event()

        def heard(_connection: object, pid: int, _channel: str, _payload: object) -> None:
            if pid != own and self._wake is not None:
                self._wake()

        def gone(_connection: object) -> None:
            lost.set()
            self._due.set()

        connection.add_termination_listener(gone)
        try:
            await connection.add_listener(CHANNEL, heard)
            self._connected = True
            if self._wake is not None:
                self._wake()
            while not lost.is_set():
                if self._send:
                    self._send = False
                    await connection.execute(f"NOTIFY {CHANNEL}")
                elif self._closed:
                    break
                else:
                    await self._due.wait()
                    self._due.clear()
        finally:
            connection.terminate()
