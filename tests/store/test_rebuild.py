"""The tables can be made again from the log, beside a server that writes."""

from __future__ import annotations

import asyncio

from kiosk.hall.events import LegPlan, TicketIssued
from kiosk.store import Batch, Entry, Store
from kiosk.store.rows import PROJECTED

from .days import drawn, records, write
from .raw import tamper


async def test_a_store_that_was_only_written_by_us_has_no_difference(store: Store) -> None:
    await write(store, drawn(31, 300, days=2), size=9)
    await write(store, drawn(32, 100, hall="other"))
    assert await store.rebuild(check=True) == []
    assert await store.rebuild() == []


async def test_lost_rows_come_back(store: Store) -> None:
    await write(store, drawn(33, 800), size=400)
    tables = {row.table for row in PROJECTED}
    for table in tables:
        assert tamper(store.database.url, f"DELETE FROM {table}") > 0
    found = {d.table: d for d in await store.rebuild(check=True)}
    assert set(found) == tables
    assert all(d.missing > 0 and d.surplus == 0 for d in found.values())
    await store.rebuild()
    assert await store.rebuild(check=True) == []


async def test_changed_and_invented_rows_are_put_right(store: Store) -> None:
    await write(store, drawn(34, 100))
    assert (
        tamper(store.database.url, "UPDATE tickets SET number = 'Z999' WHERE number = 'A001'") > 0
    )
    assert (
        tamper(
            store.database.url,
            "UPDATE legs SET ticket = 'x' || ticket WHERE leg = 0 AND ticket LIKE '%-1%'",
        )
        > 0
    )
    found = {d.table: d for d in await store.rebuild(check=True)}
    assert (found["tickets"].missing, found["tickets"].surplus) == (1, 1)
    assert found["legs"].missing == found["legs"].surplus > 0
    assert {d.table for d in await store.rebuild()} == {"tickets", "legs"}
    assert await store.rebuild(check=True) == []


async def test_a_rebuild_beside_writers_loses_nothing(store: Store) -> None:
    await write(store, drawn(35, 200))
    assert tamper(store.database.url, "DELETE FROM tickets") > 0
    last = (await store.after("main", 0))[-1].record

    async def go_on() -> None:
        for n in range(60):
            event = TicketIssued(f"new{n}", f"B{n:03d}", (LegPlan("card", "B"),))
            (record,) = records([event], seq=last.seq + n, at=last.at + n)
            await store.append(Batch("main", record.seq - 1, (Entry(record),)))

    await asyncio.gather(store.rebuild(), go_on())
    assert await store.rebuild(check=True) == []
    assert await store.reports.ticket("main", "new59") is not None
