"""From a call to the words that a loudspeaker says, and the clips that say them.

Nothing is synthesised in the hall: a sentence is a row of short recordings. A clip is named by
its language and by the very text that is spoken in it, so the catalogue's phrases and the two
alphabets below are the whole list of what a voice has to record.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from kiosk.hall.config import Language, Occasion, Voice

Phrases = Mapping[str, Mapping[str, str]]
"""Messages of the catalogue by key (`voice-call`), each by language."""

PAUSE = ","
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_ZH_DIGITS = "零一二三四五六七八九"
_ZH_UNITS = ("", "十", "百", "千")
_EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TO_14 = ("ten", "eleven", "twelve", "thirteen", "fourteen")
_EN_TO_19 = ("fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_EN_SMALL = (*_EN_DIGITS, *_EN_TO_14, *_EN_TO_19)
_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WINDOW = re.compile(r"([A-Za-z]{0,2})(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: what is said, in which language. A text of `,` is a pause, not a recording."""

    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """What is called out.

    `window` is what can be read of the window's name (`3`, `A12`); None where nothing can.
    """

    number: str
    window: str | None
    occasion: Occasion = "call"


def readable_window(name: str, window_id: str) -> str | None:
    """The part of a window's name that can be read out, else of its id: `A12号窗口` → `A12`."""
    for label in (name, window_id):
        found = _WINDOW.findall(label)
        if len(found) == 1:
            letters, digits = found[0]
            return f"{letters.upper()}{int(digits)}"
    return None


def zh_number(value: int) -> list[str]:
    """A number from 0 to 9999 in Chinese clips: 12 → 十 二, 105 → 一 百 零 五."""
    if value == 0:
        return ["零"]
    words: list[str] = []
    digits = [int(d) for d in str(value)]
    for power, digit in zip(reversed(range(len(digits))), digits, strict=True):
        if digit:
            words += [_ZH_DIGITS[digit], _ZH_UNITS[power]] if power else [_ZH_DIGITS[digit]]
        elif words[-1] != "零":
            words.append("零")
    if words[-1] == "零":
        words.pop()
    return words[1:] if 10 <= value < 20 else words


def en_number(value: int) -> list[str]:
    """A number from 0 to 9999 in English clips: 121 → one hundred twenty one."""
    if value >= 1000:
        rest = en_number(value % 1000) if value % 1000 else []
        return [_EN_SMALL[value // 1000], "thousand", *rest]
    if value >= 100:
        rest = en_number(value % 100) if value % 100 else []
        return [_EN_SMALL[value // 100], "hundred", *rest]
    if value >= 20:
        return [_EN_TENS[value // 10 - 2], *([_EN_SMALL[value % 10]] if value % 10 else [])]
    return [_EN_SMALL[value]]


def spell(number: str, language: Language, *, yao: bool) -> list[str]:
    """A ticket number sign by sign: A012 → A 零 幺 二."""
    if language == "en":
        return [_EN_DIGITS[int(c)] if c in "0123456789" else c.upper() for c in number]
    digits = _ZH_DIGITS.replace("一", "幺") if yao else _ZH_DIGITS
    return [digits[int(c)] if c in "0123456789" else c.upper() for c in number]


def _read_window(label: str, language: Language) -> list[str]:
    letters = label.rstrip("0123456789")
    read = zh_number if language == "zh" else en_number
    return [*letters, *read(int(label[len(letters) :]))]


def _pieces(call: Call, language: Language, phrases: Phrases, voice: Voice) -> list[str]:
    occasion = call.occasion if call.occasion in voice.phrases else "call"
    key = "screen" if call.window is None else occasion
    return phrases[f"voice-{key}"][language].split("|")


def words(call: Call, language: Language, phrases: Phrases, voice: Voice) -> list[str]:
    """What is said in one language, clip by clip."""
    said: list[str] = []
    for piece in _pieces(call, language, phrases, voice):
        if piece == "{number}":
            said += spell(call.number, language, yao=voice.yao)
        elif piece == "{window}" and call.window is not None:
            said += _read_window(call.window, language)
        else:
            said.append(piece)
    return said


def plan(
    call: Call, phrases: Phrases, voice: Voice, has: Callable[[Clip], bool]
) -> list[list[Clip]]:
    """The clips to play, one row per language in the hall's order.

    A sentence with a clip missing would call the wrong number, so it is replaced by a plain
    "look at the screen"; where even that was never recorded, the language is left out.
    """
    rows = []
    for language in voice.languages:
        attention = phrases["voice-attention"][language].split("|")
        for said in (words(call, language, phrases, voice), attention):
            row = [Clip(language, text) for text in said]
            if all(clip.text == PAUSE or has(clip) for clip in row):
                rows.append(row)
                break
    return rows


def caption(call: Call, language: Language, phrases: Phrases, voice: Voice) -> str:
    """The same sentence to read, for who cannot hear it: 请A012号到3号窗口."""
    filled = {"{number}": call.number, "{window}": call.window or "", PAUSE: ""}
    pieces = [filled.get(piece, piece) for piece in _pieces(call, language, phrases, voice)]
    return ("" if language == "zh" else " ").join(p for p in pieces if p)


def vocabulary(phrases: Phrases) -> Iterator[Clip]:
    """Every clip of a complete voice: both alphabets, all numbers, the catalogue's phrases."""
    alphabets: dict[Language, list[str]] = {
        "zh": [*_ZH_DIGITS, "幺", *_ZH_UNITS[1:], *_LETTERS],
        "en": [*_EN_SMALL, *_EN_TENS, "hundred", "thousand", *_LETTERS],
    }
    for language in LANGUAGES:
        pieces = (
            piece
            for key, message in phrases.items()
            if key.startswith("voice-")
            for piece in message[language].split("|")
            if piece != PAUSE and not piece.startswith("{")
        )
        for text in dict.fromkeys(chain(alphabets[language], pieces)):
            yield Clip(language, text)
