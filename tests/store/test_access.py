"""Keys, accounts, sessions and devices are stored, found, and ended."""

from __future__ import annotations

from msgspec import structs

from kiosk.store import Store
from kiosk.store.access import Account, Device, Key, Session


async def test_a_key_works_until_it_is_revoked(store: Store) -> None:
    key = Key("k1", "screen", "main", "door", b"h" * 32, 5)
    await store.access.add_key(key)
    assert await store.access.key(b"h" * 32) == key
    assert await store.access.key(b"x" * 32) is None
    assert await store.access.revoke_key("k1", 9)
    assert not await store.access.revoke_key("k1", 10)
    assert await store.access.key(b"h" * 32) is None
    assert await store.access.keys() == [structs.replace(key, revoked=9)]


async def test_an_account_is_changed_and_locked_after_wrong_passwords(store: Store) -> None:
    account = Account("李雷", "$argon2id$…", ("staff", "manager"), ("main",), 5)
    await store.access.put_account(account)
    await store.access.put_account(structs.replace(account, roles=("staff",)))
    assert (await store.access.accounts())[0].roles == ("staff",)
    for _ in range(2):
        await store.access.log_in_failed("李雷", 777, 3)
    found = await store.access.account("李雷")
    assert found is not None
    assert (found.failed, found.locked_until) == (2, 0)
    await store.access.log_in_failed("李雷", 777, 3)
    found = await store.access.account("李雷")
    assert found is not None
    assert (found.failed, found.locked_until) == (0, 777)
    await store.access.log_in_worked("李雷")
    found = await store.access.account("李雷")
    assert found is not None
    assert (found.failed, found.locked_until) == (0, 0)
    assert await store.access.account("nobody") is None


async def test_sessions_expire_and_end_with_their_account(store: Store) -> None:
    await store.access.put_account(Account("li", "p", ("staff",), (), 1))
    for n in range(3):
        await store.access.add_session(Session(bytes([n]), "li", 0, 0, 100))
    assert await store.access.session(b"\x00", 99) is not None
    assert await store.access.session(b"\x00", 100) is None
    await store.access.touch_session(b"\x00", 90, 200)
    assert await store.access.session(b"\x00", 150) == Session(b"\x00", "li", 0, 90, 200)
    await store.access.end_session(b"\x01")
    assert await store.access.session(b"\x01", 1) is None
    assert await store.access.delete_account("li")
    assert await store.access.session(b"\x00", 150) is None
    assert not await store.access.delete_account("li")


async def test_a_device_is_paired_once_and_in_time(store: Store) -> None:
    asking = Device("d1", "screen", None, "", "4711", b"s" * 32, None, "{}", 0, 100)
    await store.access.add_device(asking)
    assert await store.access.device_by_code("4711", 99) == asking
    assert await store.access.device_by_code("4711", 100) is None
    wanted = structs.replace(asking, hall="main", name="door", key_id="k1", settings='{"zone":1}')
    assert not await store.access.approve_device("4711", 100, wanted)
    assert await store.access.approve_device("4711", 50, wanted)
    assert not await store.access.approve_device("4711", 51, wanted)
    await store.access.see_device("d1", 60)
    found = await store.access.device_by_secret(b"s" * 32)
    assert found == structs.replace(wanted, code=None, approved=50, last_seen=60)
    assert await store.access.configure_device("d1", "window", "{}")
    assert [d.name for d in await store.access.devices()] == ["window"]
    assert await store.access.delete_device("d1")
    assert await store.access.device("d1") is None
    assert not await store.access.delete_device("d1")


async def test_what_has_expired_is_purged(store: Store) -> None:
    await store.access.add_session(Session(b"a", "li", 0, 0, 100))
    await store.access.add_session(Session(b"b", "li", 0, 0, 101))
    old = Device("d1", "screen", None, "", "1", b"1", None, "{}", 0, 100)
    kept = structs.replace(old, id="d2", code=None, secret_hash=b"2", approved=50)
    await store.access.add_device(old)
    await store.access.add_device(kept)
    await store.access.purge(100)
    assert await store.access.session(b"a", 0) is None
    assert await store.access.session(b"b", 0) is not None
    assert [d.id for d in await store.access.devices()] == ["d2"]
