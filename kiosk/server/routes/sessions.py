"""Logging in and out, and pairing the hall's screens and kiosks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall.errors import Unknown
from kiosk.server.access import DEVICE_COOKIE, SESSION_COOKIE, Permission, Principal
from kiosk.server.http import Call, Operation, json_response
from kiosk.server.problems import HttpProblem
from kiosk.server.views import DeviceSettings, DeviceView, PairingView, SessionView

COOKIE_YEAR_S = 400 * 24 * 3600
"""Browsers keep a cookie for 400 days at most."""


class LogInBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Who logs in."""

    account: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class PairBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What kind of device asks to be paired."""

    kind: Literal["screen", "kiosk", "rater"]
    hall: str | None = None


class ApproveBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Where a device belongs and what it shows."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    hall: str
    settings: DeviceSettings = DeviceSettings()


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
    _set_cookie(call, response, SESSION_COOKIE, secret, None)
    return response


async def who(call: Call) -> Response:
    """Who is logged in."""
    if call.principal.account is None:
        raise HttpProblem(401, "unauthenticated")
    return json_response(_session(call.principal))


async def log_out(call: Call) -> Response:
    """End the session."""
    secret = call.request.cookies.get(SESSION_COOKIE)
    if secret:
        await call.service.gate.log_out(secret)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


async def pair(call: Call) -> Response:
    """A device asks to be paired; it shows the code until somebody approves it."""
    body: PairBody = call.body
    if body.hall is not None and body.hall not in call.service.halls:
        raise Unknown("hall", body.hall)
    secret, device = await call.service.gate.ask_to_pair(body.kind, body.hall)
    response = json_response(
        PairingView(id=device.id, code=device.code or "", state="pending"), 201
    )
    _set_cookie(call, response, DEVICE_COOKIE, secret, COOKIE_YEAR_S)
    return response


async def me(call: Call) -> Response:
    """What this device is, and what it should show."""
    secret = call.request.cookies.get(DEVICE_COOKIE)
    device = await call.service.gate.device(secret) if secret else None
    if device is None:
        state: Any = "open" if call.service.settings.open_devices else "none"
        return json_response(DeviceView(state=state))
    paired = device.approved is not None
    if paired:
        await call.service.store.access.see_device(device.id, call.service.clock.real())
    return json_response(
        DeviceView(
            state="paired" if paired else "pending",
            id=device.id,
            kind=device.kind,
            name=device.name,
            hall=device.hall,
            code=None if paired else device.code,
            settings=_settings(device.settings),
        )
    )


async def devices(call: Call) -> Response:
    """All devices that are paired or ask to be."""
    return json_response(
        [
            DeviceView(
                state="pending" if d.approved is None else "paired",
                id=d.id,
                kind=d.kind,
                name=d.name,
                hall=d.hall,
                code=d.code if d.approved is None else None,
                settings=_settings(d.settings),
            )
            for d in await call.service.store.access.devices()
        ]
    )


async def approve(call: Call) -> Response:
    """Pair the device that shows this code."""
    body: ApproveBody = call.body
    if body.hall not in call.service.halls:
        raise Unknown("hall", body.hall)
    if not call.principal.opens(body.hall):
        raise HttpProblem(403, "forbidden")
    code = call.path("code")
    settings = msgspec.to_builtins(body.settings)
    if not await call.service.gate.approve(code, body.hall, body.name, settings):
        raise Unknown("device", code)
    return Response(status_code=204)


def _settings(text: str) -> DeviceSettings:
    return msgspec.json.decode(text, type=DeviceSettings)


def _set_cookie(
    call: Call, response: Response, name: str, secret: str, max_age: int | None
) -> None:
    response.set_cookie(
        name,
        secret,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="strict",
        secure=call.request.url.scheme == "https",
    )


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
    Operation(
        "POST",
        "/api/v1/devices",
        pair,
        "A device asks to be paired",
        body=PairBody,
        answers={201: PairingView},
        tag=_TAG,
    ),
    Operation(
        "GET", "/api/v1/devices/me", me, "What this device is", answers={200: DeviceView}, tag=_TAG
    ),
    Operation(
        "GET",
        "/api/v1/devices",
        devices,
        "All devices",
        Permission.DEVICES,
        answers={200: list[DeviceView]},
        tag=_TAG,
    ),
    Operation(
        "POST",
        "/api/v1/devices/{code}/approve",
        approve,
        "Pair the device that shows this code",
        Permission.DEVICES,
        ApproveBody,
        {204: None},
        tag=_TAG,
    ),
)
