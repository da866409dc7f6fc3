"""Personal data: sealed at rest, under keys that change, and gone after its time."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kiosk.hall.events import HallConfigured
from kiosk.store import Answer, Batch, Entry, Person, Store
from kiosk.store.backup import backup
from kiosk.store.export import export
from kiosk.store.keyring import (
    KeyRing,
    KeyRingError,
    LiveRing,
    load_ring,
    new_ring,
    ring_path,
    save_ring,
)
from kiosk.store.retention import ANSWERS_MS, purge
from kiosk.store.rotation import reseal, with_new_key, without_old_keys

from .days import CONFIG, DAY, drawn, records, write

RING = new_ring()
PLANTED = ["龘𪚥小明", "110101199003071234", "13912345678"]


@given(st.text(max_size=50), st.text(max_size=50), st.binary(max_size=200))
def test_what_is_sealed_is_opened_and_nothing_else(hall: str, subject: str, plain: bytes) -> None:
    sealed = RING.seal(hall, subject, plain)
    assert RING.unseal(hall, subject, sealed) == plain
    assert sealed != RING.seal(hall, subject, plain)
    for other in ((hall + "x", subject), (hall, subject + "x")):
        with pytest.raises(KeyRingError):
            RING.unseal(*other, sealed)
    with pytest.raises(KeyRingError):
        RING.unseal(hall, subject, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(KeyRingError):
        new_ring().unseal(hall, subject, sealed)


def test_an_id_number_is_matched_without_being_kept() -> None:
    assert RING.matching(" 11010119900307123x ") == RING.matching("11010119900307123X")
    assert RING.matching("1") != RING.matching("2")
    assert RING.matching("1") != new_ring().matching("1")


def test_a_ring_lies_in_a_file_of_its_owner_or_in_the_environment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kiosk.db"
    with pytest.raises(KeyRingError, match="missing"):
        load_ring(url, {})
    ring = load_ring(url, {}, create=True)
    path = ring_path(url, {})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_ring(url, {}) == ring
    assert load_ring("postgresql://x/y", {"KIOSK_KEYS": path.read_text()}) == ring
    assert load_ring("postgresql://x/y", {"KIOSK_KEY_FILE": str(path)}) == ring
    assert ring_path("postgresql://x/y", {}).name == "keys.json"
    for text in ("{}", "no json", '{"token": "", "match": "", "data": []}'):
        with pytest.raises(KeyRingError):
            load_ring(url, {"KIOSK_KEYS": text})
    path.unlink()
    path.mkdir()
    with pytest.raises(KeyRingError, match="can't be read"):
        load_ring(url, {})


def test_a_running_server_takes_the_ring_that_lies_there_now(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hall.db"
    rings = LiveRing(url, {})
    first, path = rings.current(), ring_path(url, {})
    assert rings.current() is first
    save_ring(with_new_key(first), path)
    assert [key.id for key in rings.current().data] == [1, 2]
    path.write_text("torn")
    assert [key.id for key in rings.current().data] == [1, 2]
    path.unlink()
    assert [key.id for key in rings.current().data] == [1, 2]
    save_ring(without_old_keys(rings.current()), path)
    assert [key.id for key in rings.current().data] == [2]
    given = {"KIOSK_KEYS": path.read_text()}
    assert [key.id for key in LiveRing(url, given).current().data] == [2]


async def seal_people(store: Store, ring: KeyRing, count: int) -> None:
    people = tuple(
        Person("main", f"t{n}", ring.seal("main", f"t{n}", b"name %d" % n), None, 100 + n)
        for n in range(count)
    )
    (record,) = records([HallConfigured(CONFIG)])
    await store.append(Batch("main", 0, (Entry(record),), (), people))


async def test_a_rotation_seals_everybody_anew(store: Store) -> None:
    await seal_people(store, RING, 700)
    ring = with_new_key(RING)
    assert await reseal(store, ring) == 700
    assert await reseal(store, ring) == 0
    only_new = without_old_keys(ring)
    for n in (0, 350, 699):
        person = await store.person("main", f"t{n}")
        assert person is not None
        assert only_new.unseal("main", person.subject, person.sealed) == b"name %d" % n
        assert person.expires == 100 + n


async def test_a_rotation_without_the_old_key_changes_nothing(store: Store) -> None:
    await seal_people(store, RING, 2)
    with pytest.raises(KeyRingError):
        await reseal(store, without_old_keys(with_new_key(RING)))


def test_a_ring_has_room_for_255_keys() -> None:
    last = structs.replace(RING, data=(structs.replace(RING.data[0], id=255),))
    with pytest.raises(KeyRingError):
        with_new_key(last)
    assert with_new_key(RING).data[-1].id == 2


async def test_what_had_its_time_is_gone_and_the_chain_is_whole(store: Store) -> None:
    await seal_people(store, RING, 10)
    old = Answer("main", b"o" * 16, b"r", 0, 200, b"")
    new = Answer("main", b"n" * 16, b"r", 50, 200, b"")
    await store.append(Batch("main", 1, (), (old, new)))
    now = ANSWERS_MS + 1
    purged = await purge(store, now)
    assert (purged.answers, purged.people) == (1, 10)
    assert await store.answer("main", b"o" * 16) is None
    assert await store.answer("main", b"n" * 16) == new
    assert (await store.load("main")).keys == {b"n" * 16}
    assert await store.person("main", "t1") is None


async def test_a_clock_set_back_loses_no_answer_and_keeps_none(store: Store) -> None:
    await seal_people(store, RING, 1)
    keys = [bytes([n] * 16) for n in range(4)]
    given = [
        Answer("main", k, b"r", at, 200, b"") for k, at in zip(keys, (1, 90, 2, 95), strict=True)
    ]
    await store.append(Batch("main", 1, (), tuple(given)))
    await purge(store, ANSWERS_MS + 50)
    left = (await store.load("main")).keys
    assert {keys[1], keys[3]} <= left <= {keys[1], keys[2], keys[3]}
    await purge(store, ANSWERS_MS + 100)
    assert not (await store.load("main")).keys


async def test_a_person_is_kept_until_then(store: Store) -> None:
    await seal_people(store, RING, 10)
    assert (await purge(store, 104)).people == 5
    assert await store.person("main", "t4") is None
    assert await store.person("main", "t5") is not None


async def test_nothing_on_the_disk_tells_a_name(store: Store, tmp_path: Path) -> None:
    await write(store, drawn(71, 100))
    seq = (await store.load("main")).seq
    name, number, _ = PLANTED
    plain = "|".join(PLANTED).encode()
    sealed = RING.seal("main", "t1", plain)
    person = Person("main", "t1", sealed, RING.matching(number), 10**15)
    await store.append(Batch("main", seq, (), (), (person,)))
    (found,) = await store.people_like("main", RING.matching(number))
    assert name.encode() in RING.unseal("main", "t1", found.sealed)
    save_ring(RING, tmp_path / "keys" / "ring.json")
    await backup(store, tmp_path / "backup")
    await export(store, "main", DAY, DAY, tmp_path / "out", ["csv", "parquet"])
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 10
    for file in files:
        content = file.read_bytes()
        for planted in PLANTED:
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert planted.encode(encoding) not in content, file
