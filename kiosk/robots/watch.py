"""Listening to a hall: every event once and in order, over any number of lost connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from .api import GIVE_UP_S, Unreachable, pause_s

Frame = dict[str, Any]


class Watch:
    """A subscriber of the live messages. `seq` is the last that it saw."""

    def __init__(self, address: str, key: str, topics: str, hall: str = "main") -> None:
        ws = address.replace("http", "ws", 1)
        self._url = f"{ws}/ws/v1/halls/{hall}?topics={topics}"
        self._headers = {"Authorization": f"Bearer {key}"}
        self.seq: int | None = None
        self.connections = 0

    async def run(self, seen: Callable[[Frame], None]) -> None:
        """Hand every snapshot and event to `seen`, for ever.

        Raises InvalidStatus when the server refuses, Unreachable when for GIVE_UP_S seconds no
        connection brought anything.
        """
        loop = asyncio.get_running_loop()
        heard = loop.time()
        attempt = 0
        while True:
            after = "" if self.seq is None else f"&after={self.seq}"
            try:
                async with connect(
                    self._url + after,
                    additional_headers=self._headers,
                    proxy=None,
                    compression=None,
                    max_size=None,
                ) as socket:
                    self.connections += 1
                    attempt = 0
                    async for text in socket:
                        heard = loop.time()
                        if not self._take(msgspec.json.decode(text), seen):
                            break
            except InvalidStatus as refusal:
                if refusal.response.status_code < 500:
                    raise
            except (OSError, ConnectionClosed, InvalidHandshake) as error:
                if loop.time() - heard > GIVE_UP_S:
                    raise Unreachable(f"{self._url}: {error}") from error
            await asyncio.sleep(pause_s(attempt))
            attempt += 1

    def _take(self, frame: Frame, seen: Callable[[Frame], None]) -> bool:
        """Whether the frame follows on what was seen; one that was seen before is left out."""
        seq = frame.get("seq")
        if seq is None:
            seen(frame)
            return True
        if frame["type"] == "event":
            if self.seq is not None and seq <= self.seq:
                return True
            if frame.get("prev", seq - 1) != self.seq:
                return False
        self.seq = seq
        seen(frame)
        return True
