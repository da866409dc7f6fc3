"""Prepared frames, straight to the transport: uvicorn's websocket protocol with one more door.

ASGI's `websocket.send` frames and queues every message again for every client. A server whose
`ws` is `LiveProtocol` offers the connection itself in the scope, under `kiosk.sink`, so that a
frame prepared once is written to a thousand transports. Handshake, pings, closing and parsing
stay uvicorn's.
"""

import asyncio
from collections.abc import Callable, MutableMapping
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.http11 import Request

EXTENSION = "kiosk.sink"

# What may wait in a connection's write buffer; above it the subscriber is skipped.
BUFFER_BYTES = 64 * 1024
# A connection that stays full for so long is closed: its reader is not coming back.
STALL_S = 30.0
# What a peer that reads nothing gets to take the close frame, before the connection is cut.
LINGER_S = 2.0


class SinkMissingError(RuntimeError):
    """The server that runs this app does not offer `kiosk.sink`."""


class TransportSink:
    """The writing end of one live connection (the hub's `Sink`)."""

    __slots__ = ("_close", "drained", "full", "write")

    def __init__(self, write: Callable[[bytes], None], close: Callable[[int, str], None]) -> None:
        self.write = write
        self.full = False
        self.drained: Callable[[], None] | None = None
        self._close = close

    def close(self, code: int, reason: str) -> None:
        """Ends the connection with a close frame; the ASGI app then receives the disconnect."""
        self._close(code, reason)


def sink_of(scope: MutableMapping[str, Any]) -> TransportSink:
    """The sink of an ASGI websocket scope; SinkMissingError under another server."""
    sink = scope.get("extensions", {}).get(EXTENSION)
    if sink is None:
        raise SinkMissingError("live connections need uvicorn with ws=display.sink.LiveProtocol")
    return cast("TransportSink", sink)


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket connection, with the sink in its scope and no way to stall the server."""

    sink: TransportSink | None = None
    stall_timer: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        """Answers the handshake as uvicorn does, and offers the sink to the app."""
        super().handle_connect(event)
        if self.response.status_code != 101:
            return
        self.transport.set_write_buffer_limits(high=BUFFER_BYTES)
        self.sink = TransportSink(self.transport.write, self.close_now)
        cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self.sink

    def pause_writing(self) -> None:
        """The write buffer is over its limit: frames are withheld until it has drained."""
        super().pause_writing()
        if self.sink is not None and not self.sink.full:
            self.sink.full = True
            self.stall_timer = self.loop.call_later(STALL_S, self.stalled)

    def resume_writing(self) -> None:
        """The write buffer has drained: the subscriber may catch up."""
        super().resume_writing()
        self._stop_stall_timer()
        if self.sink is not None and not self.close_sent:
            self.sink.full = False
            if self.sink.drained is not None:
                self.sink.drained()

    def stalled(self) -> None:
        """Nothing was read for too long."""
        self.close_now(CloseCode.TRY_AGAIN_LATER, "too slow")

    def close_now(self, code: int, reason: str) -> None:
        """Sends a close frame, tells the app, and cuts a peer that does not answer it."""
        self._stop_stall_timer()
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        if self.sink is not None:
            self.sink.full = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()  # for the peer's own close frame
        self.close_timer = self.loop.call_later(LINGER_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """No pong came: uvicorn's close would wait for ever for a buffer that nobody reads."""
        super().keepalive_timeout()
        self._cut_if_unread()

    def shutdown(self) -> None:
        """The server ends; a peer that reads nothing must not hold it."""
        super().shutdown()
        self._cut_if_unread()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone: nothing is written to it any more."""
        self._stop_stall_timer()
        if self.sink is not None:
            self.sink.full = True
            self.sink.drained = None
        super().connection_lost(exc)

    def _cut_if_unread(self) -> None:
        if self.sink is not None:
            self.sink.full = True
        if self.transport.get_write_buffer_size():
            self.loop.call_later(LINGER_S, self.transport.abort)

    def _stop_stall_timer(self) -> None:
        if self.stall_timer is not None:
            self.stall_timer.cancel()
            self.stall_timer = None
