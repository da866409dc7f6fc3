"""Bytes as lines that people read."""

from hypothesis import given
from hypothesis import strategies as st

from printer.virtual.listing import listing


def test_each_command_has_a_line_with_its_offset_and_meaning() -> None:
    data = b"\x1b@" + "户".encode("gbk") + b"\n\x1dv0\x00\x01\x00\x02\x00\x00\x00\x1dV\x01"
    lines = list(listing(data))
    assert [line[:6] for line in lines] == ["000000", "000002", "000004", "000005", "00000f"]
    assert "initialise" in lines[0]
    assert "'户'" in lines[1]
    assert "8 × 2 dots" in lines[3]


def test_what_is_cut_off_is_said() -> None:
    assert list(listing(b"\x1dv0\x00\x01\x00"))[-1].endswith("not complete")


@given(st.binary(max_size=200))
def test_any_bytes_can_be_listed(data: bytes) -> None:
    assert all(line[6:8] == "  " for line in listing(data))
