"""Native text: what the printer's own font can say, and pictures for the rest."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

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
from .reading import read_hanzi, read_number, read_qr
from .test_fonts import RARE

WIDE = profile("virtual-80mm")
NARROW = msgspec.structs.replace(profile("zjiang-58mm"), text="native")


def commands(*blocks: b.Block, known: Profile = WIDE) -> list[Command]:
    """The commands of some blocks."""
    return Lexer().feed(b"\x1b@" + native.encode(blocks, known))


def spoken(found: list[Command]) -> str:
    """The text that goes out as characters, private ones where they are of our own making."""
    return b"".join(c.raw for c in found if c.name in {TEXT, "LF"}).decode("gb18030")


def test_chinese_mode_is_switched_on_first() -> None:
    assert commands(b.Text("户口登记", 3.0))[1].name == "FS &"


def test_hanzi_are_made_large_by_both_commands() -> None:
    found = [c.name for c in commands(b.Text("户口登记", 6.0))]
    assert found.index("FS !") < found.index("GS !") < found.index(TEXT)


@pytest.mark.parametrize("known", [WIDE, NARROW])
@pytest.mark.parametrize("character", RARE)
def test_a_rare_character_is_a_picture_in_a_line_of_text(character: str, known: Profile) -> None:
    found = commands(b.Text(f"王{character}户口", 3.0), known=known)
    names = [c.name for c in found if c.name in {TEXT, "ESC *", "GS v", "LF"}]
    if native.speakable(character, known):
        assert names == [TEXT, "LF"]
    else:
        assert names == [TEXT, "ESC *", TEXT, "LF"]
        assert spoken(found) == "王户口\n"


@pytest.mark.parametrize("known", [WIDE, NARROW])
def test_rare_characters_are_on_the_paper_between_those_of_the_printer(known: Profile) -> None:
    """Read back with the font's own large pictures: none is missing, moved or an empty box."""
    text = f"王{RARE}户"
    machine = Machine(known.bed)
    machine.receive(b"\x1b@" + native.encode([b.Text(text, 3.0)], known) + b"\x1dV\x00")
    paper = Image.eval(machine.pieces[0].image.convert("L"), lambda level: 255 - level)
    line = paper.crop((0, 0, 24 * len(text), 24))
    assert paper.getbbox() == line.getbbox()
    assert read_hanzi(line, f"{RARE}王户口□〓田由甲申") == text


def test_a_picture_in_a_line_is_reversed_and_bold_like_its_line() -> None:
    (banner,) = (c for c in commands(b.Banner("王𠮷", 3.0)) if c.name == "ESC *")
    (plain,) = (c for c in commands(b.Text("王𠮷", 3.0)) if c.name == "ESC *")
    ink = [sum(byte.bit_count() for byte in c.data[3:]) for c in (plain, banner)]
    assert ink[0] < 24 * 24 / 2 < ink[1]


def test_an_enlarged_rare_character_is_enlarged_by_the_printer() -> None:
    """Defined once in a line, before it, and printed like the printer's own."""
    found = commands(b.Text("王𠮷𠮷", 6.0))
    names = [c.name for c in found if c.name in {"FS 2", "ESC *", "GS v", "GS !", TEXT, "LF"}]
    assert names == ["FS 2", "GS !", TEXT, "LF"]
    assert found[-2].raw == "王".encode("gbk") + b"\xfe\xa1\xfe\xa1"


def test_without_own_hanzi_only_the_line_of_an_enlarged_one_is_a_picture() -> None:
    text = "居住证申领和户口登记王𠮷不动产权登记"
    found = [c.name for c in commands(b.Text(text, 6.0), known=NARROW) if c.name in {TEXT, "GS v"}]
    assert found.count("GS v") == 1
    assert found.count(TEXT) == 2


@pytest.mark.parametrize("known", [WIDE, NARROW])
@pytest.mark.parametrize("rare", ["䶮㐂𠮷𬎆𰻝𫍯", "龦"])
def test_enlarged_rare_characters_are_on_the_paper_beside_the_others(
    known: Profile, rare: str
) -> None:
    text = f"王{rare}户"
    machine = Machine(known.bed)
    machine.receive(b"\x1b@" + native.encode([b.Text(text, 6.0)], known) + b"\x1dV\x00")
    paper = Image.eval(machine.pieces[0].image.convert("L"), lambda level: 255 - level)
    line = paper.crop((0, 0, 48 * len(text), 48))
    assert paper.getbbox() == line.getbbox()
    small = line.resize((24 * len(text), 24), Image.Resampling.BOX)
    assert read_hanzi(small, f"{RARE}王户□〓田由甲申") == text


def test_a_narrow_letter_that_the_codec_lacks_takes_one_cell() -> None:
    (letter,) = (c for c in commands(b.Text("5 €", 3.0)) if c.name == "ESC *")
    assert int.from_bytes(letter.data[1:3], "little") == 12


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
def test_text_can_never_be_taken_for_a_command(text: str, known: Profile) -> None:
    modes = {"ESC @", "FS &", "FS !", "GS !", "ESC E", "ESC a", "GS B"}
    allowed = modes | {"ESC *", "FS 2", "GS v", "LF", TEXT}
    for block in (b.Text(text, 4.6), b.Fact(text, text, 4.6), b.Item("□", text, 3.0)):
        found = commands(block, known=known)
        assert {command.name for command in found} <= allowed


@given(st.text(alphabet="户口登记ab 12𠮷€", max_size=80), st.sampled_from([3.0, 4.6, 9.0]))
def test_no_line_is_wider_than_the_paper(text: str, size: float) -> None:
    wide = 1
    used = 0
    for command in commands(b.Fact("办理地点", text, size), known=NARROW):
        if command.name == "GS !":
            wide = (command.data[0] >> 4) + 1
        elif command.name == TEXT:
            used += len(command.raw) * wide
        elif command.name == "ESC *":
            used += int.from_bytes(command.data[1:3], "little") // 12
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


def test_a_ticket_with_rare_characters_keeps_the_rest_native() -> None:
    paper = msgspec.structs.replace(PAPER, legs=(Leg("𠮷䶮"),), materials=("王𠮷的身份证",))
    found = Lexer().feed(native.encode(lay_out(paper, default()), WIDE))
    pictures = [c.name for c in found if c.name in {"FS 2", "GS v", "ESC *"}]
    assert pictures == ["FS 2", "FS 2", "ESC *"]
    assert "县政务服务中心" in spoken(found)
    assert "王的身份证" in spoken(found)
