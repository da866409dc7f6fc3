"""`kiosk agent`: the agent over a websocket to the server, with its device key."""

import contextlib
import json
import ssl
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from printer.agent.agent import Connect, Socket

_LARGEST_FRAME = 8 * 1024 * 1024


class Server(msgspec.Struct, frozen=True):
    """Where the agent belongs: the server's address, its key there, the hall, and its name.

    `ca` is the certificate authority of a hall that has its own.
    """

    url: str
    key: str
    hall: str
    name: str
    ca: Path | None = None

    @property
    def websocket(self) -> str:
        """The address of the agent's websocket."""
        parts = urlsplit(self.url)
        scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
        path = f"{parts.path.rstrip('/')}/ws/v1/halls/{quote(self.hall, safe='')}"
        topic = quote(f"agent:{self.name}", safe=":")
        return urlunsplit((scheme, parts.netloc, path, f"topics={topic}", ""))

    @property
    def trust(self) -> ssl.SSLContext | None:
        """The certificates to trust, None without TLS."""
        secure = urlsplit(self.url).scheme in {"https", "wss"}
        return ssl.create_default_context(cafile=self.ca) if secure else None


class _Frames:
    """A websocket whose end is an `OSError`, like that of every other line."""

    def __init__(self, websocket: ClientConnection) -> None:
        self._websocket = websocket

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        try:
            while True:
                yield await self._websocket.recv()
        except ConnectionClosed as error:
            raise ConnectionResetError(str(error)) from error

    async def send(self, message: str) -> None:
        try:
            await self._websocket.send(message)
        except ConnectionClosed as error:
            raise ConnectionResetError(str(error)) from error


def connector(server: Server) -> Connect:
    """Return what opens the agent's websocket."""

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Socket]:
        try:
            websocket = await connect(
                server.websocket,
                additional_headers={"Authorization": f"Bearer {server.key}"},
                ssl=server.trust,
                max_size=_LARGEST_FRAME,
                proxy=None,
            )
        except (InvalidHandshake, InvalidURI) as error:
            raise ConnectionRefusedError(f"{server.websocket}: {error}") from error
        async with websocket:
            yield _Frames(websocket)

    return opened


def only_hall(url: str, key: str, ca: Path | None) -> str:
    """Return the hall that a server has, if it is one.

    Raises `OSError` if the server can't be reached, `ValueError` if it has several or none.
    """
    request = urllib.request.Request(  # noqa: S310  # the address comes from the command line
        f"{url.rstrip('/')}/api/v1/halls", headers={"Authorization": f"Bearer {key}"}
    )
    trust = Server(url, key, "", "", ca).trust
    with urllib.request.urlopen(request, timeout=10, context=trust) as answer:  # noqa: S310
        halls = [hall["id"] for hall in json.load(answer)]
    if len(halls) != 1:
        raise ValueError(f"the server has the halls {', '.join(halls)}: say which by --hall")
    return str(halls[0])
