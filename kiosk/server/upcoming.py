"""Whom each console would call next: told when that changes, and at most ten times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import NamedTuple

from kiosk.hall.routing import Choice

PAUSE_S = 0.1
"""Changes within this time are told together."""


class _Known(NamedTuple):
    ticket: str
    code: str


class Upcoming:
    """Remembers what the consoles were told, so that only news is sent.

    watched: the windows whose console is open. choose: whom a window would call now.
    tell: send a window's console the present answer.
    """

    def __init__(
        self,
        watched: Callable[[], Iterable[str]],
        choose: Callable[[str], Choice | None],
        tell: Callable[[str], None],
    ) -> None:
        self._watched = watched
        self._choose = choose
        self._tell = tell
        self._known: dict[str, _Known | None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """Something happened in the hall."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE_S, self._due)

    def _due(self) -> None:
        self._timer = None
        self.check()

    def check(self) -> None:
        """Tell the consoles whose next visitor is another one than they were told."""
        known: dict[str, _Known | None] = {}
        for window in self._watched():
            choice = self._choose(window)
            known[window] = _Known(choice.ticket, choice.reason.code) if choice else None
            if window not in self._known or self._known[window] != known[window]:
                self._tell(window)
        self._known = known
