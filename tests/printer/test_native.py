"""Native text: what the printer's own font can say, and pictures for the rest."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer import blocks as b
from printer import native
from printer.layout import lay_out
from printer.paper import Leg
from printer.press import plate
from printer.profiles import Profile, profile
from printer.template import default
from printer.virtual.lexer import TEXT, Command, Lexer
from printer.virtual.machine import Machine

from .conftest import PAPER
from .reading import read_number, read_qr
from .test_fonts import RARE

WIDE = profile("virtual-80mm")
NARROW = msgspec.structs.replace(profile("zjiang-58mm"), text="native")


def commands(*blocks: b.Block, known: Profile = WIDE) -> list[Command]:
    """The commands of some blocks."""
    return Lexer().feed(b"\x1b@" + native.encode(blocks, known))


def spoken(found: list[Command]) -> str:
    """The text that goes out as characters."""
    return b"".join(c.raw for c in found if c.name in {TEXT, "LF"}).decode("gbk")


def test_chinese_mode_is_switched_on_first() -> None:
    assert commands(b.Text("户口登记", 3.0))[1].name == "FS &"


def test_hanzi_are_made_large_by_both_commands() -> None:
    found = [c.name for c in commands(b.Text("户口登记", 6.0))]
    assert found.index("FS !") < found.index("GS !") < found.index(TEXT)


@pytest.mark.parametrize("character", RARE.replace("镕", "").replace("喆", "").replace("堃", ""))
def test_a_line_with_a_rare_character_is_a_picture(character: str) -> None:
    found = [c.name for c in commands(b.Text(f"王{character}", 3.0), b.Text("户口登记", 3.0))]
    if native.speakable(character, WIDE):
        assert "GS v" not in found
    else:
        assert found.index("GS v") < found.index(TEXT)


def test_gb2312_has_fewer_characters_than_gbk() -> None:
    assert native.speakable("镕喆", WIDE)
    assert not native.speakable("镕", NARROW)
    assert native.speakable("户口登记，。￥", NARROW)


def test_a_dash_that_the_codec_lacks_is_a_hyphen() -> None:
    assert "2-5" in spoken(commands(b.Text("窗口 2–5", 3.0), known=NARROW))
    assert "2–5" in spoken(commands(b.Text("窗口 2–5", 3.0)))


@given(
    st.text(alphabet="户口登记，。ab 12–￥€𠮷¥é☃\x1b\x1d\n", max_size=40),
    st.sampled_from([WIDE, NARROW]),
)
@settings(deadline=None)
def test_text_can_never_be_taken_for_a_command(text: str, known: Profile) -> None:
    allowed = {"ESC @", "FS &", "FS !", "GS !", "ESC E", "ESC a", "GS B", "GS v", "LF", TEXT}
    for block in (b.Text(text, 4.6), b.Fact(text, text, 4.6), b.Item("□", text, 3.0)):
        found = commands(block, known=known)
        assert {command.name for command in found} <= allowed


@given(st.text(alphabet="户口登记ab 12", max_size=80), st.sampled_from([3.0, 4.6, 9.0]))
def test_no_line_is_wider_than_the_paper(text: str, size: float) -> None:
    wide = 1
    used = 0
    for command in commands(b.Fact("办理地点", text, size), known=NARROW):
        if command.name == "GS !":
            wide = (command.data[0] >> 4) + 1
        elif command.name == TEXT:
            used += len(command.raw) * wide
        elif command.name == "LF":
            assert used <= NARROW.columns
            used = 0


@pytest.mark.parametrize("known", [WIDE, NARROW])
def test_a_native_ticket_can_be_read_back(known: Profile, tmp_path: Path) -> None:
    machine = Machine(known.bed)
    machine.receive(plate(PAPER, default(), known, "j").data + b"\x1dV\x00")
    path = tmp_path / "ticket.png"
    machine.pieces[0].image.save(path)
    assert read_number(path.read_bytes()) == "B012"
    assert read_qr(path.read_bytes(), tmp_path) == PAPER.qr


def test_native_is_much_smaller_than_a_picture() -> None:
    raster = len(plate(PAPER, default(), profile("generic-80mm"), "j").data)
    assert len(plate(PAPER, default(), WIDE, "j").data) * 20 < raster


def test_a_service_with_rare_characters_keeps_the_rest_native() -> None:
    paper = msgspec.structs.replace(PAPER, legs=(Leg("𠮷䶮"),))
    found = Lexer().feed(native.encode(lay_out(paper, default()), WIDE))
    assert sum(command.name == "GS v" for command in found) == 1
    assert "县政务服务中心" in spoken(found)
