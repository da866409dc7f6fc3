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
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kiosk.hall.errors import HallError, Unknown
from kiosk.store.log import StoreError

from . import problems
from .access import Permission, Principal
from .problems import HttpProblem
from .runtime import Reply

if TYPE_CHECKING:
    from .live import LiveHall
    from .service import Service

log = logging.getLogger("kiosk.http")

BODY_LIMIT = 64 * 1024
BODY_SECONDS = 10
SLOWEST_BYTES_S = 512 * 1024
"""A larger body may take as long as at this speed."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_PATH_IN_ERROR = re.compile(r"`\$\.?([^`]*)`")

encode = msgspec.json.Encoder().encode
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way through a handler."""

    service: Service
    request: Request
    principal: Principal
    language: str
    raw: bytes = b""
    body: Any = None

    @property
    def hall(self) -> LiveHall:
        """The hall named in the path. Raises Unknown."""
        return self.service.hall(self.request.path_params["hall"])

    def path(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str | None:
        """A parameter of the query, or None."""
        return self.request.query_params.get(name)

    def require(self, permission: Permission) -> None:
        """Raises HttpProblem 401 or 403 unless whoever asks may do this in this hall."""
        authorise(self.principal, permission, self.request.path_params.get("hall"))

    def key(self) -> bytes | None:
        """The idempotency key's digest: bound to whoever asks. Raises HttpProblem 400."""
        given = self.request.headers.get("idempotency-key")
        if given is None:
            return None
        if not _KEY.fullmatch(given):
            raise HttpProblem(400, "invalid_idempotency_key")
        return hashlib.sha256(f"{self.principal.id}\n{given}".encode()).digest()[:16]

    def fingerprint(self) -> bytes:
        """The digest of what is asked: method, path and body."""
        head = f"{self.request.method} {self.request.scope['path']}\n".encode()
        return hashlib.sha256(head + self.raw).digest()[:16]


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


def language_of(connection: HTTPConnection) -> str:
    """The language that the client prefers among ours."""
    for part in connection.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in ("zh", "en"):
            return tag
    return "en"


def check_origin(connection: HTTPConnection) -> None:
    """Raises HttpProblem 403 for a request that another site made a browser send.

    A browser names the page's origin with every unsafe request and websocket (RFC 6454,
    Fetch Metadata); programs send neither header.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise HttpProblem(403, "foreign_origin")
    origin = connection.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != connection.headers.get("host"):
        raise HttpProblem(403, "foreign_origin")


async def read_body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The body, if it is small and comes in time. Raises HttpProblem 413 or 408."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise HttpProblem(413, "too_large", limit=limit)
    seconds = max(BODY_SECONDS, limit // SLOWEST_BYTES_S)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise HttpProblem(413, "too_large", limit=limit)
                chunks.append(chunk)
    except TimeoutError:
        raise HttpProblem(408, "too_slow", seconds=seconds) from None
    return b"".join(chunks)


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
        raise HttpProblem(422, "invalid_field", field=where or "body", reason=reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HttpProblem(400, "malformed_json", reason=str(error)) from None


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


def json_response(value: object, status: int = 200) -> Response:
    """A value as a JSON response that nobody caches."""
    return Response(
        encode(value), status, {"Cache-Control": "no-store"}, media_type="application/json"
    )


def reply_response(reply: Reply) -> Response:
    """A remembered or fresh reply as a response."""
    kind = "application/json" if reply.status < 400 else "application/problem+json"
    headers = {"Cache-Control": "no-store"}
    if reply.status == 204:
        return Response(status_code=204, headers=headers)
    return Response(reply.body, reply.status, headers, media_type=kind)


def set_cookie(call: Call, response: Response, name: str, secret: str, max_age: int | None) -> None:
    """Give a browser a secret that no script can read and no other site can send."""
    response.set_cookie(
        name,
        secret,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="strict",
        secure=call.request.url.scheme == "https",
    )


class Endpoint:
    """The ASGI app of one path: method → operation. Says every error as a problem itself."""

    def __init__(self, service: Service, operations: Mapping[str, Operation]) -> None:
        self._service = service
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; count and time it by its route, never by its path."""
        begun = time.perf_counter()
        status = 500
        try:
            response = await self._answer(Request(scope, receive))
            status = response.status_code
            await response(scope, receive, send)
        finally:
            name, seconds = scope["route"].path, time.perf_counter() - begun
            self._service.metrics.observe(name, status, seconds)
            if status >= 500:
                log.warning("%s %s %d %.1f ms", scope["method"], name, status, seconds * 1000)

    async def _answer(self, request: Request) -> Response:
        language = language_of(request)
        try:
            return await _serve(self._service, self._operations, request, language)
        except HttpProblem as problem:
            described = problems.describe(
                problem.status, problem.code, language, problem.field, **problem.params
            )
            return problems.response(described, retry_after=problem.retry_after)
        except HallError as error:
            return problems.response(problems.of_hall_error(error, language))
        except StoreError as error:
            log.error("%s %s: %s", request.method, _route(request), error)
            return problems.response(problems.of_store_error(error, language))
        except ClientDisconnect:
            return Response(status_code=400)


async def _serve(
    service: Service, operations: Mapping[str, Operation], request: Request, language: str
) -> Response:
    operation = operations.get("GET" if request.method == "HEAD" else request.method)
    if operation is None:
        raise HttpProblem(405, "method_not_allowed")
    if request.method in UNSAFE:
        check_origin(request)
    principal = await service.gate.principal(request)
    hall = request.path_params.get("hall")
    if operation.permission is not None:
        authorise(principal, operation.permission, hall)
    if hall is not None and hall not in service.halls:
        raise Unknown("hall", hall)
    call = Call(service, request, principal, language)
    if request.method in UNSAFE:
        raw = await read_body(request, operation.limit)
        body = decode(raw, operation.body) if operation.body is not None else None
        call = Call(service, request, principal, language, raw, body)
    return await operation.handler(call)


def _route(request: Request) -> str:
    """The route's pattern: no token and no id comes into a log line."""
    route = request.scope.get("route")
    return getattr(route, "path", "?")
