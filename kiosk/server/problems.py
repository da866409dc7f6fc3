"""Errors as RFC 9457 problems: a stable code, the right status, and a sentence that helps."""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec
from starlette.responses import Response

from kiosk import texts
from kiosk.hall.errors import HallError, Invalid, RuleBroken, Unknown
from kiosk.store.log import StoreError

from .runtime import KeyReused, Reply
from .views import Problem

_encode = msgspec.json.Encoder().encode

RETRY_AFTER_S = 2
"""What a client is told to wait after a 503: a disk that is full now may not be then."""


class HttpProblem(Exception):
    """A request that is refused before it reaches a hall's rules.

    code: key in the catalogue's area `errors`. params fill its sentence.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        field: str | None = None,
        retry_after: int | None = None,
        **params: object,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.field = field
        self.retry_after = retry_after
        self.params = params


def status_of(error: HallError, in_body: Collection[str] = ()) -> int:
    """The HTTP status of a broken rule. in_body: kinds of ids that came in the body."""
    match error:
        case Unknown(kind=kind):
            return 422 if kind in in_body else 404
        case Invalid() | KeyReused():
            return 422
        case RuleBroken():
            return 409
        case _:
            return 400


_STATES = ("state", "expected")
"""What rules say of tickets and appointments: states, several with "or" between them."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")


def describe(status: int, code: str, language: str, field: str | None, **params: object) -> Problem:
    """A problem in a language."""
    if field is not None:
        params.setdefault("field", field)
    params = {name: _spoken(language, name, value) for name, value in params.items()}
    return Problem(
        type=f"/problems/{code}",
        title=texts.text(language, f"errors.title_{status}"),
        status=status,
        code=code,
        detail=texts.text(language, f"errors.{code}", **params),
        field=field if field is not None else msgspec.UNSET,
    )


def _spoken(language: str, name: str, value: object) -> object:
    """An instant as people write it, to the minute in the hall's time; a state in words; anything
    else as it is.
    """
    if name in _STATES:
        comma = texts.text(language, "errors.or")
        return comma.join(
            texts.text(language, f"errors.state_{state}") for state in str(value).split(" or ")
        )
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return f"{value[:10]} {value[11:16]}"
    return value


def of_hall_error(error: HallError, language: str, in_body: Collection[str] = ()) -> Problem:
    """The problem behind a broken rule."""
    status = status_of(error, in_body)
    params = dict(error.params)
    field = None
    if isinstance(error, Invalid):
        field = str(params.pop("field"))
        params["reason"] = str(error)
    elif isinstance(error, Unknown) and status == 422:
        field = error.kind
    return describe(status, error.code, language, field, **params)


def refusal(error: HallError, language: str, in_body: Collection[str] = ()) -> Reply:
    """A broken rule as the reply that is remembered for the request's retries."""
    problem = of_hall_error(error, language, in_body)
    return Reply(problem.status, _encode(problem))


def of_store_error(_error: StoreError, language: str) -> Problem:
    """What a client is told when the database can't take it now."""
    return describe(503, "unavailable", language, None)


def response(problem: Problem, *, retry_after: int | None = None) -> Response:
    """A problem as an HTTP response."""
    headers = {"Cache-Control": "no-store"}
    if retry_after is None and problem.status == 503:
        retry_after = RETRY_AFTER_S
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="kiosk"'
    return Response(
        _encode(problem), problem.status, headers, media_type="application/problem+json"
    )
