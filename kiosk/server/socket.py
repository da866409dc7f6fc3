"""`GET /ws/v1/halls/{hall}`: who may listen to what, then over to the hub."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

from starlette.requests import HTTPConnection

from display.hub import Hub
from display.live import attend
from kiosk.hall.errors import Unknown
from kiosk.store.log import StoreError
from printer.agent.hub import AgentHub
from printer.agent.socket import attend as attend_agent

from . import problems
from .access import Permission, Principal
from .devices import settings_of
from .http import authorise, check_origin, encode, headers_of, language_of
from .live import LiveHall
from .problems import HttpProblem
from .screens import Screen
from .service import Service

log = logging.getLogger("kiosk.socket")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PUBLIC_TOPICS = frozenset({"board", "printers", "estimates"})
MAX_TOPICS = 32


class Admitted(NamedTuple):
    """A connection that may listen: where, to what, from where on, and who says it is."""

    hub: Hub
    topics: frozenset[str]
    after: int | None = None
    who: Screen | None = None


class LiveSocket:
    """The websocket endpoint, as a plain ASGI app."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        connection = HTTPConnection(scope)
        language = language_of(headers_of(scope))
        try:
            if agent := await self._agent(connection):
                await attend_agent(scope, receive, send, *agent)
                return
            hub, topics, after, who = await self._admit(connection)
        except (HttpProblem, Unknown, StoreError) as error:
            await _deny(send, _problem(error, language))
            return
        beats = connection.query_params.get("beats") is not None
        await attend(scope, receive, send, hub, topics, after, beats=beats, who=who)

    async def _agent(self, connection: HTTPConnection) -> tuple[AgentHub, str] | None:
        """The print agent that this is, if it is one. Raises HttpProblem or Unknown."""
        kind, _, name = connection.query_params.get("topics", "").partition(":")
        if kind != "agent":
            return None
        check_origin(headers_of(connection.scope))
        hall_id = str(connection.path_params["hall"])
        live = self._service.hall(hall_id)
        authorise(
            await self._service.gate.principal(headers_of(connection.scope)),
            Permission.AGENT,
            hall_id,
        )
        if not any(p.url == f"agent://{name}" for p in live.hall.state.config.printers):
            raise Unknown("printer", f"agent://{name}")
        return self._service.agents(hall_id), name

    async def _admit(self, connection: HTTPConnection) -> Admitted:
        """The hub and topics that this connection may have. Raises HttpProblem or Unknown."""
        check_origin(headers_of(connection.scope))
        hall_id = str(connection.path_params["hall"])
        live = self._service.hall(hall_id)
        asked = [t for t in connection.query_params.get("topics", "board").split(",") if t]
        if not 1 <= len(asked) <= MAX_TOPICS:
            raise HttpProblem(422, "unknown_topic", field="topics", given="")
        after = _after(connection.query_params.get("after"))
        if any(t.startswith("ticket:") for t in asked):
            return Admitted(live.visitor, frozenset({self._ticket_topic(live, asked)}))
        principal = await self._service.gate.principal(headers_of(connection.scope))
        topics = frozenset(name for topic in asked for name in _checked(live, topic))
        if any(_for_staff(topic) for topic in topics):
            authorise(principal, Permission.READ, hall_id)
            return Admitted(live.staff, topics, after)
        authorise(principal, Permission.BOARD, hall_id)
        if any(topic.startswith("speaker:") for topic in topics):
            _authorise_speaker(principal, hall_id)
        return Admitted(live.public, topics, after, _screen(connection, principal, live, topics))

    def _ticket_topic(self, live: LiveHall, asked: list[str]) -> str:
        if len(asked) > 1:
            raise HttpProblem(422, "mixed_topics", field="topics")
        ticket = self._service.signer.subject(asked[0].removeprefix("ticket:"))
        if ticket is None or ticket not in live.hall.state.tickets:
            raise Unknown("ticket", "")
        return f"ticket:{ticket}"


def _authorise_speaker(principal: Principal, hall: str) -> None:
    """Raises HttpProblem unless this is a screen whose settings let it speak."""
    authorise(principal, Permission.SCREEN, hall)
    if principal.device is not None and settings_of(principal.device).sound is not True:
        raise HttpProblem(403, "forbidden")


def _screen(
    connection: HTTPConnection, principal: Principal, live: LiveHall, topics: frozenset[str]
) -> Screen | None:
    """What a screen says of itself in the query: its layout, its page's version, its setup."""
    layout = connection.query_params.get("layout")
    if layout is None or not principal.may(Permission.SCREEN):
        return None
    places = sorted((kind, name) for kind, _, name in (topic.partition(":") for topic in topics))
    return Screen(
        id=principal.device.id if principal.device else "",
        name=principal.device.name if principal.device else "",
        zones=tuple(name for kind, name in places if kind == "zone"),
        window=next((name for kind, name in places if kind == "window"), None),
        layout=layout[:16],
        sound=any(kind == "speaker" for kind, _ in places),
        version=connection.query_params.get("version", "")[:32],
        since=live.hall.calendar.rfc3339(live.clock.now()),
        setup=connection.query_params.get("setup", "") if principal.device else "",
    )


def _for_staff(topic: str) -> bool:
    return topic == "manager" or topic.startswith("desk:")


def _checked(live: LiveHall, topic: str) -> list[str]:
    """The topic, if this hall has it; `speaker` is that of every zone. Raises HttpProblem."""
    kind, _, name = topic.partition(":")
    zones = [z.id for z in live.hall.state.config.zones]
    if topic == "speaker":
        return [f"speaker:{zone}" for zone in zones]
    known = (
        topic in PUBLIC_TOPICS
        or topic == "manager"
        or (kind in ("zone", "speaker") and name in zones)
        or (kind in ("window", "desk") and name in live.hall.state.windows)
    )
    if not known:
        raise HttpProblem(422, "unknown_topic", field="topics", given=topic)
    return [topic]


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
