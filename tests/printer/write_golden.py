"""Writes the golden files anew: `python -m tests.printer.write_golden`, after a meant change.

A golden file is the bytes of a ticket and their listing, to be read line by line in a review.
"""

from pathlib import Path

import msgspec

from printer import blocks as b
from printer import escpos
from printer.paper import Leg, Paper
from printer.press import plate
from printer.profiles import profile
from printer.raster import render
from printer.template import default
from printer.virtual.lexer import Lexer
from printer.virtual.listing import listing

FOLDER = Path(__file__).with_name("golden")
TICKET = Paper(
    hall="县政务服务中心",
    number="B012",
    legs=(Leg("户口登记"),),
    place="一层大厅 2–5 号窗口",
    ahead=5,
    low_s=720,
    high_s=1490,
    materials=("身份证原件", "户口簿"),
    qr="https://kiosk.example.gov.cn/t/3fJk29fKs9aQw83ndkqLsA",
    issued="2026-11-22 08:31",
)
ENGLISH = msgspec.structs.replace(
    TICKET,
    language="en",
    hall="County Service Hall",
    legs=(Leg("Household registration"),),
    place="Ground floor, windows 2–5",
    materials=("ID card", "Household register"),
    copy=1,
)


NAMES = msgspec.structs.replace(
    TICKET,
    legs=(Leg("王𠮷户口登记"),),
    materials=("王𠮷的身份证原件", "镕喆堃犇䶮㐂龦𠮷𬎆𰻝𫍯", "户口簿"),
)


def documents() -> dict[str, bytes]:
    """The golden documents by name. None depends on a font: text is native, the rest is lines.

    Pictures of rare characters are blanked: what is approved is where they stand and how wide
    they are. That they show the characters is read back in `test_native.py`.
    """
    native = profile("virtual-80mm")
    narrow = msgspec.structs.replace(profile("zjiang-58mm"), text="native", native_qr=True)
    generic = profile("generic-58mm")
    drawn = (b.Rule(), b.Qr(TICKET.qr, 24.0), b.Space(2.0), b.Frame(8.0), b.Rule(dashed=False))
    picture = escpos.picture(render(drawn, generic.bed), generic)
    return {
        "ticket-zh-native-80mm": plate(TICKET, default(), native, "golden").data,
        "ticket-en-native-58mm": plate(ENGLISH, default(), narrow, "golden").data,
        "rare-zh-native-80mm": blanked(plate(NAMES, default(), native, "golden").data),
        "lines-raster-58mm": escpos.document(picture, generic, b""),
    }


def blanked(data: bytes) -> bytes:
    """The same commands, pictures in lines and hanzi of our own without ink."""
    heads = {"ESC *": 5, "FS 2": 4}
    return b"".join(
        c.raw[: heads.get(c.name, len(c.raw))].ljust(len(c.raw), b"\0") for c in Lexer().feed(data)
    )


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, data in documents().items():
        (FOLDER / f"{name}.bin").write_bytes(data)
        (FOLDER / f"{name}.txt").write_text("\n".join(listing(data)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
