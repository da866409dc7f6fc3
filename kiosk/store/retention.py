"""What must be gone by now: old answers, personal data past its time, dead sessions.

The log stays whole: it holds none of this.
"""

from __future__ import annotations

from msgspec import Struct

from .store import Store

ANSWERS_MS = 48 * 3_600_000
"""How long the answer to an idempotency key is remembered."""


class Purged(Struct, frozen=True):
    """How many rows were deleted."""

    answers: int
    people: int


async def purge(store: Store, now: int) -> Purged:
    """Delete what has had its time. For a job that runs each night; may run at any time."""
    answers = await store.database.execute("purge_answers", now - ANSWERS_MS)
    people = await store.database.execute("purge_people", now)
    await store.access.purge(now)
    return Purged(answers, people)
