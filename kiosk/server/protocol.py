"""uvicorn's HTTP connection with two more doors: a whole request, and a whole response.

ASGI hands a request's body over in messages, which take turns of the loop, although a small one
has come with its head. And it sends a response's head and body apart, and uvicorn writes each by
itself: two calls of the system, two packets, often a reader woken for a head without a body. A
server whose `http` is `HttpProtocol` offers itself in the scope, under `kiosk.whole`. Parsing,
limits, time limits and the order of requests stay uvicorn's.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

EXTENSION = "kiosk.whole"

Headers = Iterable[tuple[bytes, bytes]]


class HttpProtocol(HttpToolsProtocol):
    """A connection that hands over whole requests and takes whole responses."""

    _always: tuple[Headers, bytes] = ((), b"")

    def on_message_begin(self) -> None:
        """Every request's scope offers the doors."""
        super().on_message_begin()
        self.scope["extensions"] = {EXTENSION: self}  # type: ignore[dict-item]

    def body(self, scope: MutableMapping[str, Any]) -> bytes | None:
        """All of a request's body, if it is there; else it comes as in ASGI."""
        cycle = self.cycle
        if cycle.scope is not scope or cycle.more_body or cycle.disconnected:
            return None
        return bytes(cycle.body)

    def respond(
        self, scope: MutableMapping[str, Any], status: int, headers: Headers, body: bytes
    ) -> bool:
        """Write a response and be done with its request; False: send it as ASGI does.

        headers: what `http.response.start` takes, the body's length among them.
        """
        cycle = self.cycle
        if (
            cycle.scope is not scope  # another request came behind it
            or cycle.response_started
            or cycle.disconnected
            or not cycle.keep_alive
            or self.flow.write_paused
            or scope["method"] == "HEAD"
        ):
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        lines = [b"%b: %b\r\n" % header for header in headers]
        head = (STATUS_LINE[status], self._first_lines(), *lines, b"\r\n", body)
        self.transport.write(b"".join(head))
        cycle.message_event.set()
        cycle.on_response()
        return True

    def _first_lines(self) -> bytes:
        """The headers of every response, such as the date, which changes once a second."""
        headers = self.server_state.default_headers
        if self._always[0] is not headers:
            self._always = (headers, b"".join([b"%b: %b\r\n" % header for header in headers]))
        return self._always[1]
