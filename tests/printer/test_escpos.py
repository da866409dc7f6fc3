"""The bytes around the picture, for each kind of profile."""

import msgspec
import pytest
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printer import escpos
from printer.profiles import profile
from printer.virtual.lexer import Lexer
from printer.virtual.machine import Machine

GENERIC = profile("generic-80mm")
EPSON = profile("epson-tm-t82")
replace = msgspec.structs.replace


def names(data: bytes) -> list[str]:
    """The commands in some bytes, which must be whole."""
    lexer = Lexer()
    commands = lexer.feed(data)
    assert lexer.pending == 0
    return [command.name for command in commands]


def test_a_document_asks_at_its_end_whether_it_was_printed() -> None:
    assert names(escpos.document(b"", GENERIC, b"0001")) == ["ESC @", "ESC d", "GS V", "GS r"]
    assert names(escpos.document(b"", EPSON, b"0001"))[-1] == "GS ( H"
    silent = replace(GENERIC, status="none")
    assert names(escpos.document(b"", silent, b"0001")) == ["ESC @", "ESC d", "GS V"]


@pytest.mark.parametrize(
    ("cutter", "end"),
    [("full", b"\x1dV\x00"), ("partial", b"\x1dV\x01"), ("none", b"\x1bd\x04")],
)
def test_the_cut_is_the_profiles(cutter: str, end: bytes) -> None:
    assert replace(GENERIC, cutter=cutter).cut_command.endswith(end)


@settings(max_examples=25)
@given(st.integers(1, 700), st.sampled_from(["generic-80mm", "generic-58mm", "epson-tm-t88"]))
def test_a_picture_comes_out_as_it_went_in(height: int, key: str) -> None:
    known = profile(key)
    picture = Image.effect_noise((known.dots, height), 90).convert("1")
    data = escpos.picture(picture, known)
    machine = Machine(known.bed)
    machine.receive(data + b"\x1dV\x00")
    assert machine.pieces[0].image.tobytes() == picture.tobytes()
    assert len(names(data)) == -(-height // known.strip)


def test_a_picture_is_what_the_library_would_send() -> None:
    picture = Image.effect_noise((512, 300), 90).convert("1")
    library = Dummy(profile="TM-T88III")
    library.image(picture, fragment_height=EPSON.strip)
    assert escpos.picture(picture, EPSON) == library.output


def test_nothing_is_said_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """The library prints warnings for profiles that it does not know."""
    assert names(escpos.native_qr("https://example.org", 4)) == ["GS ( k"] * 5
    assert capfd.readouterr() == ("", "")
