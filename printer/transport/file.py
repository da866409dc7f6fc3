"""Files in place of a printer: a folder of tickets, or one file that grows."""

import asyncio
import io
import os
import re
from pathlib import Path

from printer.raster import Bed
from printer.transport.base import FAST, Acknowledges
from printer.virtual.machine import Machine

_TAIL = 32  # bytes in which a ticket's cut stands, if its printer has a cutter


class FileConnection:
    """Gathers one ticket and puts it away, durably, at each write."""

    def __init__(self, path: Path, bed: Bed) -> None:
        self._path, self._bed = path, bed

    async def write(self, data: bytes) -> None:
        """Append to the file, or add `NNNN.bin` and `NNNN.png` to the folder."""
        await asyncio.to_thread(self._store, data)

    def _store(self, data: bytes) -> None:
        if self._path.is_dir():
            number = _next_number(self._path)
            _add(self._path, f"{number:04d}.bin", data)
            machine = Machine(self._bed)
            machine.receive(data if b"\x1dV" in data[-_TAIL:] else data + b"\x1dV\x00")
            picture = io.BytesIO()
            machine.pieces[-1].image.save(picture, "PNG")
            _add(self._path, f"{number:04d}.png", picture.getvalue())
        else:
            with self._path.open("ab") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())

    async def read(self) -> bytes:
        """Files say nothing."""
        return b""

    async def close(self) -> None:
        """Nothing is open."""


class FileTransport:
    """`file:///path`: an existing folder, or a file."""

    acknowledges = Acknowledges.WRITE
    bytes_per_s = FAST

    def __init__(self, path: Path, bed: Bed) -> None:
        self._path, self._bed = path, bed

    async def open(self) -> FileConnection:
        """Check that the place exists."""
        if not self._path.is_dir() and not self._path.parent.is_dir():
            raise FileNotFoundError(f"no folder {self._path.parent}")
        return FileConnection(self._path, self._bed)


def _add(folder: Path, name: str, data: bytes) -> None:
    """Put a file into the folder, whole: whoever looks in never finds half of one.

    Its place is taken while it is written, so that another who counts in the same folder can
    neither write it too nor replace it. Raises `FileExistsError`.
    """
    place, part = folder / name, folder / f".{name}.part"
    with part.open("xb") as file:
        if place.exists():
            part.unlink()
            raise FileExistsError(f"{place} is there already")
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, place)


def _next_number(folder: Path) -> int:
    names = (re.fullmatch(r"\.?(\d{4,})\.(bin|png)(\.part)?", p.name) for p in folder.iterdir())
    return max((int(match[1]) for match in names if match), default=0) + 1
