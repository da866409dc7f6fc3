"""Every way to a printer, each against its other end."""

import asyncio
import os
import tty
from pathlib import Path

import pytest

from printer.delivery import Timing, Wire
from printer.health import State
from printer.job import Delivery, NotSent, Outcome, Sent
from printer.press import Plate, plate
from printer.profiles import profile
from printer.template import default
from printer.transport import AddressError, Transport, device, transport_for
from printer.transport.usb import UsbPrinter, UsbTransport, usb_printers
from printer.virtual import VirtualPrinter
from printer.virtual.machine import Faults

from .conftest import IMPATIENT, PAPER, PATIENT, job
from .plugs import BED, PRODUCT, VENDOR, PseudoTerminal, UsbBus

NARROW = profile("xprinter-58mm")


def drawn() -> Plate:
    """A ticket for a narrow printer."""
    return plate(PAPER, default(), NARROW, "j")


async def print_by(transport: Transport, timing: Timing = PATIENT) -> Delivery:
    """Print one ticket."""

    async def begin() -> bool:
        return True

    return await Wire(transport, NARROW, timing).deliver(job("j"), drawn(), begin)


async def test_tcp(virtual: VirtualPrinter) -> None:
    sent = await print_by(transport_for(virtual.url, BED))
    assert isinstance(sent, Sent)
    assert sent.outcome is Outcome.PRINTED


