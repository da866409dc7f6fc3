"""The receiving end of live connections, for the tests of this room."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from websockets.frames import Frame
from websockets.protocol import Protocol, Side

from display.backlog import PublicEvent
from display.hub import Hub
from display.live import attend
from display.sink import LiveProtocol


def event(seq: int, *topics: str, size: int = 0) -> PublicEvent:
    """An event whose data names its seq, padded to about `size` bytes."""
    return PublicEvent(seq, frozenset(topics), json.dumps({"n": seq, "pad": "x" * size}).encode())


def payloads(data: bytes) -> list[bytes]:
    """The payloads of whole frames, read as a websocket client reads them."""
    client = Protocol(Side.CLIENT, max_size=None)
    client.receive_data(data)
    if client.parser_exc is not None:
        raise client.parser_exc
    frames = client.events_received()
    return [bytes(f.data) for f in frames if isinstance(f, Frame)]


class Screen:
    """A receiver that holds the hub to its word and keeps what it was shown."""

    def __init__(self) -> None:
        self.last: int | None = None
        self.shown: list[int] = []
        self.snapshots: list[int] = []

    def take(self, frame: dict[str, Any]) -> None:
        """Checks one frame against the client rule."""
        if frame["type"] == "snapshot":
            assert self.last is None or frame["seq"] >= self.last
            self.snapshots.append(frame["seq"])
        else:
            assert frame["type"] == "event"
            assert frame.get("prev", frame["seq"] - 1) == self.last
            assert frame.get("prev") != frame["seq"] - 1, "prev is only for gaps"
            assert frame["event"]["n"] == frame["seq"]
            self.shown.append(frame["seq"])
        self.last = frame["seq"]


class MemorySink:
    """A connection in memory whose buffer a test may fill."""

    def __init__(self) -> None:
        self.full = False
        self.drained: Callable[[], None] | None = None
        self.sent: list[bytes] = []

    def write(self, frames: bytes) -> None:
        assert not self.full, "written to a full connection"
        self.sent.append(frames)

    def drain(self) -> None:
        """The peer has read everything."""
        self.full = False
        if self.drained is not None:
            self.drained()

    def taken(self) -> list[dict[str, Any]]:
        """All frames since the last look."""
        frames = [json.loads(p) for data in self.sent for p in payloads(data)]
        self.sent.clear()
        return frames


@asynccontextmanager
async def live_server(hub: Hub) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """A real server; a websocket watches the topics of its query, such as `?board&after=3`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "websocket"
        words = dict(w.partition("=")[::2] for w in scope["query_string"].decode().split("&"))
        after = words.pop("after", None)
        beats = words.pop("beats", None) is not None
        number = None if after is None else int(after)
        await attend(scope, receive, send, hub, frozenset(words), number, beats=beats)

    config = uvicorn.Config(
        app, ws=LiveProtocol, ws_per_message_deflate=False, lifespan="off", log_level="critical"
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield server, listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def until(condition: Callable[[], bool], within_s: float = 60.0) -> None:
    """Waits until a condition holds; fails if it does not come about."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)
