"""`GET /ws/v1/halls/{hall}`: who may listen to what, then over to the hub."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection

from display.hub import Hub
from display.live import attend
from kiosk.hall.errors import Unknown
from kiosk.store.log import StoreError

from . import problems
from .access import Permission, Principal
from .http import authorise, check_origin, encode, language_of
from .live import LiveHall
from .problems import HttpProblem

if TYPE_CHECKING:
    from .service import Service

log = logging.getLogger("kiosk.socket")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PUBLIC_TOPICS = frozenset({"board", "printers", "estimates"})
MAX_TOPICS = 16


class LiveSocket:
    """The websocket endpoint, as a plain ASGI app."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        connection = HTTPConnection(scope)
        language = language_of(connection)
        try:
            hub, topics, after = await self._admit(connection)
        except (HttpProblem, Unknown, StoreError) as error:
            await _deny(send, _problem(error, language))
            return
        beats = connection.query_params.get("beats") is not None
        await attend(scope, receive, send, hub, topics, after, beats=beats)

    async def _admit(self, connection: HTTPConnection) -> tuple[Hub, frozenset[str], int | None]:
        """The hub and topics that this connection may have. Raises HttpProblem or Unknown."""
        check_origin(connection)
        hall_id = str(connection.path_params["hall"])
        live = self._service.hall(hall_id)
        asked = [t for t in connection.query_params.get("topics", "board").split(",") if t]
        if not 1 <= len(asked) <= MAX_TOPICS:
            raise HttpProblem(422, "unknown_topic", field="topics", given="")
        after = _after(connection.query_params.get("after"))
        if any(t.startswith("ticket:") for t in asked):
            return live.visitor, frozenset({self._ticket_topic(live, asked)}), None
        principal = await self._service.gate.principal(connection)
        topics = frozenset(_checked(live, topic) for topic in asked)
        if any(_for_staff(topic) for topic in topics):
            authorise(principal, Permission.READ, hall_id)
            return live.staff, topics, after
        _authorise_public(principal, hall_id)
        return live.public, topics, after

    def _ticket_topic(self, live: LiveHall, asked: list[str]) -> str:
        if len(asked) > 1:
            raise HttpProblem(422, "mixed_topics", field="topics")
        ticket = self._service.signer.subject(asked[0].removeprefix("ticket:"))
        if ticket is None or ticket not in live.hall.state.tickets:
            raise Unknown("ticket", "")
        return f"ticket:{ticket}"


def _authorise_public(principal: Principal, hall: str) -> None:
    authorise(principal, Permission.BOARD, hall)


def _for_staff(topic: str) -> bool:
    return topic == "manager" or topic.startswith("desk:")


def _checked(live: LiveHall, topic: str) -> str:
    """The topic, if this hall has it. Raises HttpProblem."""
    kind, _, name = topic.partition(":")
    zones = {z.id for z in live.hall.state.config.zones}
    known = (
        topic in PUBLIC_TOPICS
        or topic == "manager"
        or (kind == "zone" and name in zones)
        or (kind in ("window", "desk") and name in live.hall.state.windows)
    )
    if not known:
        raise HttpProblem(422, "unknown_topic", field="topics", given=topic)
    return topic


def _after(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isdigit() or len(given) > 15:
        raise HttpProblem(422, "invalid_query", field="after", reason="a seq is a whole number")
    return int(given)


def _problem(error: HttpProblem | Unknown | StoreError, language: str) -> tuple[int, bytes]:
    match error:
        case HttpProblem():
            described = problems.describe(
                error.status, error.code, language, error.field, **error.params
            )
        case Unknown():
            described = problems.of_hall_error(error, language)
        case _:
            described = problems.of_store_error(error, language)
    return described.status, encode(described)


async def _deny(send: Send, problem: tuple[int, bytes]) -> None:
    """Refuse the handshake with a problem that a program can read."""
    status, body = problem
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
