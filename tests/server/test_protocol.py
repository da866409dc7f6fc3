"""A JSON response leaves in one write; what can't is sent as ASGI does, and says the same."""

from __future__ import annotations

import asyncio
import socket
from typing import BinaryIO
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from kiosk.server.http import JsonResponse
from kiosk.server.protocol import HttpProtocol
from tests.support.server import RunningServer

BODY = b'{"number": "B001"}'
GET = b"GET / HTTP/1.1\r\nHost: hall\r\n\r\n"
CLOSE = b"GET / HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: hall\r\n\r\n"


class Wire(asyncio.Transport):
    """What was written, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """Nothing more comes than what is given."""

    def resume_reading(self) -> None:
        """Nothing more comes than what is given."""


async def _answered(asked: bytes, status: int = 200) -> Wire:
    """What a connection writes that is asked so."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await JsonResponse(BODY, status)(scope, receive, send)

    config = uvicorn.Config(app, log_config=None, server_header=False)
    config.load()
    state = ServerState()
    state.default_headers = [(b"date", b"Mon, 02 Mar 2026 04:00:00 GMT")]
    protocol, wire = HttpProtocol(config, state, {}), Wire()
    protocol.connection_made(wire)
    protocol.data_received(asked)
    while state.tasks:
        await asyncio.gather(*state.tasks)
        await asyncio.sleep(0)
    protocol.connection_lost(None)
    return wire


@pytest.mark.parametrize("status", [200, 404])
async def test_a_response_leaves_in_one_piece(status: int) -> None:
    wire = await _answered(GET, status)
    (answer,) = wire.pieces
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    assert first.split()[1] == b"%d" % status
    assert sorted(lines) == [
        b"cache-control: no-store",
        b"content-length: %d" % len(BODY),
        b"content-type: application/json",
        b"date: Mon, 02 Mar 2026 04:00:00 GMT",
    ]
    assert body == BODY


@pytest.mark.parametrize("asked", [CLOSE, GET + GET])
async def test_it_says_what_asgi_would_say(asked: bytes) -> None:
    (plain,) = (await _answered(GET)).pieces
    said = b"".join((await _answered(asked)).pieces)
    assert said.replace(b"connection: close\r\n", b"") == plain * asked.count(b"GET")
    assert (b"connection: close" in said) == (asked == CLOSE)


async def test_a_head_has_no_body() -> None:
    (plain,) = (await _answered(GET)).pieces
    assert b"".join((await _answered(HEAD)).pieces) == plain.removesuffix(BODY)


def test_requests_without_a_body_and_with_a_late_one_on_one_connection(
    server: RunningServer,
) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as line:
        answers = line.makefile("rb")
        line.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: hall\r\n\r\n")
        assert _head(answers)[0].startswith(b"HTTP/1.1 200")
        key = server.key("kiosk").encode()
        body = b'{"service": "household-register"}'
        line.sendall(
            b"POST /api/v1/halls/main/tickets HTTP/1.1\r\nHost: hall\r\nExpect: 100-continue\r\n"
            b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n" % (key, len(body))
        )
        assert _head(answers) == [b"HTTP/1.1 100 Continue\r\n"]
        line.sendall(body)
        assert _head(answers)[0].startswith(b"HTTP/1.1 201")


def _head(answers: BinaryIO) -> list[bytes]:
    """The lines of the next head, without the empty one."""
    return list(iter(answers.readline, b"\r\n"))
