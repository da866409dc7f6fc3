"""Devices of the hall, as they were paired and as they are connected now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from kiosk.store.access import Device

from .device_views import DeviceSettings, DeviceView
from .views import ScreenView

if TYPE_CHECKING:
    from .service import Service


def settings_of(device: Device) -> DeviceSettings:
    """What a device shows."""
    return msgspec.json.decode(device.settings, type=DeviceSettings)


def view(service: Service, device: Device) -> DeviceView:
    """A device; its code only while it waits for approval."""
    paired = device.approved is not None
    return DeviceView(
        state="paired" if paired else "pending",
        id=device.id,
        kind=device.kind,
        name=device.name,
        hall=device.hall,
        code=None if paired else device.code,
        settings=settings_of(device),
        last_seen=None if device.last_seen is None else _rfc3339(device.last_seen),
        connection=_connection(service, device),
    )


def _connection(service: Service, device: Device) -> ScreenView | None:
    live = service.halls.get(device.hall or "")
    screens = live.announcements.screens() if live else []
    return next((screen for screen in screens if screen.id == device.id), None)


def _rfc3339(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, tz=UTC).isoformat(timespec="seconds")
