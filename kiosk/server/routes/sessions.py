"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.server.access import SESSION_COOKIE, Principal, cookies
from kiosk.server.http import Call, Operation, json_response, set_cookie
from kiosk.server.problems import HttpProblem
from kiosk.server.views import SessionView


class LogInBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Who logs in."""

    account: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


def _session(principal: Principal) -> SessionView:
    return SessionView(
        account=principal.account or "",
        roles=list(principal.roles),
        halls=list(principal.halls),
    )


async def log_in(call: Call) -> Response:
    """Log in with a password; the session lies in a cookie that no script can read."""
    secret, principal = await call.service.gate.log_in(call.body.account, call.body.password)
    response = json_response(_session(principal))
    set_cookie(call, response, SESSION_COOKIE, secret, None)
    return response


async def who(call: Call) -> Response:
    """Who is logged in."""
    if call.principal.account is None:
        raise HttpProblem(401, "unauthenticated")
    return json_response(_session(call.principal))


async def log_out(call: Call) -> Response:
    """End the session."""
    secret = cookies(call.headers).get(SESSION_COOKIE)
    if secret:
        await call.service.gate.log_out(secret)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


_TAG = "access"
OPERATIONS = (
    Operation(
        "POST",
        "/api/v1/session",
        log_in,
        "Log in",
        body=LogInBody,
        answers={200: SessionView},
        tag=_TAG,
    ),
    Operation(
        "GET", "/api/v1/session", who, "Who is logged in", answers={200: SessionView}, tag=_TAG
    ),
    Operation("DELETE", "/api/v1/session", log_out, "Log out", answers={204: None}, tag=_TAG),
)
