"""What the API says of the hall's devices and of what they show."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.hall.config import Names
from kiosk.store.access import Device

from .views import View
from .views_live import ScreenView


class PairingView(View, frozen=True):
    """A device that shows `code` until somebody approves it."""

    id: str
    code: str
    state: Literal["pending"]


class MediaFile(View, frozen=True):
    """A picture or video. file: its name in `/media/{hall}/{file}`; kind: its media type."""

    file: str
    name: str
    kind: str
    bytes: int


class MediaView(View, frozen=True):
    """What a hall's screens show of its own: the logo, and what takes turns beside the calls."""

    logo: MediaFile | None
    slides: list[MediaFile]


ScreenLayout = Literal["main", "window", "waiting", "entrance"]
Beside = Literal["groups", "media"]
"""What stands beside the calls on a main board: who waits, or pictures and videos."""


class DeviceSettings(Struct, frozen=True, omit_defaults=True):
    """What a paired device shows; every setting may be missing. zones: of a screen, else all."""

    zones: list[str] | None = None
    window: str | None = None
    printer: str | None = None
    layout: ScreenLayout | None = None
    beside: Beside | None = None
    language: str | None = None
    sound: bool | None = None
    notices: list[Names] | None = None


class DeviceView(View, frozen=True):
    """A device. state: `none` not known, `open` no pairing is needed on this server.

    setup: another text as soon as name, hall or settings are others. last_seen: when its page last
    started. connection: while it is connected.
    """

    state: Literal["none", "open", "pending", "paired"]
    id: str | None = None
    kind: str | None = None
    name: str | None = None
    hall: str | None = None
    code: str | None = None
    settings: DeviceSettings = DeviceSettings()
    setup: str | None = None
    last_seen: str | None = None
    connection: ScreenView | None = None


def setup_of(device: Device) -> str:
    """A short text that is another one as soon as its hall, name or settings are."""
    what = msgspec.json.encode([device.hall, device.name, device.settings])
    return hashlib.blake2b(what, digest_size=8).hexdigest()
