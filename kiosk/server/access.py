"""Who asks, and what may they do: API keys, log-ins, paired devices, roles.

Secrets are random and stored as SHA-256; passwords as argon2id. A principal found once is
remembered for a few seconds, so that a busy hall doesn't ask the database at every request;
that is also how long a revoked key may live on.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Literal

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from msgspec import Struct
from starlette.requests import cookie_parser

from kiosk.store import Store
from kiosk.store.access import Account, Device, Key, Session

from .clock import Clock
from .problems import HttpProblem
from .tokens import new_id

Role = Literal[
    "admin", "manager", "staff", "kiosk", "screen", "agent", "integrator", "auditor", "rater"
]
ROLES: tuple[Role, ...] = (
    "admin",
    "manager",
    "staff",
    "kiosk",
    "screen",
    "agent",
    "integrator",
    "auditor",
)
"""Roles that a key or an account can have."""

SESSION_COOKIE = "kiosk_session"
DEVICE_COOKIE = "kiosk_device"
REMEMBERED_S = 5.0
SESSION_IDLE_MS = 30 * 60_000
"""A log-in ends after so long without a request (GB/T 22239-2019, 8.1.4.1)."""
MAX_FAILURES = 5
LOCK_MS = 30 * 60_000
"""Five wrong passwords lock an account for half an hour (GB/T 22239-2019, 8.1.4.1)."""
PAIRING_MS = 15 * 60_000
MOST_PENDING = 100
"""Devices that may wait for approval at the same time."""


class Permission(StrEnum):
    """What a role may be allowed to do."""

    ISSUE = "issue"
    DESK = "desk"
    READ = "read"
    BOARD = "board"
    STATS = "stats"
    DEVICES = "devices"
    AGENT = "agent"
    RATE = "rate"
    SCREEN = "screen"
    PAY = "pay"


_P = Permission
GRANTS: Mapping[str, frozenset[Permission]] = {
    "admin": frozenset(Permission),
    "manager": frozenset({_P.ISSUE, _P.DESK, _P.READ, _P.BOARD, _P.STATS, _P.DEVICES, _P.PAY}),
    "staff": frozenset({_P.ISSUE, _P.DESK, _P.READ, _P.BOARD, _P.PAY}),
    "kiosk": frozenset({_P.ISSUE, _P.BOARD}),
    "screen": frozenset({_P.BOARD, _P.SCREEN}),
    "rater": frozenset({_P.BOARD, _P.RATE}),
    "agent": frozenset({_P.AGENT, _P.BOARD}),
    "integrator": frozenset({_P.ISSUE, _P.READ, _P.BOARD, _P.STATS, _P.PAY}),
    "auditor": frozenset({_P.READ, _P.BOARD, _P.STATS}),
}
OPEN_DEVICE_ROLES = ("kiosk", "screen", "rater")
"""What anybody on the network may be when the server runs with open devices."""


class Principal(Struct, frozen=True):
    """Who asks. id: what idempotency keys belong to. hall: the only one it may touch, or None."""

    id: str
    actor: str
    roles: tuple[str, ...]
    halls: tuple[str, ...] = ()
    account: str | None = None
    device: Device | None = None
    cookie: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether one of its roles grants this."""
        return permission in _granted(self.roles)

    def opens(self, hall: str) -> bool:
        """Whether it may touch this hall."""
        return not self.halls or hall in self.halls


@lru_cache(maxsize=256)
def _granted(roles: tuple[str, ...]) -> frozenset[Permission]:
    """What one of these roles grants."""
    return frozenset().union(*(GRANTS.get(role, ()) for role in roles))


VISITOR = Principal(id="visitor", actor="visitor", roles=())


def cookies(headers: Mapping[bytes, bytes]) -> Mapping[str, str]:
    """The cookies that a browser sent."""
    sent = headers.get(b"cookie")
    return cookie_parser(sent.decode("latin-1")) if sent else {}


