"""The virtual printer on its socket, and the files that it writes."""

import asyncio
from pathlib import Path

import pytest

from printer.virtual import Faults, Ticket, VirtualPrinter

TICKET = b"\x1b@H\n\x1dV\x00"


async def send(printer: VirtualPrinter, data: bytes) -> bytes:
    """Send bytes over a connection of their own and return the answers until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", printer.port)
    try:
        writer.write(data)
        writer.write_eof()
        return await reader.read()
    finally:
        writer.transport.abort()


async def test_writes_each_ticket_and_goes_on_counting_after_a_restart(tmp_path: Path) -> None:
    out = tmp_path / "paper"
    for expected in (1, 3):
        async with VirtualPrinter(out=out) as printer:
            await send(printer, TICKET + TICKET)
            await printer.wait_for_tickets(2)
            assert [ticket.number for ticket in printer.tickets] == [expected, expected + 1]
    names = [f"{number:04d}.{suffix}" for number in range(1, 5) for suffix in ("bin", "png")]
    assert sorted(path.name for path in out.iterdir()) == names
    assert (out / "0004.bin").read_bytes() == TICKET
    assert (out / "0004.png").read_bytes().startswith(b"\x89PNG")


async def test_a_ticket_counts_before_the_host_hears_of_it(virtual: VirtualPrinter) -> None:
    """Whoever is told that a ticket is printed may count the tickets at once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", virtual.port)
    for count in range(1, 4):
        writer.write(TICKET + b"\x1dr\x01")
        await reader.readexactly(1)
        assert virtual.cut == count
    writer.transport.abort()


async def test_a_blank_slip_is_no_ticket(virtual: VirtualPrinter) -> None:
    await send(virtual, b"\x1bd\x04\x1dV\x00" + TICKET)
    await virtual.wait_for_tickets(1)
    assert [ticket.data for ticket in virtual.tickets] == [TICKET]


async def test_answers_on_the_connection_that_asks(virtual: VirtualPrinter) -> None:
    assert await send(virtual, b"\x10\x04\x01") == b"\x12"


async def test_drops_the_connection_after_so_many_bytes(virtual: VirtualPrinter) -> None:
    await virtual.set_faults(Faults(drop_after=4))
    reader, writer = await asyncio.open_connection("127.0.0.1", virtual.port)
    writer.write(b"H\n\x1dV\x00")
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.transport.abort()
    await virtual.set_faults(Faults())
    await send(virtual, b"\x00")  # completes the cut that broke off
    await virtual.wait_for_tickets(1)


async def test_serves_one_connection_after_the_other(virtual: VirtualPrinter) -> None:
    _, first = await asyncio.open_connection("127.0.0.1", virtual.port)
    second = asyncio.create_task(send(virtual, b"\x10\x04\x01"))
    done, _ = await asyncio.wait({second}, timeout=0.05)
    assert not done
    first.transport.abort()
    assert await second == b"\x12"


async def test_a_full_buffer_pushes_back_until_there_is_paper(virtual: VirtualPrinter) -> None:
    await virtual.set_faults(Faults(paper_out=True))
    flood = asyncio.create_task(send(virtual, b"H" * 8_000_000 + TICKET))
    done, _ = await asyncio.wait({flood}, timeout=0.1)
    assert not done
    flood.cancel()
    await asyncio.wait({flood})


async def test_slow_still_prints_all() -> None:
    async with VirtualPrinter(faults=Faults(slow=True), slow_bytes_per_s=100_000) as printer:
        await send(printer, b"\x00" * 2_000 + TICKET)
        await printer.wait_for_tickets(1)


async def test_tells_listeners_until_they_leave(virtual: VirtualPrinter) -> None:
    heard: list[Ticket] = []
    leave = virtual.listen(heard.append)
    await send(virtual, TICKET)
    await virtual.wait_for_tickets(1)
    leave()
    await send(virtual, TICKET)
    await virtual.wait_for_tickets(2)
    assert [ticket.number for ticket in heard] == [1]


async def test_a_taken_port_is_an_error(virtual: VirtualPrinter) -> None:
    with pytest.raises(OSError, match="in use"):
        await VirtualPrinter(port=virtual.port).start()
