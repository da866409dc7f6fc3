"""Devices of the hall, as they were paired and as they are connected now."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kiosk.store.access import Device

from .device_views import DeviceSettings, DeviceView, setup_of
from .service import Service
from .views_live import ScreenView


def settings_of(device: Device) -> DeviceSettings:
    """What a device shows."""
    return msgspec.json.decode(device.settings, type=DeviceSettings)


def connected(service: Service) -> dict[str, ScreenView]:
    """The paired screens that are connected, by the device's id."""
    return {
        screen.id: screen
        for live in service.halls.values()
        for screen in live.announcements.screens()
        if screen.id
    }


def view(service: Service, device: Device, screens: Mapping[str, ScreenView]) -> DeviceView:
    """A device; its code only while it waits for approval. screens: those that are connected."""
    paired = device.approved is not None
    return DeviceView(
        state="paired" if paired else "pending",
        id=device.id,
        kind=device.kind,
        name=device.name,
        hall=device.hall,
        code=None if paired else device.code,
        settings=settings_of(device),
        setup=setup_of(device) if paired else None,
        last_seen=_last_seen(service, device),
        connection=screens.get(device.id),
    )


def _last_seen(service: Service, device: Device) -> str | None:
    """In the time zone of its hall."""
    live = service.halls.get(device.hall or "")
    if device.last_seen is None or live is None:
        return None
    return live.hall.calendar.rfc3339(device.last_seen)
