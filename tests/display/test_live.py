import asyncio
import json
import socket
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from display import sink as sink_module
from display.hub import Hub
from display.live import MESSAGES_ALLOWED, attend
from display.sink import BUFFER_BYTES, SinkMissingError
from tests.display.support import Screen, event, live_server, until


def hub_at(seq: int = 0) -> Hub:
    return Hub(seq, lambda topics: b'"board":{}', asyncio.get_running_loop().time)


async def frame(client: ClientConnection) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(await client.recv())
    return decoded


async def test_snapshot_events_and_resume_over_a_real_connection() -> None:
    hub = hub_at(3)
    async with live_server(hub) as (_, port):
        async with connect(f"ws://127.0.0.1:{port}/?board") as client:
            assert await frame(client) == {"type": "snapshot", "seq": 3, "board": {}}
            hub.publish([event(4, "board"), event(5, "manager")])
            assert (await frame(client))["event"]["n"] == 4
        await until(lambda: hub.subscribers() == 0)
        hub.publish([event(6, "board")])
        async with connect(f"ws://127.0.0.1:{port}/?board&after=4") as client:
            again = await frame(client)
            assert (again["seq"], again["prev"]) == (6, 4)


async def test_pings_and_beats_pass_beside_prepared_frames() -> None:
    hub = hub_at()
    async with live_server(hub) as (_, port), connect(f"ws://127.0.0.1:{port}/?board&beats") as c:
        await frame(c)
        hub.publish([event(1, "board", size=300)])
        await (await c.ping())
        hub.beat("2026-11-22T09:00:00+08:00")
        assert [(await frame(c))["type"] for _ in range(2)] == ["event", "beat"]


@pytest.mark.parametrize("message", ["hello", b"\x00\xff", "x" * 5000])
async def test_a_client_that_talks_is_ignored_then_closed(message: str | bytes) -> None:
    hub = hub_at()
    async with live_server(hub) as (_, port), connect(f"ws://127.0.0.1:{port}/?board") as client:
        await frame(client)
        await client.send(message)
        hub.publish([event(1, "board")])
        assert (await frame(client))["seq"] == 1
        for _ in range(MESSAGES_ALLOWED - 1):
            await client.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        await until(lambda: hub.subscribers() == 0)


async def raw_handshake(port: int) -> socket.socket:
    """A client that says hello and then reads only when it is told to."""
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(peer, ("127.0.0.1", port))
    await loop.sock_sendall(
        peer,
        b"GET /?board HTTP/1.1\r\nHost: hall\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    )
    return peer


async def test_bytes_that_are_no_frame_end_only_their_own_connection() -> None:
    hub = hub_at()
    async with live_server(hub) as (_, port), connect(f"ws://127.0.0.1:{port}/?board") as good:
        await frame(good)
        bad = await raw_handshake(port)
        await until(lambda: hub.subscribers() == 2)
        await asyncio.get_running_loop().sock_sendall(bad, b"\xff" * 64)
        await until(lambda: hub.subscribers() == 1)
        hub.publish([event(1, "board")])
        assert (await frame(good))["seq"] == 1
        bad.close()


async def test_a_peer_that_never_reads_costs_the_others_nothing() -> None:
    hub = hub_at()
    async with live_server(hub) as (_, port), connect(f"ws://127.0.0.1:{port}/?board") as good:
        screen = Screen()
        screen.take(await frame(good))
        stalled = await raw_handshake(port)
        await until(lambda: hub.subscribers() == 2)
        while not hub.skipped:
            hub.publish([event(hub.seq + 1, "board", size=BUFFER_BYTES // 2)])
            screen.take(await frame(good))
        before = hub.skipped
        hub.publish([event(hub.seq + 1, "board")])
        screen.take(await frame(good))
        assert hub.skipped == before + 1
        assert screen.shown == list(range(1, hub.seq + 1))
        stalled.close()


async def test_a_peer_that_reads_again_is_caught_up_by_a_snapshot() -> None:
    hub = hub_at()
    async with live_server(hub) as (_, port):
        client = connect(f"ws://127.0.0.1:{port}/?board", max_queue=1, max_size=None)
        async with client as slow:
            screen = Screen()
            screen.take(await frame(slow))
            while not hub.skipped:
                hub.publish([event(hub.seq + 1, "board", size=BUFFER_BYTES // 2)])
                await asyncio.sleep(0)
            while screen.last != hub.seq:
                screen.take(await frame(slow))
            assert screen.snapshots == [0, hub.seq]
            hub.publish([event(hub.seq + 1, "board")])
            screen.take(await frame(slow))


async def test_a_peer_that_stays_stalled_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink_module, "STALL_S", 0.05)
    monkeypatch.setattr(sink_module, "LINGER_S", 0.05)
    hub = hub_at()
    async with live_server(hub) as (server, port):
        stalled = await raw_handshake(port)
        await until(lambda: hub.subscribers() == 1)
        while hub.subscribers():
            hub.publish([event(hub.seq + 1, "board", size=BUFFER_BYTES // 2)])
            await asyncio.sleep(0)
        await until(lambda: not server.server_state.connections)
        stalled.close()


async def test_a_stalled_peer_does_not_hold_the_end_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sink_module, "LINGER_S", 0.05)
    hub = hub_at()
    async with live_server(hub) as (_, port):
        stalled = await raw_handshake(port)
        await until(lambda: hub.subscribers() == 1)
        while not hub.skipped:
            hub.publish([event(hub.seq + 1, "board", size=BUFFER_BYTES // 2)])
            await asyncio.sleep(0)
    # Leaving the block waits for the server to end; without the cut it would wait for ever.
    assert hub.subscribers() == 0
    stalled.close()


async def test_another_server_is_refused_with_the_reason() -> None:
    scope = {"type": "websocket", "extensions": {"websocket.http.response": {}}}

    async def never(*_: Any) -> Any:
        raise AssertionError("nothing may be said before the sink is found")

    with pytest.raises(SinkMissingError, match="LiveProtocol"):
        await attend(scope, never, never, hub_at(), frozenset({"board"}))
