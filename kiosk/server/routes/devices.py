"""Pairing the hall's screens, kiosks and evaluators, and saying what they show."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall.errors import Unknown
from kiosk.server.access import DEVICE_COOKIE, Permission, cookies
from kiosk.server.device_views import DeviceSettings, DeviceView, PairingView
from kiosk.server.devices import connected, view
from kiosk.server.http import Call, Operation, clean, json_response, set_cookie
from kiosk.server.problems import HttpProblem
from kiosk.store.access import Device

COOKIE_YEAR_S = 400 * 24 * 3600
"""Browsers keep a cookie for 400 days at most."""

Name = Annotated[str, Meta(min_length=1, max_length=64)]


class PairBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What kind of device asks to be paired."""

    kind: Literal["screen", "kiosk", "rater"]
    hall: str | None = None


class ApproveBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Where a device belongs and what it shows."""

    name: Name
    hall: str
    settings: DeviceSettings = DeviceSettings()


class ConfigureBody(Struct, forbid_unknown_fields=True, frozen=True):
    """What a paired device is called and shows from now on."""

    name: Name
    settings: DeviceSettings


async def pair(call: Call) -> Response:
    """A device asks to be paired; it shows the code until somebody approves it."""
    body: PairBody = call.body
    if body.hall is not None and body.hall not in call.service.halls:
        raise Unknown("hall", body.hall)
    secret, device = await call.service.gate.ask_to_pair(body.kind, body.hall)
    response = json_response(
        PairingView(id=device.id, code=device.code or "", state="pending"), 201
    )
    set_cookie(call, response, DEVICE_COOKIE, secret, COOKIE_YEAR_S)
    await call.service.changes.look()
    return response


async def me(call: Call) -> Response:
    """What this device is, and what it should show."""
    secret = cookies(call.headers).get(DEVICE_COOKIE)
    device = await call.service.gate.device(secret) if secret else None
    if device is None:
        return json_response(
            DeviceView(state="open" if call.service.settings.open_devices else "none")
        )
    if device.approved is not None:
        await call.service.store.access.see_device(device.id, call.service.clock.real())
    return json_response(view(call.service, device, connected(call.service)))


async def devices(call: Call) -> Response:
    """All devices that are paired or ask to be, and which are connected."""
    known = await call.service.gate.devices()
    screens = connected(call.service)
    return json_response([view(call.service, d, screens) for d in known if _reaches(call, d)])


async def approve(call: Call) -> Response:
    """Pair the device that shows this code."""
    body: ApproveBody = call.body
    if body.hall not in call.service.halls:
        raise Unknown("hall", body.hall)
    if not call.principal.opens(body.hall):
        raise HttpProblem(403, "forbidden")
    _check(call, body.hall, body.settings)
    code, name = call.path("code"), clean("name", body.name) or code_name(call.path("code"))
    settings = msgspec.to_builtins(body.settings)
    if not await call.service.gate.approve(code, body.hall, name, settings):
        raise Unknown("device", code)
    await call.service.changes.look()
    return Response(status_code=204)


async def configure(call: Call) -> Response:
    """Rename a paired device and change what it shows; its page starts again with that."""
    body: ConfigureBody = call.body
    device = await _paired(call)
    _check(call, device.hall or "", body.settings)
    name = clean("name", body.name) or device.name
    settings = msgspec.json.encode(body.settings).decode()
    await call.service.store.access.configure_device(device.id, name, settings)
    await call.service.changes.look()
    changed = msgspec.structs.replace(device, name=name, settings=settings)
    return json_response(view(call.service, changed, connected(call.service)))


async def remove(call: Call) -> Response:
    """Forget a device; a page that still runs there asks to be paired again."""
    device = await _paired(call)
    await call.service.store.access.delete_device(device.id)
    await call.service.changes.look()
    return Response(status_code=204)


def code_name(code: str) -> str:
    """The name of a device that nobody named."""
    return f"# {code}"


async def _paired(call: Call) -> Device:
    device = await call.service.store.access.device(call.path("device"))
    if device is None or not _reaches(call, device):
        raise Unknown("device", call.path("device"))
    return device


def _reaches(call: Call, device: Device) -> bool:
    return device.hall is None or call.principal.opens(device.hall)


def _check(call: Call, hall_id: str, settings: DeviceSettings) -> None:
    """Raises HttpProblem 422 for a zone or window that the hall doesn't have."""
    hall = call.service.hall(hall_id).hall
    zones = {zone.id for zone in hall.state.config.zones}
    if not zones.issuperset(settings.zones or ()):
        raise HttpProblem(422, "invalid_field", field="settings.zones", reason="no such zone")
    if settings.window is not None and settings.window not in hall.state.windows:
        raise HttpProblem(422, "invalid_field", field="settings.window", reason="no such window")


_TAG = "devices"
OPERATIONS = (
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
    Operation(
        "POST",
        "/api/v1/devices/{device}/configure",
        configure,
        "Rename a device and change what it shows",
        Permission.DEVICES,
        ConfigureBody,
        {200: DeviceView},
        tag=_TAG,
    ),
    Operation(
        "DELETE",
        "/api/v1/devices/{device}",
        remove,
        "Forget a device",
        Permission.DEVICES,
        answers={204: None},
        tag=_TAG,
    ),
)
