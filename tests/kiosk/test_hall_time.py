import asyncio

from kiosk.robots.clock import HallTime


class Seconds:
    """Real seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_runs_as_fast_as_the_hall() -> None:
    real = Seconds()
    clock = HallTime(5_000, 60, real)
    real.now += 1
    assert clock.now() == 5_000
    clock.run(10_000)
    real.now += 2
    assert clock.now() == 130_000
    assert clock.stand() == 130_000
    real.now += 50
    assert clock.now() == 130_000
    clock.run(131_000)
    assert clock.now() == 131_000


async def test_who_waits_for_an_instant_sleeps_over_a_standstill() -> None:
    real = Seconds()
    clock = HallTime(0, 1000, real)
    woken = asyncio.create_task(clock.until(60_000))
    await asyncio.sleep(0)
    assert not woken.done()
    clock.run(59_999)
    await asyncio.sleep(0)
    clock.stand()
    await asyncio.sleep(0)
    assert not woken.done()
    clock.run(60_000)
    await woken


async def test_an_instant_that_has_passed_is_not_waited_for() -> None:
    clock = HallTime(1_000, 1, Seconds())
    await clock.until(1_000)
    await clock.sleep(-5)
