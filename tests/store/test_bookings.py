"""Appointments in the tables: each with what became of it, as the engine has it."""

from __future__ import annotations

from kiosk.hall.engine import Hall
from kiosk.hall.events_booking import BookingMade
from kiosk.store import Store
from kiosk.store.rows import BookingRow

from .days import drawn, write


async def rows(store: Store) -> dict[str, BookingRow]:
    found = {}
    for day in await store.reports.days("main", "2000-01-01", "2999-01-01"):
        for row in await store.database.scan("day_bookings", "main", day.day):
            found[row[1]] = BookingRow.of(row)
    return found


async def test_a_row_for_each_booking_says_what_the_engine_says(store: Store) -> None:
    log = drawn(77, 600, days=3)
    await write(store, log, size=7)
    made = {r.event.booking for r in log if isinstance(r.event, BookingMade)}
    found = await rows(store)
    assert set(found) == made
    states = {row.state for row in found.values()}
    assert states >= {"checked_in", "missed", "cancelled"}
    assert any(row.moved for row in found.values())
    hall = Hall.replay(log)
    for booking in hall.state.bookings.values():
        if row := found.get(booking.id):
            assert (row.state, row.start_at, row.code) == (
                booking.state.value,
                booking.start,
                booking.code,
            )
    for row in found.values():
        ended = row.state in ("checked_in", "missed", "cancelled")
        assert (row.settled_at is not None) == ended
        assert (row.ticket is not None) == (row.state == "checked_in")
        assert (row.reason is not None) == (row.state == "cancelled")
    one = next(iter(found.values()))
    assert await store.reports.booking("main", one.id) == one
    assert await store.reports.booking("main", "nobody") is None
    assert await store.rebuild(check=True) == []


async def test_a_start_reads_the_bookings_ahead(store: Store) -> None:
    log = drawn(78, 300, days=2)
    await write(store, log)
    loaded = await store.load("main")
    live, anew = Hall.replay(log).state, Hall.replay(e.record for e in loaded.entries).state
    assert live.bookings
    for name in ("bookings", "taken", "pending", "strikes", "bars"):
        assert getattr(anew, name) == getattr(live, name), name
