"""The county hall of the sample: 13 groups, 24 windows on two floors, 99 services."""

from __future__ import annotations

from pathlib import Path

from tests.support.server import RunningServer, kiosk

SAMPLE = Path(__file__).parents[2] / "kiosk" / "sample"
MONDAY_MORNING = "2026-11-23T09:00:00+08:00"


def county(folder: Path, *options: str, start: str = MONDAY_MORNING) -> RunningServer:
    """A server of the county hall whose devices need no pairing; not started yet."""
    db = f"sqlite:///{folder / 'county.db'}"
    hall, catalogue = SAMPLE / "county.toml", SAMPLE / "catalogue.csv"
    kiosk("init", "--db", db, "--hall", str(hall), "--catalogue", str(catalogue))
    return RunningServer(db, "--open-devices", "--clock-start", start, *options)
