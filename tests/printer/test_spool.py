"""Jobs through the spool to a printer on a real socket, with everything that can go wrong."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from printer import worker
from printer.delivery import Timing
from printer.health import Health, State
from printer.job import Job, Outcome
from printer.press import plate
from printer.profiles import profile
from printer.spool import PrinterConfig, Spool, UnknownPrinterError
from printer.template import default
from printer.virtual import Faults, VirtualPrinter

from .conftest import IMPATIENT, PAPER, PATIENT, MemoryJournal, clock, job

RARELY = msgspec.structs.replace(PATIENT, poll_s=3600.0)


class Desk:
    """A spool on one virtual printer, and the states that it has reported."""

    def __init__(
        self,
        url: str,
        journal: MemoryJournal,
        known: PrinterConfig | None = None,
        timing: Timing | None = None,
    ) -> None:
        self.states: list[State] = []
        self.waiting: list[int] = []
        self.spool = Spool(
            [known or PrinterConfig("p", url)],
            journal,
            template=default(),
            clock=clock,
            timing=timing or (PATIENT if known is None else RARELY),
            on_health=self._healthy,
        )

    def _healthy(self, _printer: str, health: Health) -> None:
        self.states.append(health.state)
        self.waiting.append(health.waiting)

    async def until(self, state: State) -> None:
        """Wait for a state."""
        while self.spool.health()["p"].state is not state:
            await asyncio.sleep(0.005)


@pytest.fixture
async def desk(virtual: VirtualPrinter, journal: MemoryJournal) -> AsyncIterator[Desk]:
    """Run a spool on the virtual printer."""
    desk = Desk(virtual.url, journal)
    desk.spool.start()
    yield desk
    await desk.spool.close(grace_s=0.1)


def body(task: Job) -> bytes:
    """The bytes on the paper: all but the question at the end, three bytes."""
    return plate(task.paper, default(), profile("generic-80mm"), task.id).data[:-3]


async def test_prints_in_order_and_confirms(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    jobs = [job(f"A{n:03}") for n in range(5)]
    for task in jobs:
        desk.spool.submit(task)
    assert [await journal.outcome(task.id) for task in jobs] == [Outcome.PRINTED] * 5
    await virtual.wait_for_tickets(5)
    assert [ticket.data for ticket in virtual.tickets] == [body(task) for task in jobs]
    assert desk.spool.health()["p"].state is State.READY


async def test_a_print_is_one_connection_and_no_look_disturbs_it() -> None:
    """The printer takes many times longer for a ticket than passes between two looks."""
    seen: dict[str, list[int]] = {}

    def count(task: Job) -> bool:
        seen.setdefault(task.id, []).append(slow.connections)
        return True

    class Counting(MemoryJournal):
        async def settled(self, job: Job, outcome: Outcome, detail: str) -> None:
            count(job)
            await super().settled(job, outcome, detail)

    counting = Counting()
    counting.allow = count
    faults = Faults(slow=True)
    async with VirtualPrinter(faults=faults, slow_bytes_per_s=150_000) as slow:
        desk = Desk(slow.url, counting)
        desk.spool.start()
        for number in range(2):
            desk.spool.submit(job(f"A{number:03}"))
            assert await counting.outcome(f"A{number:03}") is Outcome.PRINTED
            looked = slow.connections
            while slow.connections < looked + 2:  # between tickets it is looked at
                await asyncio.sleep(0.01)
        await desk.spool.close()
        assert all(begun == ended for begun, ended in seen.values())
        assert slow.cut == 2


async def test_a_job_given_twice_is_printed_once(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    task = job("A001")
    desk.spool.submit(task)
    desk.spool.submit(task)
    desk.spool.submit(job("A002"))
    await journal.outcome("A002")
    await virtual.wait_for_tickets(2)
    assert journal.begun == ["A001", "A002"]


async def test_what_the_journal_calls_off_is_not_printed(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    journal.allow = lambda task: task.id != "A001"
    desk.spool.submit(job("A001"))
    desk.spool.submit(job("A002"))
    await journal.outcome("A002")
    assert virtual.cut == 1
    assert "A001" not in journal.ended


@pytest.mark.parametrize(
    ("faults", "state"),
    [
        (Faults(paper_out=True), State.PAPER_OUT),
        (Faults(cover_open=True), State.COVER_OPEN),
        (Faults(cutter=True), State.CUTTER),
    ],
)
async def test_waits_for_a_stopped_printer_and_goes_on(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal, faults: Faults, state: State
) -> None:
    await virtual.set_faults(faults)
    desk.spool.submit(job("A001"))
    await desk.until(state)
    assert journal.begun == []
    assert desk.spool.health()["p"].waiting == 1
    await virtual.set_faults(Faults())
    assert await journal.outcome("A001") is Outcome.PRINTED
    await desk.until(State.READY)


async def test_expires_when_nobody_waits_any_more(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    await virtual.set_faults(Faults(paper_out=True))
    desk.spool.submit(job("A001", lives_ms=150))
    desk.spool.submit(job("A002", lives_ms=60_000))
    assert await journal.outcome("A001") is Outcome.EXPIRED
    await virtual.set_faults(Faults())
    assert await journal.outcome("A002") is Outcome.PRINTED
    assert journal.begun == ["A002"]
    await virtual.wait_for_tickets(1)


async def test_near_end_prints_and_is_reported(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    await virtual.set_faults(Faults(near_end=True))
    desk.spool.submit(job("A001"))
    assert await journal.outcome("A001") is Outcome.PRINTED
    await desk.until(State.NEAR_END)


async def test_a_mute_printer_prints_but_nothing_is_certain(journal: MemoryJournal) -> None:
    async with VirtualPrinter(faults=Faults(mute=True)) as virtual:
        desk = Desk(virtual.url, journal, timing=IMPATIENT)
        desk.spool.start()
        desk.spool.submit(job("A001"))
        assert await journal.outcome("A001") is Outcome.UNCERTAIN
        await virtual.wait_for_tickets(1)
        await desk.until(State.UNKNOWN)
        await desk.spool.close()


async def test_a_printer_that_falls_silent_is_sent_nothing(
    virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    timing = msgspec.structs.replace(PATIENT, answer_s=IMPATIENT.answer_s)
    desk = Desk(virtual.url, journal, timing=timing)
    desk.spool.start()
    await desk.until(State.READY)
    await virtual.set_faults(Faults(mute=True))
    desk.spool.submit(job("A001"))
    await desk.until(State.OFFLINE)
    assert journal.begun == []
    await virtual.set_faults(Faults())
    assert await journal.outcome("A001") is Outcome.PRINTED
    await desk.spool.close()


async def test_a_line_that_breaks_makes_uncertain_and_the_next_ticket_is_whole(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    await virtual.set_faults(Faults(drop_after=40_000))
    desk.spool.submit(job("A001"))
    assert await journal.outcome("A001") is Outcome.UNCERTAIN
    assert "lost" in journal.ended["A001"][1]
    await virtual.set_faults(Faults())
    after = job("A002")
    desk.spool.submit(after)
    assert await journal.outcome("A002") is Outcome.PRINTED
    await virtual.wait_for_tickets(2)  # the rest of the broken one is cut off by itself
    assert virtual.tickets[-1].data == body(after)
    assert journal.begun == ["A001", "A002"]


async def test_paper_that_runs_out_meanwhile_is_uncertain(
    virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    """The printer holds the ticket and prints it once it has paper: a second would double it."""

    def empties(_task: Job) -> bool:
        virtual._machine.faults = Faults(paper_out=True)
        return True

    journal.allow = empties
    timing = msgspec.structs.replace(PATIENT, confirm_s=IMPATIENT.confirm_s)
    desk = Desk(virtual.url, journal, timing=timing)
    desk.spool.start()
    desk.spool.submit(job("A001"))
    assert await journal.outcome("A001") is Outcome.UNCERTAIN
    await desk.until(State.PAPER_OUT)
    await virtual.set_faults(Faults())
    await virtual.wait_for_tickets(1)
    assert journal.begun == ["A001"]
    await desk.spool.close()


async def test_an_unreachable_printer_is_offline_then_found(journal: MemoryJournal) -> None:
    async with VirtualPrinter() as first:
        port, url = first.port, first.url
    desk = Desk(url, journal)
    desk.spool.start()
    desk.spool.submit(job("A001"))
    await desk.until(State.OFFLINE)
    async with VirtualPrinter(port=port) as second:
        assert await journal.outcome("A001") is Outcome.PRINTED
        await second.wait_for_tickets(1)
        await desk.spool.close()


async def test_stopping_keeps_what_was_not_begun(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    await virtual.set_faults(Faults(paper_out=True))
    desk.spool.submit(job("A001"))
    await desk.until(State.PAPER_OUT)
    await desk.spool.close()
    assert journal.begun == []
    assert journal.ended == {}


async def test_a_printer_that_pushes_is_known_without_asking(
    virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    """It is watched between tickets, and let go for each: it serves one connection at a time."""
    desk = Desk(virtual.url, journal, PrinterConfig("p", virtual.url, "xprinter-80mm"))
    desk.spool.start()
    await desk.until(State.READY)
    for number, faults in enumerate([Faults(paper_out=True), Faults(near_end=True)]):
        task = job(f"A{number:03}")
        desk.spool.submit(task)
        assert await journal.outcome(task.id) is Outcome.PRINTED
        await virtual.wait_until_watched()
        await virtual.set_faults(faults)
        await desk.until(State.PAPER_OUT if faults.paper_out else State.NEAR_END)
        await virtual.set_faults(Faults())
        await desk.until(State.READY)
    await virtual.wait_for_tickets(2)
    await desk.spool.close()


async def test_a_failing_record_is_tried_again(
    desk: Desk, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = journal.settled
    fails = iter([True, True])

    async def settled(task: Job, outcome: Outcome, detail: str) -> None:
        if next(fails, False):
            raise OSError("disk full")
        await record(task, outcome, detail)

    monkeypatch.setattr(journal, "settled", settled)
    desk.spool.submit(job("A001"))
    assert await journal.outcome("A001") is Outcome.PRINTED


async def test_a_failing_mark_prints_nothing_until_it_holds(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = journal.sending
    fails = iter([True])

    async def sending(task: Job) -> bool:
        if next(fails, False):
            raise OSError("disk full")
        return await mark(task)

    monkeypatch.setattr(journal, "sending", sending)
    desk.spool.submit(job("A001"))
    assert await journal.outcome("A001") is Outcome.PRINTED
    await virtual.wait_for_tickets(1)
    assert journal.begun == ["A001"]


async def test_an_unknown_printer_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownPrinterError):
        desk.spool.submit(job("A001", printer="q"))


async def test_a_changed_hall_file_moves_the_queue(
    desk: Desk, virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    await virtual.set_faults(Faults(paper_out=True))
    desk.spool.submit(job("A001"))
    await desk.until(State.PAPER_OUT)
    async with VirtualPrinter() as other:
        gone = await desk.spool.configure([PrinterConfig("p", other.url)], default())
        assert gone == []
        assert await journal.outcome("A001") is Outcome.PRINTED
        await other.wait_for_tickets(1)
        assert await desk.spool.configure([], default()) == []
        assert desk.spool.health() == {}


async def test_a_ticket_on_its_way_is_uncertain_when_the_spool_must_end(
    journal: MemoryJournal,
) -> None:
    async with VirtualPrinter(faults=Faults(slow=True), slow_bytes_per_s=5_000) as virtual:
        desk = Desk(virtual.url, journal)
        desk.spool.start()
        desk.spool.submit(job("A001"))
        desk.spool.submit(job("A002"))
        while not journal.begun:
            await asyncio.sleep(0.005)
        await desk.spool.close(grace_s=0)
        assert journal.ended["A001"][0] is Outcome.UNCERTAIN
        assert journal.begun == ["A001"]
        assert "A002" not in journal.ended


async def test_the_count_of_waiting_jobs_is_told_in_time(
    desk: Desk, virtual: VirtualPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_NOTICE_S", 0.01)
    await virtual.set_faults(Faults(paper_out=True))
    for number in range(3):
        desk.spool.submit(job(f"A{number:03}"))
    while 3 not in desk.waiting:
        await asyncio.sleep(0.005)


async def test_a_paper_that_cannot_be_drawn_fails_and_the_next_is_printed(
    desk: Desk, journal: MemoryJournal
) -> None:
    endless = msgspec.structs.replace(PAPER, qr="https://example.org/" + "x" * 5000)
    desk.spool.submit(job("A001", paper=endless))
    desk.spool.submit(job("A002"))
    assert await journal.outcome("A002") is Outcome.PRINTED
    assert journal.ended["A001"][0] is Outcome.FAILED


async def test_after_a_crash_the_torn_ticket_is_cut_off_first(
    virtual: VirtualPrinter, journal: MemoryJournal
) -> None:
    await virtual.set_faults(Faults(drop_after=25_000))
    first = Desk(virtual.url, journal)
    first.spool.start()
    first.spool.submit(job("A001"))
    await journal.outcome("A001")
    await first.spool.close()
    await virtual.set_faults(Faults())
    second = Desk(virtual.url, journal)
    second.spool.torn("p")
    second.spool.start()
    after = job("A002")
    second.spool.submit(after)
    assert await journal.outcome("A002") is Outcome.PRINTED
    await virtual.wait_for_tickets(2)
    assert virtual.tickets[-1].data == body(after)
    await second.spool.close()
