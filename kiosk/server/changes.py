"""Devices and media that were changed: by a request here, at another node, or by a command.

What is now in the database and in the folder is compared with what screens say they show, so no
message between nodes can get lost. A change made here is looked for at once, any other at the
next beat.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from kiosk.store.log import StoreError

from .access import Gate
from .device_views import setup_of
from .live import LiveHall
from .media import Library

log = logging.getLogger("kiosk.changes")


class Changes:
    """Takes up what was changed. halls: those that this node serves, by id."""

    def __init__(self, gate: Gate, library: Library, halls: Mapping[str, LiveHall]) -> None:
        self._gate = gate
        self._library = library
        self._halls = halls
        self._one = asyncio.Lock()
        self._devices: dict[str, str | None] | None = None
        self._media: dict[str, object] = {}

    async def look(self) -> None:
        """Tell screens and managers what is new since the last look; never raises."""
        async with self._one:
            try:
                await self._look_at_devices()
                await self._look_at_media()
            except (StoreError, OSError) as error:
                log.warning("can't see what was changed for screens: %s", error)

    async def _look_at_devices(self) -> None:
        """Those that ask to be paired have no setup yet."""
        found = {
            device.id: setup_of(device) if device.approved is not None else None
            for device in await self._gate.devices()
        }
        if found != self._devices:
            self._gate.forget()
            for live in self._halls.values():
                live.staff.tell(["manager"], b'{"type":"status","devices":true}')
        self._devices = found
        for live in self._halls.values():
            live.announcements.tell_outdated(found)

    async def _look_at_media(self) -> None:
        found = await asyncio.to_thread(self._library.revisions, list(self._halls))
        for hall, revision in found.items():
            live = self._halls.get(hall)
            if live is not None and revision != self._media.get(hall, revision):
                live.announcements.tell_screens({"type": "media"})
        self._media = found
