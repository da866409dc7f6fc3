"""From a paper to the bytes of a printer, and to a picture to look at."""

import io

import msgspec
from PIL import Image

from printer import escpos, native
from printer.layout import lay_out
from printer.paper import Paper
from printer.profiles import Profile
from printer.raster import Bed, render
from printer.template import Template


class Plate(msgspec.Struct, frozen=True):
    """A job ready for the wire, and the process ID that its end asks for (empty: none)."""

    data: bytes
    process_id: bytes


def process_id(job: str) -> bytes:
    """Return the four printable characters that stand for a job in `GS ( H`."""
    number = int.from_bytes(job.encode()[-8:], "big") * 2654435761 % 10_000
    return f"{number:04d}".encode()


def plate(paper: Paper, template: Template, profile: Profile, job: str) -> Plate:
    """Return the bytes of a paper for a printer; `job` is the id that it is confirmed by.

    Takes milliseconds of processor time: call it in a thread.
    """
    blocks = lay_out(paper, template)
    if profile.text == "native":
        body = native.encode(blocks, profile)
    else:
        body = escpos.picture(render(blocks, profile.bed), profile)
    asked = process_id(job)
    return Plate(escpos.document(body, profile, asked), asked if profile.process_id else b"")


def preview(paper: Paper, template: Template, bed: Bed, *, scale: int = 1) -> bytes:
    """Return the paper as a PNG, as it would come out of a printer with this bed."""
    image = render(lay_out(paper, template), bed)
    if scale > 1:
        size = (image.width * scale, image.height * scale)
        image = image.resize(size, Image.Resampling.NEAREST)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
