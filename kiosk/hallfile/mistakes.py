"""What is wrong with a file that somebody wrote, by line."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Mistake(Struct, frozen=True):
    """One mistake: in which line (1 = the first), at which entry, and what was expected."""

    line: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"line {self.line}: {place}{self.message}"


class HallFileError(ValueError):
    """A file was refused whole. `mistakes` are all that were found, in order of their lines."""

    def __init__(self, source: str, mistakes: Sequence[Mistake]) -> None:
        self.source = source
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__("\n".join(f"{source}: {mistake}" for mistake in self.mistakes))
