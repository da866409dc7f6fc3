"""A business day out of the log, as it is played again or audited."""

from __future__ import annotations

from kiosk.hall.events import HallConfigured, Record

from .store import Store


async def records_of_day(store: Store, hall: str, day: str) -> list[Record]:
    """The configuration in force on the day, and the day's records; empty if there are none."""
    configured = [entry.record async for entry in store.configurations(hall)]
    found = [entry.record async for entry in store.walk(hall, day)]
    happened = [r for r in found if not isinstance(r.event, HallConfigured)]
    if not happened:
        return []
    before = [r for r in configured if r.seq < happened[0].seq]
    during = [r for r in configured if happened[0].seq < r.seq < happened[-1].seq]
    return before[-1:] + sorted(happened + during, key=lambda r: r.seq)
