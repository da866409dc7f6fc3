"""Ids and tokens. A ticket's token is its id with a signature: nothing to store, nothing to guess.

The alphabet leaves out what people mix up (I, L, O, U). Twelve signs of an id are 60 random
bits; sixteen of a signature 80.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_OURS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
ID_LENGTH = 12
SIGNATURE_LENGTH = 16


def new_id(random: Callable[[int], bytes]) -> str:
    """A fresh id. random: n → n random bytes, e.g. `secrets.token_bytes`."""
    return spell(random(8), ID_LENGTH)


def ordered_id(now: int, random: Callable[[int], bytes]) -> str:
    """A fresh id that begins with the time: three signs for the quarter hour, then 45 random bits.

    now: ms since the epoch. Rows of the same hour then lie side by side in the database's trees;
    with wholly random ids a ticket costs a third more after a month, and more with every year.
    """
    quarters = now // 900_000 & 0x7FFF
    return spell((quarters << 1).to_bytes(2, "big"), 3) + spell(random(6), ID_LENGTH - 3)


def spell(data: bytes, length: int) -> str:
    """The first `length` × 5 bits of `data` in our alphabet."""
    return b32encode(data).translate(_TO_OURS)[:length].decode()


class TokenSigner:
    """Makes and checks the tokens of one installation."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, subject: str) -> str:
        """The token of a ticket or appointment."""
        digest = hmac.digest(self._key, subject.encode(), hashlib.sha256)
        return subject + spell(digest, SIGNATURE_LENGTH)

    def subject(self, token: str) -> str | None:
        """The id behind a token; None when the token is none of ours."""
        subject = token[:ID_LENGTH]
        if len(token) != ID_LENGTH + SIGNATURE_LENGTH or not token.isascii():
            return None
        return subject if hmac.compare_digest(self.token(subject), token) else None
