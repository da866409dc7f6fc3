"""From a paper to bytes to a picture."""

import io
import itertools

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from printer.press import plate, preview, process_id
from printer.profiles import profile, profiles
from printer.template import default
from printer.virtual.machine import Machine

from .conftest import PAPER


def test_what_is_previewed_is_what_is_printed() -> None:
    known = profile("generic-80mm")
    machine = Machine(known.bed)
    machine.receive(plate(PAPER, default(), known, "j").data)
    with Image.open(io.BytesIO(preview(PAPER, default(), known.bed))) as seen:
        printed = machine.pieces[0].image.crop((0, 0, *seen.size))
        assert printed.tobytes() == seen.convert("1").tobytes()


def test_a_preview_can_be_enlarged() -> None:
    bed = profile("generic-58mm").bed
    with Image.open(io.BytesIO(preview(PAPER, default(), bed, scale=2))) as seen:
        assert seen.width == 2 * bed.dots


def test_every_profile_prints_one_ticket() -> None:
    for known in profiles().values():
        machine = Machine(known.bed)
        data = plate(PAPER, default(), known, "j").data
        machine.receive(data if known.cutter != "none" else data + b"\x1dV\x00")
        assert len(machine.pieces) == 1
        assert machine.queued == 0


@given(st.text(max_size=40))
def test_a_process_id_is_four_printable_characters(job: str) -> None:
    assert len(process_id(job)) == 4
    assert process_id(job).isdigit()


def test_neighbours_have_different_process_ids() -> None:
    ids = [process_id(f"01JT{n:06}/0") for n in range(100)]
    assert all(one != two for one, two in itertools.pairwise(ids))
