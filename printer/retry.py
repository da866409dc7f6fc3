"""When to try a printer again, as a function of what has happened."""

_FIRST_MS = 500
_LONGEST_MS = 5_000


def retry_at(attempt: int, now: int, expires_at: int) -> int | None:
    """Return when to try next, in milliseconds, or None when it would be too late.

    `attempt` counts the failures so far, from 1. The pause doubles from half a second to five: a
    printer that has got paper again shall not keep two hundred people waiting.
    """
    pause = min(_LONGEST_MS, _FIRST_MS << min(attempt - 1, 10))
    at = now + pause
    return at if at < expires_at else None
