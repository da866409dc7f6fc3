"""Parquet files through pyarrow: typed columns, compressed. Needs the extra `parquet`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_type_hints

import pyarrow
from pyarrow import parquet

from .rows import BookingRow, CallRow, LegRow, RatingRow, TableRow, TicketRow

_ROWS: dict[str, type[TableRow]] = {
    row.table: row for row in (TicketRow, LegRow, CallRow, RatingRow, BookingRow)
}
_TYPES = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}


def schema(table: str, columns: Sequence[str]) -> Any:
    """The columns of a table with their types."""
    if table == "events":
        return pyarrow.schema(
            [(name, _TYPES[int if name in ("seq", "at") else str]) for name in columns]
        )
    hints = get_type_hints(_ROWS[table])
    fields = []
    for name in columns:
        wanted = [kind for kind in _TYPES if kind is hints[name] or kind in _members(hints[name])]
        fields.append((name, _TYPES[wanted[0]]))
    return pyarrow.schema(fields)


def _members(hint: Any) -> tuple[Any, ...]:
    return getattr(hint, "__args__", ())


class ParquetSink:
    """A Parquet file with a row group per chunk."""

    def __init__(self, path: Path, table: str, columns: Sequence[str]) -> None:
        self._schema = schema(table, columns)
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows."""
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        arrays = [
            pyarrow.array(column, field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
