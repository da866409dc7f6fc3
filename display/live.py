"""One live connection as an ASGI app sees it: accept, subscribe, and wait for the end."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from display.hub import Hub
from display.sink import sink_of

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# The live connection speaks one way. A client that talks is broken or hostile; some keep-alive
# scripts send a word now and then, so a few are let pass.
MESSAGES_ALLOWED = 64
POLICY_VIOLATION = 1008


async def attend(
    scope: MutableMapping[str, Any],
    receive: Receive,
    send: Send,
    hub: Hub,
    topics: frozenset[str],
    after: int | None = None,
    *,
    beats: bool = False,
    who: object = None,
) -> None:
    """Serves an authorised websocket until it ends. SinkMissingError under another server.

    Expects `websocket.connect` not yet received. Client messages are ignored; after
    `MESSAGES_ALLOWED` of them the connection is closed with 1008.
    """
    sink = sink_of(scope)
    await receive()
    await send({"type": "websocket.accept"})
    subscriber = hub.subscribe(sink, topics, after, beats=beats, who=who)
    try:
        for _ in range(MESSAGES_ALLOWED):
            if (await receive())["type"] == "websocket.disconnect":
                return
        sink.close(POLICY_VIOLATION, "this connection only listens")
    finally:
        hub.unsubscribe(subscriber)
