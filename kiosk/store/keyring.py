"""The secrets of an installation: for ticket tokens, for personal data, for matching ID numbers.

They lie in a file of their own (JSON, mode 0600) or in the environment, never in the database,
so that neither a copy of the database nor a backup of it gives anybody's data away:

    KIOSK_KEYS       the ring itself, as JSON
    KIOSK_KEY_FILE   where it lies; default: beside the SQLite file, or ~/.config/kiosk/keys.json
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from .log import StoreError

logger = logging.getLogger(__name__)

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyRingError(StoreError):
    """The key ring is missing, unreadable or not the one that sealed this data."""


class DataKey(Struct, frozen=True):
    """An AES-256 key for personal data. id: 1 to 255, stands before what it sealed."""

    id: int
    key: bytes


class KeyRing(Struct, frozen=True):
    """token: signs ticket tokens. match: hashes ID numbers. data: the newest key stands last."""

    token: bytes
    match: bytes
    data: tuple[DataKey, ...]

    def seal(self, hall: str, subject: str, plain: bytes) -> bytes:
        """Encrypt personal data with the newest key, bound to its hall and subject."""
        key = self.data[-1]
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(key.key).encrypt(nonce, plain, _bound(hall, subject))
        return bytes([key.id]) + nonce + sealed

    def unseal(self, hall: str, subject: str, sealed: bytes) -> bytes:
        """Decrypt. Raises KeyRingError when the key is gone or the data was changed."""
        key = next((k for k in self.data if sealed and k.id == sealed[0]), None)
        if key is None:
            raise KeyRingError("The key that sealed this data is not in the key ring.")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(key.key).decrypt(nonce, body, _bound(hall, subject))
        except InvalidTag as error:
            raise KeyRingError("This data was changed, or belongs to somebody else.") from error

    def matching(self, value: str) -> bytes:
        """The keyed hash by which an ID number is found again (32 bytes)."""
        return hmac.digest(self.match, value.strip().upper().encode(), hashlib.sha256)


def _bound(hall: str, subject: str) -> bytes:
    return f"{hall}\x00{subject}".encode()


def new_ring() -> KeyRing:
    """A ring of fresh random keys."""
    first = DataKey(1, secrets.token_bytes(KEY_BYTES))
    return KeyRing(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES), (first,))


def ring_path(url: str, environment: Mapping[str, str]) -> Path:
    """Where the ring of a database lies when the environment doesn't hold it."""
    if given := environment.get("KIOSK_KEY_FILE"):
        return Path(given)
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///") + ".keys")
    return Path.home() / ".config" / "kiosk" / "keys.json"


def load_ring(url: str, environment: Mapping[str, str], *, create: bool = False) -> KeyRing:
    """The key ring of a database. With `create`, a missing file is made. Raises KeyRingError."""
    if given := environment.get("KIOSK_KEYS"):
        return _decode(given.encode(), "KIOSK_KEYS")
    path = ring_path(url, environment)
    try:
        return _decode(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        if not create:
            raise KeyRingError(
                f"The key file {path} is missing: put it back, or run kiosk init for a new one."
            ) from error
    except OSError as error:
        raise KeyRingError(f"The key file {path} can't be read: {error}") from error
    ring = new_ring()
    save_ring(ring, path)
    return ring


class LiveRing:
    """The ring of a server that runs: read again as soon as its file is another one.

    So a new key is used from the next entry on, and nothing is sealed with one that was dropped.
    """

    def __init__(self, url: str, environment: Mapping[str, str]) -> None:
        """A missing file is made. Raises KeyRingError."""
        self._url = url
        self._environment = environment
        self._ring = load_ring(url, environment, create=True)
        self._seen = self._mark()

    def current(self) -> KeyRing:
        """The ring as it lies there now; while its file can't be read, the one before."""
        mark = self._mark()
        if mark != self._seen:
            try:
                self._ring, self._seen = load_ring(self._url, self._environment), mark
            except KeyRingError as error:
                logger.error("the key ring stays as it was: %s", error)
        return self._ring

    def _mark(self) -> tuple[int, int] | None:
        """Which file it is and when it was written; None in the environment or without a file."""
        if self._environment.get("KIOSK_KEYS"):
            return None
        try:
            found = ring_path(self._url, self._environment).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns


def save_ring(ring: KeyRing, path: Path) -> None:
    """Write a ring so that only its owner can read it and a power cut can't halve it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(ring)))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _decode(text: bytes, source: str) -> KeyRing:
    try:
        ring = msgspec.json.decode(text, type=KeyRing)
    except msgspec.MsgspecError as error:
        raise KeyRingError(f"{source} holds no key ring: {error}") from error
    if not ring.data:
        raise KeyRingError(f"{source} holds no key for personal data.")
    return ring
