"""Ids and tokens. A ticket's token is its id with a signature: nothing to store, nothing to guess.

The alphabet leaves out what people mix up (I, L, O, U). Twelve signs of an id are 60
bits; sixteen of a signature 80.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from binascii import b2a_base64
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_OURS = bytes.maketrans(_BASE64, ALPHABET.encode() * 2)
ID_LENGTH = 12
SIGNATURE_LENGTH = 16
STAMP = "door-"
_HEX = re.compile(r"[0-9a-f]{1,12}")


def new_id(random: Callable[[int], bytes]) -> str:
    """A fresh id. random: n → n random bytes, e.g. `secrets.token_bytes`."""
    return spell(random(9), ID_LENGTH)


def ordered_id(now: int, random: Callable[[int], bytes]) -> str:
    """A fresh id that begins with the time: six signs for 32 ms of it, then 30 random bits.

    now: ms since the epoch; the signs begin anew after 397 days. Rows of the same minute then lie
    side by side in the database's trees, so that a commit writes few pages, however long the
    history. A hall that gives out a ticket a second meets the same id once in a thousand years.
    """
    return _moment(now >> 5 & 0x3FFFFFFF) + spell(random(9), ID_LENGTH - 6)


@lru_cache(maxsize=4)
def _moment(ticks: int) -> str:
    return "".join(ALPHABET[ticks >> shift & 31] for shift in range(25, -1, -5))


def spell(data: bytes, length: int) -> str:
    """`length` signs of our alphabet for the first `length` × 6 bits of `data`, five bits of each.

    The sixth is dropped: that is how the base64 of the library spells them, many times faster than
    its base32.
    """
    return b2a_base64(data, newline=False)[:length].translate(_TO_OURS).decode()


def drawn_ahead(random: Callable[[int], bytes], size: int = 4096) -> Callable[[int], bytes]:
    """The same source, but asked for `size` bytes at a time: a call of the system is not cheap."""
    stock = BytesIO()

    def draw(count: int) -> bytes:
        nonlocal stock
        drawn = stock.read(count)
        if len(drawn) < count:
            stock = BytesIO(random(size))
            drawn = stock.read(count)
        return drawn

    return draw


class TokenSigner:
    """Makes and checks the tokens of one installation."""

    def __init__(self, key: bytes) -> None:
        """key: up to 64 bytes."""
        # HMAC (RFC 2104) with the key's two blocks digested once: the library does it for each.
        block = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def _signature(self, text: str) -> str:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return spell(outer.digest(), SIGNATURE_LENGTH)

    def token(self, subject: str) -> str:
        """The token of a ticket or appointment."""
        return subject + self._signature(subject)

    def subject(self, token: str) -> str | None:
        """The id behind a token; None when the token is none of ours."""
        subject = token[:ID_LENGTH]
        if len(token) != ID_LENGTH + SIGNATURE_LENGTH or not token.isascii():
            return None
        return subject if hmac.compare_digest(self.token(subject), token) else None

    def stamp(self, hall: str, at: int) -> str:
        """A token that says when its bearer came to a hall, to the second. at: ms."""
        text = f"{STAMP}{at // 1000:x}-"
        return text + self._signature(f"{hall} {text}")

    def stamped(self, hall: str, token: str) -> int | None:
        """The instant in a hall's stamp, ms; None when it is none of ours."""
        text = token.removeprefix(STAMP).partition("-")[0]
        if not _HEX.fullmatch(text) or not token.isascii():
            return None
        at = int(text, 16) * 1000
        return at if hmac.compare_digest(self.stamp(hall, at), token) else None
