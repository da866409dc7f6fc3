"""What the rest of the store asks of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from .log import Batch
from .rebuild import Difference

Values = Sequence[Any]


class Database(Protocol):
    """Named statements (`queries.py`) on SQLite or PostgreSQL.

    Every method raises Unavailable when the database can't be reached or written now, and
    Corrupt when what it holds can't be.
    """

    url: str
    shared: bool
    """Whether several servers may serve it at the same time."""

    async def commit(self, batch: Batch, epoch: int | None) -> None:
        """Write a batch durably. Raises also Conflict, Restored and Uncertain.

        epoch: that of the log which the writer has loaded, None when it has loaded none.
        """
        ...

    async def fetch(self, query: str, *args: Any) -> list[Values]:
        """A short read of what is committed; never waits for writers."""
        ...

    async def scan(self, query: str, *args: Any) -> list[Values]:
        """A read that may take long, without holding up those of `fetch`."""
        ...

    async def execute(self, query: str, *args: Any) -> int:
        """Change rows durably and return how many."""
        ...

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` soon after another node has committed, until it is closed."""
        ...

    async def rebuild(self, *, check: bool) -> list[Difference]:
        """Make the tables again from the log, or only compare; returns what differed."""
        ...

    async def copy_to(self, path: Path) -> None:
        """Write everything as it is at one moment into a new SQLite file."""
        ...

    async def restore_from(self, path: Path) -> None:
        """Put what a SQLite file of this version holds in the place of everything, at once."""
        ...

    async def close(self) -> None:
        """Let go of it. May be called twice."""
        ...
