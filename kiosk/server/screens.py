"""The screens of a hall: those that are connected here, and those at other nodes.

Where several nodes serve a hall, each tells the others which screens it has (`Here`), and all
choose the holder of a zone's speaker by the same rule, so that a call is said once: the screen
that has been connected longest. A screen that is new counts for that only when the others can
have heard of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from display.hub import Hub

from .views_live import CallAired, LightView, ScreenView

SETTLED = 2
"""Beats after which the other nodes have read what was told."""

MAIN = "main"
"""The layout that shows calls."""


class Screen(msgspec.Struct, frozen=True):
    """What a screen says of itself when it connects. zones: none for the whole hall.

    setup: that of the device which its page has read; empty if it says none.
    """

    id: str
    name: str
    zones: tuple[str, ...]
    window: str | None
    layout: str
    sound: bool
    version: str
    since: str
    setup: str = ""


class Here(msgspec.Struct, frozen=True):
    """What a node tells the others of a hall: its screens, and what they made of the calls.

    A screen's `last_frame` is told only when it is old.
    """

    screens: list[ScreenView]
    aired: dict[str, CallAired]


class Screens:
    """The screens of one hall. shared: whether other nodes may serve the hall as well."""

    def __init__(self, hub: Hub, node: str, *, shared: bool) -> None:
        self._hub = hub
        self._node = node
        self._met = not shared
        self._elsewhere: dict[str, list[ScreenView]] = {}
        self._told: dict[Screen, int] = {}

    def here(self) -> list[ScreenView]:
        """The screens that are connected to this node."""
        return [
            ScreenView(
                id=screen.id,
                name=screen.name,
                zones=screen.zones,
                window=screen.window,
                layout=screen.layout,
                sound=screen.sound,
                version=screen.version,
                connected_since=screen.since,
                last_frame=subscriber.taken_at,
            )
            for subscriber in self._hub.known()
            if isinstance(screen := subscriber.who, Screen)
        ]

    def views(self, now: str) -> list[ScreenView]:
        """All screens, the longest connected first. now: RFC 3339, of those that are well."""
        found = self.here()
        for screens in self._elsewhere.values():
            found += [msgspec.structs.replace(s, last_frame=s.last_frame or now) for s in screens]
        return sorted(found, key=lambda screen: screen.connected_since)

    def light(self, zone: str) -> LightView:
        """Whether calls to a zone are seen and heard."""
        screens = self.here() + [s for others in self._elsewhere.values() for s in others]
        return LightView(
            screens=sum(s.layout == MAIN and _covers(s, zone) for s in screens),
            speaker=self._hub.watching(f"speaker:{zone}") > 0
            or any(s.sound and _covers(s, zone) for s in screens),
        )

    def holds(self, zone: str) -> bool:
        """Whether the holder of a zone's speaker is, if anywhere, at this node."""
        if not self._met:
            return False
        if not self._elsewhere:
            return True
        claims = [
            (screen.connected_since, node)
            for node, screens in self._elsewhere.items()
            for screen in screens
            if screen.sound and _covers(screen, zone)
        ]
        mine = [
            (screen.since, self._node)
            for screen, beats in self._told.items()
            if beats >= SETTLED and screen.sound and _covers(screen, zone)
        ]
        return bool(mine) and min(mine) == min(mine + claims)

    def tell(self) -> list[ScreenView]:
        """What the other nodes are told at this beat; the beats of each screen are counted."""
        connected = [s.who for s in self._hub.known() if isinstance(s.who, Screen)]
        self._told = {screen: self._told.get(screen, -1) + 1 for screen in connected}
        newest = max((s.taken_at or "" for s in self._hub.known()), default="")
        return [
            msgspec.structs.replace(s, last_frame=s.last_frame if s.last_frame != newest else None)
            for s in self.here()
        ]

    def hear(self, elsewhere: Mapping[str, list[ScreenView]]) -> bool:
        """Take in what the others have told, by node; whether that is news."""
        self._met = True
        news = self._elsewhere != elsewhere
        self._elsewhere = dict(elsewhere)
        return news


def _covers(screen: Screen | ScreenView, zone: str) -> bool:
    return not screen.zones or zone in screen.zones
