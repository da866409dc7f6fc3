import tomllib
from pathlib import Path

import pytest

from display.panels.content import Shown, frame_for, panel_text
from display.panels.picture import Font, draw_text, to_bits
from display.panels.protocol import named
from display.panels.reader import Reader

PANEL: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parents[3] / "kiosk/texts/panel.toml").read_text(encoding="utf-8")
)
SMALL, WIDE = named("rs485-64x16"), named("ascii-96x16")


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (Shown("called", "A012"), "请A012号"),
        (Shown("called", "AB012"), "AB012"),
        (Shown("serving", "A012"), "A012"),
        (Shown("free"), "空闲"),
        (Shown("paused"), "暂停服务"),
        (Shown("closed"), "窗口关闭"),
    ],
)
def test_what_a_panel_of_four_characters_shows(shown: Shown, text: str) -> None:
    assert panel_text(shown, SMALL, PANEL, "zh") == text


def test_a_wider_panel_says_more() -> None:
    assert panel_text(Shown("called", "AB012"), WIDE, PANEL, "zh") == "请AB012号"
    assert panel_text(Shown("called", "A012"), WIDE, PANEL, "en") == "Ticket A012"
    assert panel_text(Shown("called", "A012"), SMALL, PANEL, "en") == "A012"


def test_text_goes_in_the_panels_own_characters(font: Font) -> None:
    [message] = Reader(SMALL.frames()).feed(frame_for("请A012号", 3, SMALL, font, flash=True))
    assert (message.kind, message.data.decode("gb2312")) == ("text", "请A012号")
    assert message.values["flash"] == 1


def test_a_character_that_the_panel_lacks_is_drawn(font: Font) -> None:
    [message] = Reader(SMALL.frames()).feed(frame_for("𠮷A012", 3, SMALL, font, flash=False))
    assert message.kind == "picture"
    assert message.data == to_bits(draw_text("𠮷A012", 64, 16, 16, font))


def test_a_panel_without_pictures_shows_a_question_mark(font: Font) -> None:
    [message] = Reader(WIDE.frames()).feed(frame_for("𠮷A012", 3, WIDE, font, flash=False))
    assert (message.kind, message.data) == ("text", b"?A012")