def digest(secret: str) -> bytes:
    """The hash of a random secret, as it is stored (32 bytes)."""
    return hashlib.sha256(secret.encode()).digest()


def new_key(role: str, hall: str | None, name: str, now: int) -> tuple[Key, str]:
    """A fresh API key and the secret that is shown once."""
    key_id = new_id(secrets.token_bytes)
    secret = f"kiosk_{role}_{secrets.token_urlsafe(32)}"
    return Key(key_id, role, hall, name or role, digest(secret), now), secret


class Gate:
    """Finds out who asks. One per server."""

    def __init__(self, store: Store, clock: Clock, *, open_devices: bool) -> None:
        self._store = store
        self._clock = clock
        self.open_devices = open_devices
        self._hasher = PasswordHasher()
        self._known: dict[bytes, tuple[float, Principal]] = {}

    @cached_property
    def _nobody(self) -> str:
        """A wrong account name is checked against this, to take as long as a wrong password."""
        return self._hasher.hash(secrets.token_urlsafe(16))

    def known(self, headers: Mapping[bytes, bytes]) -> Principal | None:
        """Who asks, if a key says so and was looked up a moment ago: most requests are such."""
        header = headers.get(b"authorization")
        return self._remembered(header) if header is not None else None

    async def principal(self, headers: Mapping[bytes, bytes]) -> Principal:
        """Who asks. Raises HttpProblem 401 for a key or cookie that isn't valid."""
        header = headers.get(b"authorization")
        if header is not None:
            return self.known(headers) or await self._by_key(header)
        sent = cookies(headers)
        session = sent.get(SESSION_COOKIE)
        if session and (found := await self._by_session(session)):
            return found
        device = sent.get(DEVICE_COOKIE)
        if device and (found := await self._by_device(device)):
            return found
        if self.open_devices:
            return Principal(id="open", actor="device:open", roles=OPEN_DEVICE_ROLES)
        return VISITOR

    def forget(self) -> None:
        """Ask the database again about everybody."""
        self._known.clear()

    def _remembered(self, proof: bytes) -> Principal | None:
        """proof: a cookie's digest, or the whole header with a key, looked at by each request."""
        until, principal = self._known.get(proof, (0.0, VISITOR))
        return principal if until > time.monotonic() else None

    def _remember(self, proof: bytes, principal: Principal) -> Principal:
        if len(self._known) > 10_000:
            self._known.clear()
        until = time.monotonic() + REMEMBERED_S
        self._known[proof] = (until, principal)
        return principal

    async def _by_key(self, header: bytes) -> Principal:
        scheme, _, secret = header.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise HttpProblem(401, "unauthenticated")
        key = await self._store.access.key(digest(secret.strip()))
        if key is None:
            raise HttpProblem(401, "unauthenticated")
        halls = (key.hall,) if key.hall else ()
        return self._remember(
            header, Principal(f"key:{key.id}", f"key:{key.name}", (key.role,), halls)
        )

    async def _by_session(self, secret: str) -> Principal | None:
        secret_hash = digest(secret)
        if found := self._remembered(secret_hash):
            return found
        now = self._clock.real()
        session = await self._store.access.session(secret_hash, now)
        account = await self._store.access.account(session.account) if session else None
        if session is None or account is None or account.disabled:
            return None
        await self._store.access.touch_session(secret_hash, now, now + SESSION_IDLE_MS)
        principal = Principal(
            id=f"account:{account.name}",
            actor=f"staff:{account.name}",
            roles=account.roles,
            halls=account.halls,
            account=account.name,
            cookie=True,
        )
        return self._remember(secret_hash, principal)

    async def _by_device(self, secret: str) -> Principal | None:
        secret_hash = digest(secret)
        if found := self._remembered(secret_hash):
            return found
        device = await self._store.access.device_by_secret(secret_hash)
        if device is None or device.approved is None:
            return None
        principal = Principal(
            id=f"device:{device.id}",
            actor=f"device:{device.name or device.id}",
            roles=(device.kind,),
            halls=(device.hall,) if device.hall else (),
            device=device,
            cookie=True,
        )
        return self._remember(secret_hash, principal)

    # ── people ───────────────────────────────────────────────────────────────────────────────

    async def log_in(self, name: str, password: str) -> tuple[str, Principal]:
        """Check a password; the new session's cookie secret and who it is.

        Raises HttpProblem 401 for a wrong one, 429 while the account is locked.
        """
        access, now = self._store.access, self._clock.real()
        account = await access.account(name)
        if account is not None and account.locked_until > now:
            wait = (account.locked_until - now) // 1000 + 1
            raise HttpProblem(429, "locked_out", retry_after=wait, minutes=max(1, round(wait / 60)))
        # Made by the first log-in of all, whoever it is: a hash takes too long for a start.
        nobody = await asyncio.to_thread(lambda: self._nobody)
        stored = account.password if account and not account.disabled else nobody
        right = await asyncio.to_thread(self._matches, stored, password)
        if account is None or account.disabled or not right:
            if account is not None:
                await access.log_in_failed(name, now + LOCK_MS, MAX_FAILURES)
            raise HttpProblem(401, "wrong_password")
        await access.log_in_worked(name)
        secret = secrets.token_urlsafe(32)
        await access.add_session(Session(digest(secret), name, now, now, now + SESSION_IDLE_MS))
        return secret, Principal(
            f"account:{name}", f"staff:{name}", account.roles, account.halls, name, cookie=True
        )

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except VerificationError:
            return False

    async def log_out(self, secret: str) -> None:
        """End a session."""
        await self._store.access.end_session(digest(secret))
        self._known.pop(digest(secret), None)

    # ── devices ──────────────────────────────────────────────────────────────────────────────

    async def ask_to_pair(self, kind: str, hall: str | None) -> tuple[str, Device]:
        """A device that shows a code until somebody approves it; its cookie secret first.

        Raises HttpProblem 429 while too many wait: anybody on the network may ask.
        """
        secret = secrets.token_urlsafe(32)
        now = self._clock.real()
        if len([d for d in await self.devices() if d.approved is None]) >= MOST_PENDING:
            raise HttpProblem(429, "too_many_requests", retry_after=PAIRING_MS // 1000)
        device = Device(
            id=new_id(secrets.token_bytes),
            kind=kind,
            hall=hall,
            name="",
            code=f"{secrets.randbelow(1_000_000):06d}",
            secret_hash=digest(secret),
            key_id=None,
            settings="{}",
            created=now,
            expires=now + PAIRING_MS,
        )
        await self._store.access.add_device(device)
        return secret, device

    async def device(self, secret: str) -> Device | None:
        """The device behind a cookie, approved or waiting; None when its code has expired."""
        found = await self._store.access.device_by_secret(digest(secret))
        return found if found is not None and self._stands(found) else None

    async def devices(self) -> list[Device]:
        """All devices that are approved or wait with a code that is still valid."""
        return [d for d in await self._store.access.devices() if self._stands(d)]

    def _stands(self, device: Device) -> bool:
        return device.approved is not None or device.expires > self._clock.real()

    async def approve(self, code: str, hall: str, name: str, settings: object) -> bool:
        """Pair the device that shows this code."""
        now = self._clock.real()
        waiting = await self._store.access.device_by_code(code, now)
        if waiting is None:
            return False
        approved = msgspec.structs.replace(
            waiting, hall=hall, name=name, settings=msgspec.json.encode(settings).decode()
        )
        done = await self._store.access.approve_device(code, now, approved)
        self.forget()
        return done


def hash_password(password: str) -> str:
    """A password as it is stored: argon2id, in its own notation."""
    return PasswordHasher().hash(password)


def new_account(
    name: str, password: str, roles: tuple[str, ...], halls: tuple[str, ...], now: int
) -> Account:
    """An account that can log in with `password`."""
    return Account(name, hash_password(password), roles, halls, now)
