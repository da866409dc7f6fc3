"""QR codes as a matrix of modules."""

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 2
"""Modules of white kept around a code. The paper around it gives the rest of the norm's four."""


@lru_cache(maxsize=256)
def modules(content: str) -> tuple[tuple[bool, ...], ...]:
    """Return the square matrix of a QR code, True for dark, without its quiet zone.

    Level M survives 15% of damage: thermal paper gets creased on the way to the window.
    Raises `ValueError` for content that no QR code can hold.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(content.encode())
    try:
        code.make()
    except qrcode.exceptions.DataOverflowError as error:
        raise ValueError(f"too long for a QR code: {len(content)} characters") from error
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())
