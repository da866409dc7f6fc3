"""Every table with its columns: what a backup holds and a restore puts back."""

from __future__ import annotations

from msgspec import Struct

from .access import Device, Key, Session
from .chain import Row
from .log import Answer
from .rows import PROJECTED


class Table(Struct, frozen=True):
    """A table, its columns in order, and how many of them are its key."""

    name: str
    columns: tuple[str, ...]
    keys: int


TABLES: tuple[Table, ...] = (
    Table("events", Row.__struct_fields__, 2),
    Table("answers", Answer.__struct_fields__, 2),
    Table("people", ("hall", "subject", "sealed", "id_match", "expires"), 2),
    *(Table(row.table, row.columns(), row.keys) for row in PROJECTED),
    Table("keys", Key.__struct_fields__, 1),
    Table(
        "accounts",
        ("name", "password", "roles", "halls", "failed", "locked_until", "disabled", "created"),
        1,
    ),
    Table("sessions", Session.__struct_fields__, 1),
    Table("devices", Device.__struct_fields__, 1),
)
"""All but `migrations`, `epoch` and `presence`, which belong to the database itself."""


def columns(table: Table) -> str:
    """The columns for a statement."""
    return ", ".join(table.columns)


def insert(table: Table) -> str:
    """The statement that adds a row, in SQLite's notation."""
    marks = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} ({columns(table)}) VALUES ({marks})"


def read(table: Table) -> str:
    """The statement that reads all rows in the order of their keys."""
    key = ", ".join(table.columns[: table.keys])
    return f"SELECT {columns(table)} FROM {table.name} ORDER BY {key}"
