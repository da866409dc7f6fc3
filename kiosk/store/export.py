"""A hall's log and tables as files for other programs: CSV, and Parquet with the extra `parquet`.

One file per table, with columns that stay: `events` (payload as JSON text, digest as hex),
`tickets`, `legs`, `calls`, `ratings`, `bookings`. Instants are ms since the Unix epoch. No
personal data.
"""

from __future__ import annotations

import csv
import importlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from .log import StoreError
from .rows import BookingRow, CallRow, LegRow, RatingRow, TicketRow
from .store import Store

Format = Literal["csv", "parquet"]

TABLES: dict[str, tuple[str, ...]] = {
    "events": ("hall", "seq", "at", "day", "actor", "type", "payload", "digest"),
    "tickets": TicketRow.__struct_fields__,
    "legs": LegRow.__struct_fields__,
    "calls": CallRow.__struct_fields__,
    "ratings": RatingRow.__struct_fields__,
    "bookings": BookingRow.__struct_fields__,
}
"""The files and their columns."""

Rows = Sequence[Sequence[Any]]


class ExportError(StoreError):
    """The files can't be written; the message says what to do."""


class Sink(Protocol):
    """A file that takes rows."""

    def write(self, rows: Rows) -> None:
        """Add rows."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class CsvSink:
    """A CSV file in UTF-8 with a header; nothing stands for a missing value."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def write(self, rows: Rows) -> None:
        """Add rows."""
        self._writer.writerows(rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


async def export(
    store: Store, hall: str, first: str, last: str, directory: Path, formats: Sequence[Format]
) -> dict[str, int]:
    """Write the business days `first` to `last`; returns how many rows each table has.

    Raises ExportError when the directory can't be written or Parquet's library is missing.
    """
    counts = {}
    try:
        _make(directory)
        for table in TABLES:
            sinks = [_sink(kind, directory / f"{table}.{kind}", table) for kind in formats]
            counts[table] = await _fill(sinks, _rows(store, table, hall, first, last))
    except OSError as error:
        raise ExportError(f"{directory} can't be written: {error.strerror}") from error
    return counts


def _make(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)


def _sink(kind: Format, path: Path, table: str) -> Sink:
    if kind == "csv":
        return CsvSink(path, TABLES[table])
    try:
        # An extra: its library is as large as all the rest of the product.
        parquet = importlib.import_module("kiosk.store.parquet")
    except ImportError as error:
        raise ExportError("Parquet needs an extra: pip install 'kiosk[parquet]'") from error
    sink: Sink = parquet.ParquetSink(path, table, TABLES[table])
    return sink


async def _fill(sinks: Sequence[Sink], chunks: AsyncIterator[Rows]) -> int:
    count = 0
    try:
        async for rows in chunks:
            for sink in sinks:
                sink.write(rows)
            count += len(rows)
    finally:
        for sink in sinks:
            sink.close()
    return count


async def _rows(store: Store, table: str, hall: str, first: str, last: str) -> AsyncIterator[Rows]:
    for day in await store.reports.days(hall, first, last):
        if table != "events":
            yield await store.database.scan(f"day_{table}", hall, day.day)
            continue
        seq = 0
        while rows := await store.database.scan("day_events", hall, day.day, seq, 2_000):
            yield [(*row[:6], row[6].decode(), row[7].hex()) for row in rows]
            seq = rows[-1][1]
