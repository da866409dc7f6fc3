"""The ASGI app: routes, live connections, and the thin layer around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from . import problems
from .http import Endpoint, Operation, headers_of, language_of
from .openapi import describe
from .paths import Paths
from .routes import (
    appointment_page,
    appointments,
    bookings,
    calls,
    capacity,
    check_ins,
    conflicts,
    desks,
    devices,
    door,
    hall,
    help,
    media,
    papers,
    persons,
    reports,
    screens,
    sessions,
    slots,
    system,
    tickets,
    visitors,
    visits,
    what_if,
)
from .service import Service
from .socket import LiveSocket
from .traffic import Traffic

API = (
    *tickets.OPERATIONS,
    *door.OPERATIONS,
    *desks.OPERATIONS,
    *visits.OPERATIONS,
    *hall.OPERATIONS,
    *visitors.OPERATIONS,
    *slots.OPERATIONS,
    *appointments.OPERATIONS,
    *conflicts.OPERATIONS,
    *persons.OPERATIONS,
    *bookings.OPERATIONS,
    *check_ins.OPERATIONS,
    *capacity.OPERATIONS,
    *sessions.OPERATIONS,
    *devices.OPERATIONS,
    *help.OPERATIONS,
    *screens.OPERATIONS,
    *media.OPERATIONS,
    *papers.OPERATIONS,
    *reports.OPERATIONS,
    *calls.OPERATIONS,
    *what_if.OPERATIONS,
    *system.OPERATIONS,
)
PAGES = (
    *system.PAGE_OPERATIONS,
    *visitors.PAGES,
    *appointment_page.PAGES,
    *screens.SOUNDS,
    *media.FILES,
)


def build(service: Service) -> ASGIApp:
    """The app of a service; it starts and stops the service with its own life."""
    service.described = describe(API)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    live = WebSocketRoute("/ws/v1/halls/{hall}", LiveSocket(service))
    return App(_paths(service), Starlette(routes=[live], lifespan=lifespan), service.traffic)


class App:
    """Requests go straight to their endpoint; the rest, live connections among it, to Starlette."""

    def __init__(self, paths: Paths[Endpoint], rest: ASGIApp, traffic: Traffic) -> None:
        self._find = lru_cache(maxsize=1024)(paths.find)
        self._rest = rest
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, or the server's whole life."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
        elif found := self._find(scope["path"]):
            endpoint, parameters = found
            self._traffic.came()
            try:
                await endpoint.serve(parameters, scope, receive, send)
            finally:
                self._traffic.left()
        else:
            await self._elsewhere(scope)(scope, receive, send)

    def _elsewhere(self, scope: Scope) -> Response:
        """There is no such path; maybe one without the slash at its end."""
        path = scope["path"].rstrip("/")
        if path and path != scope["path"] and self._find(path):
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(f"/{path.lstrip('/')}" + (f"?{query}" if query else ""))
        language = language_of(headers_of(scope))
        return problems.response(problems.describe(404, "not_found", language, None))


def _paths(service: Service) -> Paths[Endpoint]:
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in (*API, *PAGES):
        by_path.setdefault(operation.path, {})[operation.method] = operation
    paths: Paths[Endpoint] = Paths()
    for path, operations in by_path.items():
        paths.add(path, Endpoint(service, path, operations))
    return paths