async def test_a_printer_that_stops_taking_bytes_does_not_keep_us() -> None:
    async def never_reads(_reader: object, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        stuck.append(writer)

    stuck: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(never_reads, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = await transport_for(f"tcp://127.0.0.1:{port}", BED).open()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await connection.write(bytes(50_000_000))
    await connection.close()
    for writer in stuck:
        writer.transport.abort()
    server.close()
    await server.wait_closed()


async def test_serial_by_pyserial() -> None:
    with PseudoTerminal() as far:
        sent = await print_by(transport_for(f"serial://{far.path}?baud=115200", BED))
        assert sent == Sent(Outcome.PRINTED, "confirmed by the printer", State.READY)
        assert far.machine.queued == 0


async def test_serial_waits_while_the_printer_says_that_it_is_full() -> None:
    far, near = os.openpty()
    tty.setraw(near)
    connection = await transport_for(f"serial://{os.ttyname(near)}?flow=xonxoff", BED).open()
    os.write(far, b"\x13!")  # XOFF, and a byte that tells when the terminal has heard it
    assert await asyncio.to_thread(os.read, near, 1) == b"!"
    writing = asyncio.create_task(connection.write(b"ticket"))
    done, _ = await asyncio.wait({writing}, timeout=0.1)
    assert not done
    os.write(far, b"\x11")  # XON
    assert await asyncio.to_thread(os.read, far, 100) == b"ticket"
    await writing
    await connection.close()
    os.close(far)
    os.close(near)


async def test_serial_paper_out_is_not_sent() -> None:
    with PseudoTerminal() as far:
        far.machine.faults = Faults(paper_out=True)
        sent = await print_by(transport_for(f"serial://{far.path}", BED))
        assert isinstance(sent, NotSent)
        assert sent.state is State.PAPER_OUT


async def test_device_file() -> None:
    with PseudoTerminal() as far:
        sent = await print_by(transport_for(f"file://{far.path}", BED))
        assert sent == Sent(Outcome.PRINTED, "confirmed by the printer", State.READY)


async def test_a_device_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads at the far end of this terminal."""
    monkeypatch.setattr(device, "WRITE_S", 0.05)
    far, near = os.openpty()
    tty.setraw(near)
    connection = await transport_for(f"file://{os.ttyname(near)}", BED).open()
    with pytest.raises(TimeoutError):
        await connection.write(bytes(1_000_000))
    await connection.close()
    os.close(far)
    os.close(near)


async def test_usb_by_pyusb() -> None:
    bus = UsbBus()
    transport = UsbTransport(VENDOR, PRODUCT, bus)
    for _ in range(2):
        sent = await print_by(transport)
        assert sent == Sent(Outcome.PRINTED, "confirmed by the printer", State.READY)
        await until(lambda: not bus.claimed)


async def test_usb_without_a_way_back_is_never_certain() -> None:
    bus = UsbBus(with_input=False)
    sent = await print_by(UsbTransport(VENDOR, PRODUCT, bus), IMPATIENT)
    assert isinstance(sent, Sent)
    assert sent.outcome is Outcome.UNCERTAIN


async def test_usb_unplugged_is_offline() -> None:
    bus = UsbBus()
    bus.plugged = False
    sent = await print_by(UsbTransport(VENDOR, PRODUCT, bus))
    assert isinstance(sent, NotSent)
    assert sent.state is State.OFFLINE


def test_usb_printers_are_found_by_their_class() -> None:
    assert list(usb_printers(UsbBus())) == [UsbPrinter(VENDOR, PRODUCT, "None None")]
    assert list(usb_printers(UsbBus(interface_class=3))) == []
    assert UsbPrinter(VENDOR, PRODUCT, "").url == "usb://0416:5011"


async def test_folder_of_tickets(tmp_path: Path) -> None:
    transport = transport_for(f"file://{tmp_path}", BED)
    for _ in range(2):
        assert isinstance(await print_by(transport), Sent)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "0001.bin",
        "0001.png",
        "0002.bin",
        "0002.png",
    ]
    assert (tmp_path / "0001.bin").read_bytes() == drawn().data


async def test_a_folder_shows_whole_files_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks in while a ticket is being written; what a power cut tore stays hidden."""
    (tmp_path / ".0006.bin.part").touch()
    shown: list[list[str]] = []
    monkeypatch.setattr(
        os, "fsync", lambda _file: shown.append([p.name for p in tmp_path.glob("[!.]*")])
    )
    assert isinstance(await print_by(transport_for(f"file://{tmp_path}", BED)), Sent)
    assert shown == [[], ["0007.bin"]]
    assert (tmp_path / "0007.bin").read_bytes() == drawn().data


async def test_one_file(tmp_path: Path) -> None:
    path = tmp_path / "all tickets.bin"
    sent = await print_by(transport_for(f"file://{tmp_path}/all%20tickets.bin", BED))
    assert sent == Sent(Outcome.PRINTED, "written", State.READY)
    assert path.read_bytes() == drawn().data


async def test_a_folder_that_is_gone_is_offline(tmp_path: Path) -> None:
    sent = await print_by(transport_for(f"file://{tmp_path}/gone/file", BED))
    assert isinstance(sent, NotSent)


@pytest.mark.parametrize(("code", "says"), [(0, "cannot confirm"), (1, "no such queue")])
async def test_cups_takes_the_bytes_and_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    """`lp` is the other end here; a refused job counts as uncertain, to be on the safe side."""
    fake = tmp_path / "lp"
    fake.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/data\n'
        f'echo "no such queue" >&2\nexit {code}\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sent = await print_by(transport_for("cups://front", BED))
    assert isinstance(sent, Sent)
    assert sent.outcome is Outcome.UNCERTAIN
    assert says in sent.detail
    assert (tmp_path / "data").read_bytes() == drawn().data
    assert (tmp_path / "arguments").read_text() == "-d front -o raw -s\n"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tcp://",
        "tcp://host:port",
        "http://host",
        "usb://1:2",
        "usb://04b8",
        "serial://ttyUSB0",
        "serial:///dev/ttyUSB0?baud=fast",
        "serial:///dev/ttyUSB0?baud=0",
        "serial:///dev/ttyUSB0?flow=sometimes",
        "file://relative",
        "cups://",
        "agent://front",
    ],
)
def test_a_wrong_address_is_refused_with_what_was_expected(url: str) -> None:
    with pytest.raises(AddressError, match=r"printer address"):
        transport_for(url, BED)


async def until(holds: object) -> None:
    """Wait for a condition that another thread brings about."""
    assert callable(holds)
    while not holds():
        await asyncio.sleep(0.005)
