"""uvicorn as a bench's floor: it says at which port it listens as soon as it does."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn


class Bare(uvicorn.Server):
    """told: is given the port."""

    def __init__(self, config: uvicorn.Config, told: Callable[[int], None]) -> None:
        super().__init__(config)
        self._told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._told(self.servers[0].sockets[0].getsockname()[1])
