"""A journal in memory, papers, and a virtual printer for each test that asks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from printer.delivery import Timing
from printer.job import Job, Outcome
from printer.paper import Leg, Paper
from printer.virtual import VirtualPrinter

PATIENT = Timing(connect_s=60.0, answer_s=60.0, write_s=60.0, confirm_s=60.0, poll_s=0.05)
"""Looks often, and waits for a printer that answers however busy the machine is."""
IMPATIENT = msgspec.structs.replace(PATIENT, answer_s=0.4, confirm_s=0.6)
"""For printers that say nothing: whether one answers in time is the machine's affair."""
PAPER = Paper(
    hall="县政务服务中心",
    number="B012",
    legs=(Leg("户口登记"),),
    place="一层大厅 2–5 号窗口",
    ahead=5,
    low_s=720,
    high_s=1490,
    materials=("身份证原件", "户口簿"),
    qr="https://kiosk.example.gov.cn/t/3fJk29fKs9aQw83ndkqLsA",
    issued="2026-11-22 08:31",
)


def clock() -> int:
    """Milliseconds that only go forward."""
    return time.monotonic_ns() // 1_000_000


def job(name: str, *, printer: str = "p", lives_ms: int = 60_000, paper: Paper = PAPER) -> Job:
    """A job whose paper carries its name as the number."""
    paper = msgspec.structs.replace(paper, number=name)
    return Job(name, printer, paper, clock() + lives_ms)


class MemoryJournal:
    """Keeps what the spool reports; `allow` decides whether a job may begin."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: dict[str, tuple[Outcome, str]] = {}
        self.allow: Callable[[Job], bool] = lambda _job: True
        self._changed = asyncio.Condition()

    async def sending(self, job: Job) -> bool:
        """Note the beginning."""
        if not self.allow(job):
            return False
        self.begun.append(job.id)
        return True

    async def settled(self, job: Job, outcome: Outcome, detail: str) -> None:
        """Note the end; a second end is a defect."""
        assert job.id not in self.ended
        self.ended[job.id] = (outcome, detail)
        async with self._changed:
            self._changed.notify_all()

    async def outcome(self, job: str) -> Outcome:
        """Wait for a job's end."""
        async with self._changed:
            await self._changed.wait_for(lambda: job in self.ended)
        return self.ended[job][0]


@pytest.fixture
def journal() -> MemoryJournal:
    """Return an empty journal."""
    return MemoryJournal()


@pytest.fixture
async def virtual() -> AsyncIterator[VirtualPrinter]:
    """Run a virtual printer."""
    async with VirtualPrinter() as printer:
        yield printer
