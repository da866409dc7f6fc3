"""The message catalogue: every text that a user sees, in every language, one file per area.

Each file holds messages as `[key]` with one entry per language; parameters stand in braces.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
FALLBACK = "en"

_FOLDER = Path(__file__).parent


class MissingText(KeyError):
    """The catalogue has no such message."""


@cache
def area(name: str) -> dict[str, dict[str, str]]:
    """One area: key → language → text. An unknown area is empty."""
    path = _FOLDER / f"{name}.toml"
    if not path.is_file():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8"))


def areas() -> list[str]:
    """The names of all areas, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def catalogue(language: str, names: tuple[str, ...] = ()) -> dict[str, str]:
    """Messages of some areas (all by default) in one language: `area.key` → text."""
    return {
        f"{name}.{key}": texts.get(language) or texts[FALLBACK]
        for name in (names or tuple(areas()))
        for key, texts in area(name).items()
    }


def text(language: str, key: str, **params: object) -> str:
    """One message, filled in. Raises MissingText."""
    name, _, rest = key.partition(".")
    texts = area(name).get(rest)
    if texts is None:
        raise MissingText(key)
    return (texts.get(language) or texts[FALLBACK]).format(**params)


def names(key: str, languages: Iterable[str] = LANGUAGES, **params: object) -> dict[str, str]:
    """One message in several languages."""
    return {language: text(language, key, **params) for language in languages}
