"""Logo, pictures and videos that a hall's screens show: files in a folder, named by their content.

What may be shown is told by the first bytes, never by a name or a declared type: PNG, JPEG and WebP
pictures, MP4 and WebM videos. SVG is refused, since it can hold scripts.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from .device_views import MediaFile, MediaView
from .problems import HttpProblem

LIMIT = 64 * 1024 * 1024
"""Bytes of one upload; it is held in memory while it comes."""
MOST = 20
"""Pictures and videos that take turns."""

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
_NAME = re.compile(r"[0-9a-f]{32}\.(png|jpg|webp|mp4|webm)")
_INDEX = "media.json"


class Index(Struct):
    """What a hall has, in the order in which it is shown."""

    logo: MediaFile | None = None
    slides: list[MediaFile] = []


class Library:
    """The files of all halls below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def view(self, hall: str) -> MediaView:
        """What a hall's screens may show."""
        index = self._index(hall)
        return MediaView(logo=index.logo, slides=index.slides)

    def revisions(self, halls: Sequence[str]) -> dict[str, object]:
        """By hall, something that is another one when what its screens may show is. OSError."""
        return {hall: self._revision(hall) for hall in halls}

    def _revision(self, hall: str) -> object:
        try:
            index = (self._folder / hall / _INDEX).stat()
        except FileNotFoundError:
            return None
        return index.st_ino, index.st_mtime_ns, index.st_size

    def path(self, hall: str, file: str) -> Path | None:
        """Where a file lies; None when the hall has none of this name."""
        path = self._folder / hall / file
        return path if _NAME.fullmatch(file) and path.is_file() else None

    def add(self, hall: str, name: str, content: bytes, *, logo: bool) -> MediaView:
        """Keep a file and show it. Raises HttpProblem for what can't be shown, and OSError."""
        ending = kind_of(content)
        if ending is None or (logo and not TYPES[ending].startswith("image/")):
            raise HttpProblem(415, "unknown_media")
        index = self._index(hall)
        if not logo and len(index.slides) >= MOST:
            raise HttpProblem(409, "too_many_media", most=MOST)
        file = f"{hashlib.blake2b(content, digest_size=16).hexdigest()}.{ending}"
        kept = MediaFile(file=file, name=name, kind=TYPES[ending], bytes=len(content))
        folder = self._folder / hall
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / file, content)
        if logo:
            index.logo = kept
        else:
            index.slides = [s for s in index.slides if s.file != file] + [kept]
        return self._keep(hall, index)

    def remove(self, hall: str, file: str) -> MediaView:
        """Show a file no longer, and delete it. Raises HttpProblem, and OSError."""
        index = self._index(hall)
        if self.path(hall, file) is None:
            raise HttpProblem(404, "not_found")
        index.slides = [s for s in index.slides if s.file != file]
        if index.logo is not None and index.logo.file == file:
            index.logo = None
        return self._keep(hall, index)

    def _index(self, hall: str) -> Index:
        try:
            return msgspec.json.decode((self._folder / hall / _INDEX).read_bytes(), type=Index)
        except FileNotFoundError:
            return Index()

    def _keep(self, hall: str, index: Index) -> MediaView:
        """Write the index, then delete what it no longer names: never the other way round."""
        folder = self._folder / hall
        _write(folder / _INDEX, msgspec.json.encode(index))
        named = {f.file for f in (index.logo, *index.slides) if f is not None}
        for path in folder.iterdir():
            if _NAME.fullmatch(path.name) and path.name not in named:
                path.unlink(missing_ok=True)
        return MediaView(logo=index.logo, slides=index.slides)


def kind_of(content: bytes) -> str | None:
    """The ending for what the first bytes say it is; None for what screens don't show."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp":
        return "mp4"
    return "webm" if content.startswith(b"\x1a\x45\xdf\xa3") else None


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    os.replace(fresh, path)
