"""Backup and restore while serving, verified each time.

A backup is one SQLite file with everything in it, whichever database it was made from, and a
`.sha256` beside it as `sha256sum -c` reads it. So a hall moves from SQLite to PostgreSQL by
restoring its backup there. The key ring is never part of it: without the ring a stolen backup
tells nobody's name.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from msgspec import Struct

from kiosk.hall.engine import Hall

from . import audit
from .log import StoreError
from .open import migrate, open_store
from .sqlite_file import sync_directory
from .store import Store

BLOCK = 1 << 20


class BackupError(StoreError):
    """The backup can't be made or must not be used; the message says why."""


class WouldLose(BackupError):
    """The restore would take sealed days away. days: as `hall day`, sorted."""

    def __init__(self, days: list[str]) -> None:
        shown = ", ".join(days[:5]) + (" …" if len(days) > 5 else "")
        super().__init__(
            f"this would lose {len(days)} sealed days ({shown}); use --force to do it all the same"
        )
        self.days = days


class Backup(Struct, frozen=True):
    """What a backup holds. sha256: of the file, 64 hex digits."""

    halls: int
    events: int
    sha256: str


async def backup(store: Store, target: Path) -> Backup:
    """Write a verified backup to `target`, which must not exist. Raises BackupError."""
    part = target.with_name(target.name + ".part")
    _free(target, part)
    try:
        await store.database.copy_to(part)
        # The copy is checked as a copy: opening a database may write to its file.
        await asyncio.to_thread(shutil.copyfile, part, f"{part}.check")
        verdict = await _checked(Path(f"{part}.check"))
        sha256 = await asyncio.to_thread(_publish, part, target)
    finally:
        _remove(part)
        _remove(Path(f"{part}.check"))
    return Backup(verdict.halls, verdict.events, sha256)


async def restore(source: Path, url: str, *, force: bool = False) -> Backup:
    """Replace what a database holds by a backup, in one transaction; servers load it again.

    Raises BackupError when the file is not what its checksum says, when its log is broken, and
    WouldLose unless `force`. A missing database is made.
    """
    sha256 = await asyncio.to_thread(_checksum, source, force=force)
    with tempfile.TemporaryDirectory(prefix="kiosk-restore-") as directory:
        copy = Path(directory) / "backup.db"
        await asyncio.to_thread(shutil.copyfile, source, copy)
        verdict = await _checked(copy)
        await migrate(url)
        target = await open_store(url)
        try:
            lost = await _lost(target, copy)
            if lost and not force:
                raise WouldLose(lost)
            await target.database.restore_from(copy)
        finally:
            await target.close()
    return Backup(verdict.halls, verdict.events, sha256)


async def _checked(path: Path) -> audit.Verdict:
    """Walk every chain of a copied file and fold every hall's open days."""
    url = f"sqlite:///{path}"
    # A backup of an older version is brought up to date like any database.
    await migrate(url)
    store = await open_store(url)
    try:
        verdict = await audit.verify(store)
        if verdict.broken is not None:
            broken = verdict.broken
            raise BackupError(f"{broken.hall}, event {broken.seq}: {broken.why}")
        for hall in await store.halls():
            loaded = await store.load(hall)
            folded = Hall.replay(entry.record for entry in loaded.entries)
            if folded.state.seq != loaded.entries[-1].record.seq:
                raise BackupError(f"the log of {hall} can't be folded")
    finally:
        await store.close()
    return verdict


async def _lost(target: Store, copy: Path) -> list[str]:
    """The days that are sealed in `target` and not, or differently, in the backup."""
    kept = await open_store(f"sqlite:///{copy}")
    try:
        sealed = await _seals(target)
        return sorted(sealed - await _seals(kept))
    finally:
        await kept.close()


async def _seals(store: Store) -> set[str]:
    found = set()
    for hall in await store.halls():
        for day in await store.reports.days(hall, "", "9999"):
            if day.closed:
                found.add(f"{hall} {day.day} {day.seal.hex()[:16]}")
    return found


def _free(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise BackupError(f"{path} exists already: choose another name")
        if not path.parent.is_dir():
            raise BackupError(f"there is no directory {path.parent}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _publish(part: Path, target: Path) -> str:
    """Give a finished backup its name, so that a power cut leaves all of it or nothing."""
    sha256 = _sha256(part)
    note = target.with_name(target.name + ".sha256")
    for path, text in ((part, None), (note, f"{sha256}  {target.name}\n")):
        if text is not None:
            path.write_text(text)
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    part.rename(target)
    sync_directory(target.parent)
    return sha256


def _checksum(source: Path, *, force: bool) -> str:
    if not source.is_file():
        raise BackupError(f"there is no backup at {source}")
    note = source.with_name(source.name + ".sha256")
    found = _sha256(source)
    if not note.is_file():
        if not force:
            raise BackupError(f"{note} is missing; use --force to restore without it")
        return found
    if note.read_text().split()[:1] != [found]:
        raise BackupError(f"{source} is not what {note.name} says: it was damaged or changed")
    return found


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
