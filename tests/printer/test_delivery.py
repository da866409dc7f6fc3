"""One ticket over one connection, to printers that end it in every way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from printer.delivery import Timing, Wire
from printer.health import State
from printer.job import CalledOff, Delivery, NotSent, Outcome, Sent
from printer.press import Plate
from printer.profiles import Profile, profile
from printer.transport.tcp import TcpTransport
from printer.virtual import Faults, VirtualPrinter

from .conftest import IMPATIENT, PATIENT, job

GENERIC, PUSHING = profile("generic-80mm"), profile("xprinter-80mm")
PLATE = Plate(b"\x1b@TICKET\n\x1dV\x00\x1dr\x01", b"")
Answer = Callable[[bytes], bytes | None]
"""From what has come so far to the answer; None hangs up."""


@contextlib.asynccontextmanager
async def answering(
    answer: Answer, known: Profile = GENERIC, timing: Timing = PATIENT
) -> AsyncIterator[Wire]:
    """A printer that answers each read by a function, and a wire to it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                if (said := answer(data)) is None:
                    break
                writer.write(said)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield Wire(TcpTransport("127.0.0.1", port), known, timing)
    server.close()
    await server.wait_closed()


async def sent(wire: Wire, *, allowed: bool = True) -> Delivery:
    """Deliver a ticket."""

    async def begin() -> bool:
        return allowed

    return await wire.deliver(job("j"), PLATE, begin)


async def state_of(wire: Wire) -> State:
    """How the printer is when it is asked."""
    seen: list[State] = []
    await wire.watch(seen.append, 0)
    return seen[0]


def well(data: bytes) -> bytes:
    """Answer every question."""
    return b"\x12" * data.count(b"\x10\x04") + b"\x00" * data.count(b"\x1dr\x01")


async def test_confirmed() -> None:
    async with answering(well) as wire:
        assert await sent(wire) == Sent(Outcome.PRINTED, "confirmed by the printer", State.READY)
        assert await state_of(wire) is State.READY


async def test_confirmed_and_hung_up_is_printed_all_the_same() -> None:
    confirmed = False

    def answer(data: bytes) -> bytes | None:
        nonlocal confirmed
        if confirmed:
            return None
        confirmed = b"\x1dr\x01" in data
        return well(data)

    async with answering(answer) as wire:
        assert await sent(wire) == Sent(Outcome.PRINTED, "confirmed by the printer", State.OFFLINE)


async def test_hung_up_on_the_ticket_is_uncertain() -> None:
    async with answering(lambda data: None if b"TICKET" in data else well(data)) as wire:
        delivery = await sent(wire)
        assert isinstance(delivery, Sent)
        assert (delivery.outcome, delivery.state) == (Outcome.UNCERTAIN, State.OFFLINE)


async def test_hung_up_on_the_first_question_is_not_sent() -> None:
    async with answering(lambda _data: None) as wire:
        delivery = await sent(wire)
        assert isinstance(delivery, NotSent)
        assert delivery.state is State.OFFLINE
        assert await state_of(wire) is State.OFFLINE


async def test_not_confirmed_in_time_is_uncertain() -> None:
    timing = msgspec.structs.replace(PATIENT, confirm_s=IMPATIENT.confirm_s)

    def answer(data: bytes) -> bytes:
        return b"\x12" * data.count(b"\x10\x04")

    async with answering(answer, timing=timing) as wire:
        delivery = await sent(wire)
        assert isinstance(delivery, Sent)
        assert "not confirmed in time" in delivery.detail


async def test_a_connection_that_was_kept_open_would_lose_the_ticket(
    virtual: VirtualPrinter,
) -> None:
    """So each ticket has a connection of its own, also after the printer dropped one."""
    wire = Wire(TcpTransport("127.0.0.1", virtual.port), GENERIC, PATIENT)
    for _ in range(3):
        assert isinstance(await sent(wire), Sent)
    assert virtual.connections == 3
    await virtual.wait_for_tickets(3)


