"""A database for robots: one hall, keys, and accounts for people who look on."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence

from msgspec import Struct

from kiosk.hall.config import HallConfig
from kiosk.install import configure
from kiosk.server.access import new_account, new_key
from kiosk.store import migrate, open_store
from kiosk.store.keyring import load_ring


class Person(Struct, frozen=True):
    """An account to be made."""

    name: str
    password: str
    role: str


async def prepare(
    db: str,
    config: HallConfig,
    now: int,
    roles: Sequence[str],
    people: Sequence[Person] = (),
) -> Mapping[str, str]:
    """Create or migrate, configure the hall at its instant `now`; returns one key per role."""
    await migrate(db)
    load_ring(db, os.environ, create=True)
    store = await open_store(db)
    real = int(time.time() * 1000)
    try:
        await configure(store, config, now=now)
        secrets = {}
        for role in roles:
            key, secrets[role] = new_key(role, config.id, f"robot {role}", real)
            await store.access.add_key(key)
        for p in people:
            account = new_account(p.name, p.password, (p.role,), (config.id,), real)
            await store.access.put_account(account)
    finally:
        await store.close()
    return secrets
