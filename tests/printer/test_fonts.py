"""Every character has a picture of its own, or the mark of a missing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer import fonts

RARE = "镕喆堃犇䶮㐂龦𠮷𬎆𰻝𫍯"


@pytest.mark.parametrize("bold", [False, True])
def test_rare_characters_of_names_are_in_the_main_font(bold: bool) -> None:
    (face, run), *rest = fonts.runs(RARE, bold=bold)
    assert (run, rest) == (RARE, [])
    assert face == fonts.faces(bold=bold)[0]


def test_what_no_font_has_is_the_geta_mark() -> None:
    assert fonts.runs("王\U000e0fff", bold=False)[0][1] == "王" + fonts.MISSING


def test_rare_characters_are_drawn_and_differ() -> None:
    """No two are the same picture, so none is an empty box."""
    face = fonts.faces(bold=False)[0]
    font = fonts.sized(face, 32)
    pictures = {bytes(font.getmask(character)) for character in RARE + "□口"}
    assert len(pictures) == len(RARE) + 2


def test_clean_drops_what_cannot_be_seen() -> None:
    assert fonts.clean(" A\u200d\u202e1\ufe0f\n\x1b@  2 ¥5") == "A1 @ 2 ￥5"


@given(st.text(max_size=40))
def test_any_text_has_a_width(text: str) -> None:
    cleaned = fonts.clean(text)
    assert "\x1b" not in cleaned
    assert fonts.width(cleaned, 24, bold=False) >= 0
    shown = "".join(run for _, run in fonts.runs(cleaned, bold=False))
    assert len(shown) == len(cleaned)


def test_a_machine_without_fonts_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    fonts.faces.cache_clear()
    try:
        with pytest.raises(fonts.FontMissingError, match="fonts-noto-cjk"):
            fonts.faces(bold=False)
    finally:
        fonts.faces.cache_clear()