async def test_called_off_sends_nothing(virtual: VirtualPrinter) -> None:
    wire = Wire(TcpTransport("127.0.0.1", virtual.port), GENERIC, PATIENT)
    assert await sent(wire, allowed=False) == CalledOff()
    assert await sent(wire)
    await virtual.wait_for_tickets(1)
    assert virtual.tickets[0].data == PLATE.data[:-3]


async def test_a_profile_that_is_never_asked(virtual: VirtualPrinter) -> None:
    silent = msgspec.structs.replace(GENERIC, status="none")
    wire = Wire(TcpTransport("127.0.0.1", virtual.port), silent, PATIENT)
    assert await state_of(wire) is State.UNKNOWN
    delivery = await sent(wire)
    assert isinstance(delivery, Sent)
    assert (delivery.outcome, delivery.state) == (Outcome.UNCERTAIN, State.UNKNOWN)


@pytest.mark.parametrize(
    ("faults", "state"),
    [
        (Faults(), State.READY),
        (Faults(near_end=True), State.NEAR_END),
        (Faults(paper_out=True), State.PAPER_OUT),
        (Faults(cover_open=True), State.COVER_OPEN),
        (Faults(cutter=True), State.CUTTER),
        (Faults(mute=True), State.UNKNOWN),
    ],
)
async def test_probing_tells_the_state_and_prints_nothing(faults: Faults, state: State) -> None:
    async with VirtualPrinter(faults=faults) as virtual:
        timing = IMPATIENT if faults.mute else PATIENT
        wire = Wire(TcpTransport("127.0.0.1", virtual.port), GENERIC, timing)
        assert await state_of(wire) is state
        assert virtual.cut == 0


class Watched:
    """A wire that is watched for a minute, and what is seen."""

    def __init__(self, wire: Wire) -> None:
        self._seen: asyncio.Queue[State] = asyncio.Queue()
        self.task = asyncio.create_task(wire.watch(self._seen.put_nowait, 60))

    async def until(self, state: State) -> None:
        """Wait for a state."""
        while await self._seen.get() is not state:
            pass


async def test_a_printer_that_pushes_is_heard_over_one_connection(
    virtual: VirtualPrinter,
) -> None:
    wire = Wire(TcpTransport("127.0.0.1", virtual.port), PUSHING, PATIENT)
    watched = Watched(wire)
    await virtual.wait_until_watched()
    for faults, state in (
        (Faults(paper_out=True), State.PAPER_OUT),
        (Faults(cover_open=True), State.COVER_OPEN),
        (Faults(near_end=True), State.NEAR_END),
        (Faults(), State.READY),
    ):
        await virtual.set_faults(faults)
        await watched.until(state)
    assert virtual.connections == 1
    watched.task.cancel()


async def test_a_printer_that_is_stopped_tells_when_it_goes_on(virtual: VirtualPrinter) -> None:
    """It gets to the question for its status only then."""
    await virtual.set_faults(Faults(paper_out=True))
    watched = Watched(Wire(TcpTransport("127.0.0.1", virtual.port), PUSHING, PATIENT))
    await watched.until(State.PAPER_OUT)
    await virtual.set_faults(Faults())
    await watched.until(State.READY)
    assert virtual.connections == 1
    watched.task.cancel()


async def test_a_printer_that_hangs_up_while_it_is_watched_is_not_called_offline() -> None:
    def answer(data: bytes) -> bytes | None:
        return None if b"\x1da" in data else well(data)

    async with answering(answer, PUSHING) as wire:
        seen: list[State] = []
        await wire.watch(seen.append, 60)
        assert seen == [State.READY]


@pytest.mark.parametrize("known", [GENERIC, PUSHING])
async def test_a_printer_is_not_held_if_it_is_shared_or_pushes_nothing(
    virtual: VirtualPrinter, known: Profile
) -> None:
    shared = known is PUSHING
    wire = Wire(TcpTransport("127.0.0.1", virtual.port), known, PATIENT, shared=shared)
    assert not wire.pushes
    await wire.watch(lambda _state: None, 60)  # comes back though a minute is not over
