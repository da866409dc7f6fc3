"""A response's head and the beginning of its body leave together, and nothing is held back."""

from __future__ import annotations

import asyncio
import socket
from typing import BinaryIO
from urllib.parse import urlsplit

from kiosk.server.protocol import JoiningTransport
from tests.support.server import RunningServer


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


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"


def test_head_and_body_are_one_piece() -> None:
    wire = Wire()
    joining = JoiningTransport(wire)
    joining.write(HEAD)
    assert wire.pieces == []
    joining.write(b"body")
    joining.write(b"more")
    joining.flush()
    joining.write(HEAD)
    joining.write(b"next")
    assert wire.pieces == [HEAD + b"body", b"more", HEAD + b"next"]


def test_a_head_without_a_body_leaves_when_the_response_is_complete() -> None:
    wire = Wire()
    joining = JoiningTransport(wire)
    joining.write(HEAD)
    joining.flush()
    joining.flush()
    assert wire.pieces == [HEAD]
    joining.write(HEAD)
    joining.close()
    assert wire.pieces == [HEAD, HEAD]
    assert joining.is_closing()


def test_who_waits_for_a_go_ahead_gets_it_at_once() -> None:
    wire = Wire()
    JoiningTransport(wire).write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert wire.pieces == [b"HTTP/1.1 100 Continue\r\n\r\n"]


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
