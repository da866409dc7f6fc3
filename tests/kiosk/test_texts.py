"""The message catalogue is whole: every text in every language, with the same parameters."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from kiosk import texts
from kiosk.hall import errors, errors_booking
from kiosk.hall.booking import BookingState
from kiosk.hall.events import Reason
from kiosk.hall.state import TicketState
from kiosk.server.reasons import words
from tests.hall.script import CONFIG

ROOT = Path(__file__).parent.parent.parent
HAN = re.compile(r"[\u4e00-\u9fff]")


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("area", texts.areas())
def test_every_message_has_both_languages_with_the_same_parameters(area: str) -> None:
    for key, message in texts.area(area).items():
        assert set(message) >= set(texts.LANGUAGES), f"{area}.{key}"
        for language in texts.LANGUAGES:
            assert message[language].strip() or area == "voice", f"{area}.{key}.{language}"


def test_every_rule_of_the_hall_has_a_sentence() -> None:
    codes = {
        error.code
        for error in (*vars(errors).values(), *vars(errors_booking).values())
        if isinstance(error, type) and issubclass(error, errors.RuleBroken | errors.Invalid)
    } - {"hall_error"}
    states = {f"state_{state}" for state in (*TicketState, *BookingState)}
    assert codes | states <= set(texts.area("errors"))


def test_a_missing_message_says_which() -> None:
    with pytest.raises(texts.MissingText, match=r"errors\.nothing"):
        texts.text("zh", "errors.nothing")


def test_no_page_holds_chinese_outside_the_catalogue() -> None:
    """A language's own name, on the button that switches to it, is all that may stand there."""
    found = []
    for path in sorted((ROOT / "static").rglob("*.js")):
        if "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("//")[0].replace("中文", "")
            if HAN.search(code) and not re.search(r"^\s*(\*|/\*)", line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_every_reason_of_a_call_has_words() -> None:
    said = re.search(r"code: (.*?)\n\s+waited_s", Reason.__doc__ or "", re.S)
    assert said is not None
    codes = set(re.findall(r"`(\w+)`", said.group(1)))
    assert {"first", "return", "undo"} <= codes
    for code in codes:
        assert set(words(CONFIG, Reason(code=code))) == set(texts.LANGUAGES)
