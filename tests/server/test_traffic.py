"""Work in the background waits until nobody waits for an answer, but not for ever."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.server import traffic as module
from kiosk.server.traffic import Traffic


async def test_a_step_begins_when_no_request_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0)
    monkeypatch.setattr(module, "PATIENCE_S", 600)
    traffic, done = Traffic(), list[int]()

    async def step(number: int) -> None:
        await traffic.lull()
        done.append(number)

    await step(0)  # nobody is there: at once
    traffic.came()
    traffic.came()
    steps = [asyncio.create_task(step(number)) for number in (1, 2)]
    for _ in range(2):
        for _ in range(9):
            await asyncio.sleep(0)
        assert done == [0]
        traffic.left()
    await asyncio.gather(*steps)
    assert done == [0, 1, 2]
    await step(3)


async def test_a_server_that_is_never_alone_gets_its_work_done() -> None:
    traffic = Traffic()
    traffic.came()
    await traffic.lull()
    traffic.left()
    assert traffic.inside == 0
