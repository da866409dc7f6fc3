"""The ASGI app: routes, live connections, and the thin layer around them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from . import problems
from .http import Endpoint, Operation, language_of
from .openapi import describe
from .routes import (
    appointments,
    bookings,
    check_ins,
    desks,
    devices,
    hall,
    help,
    media,
    papers,
    reports,
    screens,
    sessions,
    slots,
    system,
    tickets,
    visitors,
)
from .service import Service
from .socket import LiveSocket

log = logging.getLogger("kiosk.access")

API = (
    # In the order in which they are looked through: what is asked most stands first.
    *tickets.OPERATIONS,
    *desks.OPERATIONS,
    *hall.OPERATIONS,
    *visitors.OPERATIONS,
    *slots.OPERATIONS,
    *appointments.OPERATIONS,
    *bookings.OPERATIONS,
    *check_ins.OPERATIONS,
    *sessions.OPERATIONS,
    *devices.OPERATIONS,
    *help.OPERATIONS,
    *screens.OPERATIONS,
    *media.OPERATIONS,
    *papers.OPERATIONS,
    *reports.OPERATIONS,
    *system.OPERATIONS,
)
PAGES = (*system.PAGE_OPERATIONS, *visitors.PAGES, *screens.SOUNDS, *media.FILES)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]


def build(service: Service) -> Starlette:
    """The app of a service; it starts and stops the service with its own life."""
    service.described = describe(API)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    return Starlette(
        routes=_routes(service),
        exception_handlers={404: _not_found, 500: _failed},
        lifespan=lifespan,
    )


def _routes(service: Service) -> list[BaseRoute]:
    paths: dict[str, dict[str, Operation]] = {}
    for operation in (*API, *PAGES):
        paths.setdefault(operation.path, {})[operation.method] = operation
    routes: list[BaseRoute] = [
        Route(path, Endpoint(service, operations), methods=None, name=path)
        for path, operations in paths.items()
    ]
    for route in routes:
        # Starlette would answer other methods with plain text; our endpoints say it as a problem.
        route.methods = None  # type: ignore[attr-defined]
    live = WebSocketRoute("/ws/v1/halls/{hall}", LiveSocket(service))
    return [live, *routes]


async def _not_found(request: Request, _error: Exception) -> Response:
    return problems.response(problems.describe(404, "not_found", language_of(request), None))


async def _failed(request: Request, _error: Exception) -> Response:
    return problems.response(problems.describe(500, "internal_error", language_of(request), None))
