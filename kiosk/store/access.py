"""Who may do what: API keys, accounts, sessions and paired devices.

Secrets never reach the store, only their hashes. All instants are ms since the Unix epoch.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from .database import Database


class Key(Struct, frozen=True):
    """An API key. hall: the only hall that it opens, or None for all. revoked: since when."""

    id: str
    role: str
    hall: str | None
    name: str
    secret_hash: bytes
    created: int
    revoked: int | None = None


class Account(Struct, frozen=True):
    """A person who logs in. password: argon2 in its own notation; halls: empty for all.

    failed: wrong passwords in a row; locked_until: no log-in before this instant.
    """

    name: str
    password: str
    roles: tuple[str, ...]
    halls: tuple[str, ...]
    created: int
    failed: int = 0
    locked_until: int = 0
    disabled: bool = False


class Session(Struct, frozen=True):
    """A logged-in browser, found by the hash of its cookie's secret."""

    secret_hash: bytes
    account: str
    created: int
    last_seen: int
    expires: int


class Device(Struct, frozen=True):
    """A screen, kiosk or other page that asked to be paired, or is.

    code: what the device shows until it is approved. secret_hash: of the secret in its cookie.
    settings: JSON object. expires: end of the request, for a device that is not approved.
    """

    id: str
    kind: str
    hall: str | None
    name: str
    code: str | None
    secret_hash: bytes
    key_id: str | None
    settings: str
    created: int
    expires: int
    approved: int | None = None
    last_seen: int | None = None


class Access:
    """Reads and short durable changes of the access tables. Raises Unavailable or Corrupt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_key(self, key: Key) -> None:
        """Store a new key."""
        await self._database.execute("insert_key", *astuple(key))

    async def key(self, secret_hash: bytes) -> Key | None:
        """The key with this secret, unless it is revoked."""
        rows = await self._database.fetch("key_by_secret", secret_hash)
        return Key(*rows[0]) if rows else None

    async def keys(self) -> list[Key]:
        """All keys, revoked ones too, oldest first."""
        return [Key(*row) for row in await self._database.fetch("keys")]

    async def revoke_key(self, key_id: str, now: int) -> bool:
        """End a key. False when there is none that is valid."""
        return await self._database.execute("revoke_key", key_id, now) == 1

    async def put_account(self, account: Account) -> None:
        """Store an account, new or changed."""
        await self._database.execute("upsert_account", *_account_values(account))

    async def account(self, name: str) -> Account | None:
        """The account with this name."""
        rows = await self._database.fetch("account", name)
        return _account(*rows[0]) if rows else None

    async def accounts(self) -> list[Account]:
        """All accounts, by name."""
        return [_account(*row) for row in await self._database.fetch("accounts")]

    async def delete_account(self, name: str) -> bool:
        """Delete an account and end its sessions. False when there is none."""
        await self.end_sessions_of(name)
        return await self._database.execute("delete_account", name) == 1

    async def log_in_failed(self, name: str, lock_until: int, limit: int) -> None:
        """Count a wrong password; the `limit`-th in a row locks the account for a while."""
        await self._database.execute("log_in_failed", name, lock_until, limit)

    async def log_in_worked(self, name: str) -> None:
        """Forget the wrong passwords."""
        await self._database.execute("log_in_worked", name)

    async def add_session(self, session: Session) -> None:
        """Store a new session."""
        await self._database.execute("insert_session", *astuple(session))

    async def session(self, secret_hash: bytes, now: int) -> Session | None:
        """The session with this secret, unless it has expired."""
        rows = await self._database.fetch("session", secret_hash, now)
        return Session(*rows[0]) if rows else None

    async def touch_session(self, secret_hash: bytes, now: int, expires: int) -> None:
        """Note that a session is used and let it live longer."""
        await self._database.execute("touch_session", secret_hash, now, expires)

    async def end_session(self, secret_hash: bytes) -> None:
        """Log a browser out."""
        await self._database.execute("end_session", secret_hash)

    async def end_sessions_of(self, account: str) -> int:
        """Log all browsers of an account out; returns how many."""
        return await self._database.execute("end_sessions_of", account)

    async def add_device(self, device: Device) -> None:
        """Store a device that asks to be paired."""
        await self._database.execute("insert_device", *astuple(device))

    async def device(self, device_id: str) -> Device | None:
        """A device by its id."""
        rows = await self._database.fetch("device", device_id)
        return Device(*rows[0]) if rows else None

    async def device_by_code(self, code: str, now: int) -> Device | None:
        """The device that shows this code and still waits for approval."""
        rows = await self._database.fetch("device_by_code", code, now)
        return Device(*rows[0]) if rows else None

    async def device_by_secret(self, secret_hash: bytes) -> Device | None:
        """The device whose cookie holds this secret."""
        rows = await self._database.fetch("device_by_secret", secret_hash)
        return Device(*rows[0]) if rows else None

    async def devices(self) -> list[Device]:
        """All devices, oldest first."""
        return [Device(*row) for row in await self._database.fetch("devices")]

    async def approve_device(self, code: str, now: int, approved: Device) -> bool:
        """Pair the device that shows `code`: its hall, name, key and settings are `approved`'s.

        False when the code is unknown, too old or used.
        """
        changed = await self._database.execute(
            "approve_device",
            code,
            now,
            approved.hall,
            approved.name,
            approved.key_id,
            approved.settings,
            now,
        )
        return changed == 1

    async def configure_device(self, device_id: str, name: str, settings: str) -> bool:
        """Rename a device and replace its settings. False when there is none."""
        return await self._database.execute("configure_device", device_id, name, settings) == 1

    async def see_device(self, device_id: str, now: int) -> None:
        """Note when a device was last connected."""
        await self._database.execute("see_device", device_id, now)

    async def delete_device(self, device_id: str) -> bool:
        """Forget a device. False when there is none."""
        return await self._database.execute("delete_device", device_id) == 1

    async def purge(self, now: int) -> None:
        """Delete expired sessions and pairing requests."""
        await self._database.execute("purge_sessions", now)
        await self._database.execute("purge_devices", now)


def _account_values(account: Account) -> tuple[str | int, ...]:
    return (
        account.name,
        account.password,
        msgspec.json.encode(account.roles).decode(),
        msgspec.json.encode(account.halls).decode(),
        account.failed,
        account.locked_until,
        int(account.disabled),
        account.created,
    )


def _account(
    name: str,
    password: str,
    roles: str,
    halls: str,
    failed: int,
    locked_until: int,
    disabled: int,
    created: int,
) -> Account:
    texts = msgspec.json.Decoder(tuple[str, ...])
    return Account(
        name,
        password,
        texts.decode(roles),
        texts.decode(halls),
        created,
        failed,
        locked_until,
        bool(disabled),
    )
