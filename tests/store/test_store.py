"""The log's promises, on every database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec import structs

from kiosk.hall.engine import Hall
from kiosk.hall.events import (
    DayClosed,
    HallConfigured,
    LegPlan,
    TicketCancelled,
    TicketIssued,
    TicketRated,
)
from kiosk.store import Answer, Batch, Conflict, Entry, Person, Store, Unavailable, open_store
from kiosk.store.chain import broken
from kiosk.store.open import BadAddress

from .days import CONFIG, DAY, drawn, records, write


def issued(ticket: str) -> TicketIssued:
    return TicketIssued(ticket, "A001", (LegPlan("tax", "A"),))


async def test_what_was_appended_is_read_again(store: Store, url: str) -> None:
    log = drawn(1, 60)
    await write(store, log)
    await store.close()
    again = await open_store(url)
    try:
        assert [e.record async for e in again.walk("main")] == log
        assert [e.record for e in await again.after("main", 10)] == log[10:]
        assert await again.halls() == ["main"]
    finally:
        await again.close()


async def test_a_second_writer_at_the_same_place_loses(store: Store) -> None:
    first, second = records([HallConfigured(CONFIG), issued("t1")])
    await store.append(Batch("main", 0, (Entry(first),)))
    await store.append(Batch("main", 1, (Entry(second),)))
    with pytest.raises(Conflict):
        await store.append(Batch("main", 1, (Entry(second),)))
    with pytest.raises(Conflict):
        await store.append(Batch("main", 7, ()))
    assert [e.record.seq for e in await store.after("main", 0)] == [1, 2]


async def test_of_many_writers_at_once_one_wins_each_place(store: Store) -> None:
    await write(store, records([HallConfigured(CONFIG)]))

    async def take(n: int) -> int:
        for tries in range(1000):
            seq = (await store.after("main", 0))[-1].record.seq
            record = records([issued(f"t{n}")], seq=seq)[0]
            try:
                await store.append(Batch("main", seq, (Entry(record),)))
            except Conflict:
                continue
            return tries
        raise AssertionError("never won")

    await asyncio.gather(*(take(n) for n in range(8)))
    log = await store.after("main", 1)
    assert [e.record.seq for e in log] == list(range(2, 10))
    assert {e.record.event.ticket for e in log} == {f"t{n}" for n in range(8)}


async def test_a_conflict_in_one_hall_is_nothing_to_another(store: Store) -> None:
    one = records([HallConfigured(CONFIG)], hall="one")
    two = records([HallConfigured(CONFIG)], hall="two")
    outcomes = await asyncio.gather(
        store.append(Batch("one", 5, (Entry(one[0]),))),
        store.append(Batch("two", 0, (Entry(two[0]),))),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], Conflict)
    assert outcomes[1] is None
    assert await store.halls() == ["two"]


async def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    log = records([HallConfigured(CONFIG), issued("t1"), TicketCancelled("nobody", "left")])
    person = Person("main", "t1", b"sealed", None, 1)
    with pytest.raises(KeyError):
        await store.append(Batch("main", 0, tuple(Entry(r) for r in log), people=(person,)))
    assert await store.after("main", 0) == []
    assert await store.person("main", "t1") is None
    assert await store.reports.ticket("main", "t1") is None


async def test_answers_and_people_lie_beside_the_log(store: Store) -> None:
    record = records([HallConfigured(CONFIG)])[0]
    answer = Answer("main", b"k" * 16, b"r" * 16, 5, 201, b'{"id": 1}')
    person = Person("main", "t1", b"sealed", b"m" * 32, 99)
    await store.append(Batch("main", 0, (Entry(record, b"k" * 16),), (answer,), (person,)))
    assert await store.answer("main", b"k" * 16) == answer
    assert await store.answer("main", b"x" * 16) is None
    assert await store.person("main", "t1") == person
    assert await store.people_like("main", b"m" * 32) == [person]
    assert (await store.after("main", 0))[0].key == b"k" * 16
    assert (await store.load("main")).keys == {b"k" * 16}


async def test_the_same_key_is_answered_once(store: Store) -> None:
    answer = Answer("main", b"k" * 16, b"r" * 16, 5, 204, b"")
    await store.append(Batch("main", 0, (), (answer,)))
    with pytest.raises(Conflict):
        await store.append(Batch("main", 0, (), (answer,)))


async def test_a_row_that_is_refused_takes_its_batch_along_and_no_other(store: Store) -> None:
    halls = {name: records([HallConfigured(CONFIG)], hall=name) for name in ("one", "two", "three")}
    told = Answer("one", b"k" * 16, b"r" * 16, 5, 204, b"")
    await store.append(Batch("one", 0, (), (told,)))
    outcomes = await asyncio.gather(
        *(
            store.append(Batch(name, 0, (Entry(record),), (structs.replace(told, hall=name),)))
            for name, (record,) in halls.items()
        ),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], Conflict)
    assert outcomes[1:] == [None, None]
    assert await store.halls() == ["three", "two"]
    assert await store.rebuild(check=True) == []


async def test_a_hall_starts_with_its_configuration_and_its_open_days(store: Store) -> None:
    log = records([HallConfigured(CONFIG), issued("t1"), DayClosed()])
    log += records([issued("t2")], seq=3, day="2026-03-03", at=log[-1].at)
    log += records([TicketRated("t1", 5)], seq=4, day=DAY, at=log[-1].at)
    log += records([issued("t3")], seq=5, day="2026-03-09", at=log[-1].at)
    await write(store, log)
    loaded = await store.load("main")
    assert [e.record.seq for e in loaded.entries] == [1, 4, 6]
    assert (loaded.seq, loaded.at) == (6, log[-1].at)
    assert Hall.replay(e.record for e in loaded.entries).state.config == CONFIG


async def test_a_morning_is_folded_under_the_configuration_of_the_morning(store: Store) -> None:
    noon = structs.replace(CONFIG, routing="fifo")
    log = records([HallConfigured(CONFIG), HallConfigured(CONFIG), DayClosed()])
    log += records([issued("t1")], seq=3, day="2026-03-03", at=log[-1].at)
    log += records([HallConfigured(noon)], seq=4, day="2026-03-03", at=log[-1].at)
    log += records([issued("t2")], seq=5, day="2026-03-03", at=log[-1].at)
    await write(store, log)
    loaded = await store.load("main")
    assert [e.record.seq for e in loaded.entries] == [2, 4, 5, 6]
    await write(store, records([DayClosed()], seq=6, day="2026-03-03", at=log[-1].at))
    after = await store.load("main")
    assert [e.record.seq for e in after.entries] == [5]


async def test_a_hall_that_has_no_log_loads_as_nothing(store: Store) -> None:
    loaded = await store.load("main")
    assert (loaded.seq, loaded.entries, loaded.keys) == (0, (), frozenset())


async def test_a_day_can_be_walked_alone(store: Store) -> None:
    log = drawn(2, 40, days=2)
    await write(store, log)
    days = sorted({r.day for r in log})
    for day in days:
        assert [e.record async for e in store.walk("main", day)] == [r for r in log if r.day == day]


async def test_the_rows_form_a_chain(store: Store) -> None:
    await write(store, drawn(3, 80), size=7)
    previous = None
    async for row in store.rows("main"):
        assert broken(previous, row) is None
        previous = row
    assert previous is not None


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    await store.close()
    with pytest.raises(Unavailable):
        await store.halls()
    with pytest.raises(Unavailable):
        await store.append(Batch("main", 0, ()))


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:///", "kiosk.db"])
async def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        await open_store(url)


async def test_a_missing_database_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="kiosk init"):
        await open_store(f"sqlite:///{tmp_path}/none.db")
