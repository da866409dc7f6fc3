"""Putting a hall into a database: its configuration is an event like all others."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.hall import Hall, HallError
from kiosk.hall.capacity import kept
from kiosk.hall.config import HallConfig
from kiosk.hallfile import read_hall
from kiosk.hallfile.catalogue import hall_from_catalogue, read_catalogue
from kiosk.server.access import new_account
from kiosk.store import Batch, Conflict, Entry, Store, migrate, open_store

MIN_PASSWORD = 8
"""Shorter passwords are refused (GB/T 22239-2019, 8.1.4.1: quality of passwords)."""

TRIES = 5


class HallRefused(Exception):
    """The configuration can't take effect while these tickets run."""


class AccountRefused(Exception):
    """The account can't be made like this."""


def load_config(hall: Path | None, catalogue: Path | None) -> HallConfig | None:
    """The configuration that these files describe. Raises HallFileError or OSError."""
    offered = None if catalogue is None else read_catalogue(catalogue)
    if hall is not None:
        return read_hall(hall, offered)
    return None if offered is None else hall_from_catalogue(offered)


async def install(
    url: str,
    config: HallConfig | None,
    admin: tuple[str, str] | None,
    *,
    say: Callable[[str], None],
) -> int:
    """Create or migrate, configure the hall, make the administrator. Returns the exit code."""
    if admin is not None and len(admin[1]) < MIN_PASSWORD:
        raise AccountRefused(f"a password needs at least {MIN_PASSWORD} characters")
    for migration in await migrate(url):
        say(f"applied {migration}")
    store = await open_store(url)
    try:
        if config is not None:
            changed = await configure(store, config, now=int(time.time() * 1000))
            say(f"hall {config.id}: {'configured' if changed else 'unchanged'}")
        if admin is not None:
            name, password = admin
            now = int(time.time() * 1000)
            await store.access.put_account(new_account(name, password, ("admin",), (), now))
            say(f"account {name}: administrator")
    finally:
        await store.close()
    return 0


async def configure(store: Store, config: HallConfig, *, now: int, actor: str = "init") -> bool:
    """Let a configuration take effect. False when it already is. Raises HallRefused.

    A server that has the hall open reads on by itself; running tickets survive.
    """
    for _ in range(TRIES):
        if config.id in await store.halls():
            loaded = await store.load(config.id)
            hall = Hall.replay(e.record for e in loaded.entries)
            hall.state.seq, hall.state.at = loaded.seq, loaded.at
            wanted = kept(config, hall.state.config)
        else:
            hall, wanted = Hall(config), config
        try:
            events = hall.configure(wanted)
        except HallError as error:
            raise HallRefused(f"hall {config.id} can't change now: {error}") from error
        if not events:
            return False
        records = hall.stamp(events, now, actor)
        batch = Batch(config.id, hall.state.seq, tuple(Entry(r) for r in records))
        try:
            await store.append(batch)
        except Conflict:
            continue
        return True
    raise HallRefused(f"hall {config.id} is too busy; try again")
