"""The picture on the paper, read back with other tools."""

import csv
import io
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printer import blocks as b
from printer.layout import lay_out
from printer.paper import Leg, Paper
from printer.press import preview
from printer.raster import Bed, render, strip
from printer.template import default

from .conftest import PAPER
from .reading import read_number, read_qr

WIDE, NARROW, EPSON = Bed(576, 203), Bed(384, 203), Bed(512, 180)
BEDS = [WIDE, NARROW, EPSON]
replace = msgspec.structs.replace


@pytest.mark.parametrize("bed", BEDS)
@pytest.mark.parametrize("number", ["B012", "A101", "H0347", "Z999"])
def test_number_and_code_can_be_read_back(bed: Bed, number: str, tmp_path: Path) -> None:
    png = preview(replace(PAPER, number=number), default(), bed)
    assert read_number(png) == number
    assert read_qr(png, tmp_path) == PAPER.qr


@pytest.mark.parametrize("bed", BEDS)
def test_the_longest_names_of_the_catalogue_fit(bed: Bed) -> None:
    with files("kiosk").joinpath("sample/catalogue.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    for language, key in (("zh", "item_zh"), ("en", "item_en")):
        name = max((row[key] for row in rows), key=len)
        paper = replace(PAPER, language=language, legs=(Leg(name),), place=rows[0]["department_zh"])
        picture = render(lay_out(paper, default()), bed)
        assert picture.width == bed.dots
        assert bed.dots / 2 < picture.height < 4 * bed.dots


def test_a_text_too_long_for_a_line_goes_on_in_the_next() -> None:
    one = strip(b.Text("户口登记", 4.0), WIDE)
    many = strip(b.Text("户口登记" * 20, 4.0), WIDE)
    assert many.height >= 4 * one.height


def test_ink_stays_on_the_paper_with_a_number_of_any_length() -> None:
    for number in ("1", "B012", "ABCDEFGHIJKLMNOP"):
        picture = strip(b.Headline(number, 19.0), NARROW).convert("L")
        box = picture.point(lambda level: 255 - level).getbbox()
        assert box is not None
        assert box[0] > 0
        assert box[2] < NARROW.dots


@given(st.text(max_size=30))
@settings(max_examples=40)
def test_any_text_can_be_drawn(text: str) -> None:
    paper = Paper(number=text[:8], legs=(Leg(text),), place=text, materials=(text,), status=text)
    picture = render(lay_out(paper, default()), NARROW)
    assert picture.width == NARROW.dots


def test_same_paper_same_picture() -> None:
    one = render(lay_out(PAPER, default()), WIDE)
    strip.cache_clear()
    assert one.tobytes() == render(lay_out(PAPER, default()), WIDE).tobytes()


def test_a_banner_is_white_on_black() -> None:
    picture = strip(b.Banner("补打 第 1 次", 4.0), WIDE)
    black = sum(1 for level in picture.get_flattened_data() if not level)
    assert black > picture.width * picture.height / 2


def test_a_picture_keeps_its_shape() -> None:
    png = io.BytesIO()
    Image.new("L", (30, 60), 0).save(png, "PNG")
    picture = strip(b.Picture(png.getvalue(), 20.0), WIDE)
    assert picture.size == (WIDE.dots, 2 * WIDE.pixels(20.0))
