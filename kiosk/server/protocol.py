"""uvicorn's HTTP connection, with a response's head and the beginning of its body in one write.

uvicorn writes the head by itself, and each write is a call of the system, a packet, and often a
reader that is woken for a head without a body.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "
_INTERIM = b"HTTP/1.1 1"


class HttpProtocol(HttpToolsProtocol):
    """Parsing, limits, time limits and the order of requests stay uvicorn's."""

    transport: Any

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Writes go through a transport that joins them."""
        super().connection_made(transport)
        self.transport = JoiningTransport(transport)

    def on_response_complete(self) -> None:
        """Nothing is held back beyond a response: one to HEAD has no body."""
        self.transport.flush()
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """Frames are written straight to the connection."""
        self.transport = self.transport.whole
        super().handle_websocket_upgrade()


class JoiningTransport:
    """A transport that holds a response's head back until more is written, or it is flushed."""

    __slots__ = ("_head", "_write", "is_closing", "whole")

    def __init__(self, whole: asyncio.Transport) -> None:
        self.whole = whole
        self._write = whole.write
        self.is_closing = whole.is_closing
        self._head = b""

    def write(self, data: bytes) -> None:
        """Write, or keep a head for what comes next."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(_HEAD) and not data.startswith(_INTERIM):
            self._head = data
            return
        self._write(data)

    def flush(self) -> None:
        """Write what is held back."""
        if self._head:
            head, self._head = self._head, b""
            self._write(head)

    def close(self) -> None:
        """Write what is held back, then close."""
        self.flush()
        self.whole.close()

    def __getattr__(self, name: str) -> Any:
        """All else is the connection's own."""
        return getattr(self.whole, name)
