"""Structured logs: one JSON object a line on standard error."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import msgspec

_encode = msgspec.json.Encoder().encode


class JsonLines(logging.Formatter):
    """A record as a JSON object; a traceback stands in its own member."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        fields: dict[str, str] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return _encode(fields).decode()


def configure() -> None:
    """Log to standard error.

    The web server's own lines name paths, and a visitor's token can stand in one; the client's
    name addresses, and a gateway's key can: only their warnings are kept.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in ("uvicorn", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)
