"""Where the agent connects, and how it finds its hall."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from printer.agent.program import Server, connector, only_hall


class Halls(BaseHTTPRequestHandler):
    """A server with as many halls as its test says."""

    halls: tuple[str, ...] = ()
    asked: str = ""

    def do_GET(self) -> None:  # the library's name
        """List the halls."""
        type(self).asked = f"{self.path} {self.headers['Authorization']}"
        body = json.dumps([{"id": hall} for hall in self.halls]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Run the server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Halls) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_only_hall_is_found(url: str) -> None:
    Halls.halls = ("main",)
    assert only_hall(url, "secret", None) == "main"
    assert Halls.asked == "/api/v1/halls Bearer secret"


@pytest.mark.parametrize("halls", [(), ("a", "b")])
def test_of_several_halls_one_must_be_named(url: str, halls: tuple[str, ...]) -> None:
    Halls.halls = halls
    with pytest.raises(ValueError, match="--hall"):
        only_hall(url, "secret", None)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://h:8000", "ws://h:8000/ws/v1/halls/main?topics=agent:front%20desk"),
        ("https://h/", "wss://h/ws/v1/halls/main?topics=agent:front%20desk"),
        ("https://h/kiosk", "wss://h/kiosk/ws/v1/halls/main?topics=agent:front%20desk"),
    ],
)
def test_the_websockets_address(url: str, address: str) -> None:
    server = Server(url, "secret", "main", "front desk")
    assert server.websocket == address
    assert (server.trust is None) == url.startswith("http:")
    assert "secret" not in server.websocket


async def test_a_server_that_is_not_there_or_says_no_is_an_error_of_the_line(url: str) -> None:
    for there in ("http://127.0.0.1:1", url):
        with pytest.raises(OSError, match=r"."):
            async with connector(Server(there, "secret", "main", "front"))():
                pass
