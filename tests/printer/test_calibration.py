"""Getting to know a printer."""

import io
from pathlib import Path

import pytest

from printer.calibration import Findings, examine, page
from printer.health import State
from printer.profiles import profile
from printer.raster import Bed
from printer.transport import transport_for
from printer.virtual import Faults, VirtualPrinter
from printer.virtual.machine import Machine

from .plugs import BED, PseudoTerminal
from .reading import read_number, read_qr


async def test_a_printer_tells_its_name_and_what_it_can_do(virtual: VirtualPrinter) -> None:
    findings = await examine(transport_for(virtual.url, BED))
    assert findings == Findings(State.READY, "KIOSK VIRTUAL", answers=True, confirms=True)
    assert findings.profile == profile("virtual-80mm")


async def test_a_mute_printer_gets_the_general_profile() -> None:
    with PseudoTerminal() as far:
        far.machine.faults = Faults(mute=True)
        findings = await examine(transport_for(f"serial://{far.path}", BED), answer_s=0.05)
    assert findings == Findings(State.UNKNOWN, "", answers=False, confirms=False)
    assert findings.profile == profile("generic-80mm")


async def test_a_file_is_not_asked(tmp_path: Path) -> None:
    findings = await examine(transport_for(f"file://{tmp_path}", BED))
    assert not findings.answers


def test_who_confirms_but_has_no_known_name_is_like_an_epson() -> None:
    findings = Findings(State.READY, "TM-X1", answers=True, confirms=True)
    assert findings.profile == profile("epson-tm-t82")


@pytest.mark.parametrize("dots", [576, 384])
def test_the_page_is_readable_on_any_width(dots: int, tmp_path: Path) -> None:
    machine = Machine(Bed(dots, 203))
    findings = Findings(State.READY, "", answers=False, confirms=False)
    machine.receive(page(findings, "zh").data)
    image = machine.pieces[0].image
    png = io.BytesIO()
    image.save(png, "PNG")
    assert read_number(png.getvalue(), part=0.2) == "B012"
    assert read_qr(png.getvalue(), tmp_path) == "https://example.org/B012"


def test_the_frames_show_the_width() -> None:
    """Only frames that the head covers have a right side."""
    findings = Findings(State.READY, "", answers=False, confirms=False)
    machine = Machine(Bed(512, 203))
    machine.receive(page(findings, "en").data)
    image = machine.pieces[0].image.convert("L")
    column = image.crop((511, 0, 512, image.height)).tobytes()
    runs = [len(run) for run in column.split(b"\xff") if run]
    assert max(runs) == profile("generic-80mm").bed.pixels(9.0)


def test_both_languages() -> None:
    findings = Findings(State.READY, "X", answers=True, confirms=False)
    assert page(findings, "zh").data != page(findings, "en").data
