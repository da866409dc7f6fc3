"""Waits as people say them, and a catalogue without holes."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.words import catalogue, length, say, wait


@pytest.mark.parametrize(
    ("low_s", "high_s", "zh", "en"),
    [
        (0, 50, "马上叫号", "called any moment"),
        (20, 240, "4 分钟以内", "within 4 min"),
        (720, 1490, "约 10–25 分钟", "about 10–25 min"),
        (600, 600, "约 10 分钟", "about 10 min"),
        (3000, 5800, "约 50 分钟–1 小时 40 分钟", "50 min to 1 h 40 min"),
        (3700, 7190, "约 1 小时–2 小时", "1 h to 2 h"),
        (1795, 3601, "约 20 分钟–1 小时 10 分钟", "20 min to 1 h 10 min"),
        (7000, 12_000, "约 1 小时 30 分钟–3 小时 30 分钟", "1 h 30 min to 3 h 30 min"),
    ],
)
def test_says_a_range(low_s: int, high_s: int, zh: str, en: str) -> None:
    assert wait(low_s, high_s, "zh") == zh
    assert wait(low_s, high_s, "en") == en


@given(st.integers(0, 40_000), st.integers(0, 40_000))
def test_never_promises_more_than_the_estimate(a: int, b: int) -> None:
    """What is read back from the words contains the interval."""
    low_s, high_s = sorted((a, b))
    text = wait(low_s, high_s, "en")
    minutes = _minutes(text)
    assert minutes[-1] * 60 >= high_s
    if len(minutes) == 2:
        assert minutes[0] * 60 <= low_s


def _minutes(text: str) -> list[int]:
    """The lengths of time that a wait in English names, in minutes."""
    if text == "called any moment":
        return [1]
    ends = text.removeprefix("about ").removeprefix("within ").split(" to ")
    if len(ends) == 1 and "–" in ends[0]:
        return [int(number) for number in ends[0].removesuffix(" min").split("–")]
    found = []
    for end in ends:
        words = end.split()
        units = dict(zip(words[1::2], map(int, words[::2]), strict=True))
        found.append(units.get("h", 0) * 60 + units.get("min", 0))
    return found


def test_lengths() -> None:
    assert length(59, "en") == "59 min"
    assert length(60, "zh") == "1 小时"
    assert length(70, "zh") == "1 小时 10 分钟"


def test_both_languages_have_the_same_places() -> None:
    for key, texts in catalogue().items():
        assert set(texts) == {"zh", "en"}, key
        places = [
            {name for _, name, _, _ in string.Formatter().parse(t) if name} for t in texts.values()
        ]
        assert places[0] == places[1], key


def test_a_missing_value_is_a_defect() -> None:
    with pytest.raises(KeyError):
        say("copy", "zh")
