"""Watches the hall's equipment, and says what its manager has to be told of."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from kiosk.hall import Hall
from kiosk.hall.calendar import MINUTE
from kiosk.hall.core import Events
from kiosk.hall.message import Alert
from kiosk.server.live import LiveHall

WELL_MS = MINUTE
"""So long something is well before its trouble is over: what comes and goes is told once."""


class Trouble(NamedTuple):
    """Something that is in trouble now."""

    what: str
    about: str
    detail: str = ""


class Watch:
    """What this node has seen of a hall's equipment. host: of its disk."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._bad: dict[tuple[str, str], int] = {}
        self._well: dict[tuple[str, str], int] = {}
        self._screens: dict[str, str] = {}
        self.troubles: list[Trouble] = []
        """What is in trouble now."""

    def look(self, live: LiveHall, percent: int) -> None:
        """See what is in trouble. percent: how full the disk is.

        A screen is missed while the hall is open, once it was seen or missed before.
        """
        hall = live.hall
        printers = [live.printers.get(p.id) for p in hall.state.config.printers]
        found = [Trouble("printer", p.id, p.state) for p in printers if p and not p.prints]
        there = {screen.id: screen.name for screen in live.announcements.screens() if screen.id}
        self._screens |= there
        if hall.calendar.is_open(live.clock.now()):
            missed = {a.about: a.detail for a in _open(hall) if a.what == "screen"}
            gone = (missed | self._screens).items()
            found += [Trouble("screen", s, name) for s, name in gone if s not in there]
        if hall.state.config.alerts and percent >= hall.state.config.alerts.disk_percent:
            found.append(Trouble("disk", self._host, str(percent)))
        self.troubles = found

    def decide(self, hall: Hall, now: int) -> Events:
        """What the manager has to be told."""
        rules = hall.state.config.alerts
        if rules is None:
            return []
        bad = {(t.what, t.about): t.detail for t in self.troubles}
        self._bad = {key: self._bad.get(key, now) for key in bad}
        after, events = round(rules.after_minutes * MINUTE), Events()
        for (what, about), since in self._bad.items():
            if now - since >= after:
                events += hall.raise_alert(what, about, since, bad[what, about])
        mine = [a for a in _open(hall) if a.what != "disk" or a.about == self._host]
        well = [(a.what, a.about) for a in mine if (a.what, a.about) not in bad]
        self._well = {key: self._well.get(key, now) for key in well}
        for (what, about), since in self._well.items():
            if now - since >= WELL_MS:
                events += hall.end_alert(what, about)
        return events


def _open(hall: Hall) -> list[Alert]:
    return [alert for alert in hall.state.alerts.values() if alert.ended_at is None]


def full(folder: Path) -> int:
    """How full the disk of a folder is, per cent; it need not exist yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return round(100 * usage.used / usage.total)
