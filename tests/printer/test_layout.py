"""What stands on each kind of paper, and in which order."""

import base64
import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer import blocks as b
from printer.layout import lay_out
from printer.paper import Kind, Leg, Paper, Row
from printer.press import preview
from printer.raster import Bed
from printer.template import default, parse

from .conftest import PAPER

replace = msgspec.structs.replace


def texts(paper: Paper, template: str = "") -> list[str]:
    """Every text of a paper in reading order."""
    found = []
    for block in lay_out(paper, parse(template)):
        match block:
            case b.Text(text) | b.Headline(text) | b.Banner(text):
                found.append(text)
            case b.Fact(label, value):
                found.append(f"{label}: {value}")
            case b.Item(mark, text):
                found.append(f"{mark} {text}")
            case b.Qr(content):
                found.append(content)
    return found


def test_a_ticket_says_number_then_place_then_wait_then_what_to_bring() -> None:
    assert texts(PAPER)[:9] == [
        "县政务服务中心",
        "B012",
        "户口登记",
        "办理地点: 一层大厅 2–5 号窗口",
        "前面等待: 5 人",
        "预计等候: 约 10–25 分钟",
        "请准备好",
        "□ 身份证原件",
        "□ 户口簿",
    ]


def test_the_number_is_the_largest() -> None:
    blocks = lay_out(PAPER, default())
    number = next(block for block in blocks if isinstance(block, b.Headline))
    sizes = [getattr(block, "size", 0) for block in blocks if not isinstance(block, b.Qr)]
    assert number.size == max(sizes)


def test_without_an_open_window_the_status_stands_for_the_wait() -> None:
    shown = texts(replace(PAPER, status="现在没有窗口办理此业务"))
    assert "现在没有窗口办理此业务" in shown
    assert not any("预计等候" in text for text in shown)


def test_a_copy_is_marked() -> None:
    assert "补打 第 2 次" in texts(replace(PAPER, copy=2))
    assert "Copy 2" in texts(replace(PAPER, copy=2, language="en"))


def test_several_services_under_one_number_are_listed() -> None:
    shown = texts(replace(PAPER, legs=(Leg("户口登记"), Leg("社保卡补领"))))
    assert "B012" in shown
    assert "1. 户口登记" in shown
    assert "2. 社保卡补领" in shown


def test_services_in_several_zones_say_where_each_is_done() -> None:
    legs = (Leg("户口登记", place="一层大厅"), Leg("社保卡补领", place="二层大厅"))
    assert "2. 社保卡补领 · 二层大厅" in texts(replace(PAPER, legs=legs))


def test_several_numbers_stand_beside_their_services() -> None:
    legs = (Leg("户口登记", "B012", "1–5 号窗口"), Leg("社保卡补领", "E007", "21 号窗口"))
    shown = texts(replace(PAPER, legs=legs))
    assert shown[1:7] == ["B012", "户口登记", "1–5 号窗口", "E007", "社保卡补领", "21 号窗口"]


def test_a_hall_adds_its_words_and_logo() -> None:
    pixel = base64.b64encode(_png()).decode()
    template = f'[logo]\npng = "{pixel}"\n[ticket]\nheading = {{ zh = "为民服务" }}\n'
    assert "为民服务" in texts(PAPER, template)
    assert isinstance(lay_out(PAPER, parse(template))[0], b.Picture)


def _png() -> bytes:
    return preview(Paper(hall="徽"), default(), Bed(64, 203))


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (
            Paper(kind=Kind.APPOINTMENT, when="11月25日 周三 10:15–10:30", code="7K4Q2M"),
            ["预约凭证", "预约时间: 11月25日 周三 10:15–10:30", "签到码: 7K4Q2M"],
        ),
        (
            Paper(kind=Kind.MATERIALS, version="2026-03", materials=("身份证原件",)),
            ["一次性告知单", "告知单版本 2026-03", "办理时请带齐", "□ 身份证原件"],
        ),
        (
            Paper(kind=Kind.PAYMENT, language="en", rows=(Row("Amount", "￥ 35.00"),)),
            ["Payment notice", "Amount: ￥ 35.00"],
        ),
        (
            Paper(kind=Kind.RECEIPT, language="en", materials=("ID card",)),
            ["Receipt", "Received", "√ ID card"],
        ),
        (
            Paper(kind=Kind.RECEIPT, rows=(Row("受理号", "2026-0117"),)),
            ["收件回执", "受理号: 2026-0117"],
        ),
    ],
)
def test_other_papers(paper: Paper, expected: list[str]) -> None:
    shown = texts(paper)
    assert [text for text in shown if text in expected] == expected


@given(st.permutations(list(default().ticket.order)), st.booleans())
def test_rules_stand_only_between_things(order: list[str], full: bool) -> None:
    quoted = ", ".join(f'"{piece}"' for piece in order)
    blocks = lay_out(
        PAPER if full else Paper(number="A001"), parse(f"[ticket]\norder = [{quoted}]")
    )
    rules = [isinstance(block, b.Rule) for block in blocks]
    assert not rules[0]
    assert not rules[-1]
    assert not any(one and two for one, two in itertools.pairwise(rules))
