"""Find a service by Chinese, pinyin, initials or English, as a visitor types it.

`hukou`, `hkdj`, `户口`, `household` all find 户口登记 / Household registration.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kiosk.hall.config import HallConfig


class Entry(NamedTuple):
    """What a service is found by, all in lower case without spaces between syllables."""

    service: str
    texts: tuple[str, ...]
    pinyin: str
    initials: str
    english: str


def fold(text: str) -> str:
    """Full width to half width, lower case, no white space at the ends."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


@lru_cache(maxsize=16)
def index(config_services: tuple[tuple[str, str, str, str], ...]) -> tuple[Entry, ...]:
    """The index over (id, Chinese name, English name, department's Chinese name)."""
    # Its tables take a third of a server's start to read, and only a search needs them.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    entries = []
    for service, zh, en, department in config_services:
        entries.append(
            Entry(
                service,
                (fold(zh), fold(department)),
                "".join(lazy_pinyin(zh, errors="ignore")).casefold(),
                "".join(lazy_pinyin(zh, style=Style.FIRST_LETTER, errors="ignore")).casefold(),
                f" {fold(en)}",
            )
        )
    return tuple(entries)


def search(config: HallConfig, query: str) -> list[str]:
    """Ids of the services that match, best first; all of them for an empty query."""
    wanted = fold(query)
    if not wanted:
        return [s.id for s in config.services]
    departments = {d.id: d.name.get("zh", "") for d in config.departments}
    entries = index(
        tuple(
            (
                s.id,
                s.name.get("zh", ""),
                s.name.get("en", ""),
                departments.get(s.department or "", ""),
            )
            for s in config.services
        )
    )
    scored = [(score, n) for n, e in enumerate(entries) if (score := _score(e, wanted))]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return [entries[n].service for _, n in scored]


def _score(entry: Entry, wanted: str) -> int:
    """0 for no match; the closer the match stands to the start of a name, the more."""
    title, department = entry.texts
    letters = wanted.replace(" ", "").replace("'", "")
    latin = letters.isascii() and bool(letters)
    ranked = (
        (100, title.startswith(wanted)),
        (90, wanted in title),
        (80, latin and entry.initials.startswith(letters)),
        (75, latin and entry.pinyin.startswith(letters)),
        (70, latin and f" {wanted}" in entry.english),
        (60, latin and len(letters) > 1 and letters in entry.initials),
        (50, latin and len(letters) > 2 and letters in entry.pinyin),
        (40, latin and all(f" {word}" in entry.english for word in wanted.split())),
        (30, wanted in department),
        (20, _in_order(wanted, title)),
    )
    return next((score for score, matches in ranked if matches), 0)


def _in_order(wanted: str, title: str) -> bool:
    """Whether all signs of `wanted` stand in the title in their order (户登 finds 户口登记)."""
    rest = iter(title)
    return len(wanted) > 1 and all(sign in rest for sign in wanted)
