"""Numbered changes of the schema, one file each, applied in order and never edited afterwards.

SQLite and PostgreSQL have the same numbers and names; each writes them in its own SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from msgspec import Struct

from kiosk.store.log import NeedsMigration, NewerSchema

APPLIED = """
CREATE TABLE IF NOT EXISTS migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)
"""
"""The table that says which migrations a database has had; the same on both."""


class Migration(Struct, frozen=True):
    """One file: `0001_log.sql` has number 1 and name `log`."""

    number: int
    name: str
    sql: str


def known(dialect: str) -> list[Migration]:
    """All migrations of this version, in order. `dialect` is `sqlite` or `postgres`."""
    found = []
    for file in files(__package__).joinpath(dialect).iterdir():
        number, _, name = file.name.removesuffix(".sql").partition("_")
        found.append(Migration(int(number), name, file.read_text()))
    return sorted(found, key=lambda m: m.number)


def missing(dialect: str, applied: Iterable[int]) -> list[Migration]:
    """What a database that has had `applied` still needs. Raises NewerSchema."""
    have, here = set(applied), known(dialect)
    newer = have - {m.number for m in here}
    if newer:
        raise NewerSchema(
            f"the database has migration {max(newer)}, this version knows {here[-1].number}:"
            " start the newer version of kiosk"
        )
    return [m for m in here if m.number not in have]


def check(dialect: str, applied: Iterable[int]) -> None:
    """Raise NewerSchema or NeedsMigration unless a database fits this version."""
    wanting = missing(dialect, applied)
    if wanting:
        raise NeedsMigration(
            f"the database lacks migration {wanting[0].number} ({wanting[0].name}):"
            " run `kiosk init --db …`"
        )
