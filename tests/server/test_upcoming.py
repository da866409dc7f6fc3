"""Consoles are told whom they would call next: when it changes, never again the same."""

from __future__ import annotations

import asyncio

from kiosk.hall.events import Reason
from kiosk.hall.routing import Choice
from kiosk.server.upcoming import Upcoming


class Desks:
    """What windows would call, and what their consoles were told."""

    def __init__(self, **choices: str | None) -> None:
        self.choices: dict[str, str | None] = dict(choices)
        self.told: list[str] = []
        self.upcoming = Upcoming(lambda: list(self.choices), self.choose, self.told.append)

    def choose(self, window: str) -> Choice | None:
        ticket = self.choices[window]
        return Choice(ticket, "A", Reason(code="first")) if ticket else None


def test_each_open_console_is_told_once() -> None:
    desks = Desks(w1="B001", w2=None)
    desks.upcoming.check()
    desks.upcoming.check()
    assert desks.told == ["w1", "w2"]


def test_only_whose_next_visitor_changed_is_told() -> None:
    desks = Desks(w1="B001", w2="C001")
    desks.upcoming.check()
    desks.choices["w2"] = None
    desks.upcoming.check()
    assert desks.told == ["w1", "w2", "w2"]


def test_a_console_that_came_back_is_told_again() -> None:
    desks = Desks(w1="B001")
    desks.upcoming.check()
    away = desks.choices.pop("w1")
    desks.upcoming.check()
    desks.choices["w1"] = away
    desks.upcoming.check()
    assert desks.told == ["w1", "w1"]


async def test_many_changes_are_told_together() -> None:
    desks = Desks(w1="B001")
    told = asyncio.Event()
    desks.upcoming = Upcoming(
        lambda: list(desks.choices),
        desks.choose,
        lambda window: (desks.told.append(window), told.set()),  # type: ignore[func-returns-value]
    )
    for number in range(50):
        desks.choices["w1"] = f"B{number:03d}"
        desks.upcoming.changed()
    assert desks.told == []
    await told.wait()
    assert desks.told == ["w1"]
