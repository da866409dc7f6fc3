"""From a request to a call: who asks, which hall, what the body says; and back to a response.

Every route is an `Operation`, which also describes it in `/openapi.json`. Handlers get a `Call`
and return a response; what they raise becomes a problem.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
import unicodedata
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from kiosk.hall import Hall
from kiosk.hall.errors import HallError, Unknown
from kiosk.hall.events import AnyEvent, Record
from kiosk.store.log import Person, StoreError

from . import problems
from .access import Permission, Principal
from .live import LiveHall
from .problems import HttpProblem
from .protocol import EXTENSION
from .runtime import Command, Reply
from .service import Service

log = logging.getLogger("kiosk.http")

BODY_LIMIT = 64 * 1024
BODY_SECONDS = 10
SLOWEST_BYTES_S = 512 * 1024
"""A larger body may take as long as at this speed."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST_KEY = 128
_KEY_SIGNS = bytes(range(0x21, 0x7F))
_PATH_IN_ERROR = re.compile(r"`\$\.?([^`]*)`")

encode = msgspec.json.Encoder().encode
T = TypeVar("T")


Headers = Mapping[bytes, bytes]
"""A request's headers: names in lower case, the last one counts."""


class Call(Struct):
    """A request on its way through a handler. parameters: of its path."""

    service: Service
    scope: Scope
    headers: Headers
    parameters: Mapping[str, str]
    principal: Principal
    raw: bytes = b""
    body: Any = None

    @property
    def language(self) -> str:
        """The language that whoever asks prefers among ours."""
        return language_of(self.headers)

    @property
    def hall(self) -> LiveHall:
        """The hall named in the path. Raises Unknown."""
        return self.service.hall(self.parameters["hall"])

    def path(self, name: str) -> str:
        """A parameter of the path."""
        return self.parameters[name]

    def query(self, name: str) -> str | None:
        """A parameter of the query, or None; the last one counts."""
        asked = parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return dict(asked).get(name)

    def client(self) -> str:
        """The address that the request came from, empty if the socket has none."""
        found = self.scope["client"]
        return str(found[0]) if found else ""

    def require(self, permission: Permission) -> None:
        """Raises HttpProblem 401 or 403 unless whoever asks may do this in this hall."""
        authorise(self.principal, permission, self.parameters.get("hall"))

    def key(self) -> bytes | None:
        """The idempotency key's digest: bound to whoever asks. Raises HttpProblem 400."""
        given = self.headers.get(b"idempotency-key")
        if given is None:
            return None
        if not 1 <= len(given) <= LONGEST_KEY or given.translate(None, _KEY_SIGNS):
            raise HttpProblem(400, "invalid_idempotency_key")
        return hashlib.sha256(b"%b\n%b" % (self.principal.id.encode(), given)).digest()[:16]

    def fingerprint(self) -> bytes:
        """The digest of what is asked: method, path and body."""
        head = f"{self.scope['method']} {self.scope['path']}\n".encode()
        return hashlib.sha256(head + self.raw).digest()[:16]

    async def run(
        self,
        live: LiveHall,
        decide: Callable[[Hall, int], Sequence[AnyEvent]],
        answer: Callable[[Hall, Sequence[Record]], Reply],
        *,
        people: tuple[Person, ...] = (),
        in_body: Collection[str] = (),
    ) -> Response:
        """Decide, commit, answer: the response to a request that changes a hall."""

        def refuse(error: HallError) -> Reply:
            return problems.refusal(error, self.language, in_body)

        command = Command(
            actor=self.principal.actor,
            decide=decide,
            answer=answer,
            refuse=refuse,
            key=self.key(),
            request=self.fingerprint(),
            people=people,
        )
        return reply_response(await live.runtime.submit(command))


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A route: what it does, who may, what it takes and what it answers.

    permission None: everybody (the handler checks tokens itself). answers: status → type
    (None: no body). query: parameter → what it means. limit: bytes that its body may have.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    permission: Permission | None = None
    body: type | None = None
    answers: Mapping[int, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    tag: str = "hall"
    limit: int = BODY_LIMIT


def authorise(principal: Principal, permission: Permission, hall: str | None) -> None:
    """Raises HttpProblem 401 for nobody in particular, 403 for somebody who may not."""
    if not principal.may(permission):
        raise HttpProblem(403 if principal.roles else 401, _refused(principal))
    if hall is not None and not principal.opens(hall):
        raise HttpProblem(403, "forbidden")


def _refused(principal: Principal) -> str:
    return "forbidden" if principal.roles else "unauthenticated"


def headers_of(scope: Scope) -> Headers:
    """The headers of a request or a websocket's handshake."""
    return dict(scope["headers"])


def language_of(headers: Headers) -> str:
    """The language that the client prefers among ours."""
    for part in headers.get(b"accept-language", b"").split(b","):
        tag = part.strip()[:2].lower()
        if tag in (b"zh", b"en"):
            return tag.decode()
    return "en"


def check_origin(headers: Headers) -> None:
    """Raises HttpProblem 403 for a request that another site made a browser send.

    A browser names the page's origin with every unsafe request and websocket (RFC 6454,
    Fetch Metadata); programs send neither header.
    """
    if headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none"):
        raise HttpProblem(403, "foreign_origin")
    origin = headers.get(b"origin")
    if origin is not None and origin.partition(b"://")[2] != headers.get(b"host"):
        raise HttpProblem(403, "foreign_origin")


def body_at_hand(scope: Scope, limit: int) -> bytes | None:
    """The body, if all of it has come with the headers, as a small one nearly always has."""
    door = scope.get("extensions", {}).get(EXTENSION)
    body: bytes | None = door.body(scope) if door is not None else None
    return body if body is not None and len(body) <= limit else None


async def read_body(receive: Receive, headers: Headers, limit: int) -> bytes:
    """The body, if it is small and comes in time. Raises HttpProblem 413 or 408."""
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > limit:
        raise HttpProblem(413, "too_large", limit=limit)
    seconds = max(BODY_SECONDS, limit // SLOWEST_BYTES_S)
    raw = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while not _take(await receive(), raw, limit):
                pass
    except TimeoutError:
        raise HttpProblem(408, "too_slow", seconds=seconds) from None
    return bytes(raw)


def _take(message: Message, raw: bytearray, limit: int) -> bool:
    """Add a piece of the body; whether it was the last. Raises HttpProblem 413."""
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    raw += message["body"]
    if len(raw) > limit:
        raise HttpProblem(413, "too_large", limit=limit)
    return not message["more_body"]


def decode(raw: bytes, kind: type[T]) -> T:
    """The body as a struct. Raises HttpProblem 400 for bad JSON, 422 for a wrong field."""
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        message = str(error)
        found = _PATH_IN_ERROR.search(message)
        reason = message.partition(" - at ")[0]
        where = found.group(1) if found else ""
        if not where and (named := re.search(r"field `([^`]+)`", message)):
            where = named.group(1)
        code = "wrong_date" if "datetime" in reason else "invalid_field"
        raise HttpProblem(422, code, field=where or "body", reason=reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HttpProblem(400, "malformed_json", reason=str(error)) from None


def day_of(call: Call, name: str, default: str) -> str:
    """A day of the query. Raises HttpProblem 422."""
    given = call.query(name)
    try:
        return date.fromisoformat(given).isoformat() if given is not None else default
    except ValueError:
        raise HttpProblem(422, "wrong_date", field=name) from None


def clean(field_name: str, text: str | None) -> str | None:
    """Text that people typed, trimmed. Raises HttpProblem 422 for control characters.

    Emoji and scripts that run from right to left are welcome; what only steers a terminal, or
    turns the text around it, is not.
    """
    if text is None:
        return None
    for sign in text:
        if unicodedata.category(sign) in ("Cc", "Cs") or sign in "\u202a\u202b\u202c\u202d\u202e":
            reason = f"control character U+{ord(sign):04X}"
            raise HttpProblem(422, "invalid_field", field=field_name, reason=reason)
    return text.strip() or None


class JsonResponse(Response):
    """JSON that nobody caches. Made for every ticket, so it spells its headers itself."""

    def __init__(self, body: bytes, status: int = 200, kind: bytes = b"application/json") -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [
            (b"cache-control", b"no-store"),
            (b"content-length", b"%d" % len(body)),
            (b"content-type", kind),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in one write where the server takes it so."""
        door = scope.get("extensions", {}).get(EXTENSION)
        if door is None or not door.respond(scope, self.status_code, self.raw_headers, self.body):
            await super().__call__(scope, receive, send)


def json_response(value: object, status: int = 200) -> Response:
    """A value as a JSON response that nobody caches."""
    return JsonResponse(encode(value), status)


def reply_response(reply: Reply) -> Response:
    """A remembered or fresh reply as a response."""
    if reply.status == 204:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    if reply.status < 400:
        return JsonResponse(reply.body, reply.status)
    return JsonResponse(reply.body, reply.status, b"application/problem+json")


def set_cookie(call: Call, response: Response, name: str, secret: str, max_age: int | None) -> None:
    """Give a browser a secret that no script can read and no other site can send."""
    response.set_cookie(
        name,
        secret,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="strict",
        secure=call.scope["scheme"] == "https",
    )


class Endpoint:
    """One path: method → operation. Says every error as a problem itself."""

    def __init__(self, service: Service, path: str, operations: Mapping[str, Operation]) -> None:
        self._service = service
        self._path = path
        self._operations = operations

    async def serve(
        self, parameters: Mapping[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve one request; count and time it by its route, never by its path."""
        begun = time.perf_counter()
        headers = headers_of(scope)
        try:
            response = await self._handle(parameters, scope, receive, headers)
        except Exception as error:  # noqa: BLE001 - guards the connection: all of them are told
            response = self._told(error, scope["method"], language_of(headers))
        try:
            await response(scope, receive, send)
        finally:
            seconds = time.perf_counter() - begun
            status = response.status_code
            self._service.metrics.observe(self._path, status, seconds)
            if status >= 500:
                milliseconds = seconds * 1000
                log.warning("%s %s %d %.1f ms", scope["method"], self._path, status, milliseconds)

    def _told(self, error: Exception, method: str, language: str) -> Response:
        """What went wrong, as a response; what is no fault of who asked is logged."""
        match error:
            case HttpProblem():
                described = problems.describe(
                    error.status, error.code, language, error.field, **error.params
                )
                return problems.response(described, retry_after=error.retry_after)
            case HallError():
                return problems.response(problems.of_hall_error(error, language))
            case StoreError():
                log.error("%s %s: %s", method, self._path, error)
                return problems.response(problems.of_store_error(error, language))
            case ClientDisconnect():
                return Response(status_code=400)
            case _:  # a defect in one handler
                log.error("%s %s failed", method, self._path, exc_info=error)
                return problems.response(problems.describe(500, "internal_error", language, None))

    async def _handle(
        self, parameters: Mapping[str, str], scope: Scope, receive: Receive, headers: Headers
    ) -> Response:
        service, method = self._service, scope["method"]
        operation = self._operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise HttpProblem(405, "method_not_allowed")
        unsafe = method in UNSAFE
        if unsafe:
            check_origin(headers)
        gate = service.gate
        principal = gate.known(headers) or await gate.principal(headers)
        hall = parameters.get("hall")
        if operation.permission is not None:
            authorise(principal, operation.permission, hall)
        if hall is not None and hall not in service.halls:
            raise Unknown("hall", hall)
        call = Call(service, scope, headers, parameters, principal)
        if unsafe:
            raw = body_at_hand(scope, operation.limit)
            call.raw = await read_body(receive, headers, operation.limit) if raw is None else raw
            if operation.body is not None:
                call.body = decode(call.raw, operation.body)
        return await operation.handler(call)
