"""What the rest of the store asks of a database, whichever it is."""

from __future__ import annotations

from typing import Any, Protocol

from .log import Batch

Values = tuple[Any, ...]


class Database(Protocol):
    """Named statements (`queries.py`) on SQLite or PostgreSQL.

    Every method raises Unavailable when the database can't be reached or written now, and
    Corrupt when what it holds can't be.
    """

    url: str

    async def commit(self, batch: Batch) -> None:
        """Write a batch durably. Raises also Conflict and Uncertain."""
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

    async def close(self) -> None:
        """Let go of it. May be called twice."""
        ...
