"""A page that shows the paper of virtual printers as it comes out, and lets faults be set.

A small application of its own, with a strict content security policy. The demo mounts it, and
`kiosk printer virtual --page` serves it alone.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Self

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from printer.virtual.machine import Faults
from printer.virtual.server import Ticket, VirtualPrinter
from printer.words import catalogue

_FILES = {"": "index.html", "roll.css": "roll.css", "roll.js": "roll.js"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def _folder() -> Path:
    """Return where the page's files are: in the tree, or in the installed package."""
    tree = Path(__file__).parents[2] / "static" / "printer"
    return tree if tree.is_dir() else Path(str(files("kiosk"))) / "static" / "printer"


def roll_app(printers: Mapping[str, VirtualPrinter]) -> Starlette:
    """Return the application for some printers, by the names that the page shows.

    `GET events` streams tickets as they fall, `GET {name}/{number}.png` is one of the last
    tickets, `PUT {name}/faults` sets what is wrong with a printer. All paths are relative, so it
    can be mounted anywhere that ends with a slash.
    """
    page = _Page(printers)
    return Starlette(
        routes=[
            *(Route(f"/{path}", page.file, name=path or "page") for path in _FILES),
            Route("/favicon.ico", page.no_icon),
            Route("/texts.json", page.texts),
            Route("/events", page.events),
            Route("/{name}/faults", page.set_faults, methods=["PUT"]),
            Route("/{name}/{number:int}.png", page.picture),
        ]
    )


class _Page:
    def __init__(self, printers: Mapping[str, VirtualPrinter]) -> None:
        self._printers = printers

    async def file(self, request: Request) -> Response:
        name = _FILES[request.url.path.rpartition("/")[2]]
        return FileResponse(_folder() / name, headers=_HEADERS)

    async def no_icon(self, _request: Request) -> Response:
        return Response(status_code=204, headers=_HEADERS)

    async def texts(self, _request: Request) -> Response:
        shown = ("roll_", "printer_")
        texts = {key: text for key, text in catalogue().items() if key.startswith(shown)}
        return JSONResponse(texts, headers=_HEADERS)

    async def picture(self, request: Request) -> Response:
        printer = self._printers.get(request.path_params["name"])
        number = request.path_params["number"]
        for ticket in printer.tickets if printer else ():
            if ticket.number == number:
                forever = _HEADERS | {"Cache-Control": "max-age=86400, immutable"}
                return Response(ticket.png, media_type="image/png", headers=forever)
        return Response(status_code=404, headers=_HEADERS)

    async def set_faults(self, request: Request) -> Response:
        printer = self._printers.get(request.path_params["name"])
        # Only this page may ask: another site's page can't name itself the same origin.
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return Response(status_code=403, headers=_HEADERS)
        if printer is None:
            return Response(status_code=404, headers=_HEADERS)
        try:
            faults = msgspec.json.decode(await request.body(), type=Faults)
        except msgspec.DecodeError:
            return Response(status_code=400, headers=_HEADERS)
        await printer.set_faults(faults)
        return Response(status_code=204, headers=_HEADERS)

    async def events(self, _request: Request) -> Response:
        headers = _HEADERS | {"Cache-Control": "no-store"}
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=headers)

    async def _stream(self) -> AsyncIterator[str]:
        """First what there is, then each ticket, and the faults with each of them."""
        queue: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        with contextlib.ExitStack() as listening:
            for name, printer in self._printers.items():
                listening.callback(printer.listen(_teller(queue, name)))
            yield _event("printers", {name: self._state(name) for name in self._printers})
            while True:
                name, number = await queue.get()
                yield _event("ticket", {"printer": name, "number": number})

    def _state(self, name: str) -> object:
        printer = self._printers[name]
        return {
            "url": printer.url,
            "faults": msgspec.to_builtins(printer.faults),
            "tickets": [ticket.number for ticket in printer.tickets],
        }


def _teller(queue: "asyncio.Queue[tuple[str, int]]", name: str) -> Callable[[Ticket], None]:
    def tell(ticket: Ticket) -> None:
        queue.put_nowait((name, ticket.number))

    return tell


def _event(kind: str, data: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


class RollPage:
    """The page of some printers on a port of its own; they are shown by their names."""

    def __init__(self, printers: Mapping[str, VirtualPrinter], *, host: str, port: int) -> None:
        self._app = roll_app(printers)
        self._host, self._port = host, port
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        listener = socket.create_server((self._host, self._port))
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(self._app, log_level="warning", timeout_graceful_shutdown=1)
        server = _Uvicorn(config)
        task = asyncio.create_task(server.serve([listener]))

        async def stop() -> None:
            server.should_exit = True
            await task
            listener.close()

        self._stack.push_async_callback(stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{self._host}:{self._port}/"


class _Uvicorn(uvicorn.Server):
    """Leaves the signals to the command."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
