"""Files for other programs say what the tables say, in columns that stay."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from kiosk.store import Store
from kiosk.store.export import TABLES, ExportError, export

from .days import DAY, drawn, write

COLUMNS = {
    "events": "hall seq at day actor type payload digest",
    "tickets": "hall id day number priority channel language state issued_at first_called_at"
    " called_at started_at finished_at window staff ahead low_s median_s high_s calls recalls"
    " reason door_at",
    "legs": "hall ticket leg day place current service group bound state waiting_since"
    " first_called_at called_at started_at finished_at service_ms window staff outcome",
    "calls": "hall seq day at ticket number window staff code rule group priority waited_s points"
    " lead over_cap_s ahead_of note passed",
    "ratings": "hall ticket day at score dimensions service group window staff",
    "bookings": "hall id day code made_at start_at end_at service group services channel state"
    " moved overbooked settled_at reason ticket",
}


def test_columns_stay() -> None:
    assert {name: " ".join(columns) for name, columns in TABLES.items()} == COLUMNS


async def test_both_formats_hold_the_same_rows(store: Store, tmp_path: Path) -> None:
    log = drawn(61, 400, days=2)
    await write(store, log, size=400)
    last = max(r.day for r in log)
    counts = await export(store, "main", DAY, last, tmp_path / "out", ["csv", "parquet"])
    assert counts["events"] == len(log)
    assert all(counts.values())
    for table, columns in COLUMNS.items():
        with (tmp_path / "out" / f"{table}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == counts[table]
        read = parquet.read_table(tmp_path / "out" / f"{table}.parquet")
        assert read.column_names == columns.split()
        texts = [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in read.to_pylist()
        ]
        assert texts == rows


async def test_only_the_days_asked_for(store: Store, tmp_path: Path) -> None:
    log = drawn(62, 60, days=2)
    await write(store, log)
    counts = await export(store, "main", DAY, DAY, tmp_path, ["csv"])
    assert counts["events"] == sum(r.day == DAY for r in log)


async def test_what_is_missing_is_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="can't be written"):
        await export(store, "main", DAY, DAY, tmp_path / "file" / "x", ["csv"])
    monkeypatch.delitem(sys.modules, "kiosk.store.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match="pip install"):
        await export(store, "main", DAY, DAY, tmp_path, ["parquet"])
