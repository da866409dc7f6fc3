"""Pictures, codes and whole documents as ESC/POS bytes.

QR codes come from python-escpos. Its pictures are not used: it takes each through four colour
conversions, which is longer than drawing the ticket; the bytes are the same (a test compares
them). Nor are its Chinese text, delivery and status: see docs/printing.md.
"""

from PIL import Image

from printer.profiles import Profile

_INIT = b"\x1b@"
_PROCESS_ID = b"\x1d(H\x06\x0000"  # GS ( H, 6 bytes, function 48, m = 48
# GS r 1, transmit status: unlike DLE EOT it waits its turn behind the data before it.
_STATUS_IN_TURN = b"\x1dr\x01"


def picture(image: Image.Image, profile: Profile) -> bytes:
    """Return `GS v 0` strips of at most `profile.strip` rows for a mode "1" picture.

    The format: `1D 76 30 m xL xH yL yH`, then x · y bytes, a set bit for a burnt dot.
    """
    across = -(-image.width // 8)
    burnt = image.tobytes("raw", "1;I")
    parts = bytearray()
    for top in range(0, image.height, profile.strip):
        rows = min(profile.strip, image.height - top)
        parts += b"\x1dv0\x00" + across.to_bytes(2, "little") + rows.to_bytes(2, "little")
        parts += burnt[top * across : (top + rows) * across]
    return bytes(parts)


def picture_in_line(image: Image.Image) -> bytes:
    """Return `ESC *` for a mode "1" picture 24 dots high that stands in a line like a character.

    The format: `1B 2A 21 nL nH`, then three bytes per column, the topmost dot in the highest bit.
    Mode 33 has the head's own density both ways. Unlike `GS v 0` it does not end the line.
    """
    columns = image.transpose(Image.Transpose.TRANSPOSE)
    return b"\x1b*!" + image.width.to_bytes(2, "little") + columns.tobytes("raw", "1;I")


def own_hanzi(code: bytes, image: Image.Image) -> bytes:
    """Return `FS 2`: define the hanzi of a code by a mode "1" picture of 24 × 24 dots.

    The format: `1C 32 c1 c2`, c1 = FE, c2 from A1 on, then three bytes per column as for `ESC *`.
    It is enlarged, emphasised and reversed like any other, and forgotten at `ESC @`.
    """
    columns = image.transpose(Image.Transpose.TRANSPOSE)
    return b"\x1c2" + code + columns.tobytes("raw", "1;I")


def native_qr(content: str, module: int) -> bytes:
    """Return `GS ( k` commands: model 2, level M, `module` dots per module."""
    # Only profiles with native codes pay for the library's import, a fifth of a second.
    from escpos.constants import QR_ECLEVEL_M  # noqa: PLC0415
    from escpos.printer import Dummy  # noqa: PLC0415

    printer = Dummy()
    printer.qr(content, ec=QR_ECLEVEL_M, size=module, native=True)
    return bytes(printer.output)


def ask_process_id(process_id: bytes) -> bytes:
    """Return the question that is answered when all before it is on paper: four characters."""
    return _PROCESS_ID + process_id


def document(body: bytes, profile: Profile, process_id: bytes) -> bytes:
    """Return a whole job: initialise, body, cut, and the question whether it was printed.

    `process_id` is four characters from 0x20 to 0x7E, used where the profile has it.
    """
    if profile.process_id:
        question = ask_process_id(process_id)
    elif profile.status == "realtime":
        question = _STATUS_IN_TURN
    else:
        question = b""
    return _INIT + body + profile.cut_command + question
