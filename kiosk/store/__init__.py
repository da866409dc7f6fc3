"""The event log, and the tables made from it."""

from .log import (
    Answer,
    Batch,
    Conflict,
    Corrupt,
    Entry,
    Loaded,
    Locked,
    Log,
    NeedsMigration,
    NewerSchema,
    Person,
    StoreError,
    Unavailable,
    Uncertain,
)
from .open import migrate, open_store
from .store import Store

__all__ = [
    "Answer",
    "Batch",
    "Conflict",
    "Corrupt",
    "Entry",
    "Loaded",
    "Locked",
    "Log",
    "NeedsMigration",
    "NewerSchema",
    "Person",
    "Store",
    "StoreError",
    "Unavailable",
    "Uncertain",
    "migrate",
    "open_store",
]
