"""The hash chain: each row of a log carries a digest of itself and of the row before it.

digest(n) = SHA-256(digest(n-1) ‖ hall ‖ seq ‖ at ‖ day ‖ actor ‖ type ‖ payload ‖ key), where
texts are UTF-8, numbers are 8 bytes big-endian and each field is preceded by its length in 4
bytes, so that no byte can move from one field to the next. A missing key has the length 2³²-1.
The row before the first has the digest `GENESIS`.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from struct import Struct as Layout

from msgspec import Struct

GENESIS = bytes(32)
"""What stands in for the digest before a log's first row."""

_NONE = b"\xff\xff\xff\xff"
_length = Layout(">I").pack
_numbers = Layout(">IqIq").pack


class Row(Struct, gc=False):
    """One row of the table `events`, as it lies in the database, in the order of its columns."""

    hall: str
    seq: int
    at: int
    day: str
    actor: str
    type: str
    payload: bytes
    key: bytes | None
    digest: bytes = b""


def digest(previous: bytes, row: Row) -> bytes:
    """The digest (32 bytes) of a row that follows one with the digest `previous`."""
    payload, key = row.payload, row.key
    parts = (
        previous,
        _numbers(8, row.seq, 8, row.at),
        _texts(row.hall, row.day, row.actor, row.type),
        _length(len(payload)),
        payload,
        _NONE if key is None else _length(len(key)) + key,
    )
    return sha256(b"".join(parts)).digest()


@lru_cache(maxsize=1024)
def _texts(*texts: str) -> bytes:
    """Texts, each with its length. Halls, days, actors and types come together again and again."""
    return b"".join(_length(len(field)) + field for field in map(str.encode, texts))


def broken(previous: Row | None, row: Row) -> str | None:
    """Why `row` can't follow `previous` (None: it is the log's first); None when it does."""
    expected = previous.seq + 1 if previous else 1
    if row.seq != expected:
        return f"row {expected} is missing; the next one is {row.seq}"
    if previous and row.at < previous.at:
        return f"its time is before that of row {previous.seq}"
    before = previous.digest if previous else GENESIS
    if digest(before, row) != row.digest:
        return "its digest does not fit its content and the row before it"
    return None
