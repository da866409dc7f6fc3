import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.speech import (
    PAUSE,
    Call,
    Clip,
    caption,
    en_number,
    plan,
    readable_window,
    spell,
    vocabulary,
    words,
    zh_number,
)
from kiosk.hall.config import Language, Occasion, Voice
from tests.display.phrases import PHRASES

OCCASIONS: list[Occasion] = ["call", "recall", "appointment", "senior", "returning"]
numbers = st.from_regex(r"[A-Z]{1,2}[0-9]{3,4}", fullmatch=True)
windows = st.none() | st.from_regex(r"[A-Z]{0,1}[1-9][0-9]{0,3}", fullmatch=True)
calls = st.builds(Call, numbers, windows, st.sampled_from(OCCASIONS))


def said(call: Call, language: Language, **settings: object) -> str:
    return " ".join(words(call, language, PHRASES, Voice(**settings)))  # type: ignore[arg-type]


def test_a_call_in_chinese() -> None:
    assert said(Call("A012", "3"), "zh") == "请 A 零 幺 二 号到 三 号窗口"


def test_a_call_in_english() -> None:
    assert said(Call("A012", "12"), "en") == ("ticket A zero one two , please go to window twelve")


def test_one_may_be_read_plainly() -> None:
    assert said(Call("B101", "11"), "zh", yao=False) == "请 B 一 零 一 号到 十 一 号窗口"


def test_a_window_is_a_number_even_where_a_ticket_says_yao() -> None:
    assert said(Call("B111", "111"), "zh") == "请 B 幺 幺 幺 号到 一 百 一 十 一 号窗口"


@pytest.mark.parametrize(
    ("occasion", "zh"),
    [
        ("recall", "再次呼叫 , 请 C 零 零 七 号到 二 号窗口"),
        ("appointment", "请预约的 C 零 零 七 号到 二 号窗口"),
        ("returning", "请 C 零 零 七 号回到 二 号窗口"),
        ("senior", "请 C 零 零 七 号长者到 二 号窗口 , 请慢走"),
    ],
)
def test_who_may_be_called_with_a_phrase_of_their_own(occasion: Occasion, zh: str) -> None:
    call = Call("C007", "2", occasion)
    assert said(call, "zh", phrases=frozenset(OCCASIONS)) == zh
    assert said(call, "zh", phrases=frozenset()) == said(Call("C007", "2"), "zh")


@pytest.mark.parametrize(
    ("name", "window_id", "read"),
    [
        ("3号窗口", "x", "3"),
        ("Window 12", "w12", "12"),
        ("一层A12号窗口", "7", "A12"),
        ("总咨询台", "08", "8"),
        ("总咨询台", "desk", None),
        ("2层3号窗口", "3", "3"),
        ("2层3号窗口", "desk", None),
    ],
)
def test_what_is_read_of_a_window(name: str, window_id: str, read: str | None) -> None:
    assert readable_window(name, window_id) == read


def test_a_window_without_a_number_sends_to_the_screen() -> None:
    assert said(Call("A012", None), "zh") == "请 A 零 幺 二 号看屏幕"
    assert caption(Call("A012", None), "zh", PHRASES, Voice()) == "请A012号看屏幕"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "零", "zero"),
        (10, "十", "ten"),
        (12, "十二", "twelve"),
        (20, "二十", "twenty"),
        (21, "二十一", "twenty one"),
        (100, "一百", "one hundred"),
        (105, "一百零五", "one hundred five"),
        (110, "一百一十", "one hundred ten"),
        (1001, "一千零一", "one thousand one"),
        (1010, "一千零一十", "one thousand ten"),
        (2020, "二千零二十", "two thousand twenty"),
        (9999, "九千九百九十九", "nine thousand nine hundred ninety nine"),
    ],
)
def test_numbers_as_people_say_them(value: int, zh: str, en: str) -> None:
    assert "".join(zh_number(value)) == zh
    assert " ".join(en_number(value)) == en


def zh_value(text: list[str]) -> int:
    """Reads Chinese number words back."""
    total, digit = 0, 1
    for word in text:
        if word in "十百千":
            total += digit * 10 ** ("十百千".index(word) + 1)
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(word)
    return total + digit if text[-1] not in "十百千" else total


@given(st.integers(1, 9999))
def test_chinese_numbers_read_back(value: int) -> None:
    assert zh_value(zh_number(value)) == value


def test_english_numbers_are_all_different() -> None:
    assert len({" ".join(en_number(n)) for n in range(10_000)}) == 10_000


@given(numbers, st.booleans())
def test_spelling_keeps_every_sign(number: str, yao: bool) -> None:
    back = dict(zip("零一二三四五六七八九", "0123456789", strict=True)) | {"幺": "1"}
    signs = spell(number, "zh", yao=yao)
    assert "".join(back.get(s, s) for s in signs) == number
    assert ("一" if yao else "幺") not in signs


@given(calls, st.frozensets(st.sampled_from(OCCASIONS)), st.booleans())
def test_a_complete_voice_can_say_every_call(
    call: Call, phrases: frozenset[Occasion], yao: bool
) -> None:
    complete = set(vocabulary(PHRASES))
    voice = Voice(phrases=phrases, yao=yao)
    rows = plan(call, PHRASES, voice, complete.__contains__)
    assert [row[0].language for row in rows] == ["zh", "en"]
    for row in rows:
        assert [c.text for c in row] == words(call, row[0].language, PHRASES, voice)


@given(calls, st.data())
def test_a_voice_with_a_gap_never_says_half_a_number(call: Call, data: st.DataObject) -> None:
    complete = set(vocabulary(PHRASES))
    needed = [Clip("zh", text) for text in words(call, "zh", PHRASES, Voice()) if text != PAUSE]
    lost = data.draw(st.sampled_from(needed))
    rows = plan(call, PHRASES, Voice(), (complete - {lost}).__contains__)
    assert rows[0] == [Clip("zh", "请看屏幕")]
    assert len(rows) == 2


def test_a_language_that_was_never_recorded_is_left_out() -> None:
    rows = plan(Call("A012", "3"), PHRASES, Voice(), lambda clip: clip.language == "en")
    assert [row[0].language for row in rows] == ["en"]


def test_a_number_with_a_sign_that_no_voice_has_sends_to_the_screen() -> None:
    complete = set(vocabulary(PHRASES))
    rows = plan(Call("企012", "3"), PHRASES, Voice(), complete.__contains__)
    assert rows[0] == [Clip("zh", "请看屏幕")]


def test_the_caption_is_the_sentence_to_read() -> None:
    assert caption(Call("A012", "3"), "zh", PHRASES, Voice()) == "请A012号到3号窗口"
    assert caption(Call("A012", "3", "recall"), "en", PHRASES, Voice()) == (
        "calling again ticket A012 please go to window 3"
    )


def test_every_phrase_has_both_languages_and_only_known_blanks() -> None:
    for message in PHRASES.values():
        for language in ("zh", "en"):
            blanks = {p for p in message[language].split("|") if "{" in p}
            assert blanks <= {"{number}", "{window}"}
