"""Panels that follow a hall: what its live connection says is shown over the windows."""

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from display.panels.content import Shown
from display.panels.rig import Rig
from display.panels.windows import Windows

log = logging.getLogger("kiosk.panels")

SILENCE_S = 5.0
"""The server sends a beat every 2 s: after so much silence the connection is lost."""
PAUSES_S = (0.5, 1.0, 2.0, 5.0)


class Source(NamedTuple):
    """Where panels hear of their hall. trust: certificates, None without TLS."""

    url: str
    key: str
    hall: str
    trust: ssl.SSLContext | None = None

    @property
    def websocket(self) -> str:
        """The address of the hall's board."""
        parts = urlsplit(self.url)
        scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
        path = f"{parts.path.rstrip('/')}/ws/v1/halls/{quote(self.hall, safe='')}"
        return urlunsplit((scheme, parts.netloc, path, "topics=board&beats=1", ""))


async def follow(source: Source, rig: Rig, pauses_s: tuple[float, ...] = PAUSES_S) -> None:
    """Drives the rig until cancelled; comes back by itself after every loss."""
    async with asyncio.TaskGroup() as group:
        group.create_task(rig.run())
        group.create_task(_listen(source, rig, pauses_s))


async def _listen(source: Source, rig: Rig, pauses_s: tuple[float, ...]) -> None:
    windows = Windows()
    attempt = 0
    while True:
        try:
            async with connect(
                source.websocket,
                additional_headers={"Authorization": f"Bearer {source.key}"},
                ssl=source.trust,
                max_size=None,
                proxy=None,
            ) as connection:
                attempt = 0
                await _take(connection, windows, rig)
        except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake) as error:
            log.warning("panels: no connection to %s: %s", source.url, error or "silence")
        _show(rig, windows.lose())
        await asyncio.sleep(pauses_s[min(attempt, len(pauses_s) - 1)])
        attempt += 1


async def _take(connection: ClientConnection, windows: Windows, rig: Rig) -> None:
    """Until the connection ends, or nothing came for too long."""
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(SILENCE_S):
                text = await connection.recv()
            _show(rig, windows.take(json.loads(text)))


def _show(rig: Rig, changed: Mapping[str, Shown]) -> None:
    for window, shown in changed.items():
        rig.show(window, shown)
