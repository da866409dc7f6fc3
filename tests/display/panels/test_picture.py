import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from display.panels.picture import LAMP, Font, draw_text, from_bits, lamps, text_width, to_bits


def lit(image: Image.Image) -> set[tuple[int, int]]:
    width, height = image.size
    return {(x, y) for x in range(width) for y in range(height) if image.getpixel((x, y))}


def test_latin_is_half_as_wide_as_chinese() -> None:
    assert text_width("请A012号", 16) == 64


@pytest.mark.parametrize("text", ["请A012号", "暂停服务", "W", "B107", "𠮷野"])
def test_every_character_shows_inside_its_own_cell(font: Font, text: str) -> None:
    image = draw_text(text, 128, 16, 16, font)
    at = (128 - text_width(text, 16)) // 2
    for char in text:
        wide = text_width(char, 16)
        assert len(lit(image.crop((at, 0, at + wide, 16)))) > 6, char
        at += wide
    outside = (128 - text_width(text, 16)) // 2
    assert all(outside <= x < 128 - outside for x, _ in lit(image))


def test_different_numbers_look_different(font: Font) -> None:
    pictures = [to_bits(draw_text(f"A{n:03}", 64, 16, 16, font)) for n in range(100)]
    assert len(set(pictures)) == 100


def test_what_does_not_fit_is_cut(font: Font) -> None:
    assert draw_text("请A012号到三号窗口", 64, 16, 16, font).size == (64, 16)


@given(st.integers(8, 40), st.integers(8, 20), st.data())
def test_bits_bring_the_same_picture(width: int, height: int, data: st.DataObject) -> None:
    points = st.tuples(st.integers(0, width - 1), st.integers(0, height - 1))
    drawn = data.draw(st.sets(points))
    image = Image.new("1", (width, height), 0)
    for point in drawn:
        image.putpixel(point, 1)
    bits = to_bits(image)
    assert len(bits) == (width + 7) // 8 * height
    assert lit(from_bits(bits, width, height)) == drawn


def test_the_first_lamp_is_the_highest_bit() -> None:
    image = Image.new("1", (16, 8), 0)
    image.putpixel((0, 0), 1)
    assert to_bits(image)[:2] == b"\x80\x00"


def test_bits_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="3 bytes for 64x16 lamps"):
        from_bits(bytes(3), 64, 16)


def test_lit_lamps_shine_and_dark_ones_are_seen() -> None:
    image = Image.new("1", (8, 8), 0)
    image.putpixel((2, 3), 1)
    panel = lamps(image)
    centre = LAMP // 2
    on = panel.getpixel((3 * LAMP + centre, 4 * LAMP + centre))
    off = panel.getpixel((LAMP + centre, LAMP + centre))
    assert isinstance(on, tuple)
    assert isinstance(off, tuple)
    assert sum(on) > 4 * sum(off) > 0
