"""One side of the fan-out bench: a server that shows a call when it is told to on stdin.

`fanout_server.py hub` is the product's hub behind uvicorn; `fanout_server.py floor` is a plain
websockets server with `broadcast`. Answers are JSON lines on stdout.
"""

import asyncio
import gc
import json
import resource
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from display.backlog import PublicEvent
from display.hub import Hub
from display.live import attend
from display.sink import BUFFER_BYTES, LiveProtocol

CALL = json.dumps(
    {
        "type": "ticket_called",
        "number": "B012",
        "window": "3",
        "zone": "1F",
        "services": [{"id": "household-register", "state": "called"}],
        "at": "2026-11-22T09:00:00+08:00",
        "reason": "longest wait in the group; 14 minutes, target 15",
        "calls": 1,
        "id": "01J0000000000000000000000",
        "priority": None,
        "mark": "fire",
    }
).encode()
BULK = json.dumps({"type": "notice", "text": "x" * (BUFFER_BYTES // 2)}).encode()


def rss_kb() -> float:
    """Resident memory of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024


def stat(**more: int) -> dict[str, float]:
    """What the bench asks for between rounds."""
    return {"rss_kb": rss_kb(), **more}


def fire(send: Callable[[], None]) -> dict[str, float]:
    """Times one call: when it began on the system's clock, and what it cost here."""
    at, cpu = time.monotonic_ns(), time.process_time()
    send()
    return {"at": at, "cpu": cpu}


async def answer(commands: dict[str, Callable[[], dict[str, float]]], port: int) -> None:
    """Runs the commands that come on stdin, each when the loop is otherwise idle."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(json.dumps({"port": port}), flush=True)
    while line := (await reader.readline()).decode().strip():
        result = commands[line]()
        print(json.dumps(result), flush=True)


async def hub_side() -> None:
    """The product's way."""
    hub = Hub(0, lambda topics: b'"board":{}', time.monotonic)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        topics = frozenset(scope["query_string"].decode().split("&"))
        await attend(scope, receive, send, hub, topics)

    def publish(topic: str, data: bytes) -> None:
        hub.publish([PublicEvent(hub.seq + 1, frozenset({topic}), data)])

    config = uvicorn.Config(
        app, ws=LiveProtocol, ws_per_message_deflate=False, lifespan="off", log_level="critical"
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0), backlog=8192)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    commands = {
        "fire": lambda: fire(lambda: publish("board", CALL)),
        "bulk": lambda: fire(lambda: publish("bulk", BULK)),
        "stat": lambda: stat(connections=hub.subscribers(), skipped=hub.skipped),
        "cpu": lambda: {"cpu": time.process_time()},
    }
    await answer(commands, listener.getsockname()[1])
    server.should_exit = True
    await serving


async def floor_side() -> None:
    """`websockets.broadcast` of the same frame in a plain server."""
    connections: set[ServerConnection] = set()
    seq = 0

    async def handler(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.send('{"type":"snapshot","seq":0,"board":{}}')
        await connection.wait_closed()
        connections.discard(connection)

    def publish() -> None:
        nonlocal seq
        seq += 1
        broadcast(connections, (b'{"type":"event","seq":%d,"event":%b}' % (seq, CALL)).decode())

    listener = socket.create_server(("127.0.0.1", 0), backlog=8192)
    async with serve(handler, sock=listener, compression=None):
        commands = {
            "fire": lambda: fire(publish),
            "stat": lambda: stat(connections=len(connections)),
            "cpu": lambda: {"cpu": time.process_time()},
        }
        await answer(commands, listener.getsockname()[1])


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    uvloop.run({"hub": hub_side, "floor": floor_side}[sys.argv[1]]())
