"""Passwords and keys of the other ends: named in the hall file, read where they lie."""

from __future__ import annotations

import os
import re
from pathlib import Path

PLACES = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:/\S+")
"""How a hall file names a secret; the secret itself would be in the log for ever."""


class SecretMissing(Exception):
    """There is nothing where the hall file says that the secret is."""


def read_secret(place: str) -> str:
    """The secret at `env:NAME` or `file:/path`; of nowhere, an empty one. Raises SecretMissing."""
    kind, _, where = place.partition(":")
    if not place:
        return ""
    if kind == "env":
        found = os.environ.get(where, "")
    else:
        try:
            found = Path(where).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"{place}: {error}") from error
    if not found:
        raise SecretMissing(f"{place} is empty or not set")
    return found
