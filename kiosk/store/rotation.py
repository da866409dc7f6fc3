"""Changing the key that seals personal data: a new one for what comes, and for what is there.

    ring = with_new_key(ring)      # 1. save it: every server must be able to read it
    await reseal(store, ring)      # 2. seal what is there with it
    ring = without_old_keys(ring)  # 3. only when no backup is to be read with the old ones

Steps 1 and 2 may be repeated. A server that runs takes the new ring from its file by itself
(`LiveRing`); what it was just writing with the old key is sealed anew by one more `reseal`.
"""

from __future__ import annotations

import secrets

from msgspec import structs

from .keyring import KEY_BYTES, DataKey, KeyRing, KeyRingError
from .store import Store

CHUNK = 500


def with_new_key(ring: KeyRing) -> KeyRing:
    """The ring with one more data key, which seals from now on. Raises KeyRingError at 255."""
    number = ring.data[-1].id + 1
    if number > 255:
        raise KeyRingError("The ring has had 255 keys: start a new ring.")
    return structs.replace(ring, data=(*ring.data, DataKey(number, secrets.token_bytes(KEY_BYTES))))


def without_old_keys(ring: KeyRing) -> KeyRing:
    """The ring with its newest data key only."""
    return structs.replace(ring, data=ring.data[-1:])


async def reseal(store: Store, ring: KeyRing) -> int:
    """Seal all personal data with the newest key; returns how many rows were changed.

    Beside a running server: a row that it changes meanwhile is left as it is. Raises
    KeyRingError when a row can't be opened.
    """
    changed, place = 0, ("", "")
    while rows := await store.database.scan("people_after", *place, CHUNK):
        for hall, subject, sealed in rows:
            if sealed[0] == ring.data[-1].id:
                continue
            fresh = ring.seal(hall, subject, ring.unseal(hall, subject, sealed))
            changed += await store.database.execute("reseal_person", hall, subject, sealed, fresh)
        place = (rows[-1][0], rows[-1][1])
    return changed
