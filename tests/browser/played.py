"""A hall that has run for some days: played by the engine, with the estimates it made."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.hall import draw, simulate
from kiosk.hall.calendar import Calendar
from kiosk.hall.events import HallConfigured, Record
from kiosk.store import Batch, Entry, migrate, open_store
from tests.support.server import RunningServer, kiosk

BATCH = 2000


def played(folder: Path, days: int, password: str, *, seed: int = 3) -> RunningServer:
    """A server of a small hall on the morning after some drawn days; not started yet.

    Its manager is `boss`.
    """
    db = f"sqlite:///{folder / 'played.db'}"
    records = [
        record
        for day in simulate.play(draw.days("small", days, seed=seed))
        for record in day.records
    ]
    write(db, records)
    secret = folder / "secret"
    secret.write_text(password, encoding="utf-8")
    asked = ("--db", db, "--role", "manager", "--password-file", str(secret))
    kiosk("account", "create", "boss", *asked)
    return RunningServer(db, "--open-devices", "--clock-start", _morning_after(records).isoformat())


def _morning_after(records: list[Record]) -> datetime:
    first = records[0].event
    assert isinstance(first, HallConfigured)
    last = Calendar(first.config.timezone, {}).local(records[-1].at)
    return last.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


def write(db: str, records: list[Record]) -> None:
    """Put a log into a new database."""
    # In a thread: a test's own event loop may be running already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_write(db, records))).result()


async def _write(db: str, records: list[Record]) -> None:
    await migrate(db)
    store = await open_store(db, serving=True)
    try:
        for start in range(0, len(records), BATCH):
            part = records[start : start + BATCH]
            entries = tuple(Entry(record) for record in part)
            await store.append(Batch(part[0].hall, part[0].seq - 1, entries))
    finally:
        await store.close()
