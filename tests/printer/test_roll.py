"""Native commands on the virtual paper: sizes, places, modes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from printer.raster import Bed
from printer.virtual.machine import Machine

BED = Bed(384, 203)


def printed(data: bytes) -> Image.Image:
    """The paper after some commands and a cut, ink white on black."""
    machine = Machine(BED)
    machine.receive(b"\x1b@" + data + b"\x1dV\x00")
    return Image.eval(machine.pieces[0].image.convert("L"), lambda level: 255 - level)


def box(data: bytes) -> tuple[int, int, int, int]:
    """Where the ink is."""
    found = printed(data).getbbox()
    assert found is not None
    return found


def test_alignment() -> None:
    left, centre, right = (box(b"\x1ba" + bytes([n]) + b"HH\n") for n in range(3))
    assert left[0] < 24 < centre[0] < 192 < centre[2] < 230 < right[0]
    assert right[2] <= 384


def test_sizes_multiply() -> None:
    small = box(b"H\n")
    large = box(b"\x1d!\x13H\n")  # 2 wide, 4 high
    assert large[2] - large[0] == 2 * (small[2] - small[0])
    assert large[3] - large[1] == 4 * (small[3] - small[1])


def test_hanzi_need_chinese_mode_and_their_own_size() -> None:
    word = "户".encode("gbk")
    chinese = box(b"\x1c&" + word + b"\n")
    assert 16 <= chinese[2] - chinese[0] <= 24
    large = box(b"\x1c&\x1c!\x0c" + word + b"\n")
    assert large[2] - large[0] == 2 * (chinese[2] - chinese[0])
    assert printed(word + b"\n").tobytes() != printed(b"\x1c&" + word + b"\n").tobytes()


@given(st.integers(0, 12))
def test_hanzi_may_be_cut_between_their_bytes(cut: int) -> None:
    data = b"\x1b@\x1c&" + "户口登".encode("gbk") + b"\n\x1dV\x00"
    whole, parts = Machine(BED), Machine(BED)
    whole.receive(data)
    parts.receive(data[:cut])
    parts.receive(data[cut:])
    assert whole.pieces[0].image.tobytes() == parts.pieces[0].image.tobytes()


def test_a_line_that_is_full_goes_on_below() -> None:
    assert printed(b"H" * 33 + b"\n").height > printed(b"H" * 32 + b"\n").height


@pytest.mark.parametrize("on", [b"\x1bE\x01", b"\x1dB\x01", b"\x1b!\x08", b"\x1b!\x30"])
def test_modes_change_the_ink_and_initialise_ends_them(on: bytes) -> None:
    plain = printed(b"H\n").tobytes()
    assert printed(on + b"H\n").tobytes() != plain
    assert printed(on + b"\x1b@H\n").tobytes() == plain


def test_feeds() -> None:
    assert printed(b"\x1bd\x02").height == 2 * printed(b"\x1bd\x01").height
    assert printed(b"\x1bJ\x64").height == 100
    assert printed(b"\x1b3\x50\n").height == 80


def test_a_picture_wider_than_the_head_is_cut_off() -> None:
    wide = b"\x1dv0\x00\x40\x00\x01\x00" + b"\xff" * 64
    assert box(wide) == (0, 0, 384, 1)


def test_a_picture_can_be_doubled() -> None:
    dot = b"\x1dv0\x03\x01\x00\x01\x00\x80"
    assert box(dot) == (0, 0, 2, 2)


def test_a_picture_stands_in_the_line_like_a_character() -> None:
    dot = b"\x1b*!\x01\x00" + b"\x80\x00\x01"  # one column, its first and its last dot
    assert box(dot + b"\n") == (0, 0, 1, 24)
    left, _, right, _ = box(b"HH\n")
    assert box(b"HH" + dot + b"\n")[0] == left
    assert box(b"HH" + dot + b"\n")[2] == 25 > right
    assert box(b"\x1ba\x01" + dot + b"\n")[0] == 191


def test_coarse_pictures_in_a_line_are_enlarged() -> None:
    coarse = {0: (2, 24), 1: (1, 24), 32: (2, 24)}
    for mode, (wide, high) in coarse.items():
        column = b"\xff" * (3 if mode >= 32 else 1)
        assert box(b"\x1b*" + bytes([mode, 1, 0]) + column + b"\n") == (0, 0, wide, high)


def test_what_is_not_cut_stays_in_the_printer() -> None:
    machine = Machine(BED)
    machine.receive(b"H\n")
    assert not machine.pieces
