"""Pictures and codes as ESC/POS bytes, by python-escpos.

Its import takes most of a second, so this module is imported by whoever prints and not at the
server's start. Its Chinese text, delivery and status are not used: see docs/printing.md.
"""

from typing import Any

from escpos.capabilities import BaseProfile
from escpos.constants import QR_ECLEVEL_M
from escpos.escpos import Escpos
from PIL import Image

from printer.profiles import Profile

_INIT = b"\x1b@"
_PROCESS_ID = b"\x1d(H\x06\x0000"  # GS ( H, 6 bytes, function 48, m = 48
# GS r 1, transmit status: unlike DLE EOT it waits its turn behind the data before it.
_STATUS_IN_TURN = b"\x1dr\x01"


class _Recorder(Escpos):  # type: ignore[misc]  # the library has no types
    """An `Escpos` printer that keeps its bytes."""

    def __init__(self, profile: Profile) -> None:
        features = {
            "paperFullCut": profile.cutter == "full",
            "paperPartCut": profile.cutter == "partial",
            "bitImageRaster": True,
            "qrCode": profile.native_qr,
        }
        known = type("Known", (BaseProfile,), {"profile_data": _profile_data(profile, features)})
        super().__init__()
        self.profile = known()
        self.bytes = bytearray()

    def _raw(self, msg: bytes) -> None:
        self.bytes += msg


def _profile_data(profile: Profile, features: dict[str, bool]) -> dict[str, Any]:
    return {
        "media": {"width": {"pixels": profile.dots, "mm": profile.paper_mm}, "dpi": profile.dpi},
        "features": features,
        "fonts": {"0": {"name": "Font A", "columns": profile.columns}},
        "codePages": {"0": "CP437"},
    }


def picture(image: Image.Image, profile: Profile) -> bytes:
    """Return `GS v 0` strips of at most `profile.strip` rows for a mode "1" picture."""
    recorder = _Recorder(profile)
    recorder.image(image, impl="bitImageRaster", fragment_height=profile.strip)
    return bytes(recorder.bytes)


def native_qr(content: str, module: int, profile: Profile) -> bytes:
    """Return `GS ( k` commands: model 2, level M, `module` dots per module."""
    recorder = _Recorder(profile)
    recorder.qr(content, ec=QR_ECLEVEL_M, size=module, native=True)
    return bytes(recorder.bytes)


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
