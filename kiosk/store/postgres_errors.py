"""What asyncpg and PostgreSQL raise, in our words."""

from __future__ import annotations

import asyncpg

from .log import Conflict, Corrupt, StoreError, Unavailable

OURS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # What asyncpg raises when a message of a server that goes down comes at the wrong moment.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""Everything that a database which is gone, busy or broken can raise."""

_CONFLICT = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
_CORRUPT = (asyncpg.DataCorruptedError, asyncpg.IndexCorruptedError)


def translated(error: BaseException) -> StoreError:
    """The store's error for one of `OURS`."""
    if isinstance(error, _CONFLICT):
        return Conflict(f"another node was first: {error}")
    if isinstance(error, _CORRUPT):
        return Corrupt(f"the database is damaged: {error}")
    if isinstance(error, asyncpg.DiskFullError):
        return Unavailable("the database's disk is full")
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return Unavailable("the database is read-only: it is a standby, or its disk is")
    return Unavailable(f"PostgreSQL can't be used: {error or type(error).__name__}")


def cut(error: BaseException) -> bool:
    """Whether the connection was lost, so that what it was doing may have happened or not."""
    if isinstance(error, asyncpg.PostgresError):
        # The server said itself that it failed, unless it said that it goes down.
        return isinstance(
            error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError
        )
    return True
