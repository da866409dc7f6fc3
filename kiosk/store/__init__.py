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
    Restored,
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
    "Restored",
    "Store",
    "StoreError",
    "Unavailable",
    "Uncertain",
    "migrate",
    "open_store",
]
