"""In which line of a TOML text each key stands. tomllib gives values without their places.

The text must have been read by tomllib before: only then is it known to be right, and this
needs to find no more than where keys begin and where values end.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Where a value lies: `("windows", 2, "groups")` is `groups` of the third `[[windows]]`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""+'
    r"|'''.*?'''+"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)


class Lines:
    """The line of every table and key of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}
        self._scan()

    def of(self, path: Path) -> int:
        """The line of a key, or of the nearest thing around it that has a line of its own."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _scan(self) -> None:
        table: Path = ()
        at = self._skip(0)
        while at < len(self._text):
            line = self._text.count("\n", 0, at) + 1
            if self._text.startswith("[[", at):
                keys, at = self._keys(at + 2)
                table = self._begin_entry(self._resolve(keys))
                at += 2
            elif self._text[at] == "[":
                keys, at = self._keys(at + 1)
                table = self._resolve(keys)
                at += 1
            else:
                keys, at = self._keys(at)
                self._mark((*table, *keys), line)
                at = self._skip(self._value_end(at + 1))
                continue
            self._mark(table, line)
            at = self._skip(at)

    def _mark(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], line)

    def _begin_entry(self, path: Path) -> Path:
        number = self._arrays[path] = self._arrays.get(path, -1) + 1
        return (*path, number)

    def _resolve(self, keys: Path) -> Path:
        """`windows.hours` inside the present entry of `[[windows]]`."""
        path: Path = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            if index + 1 < len(keys) and path in self._arrays:
                path = (*path, self._arrays[path])
        return path

    def _skip(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def _keys(self, at: int) -> tuple[Path, int]:
        """The dotted key at `at`, and where it ends."""
        keys: list[str] = []
        while match := _KEY.match(self._text, at):
            keys.append(_unquote(match[1]))
            at = match.end()
            if not self._text.startswith(".", at):
                break
            at += 1
        return tuple(keys), at

    def _value_end(self, at: int) -> int:
        """Where the value that begins at `at` ends: at a line's end outside all brackets."""
        depth = 0
        for found in _TOKEN.finditer(self._text, at):
            match found[0]:
                case "[" | "{":
                    depth += 1
                case "]" | "}":
                    depth -= 1
                case "\n" if depth == 0:
                    return found.end()
        return len(self._text)


def _unquote(key: str) -> str:
    if key[0] not in "\"'":
        return key
    parsed: Mapping[str, str] = tomllib.loads(f"key = {key}")
    return parsed["key"]
