"""Lines are never too wide, nothing is lost, and punctuation stands where it may."""

from hypothesis import given
from hypothesis import strategies as st

from printer.wrap import balanced, wrap

TEXT = st.text(alphabet="户口登记，。（）《ab cd-12–！ 𠮷", max_size=60)


def cells(text: str) -> int:
    """Hanzi are two wide."""
    return sum(1 if c < "\u2000" else 2 for c in text)


@given(TEXT, st.integers(8, 40))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    for breaker in (wrap, balanced):
        lines = breaker(text, width, cells)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(cells(line) <= width for line in lines)
        assert all(line == line.rstrip() and line for line in lines)


@given(TEXT, st.integers(8, 40))
def test_balanced_takes_no_more_lines(text: str, width: int) -> None:
    assert len(balanced(text, width, cells)) == len(wrap(text, width, cells))


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = wrap("请留意叫号屏，过号请到导服台。", 12, cells)
    assert all(line[0] not in "，。" for line in lines)


def test_latin_words_stay_whole() -> None:
    assert wrap("Household registration", 14, cells) == ["Household", "registration"]


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert wrap("abcdefghij", 4, cells) == ["abcd", "efgh", "ij"]


def test_balanced_leaves_no_widow() -> None:
    assert wrap("一二三四五六七", 12, cells) == ["一二三四五六", "七"]
    assert balanced("一二三四五六七", 12, cells) == ["一二三四", "五六七"]


def test_balanced_cuts_no_word_to_be_even() -> None:
    assert balanced("2026-11-27 14:30–15:00", 16, cells) == ["2026-11-27", "14:30–15:00"]
