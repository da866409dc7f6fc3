"""The agent's spool: a folder of fsynced files, which loses nothing when the power fails.

`NAME.job` is a job as it came; `NAME.sent` says that its first byte was about to leave;
`NAME.done` says how it ended. `NAME` is the job's id, quoted. A job is removed some time after the
server has recorded its end; until then its name keeps a repeated hand-over from printing twice.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from printer.agent.protocol import Print, Settled
from printer.job import Outcome

_KEPT_MS = 24 * 3600 * 1000


class Held(msgspec.Struct, frozen=True):
    """A job in the folder; `expires_at` is in milliseconds of this machine's clock."""

    id: str
    expires_at: int
    data: bytes
    process_id: bytes


class Ended(msgspec.Struct, frozen=True):
    """A job's end, when, and whether the server knows it."""

    outcome: Outcome
    detail: str
    at: int
    recorded: bool = False


class Folder:
    """A folder of jobs. Its methods block for the disk: call them in a thread."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._path = path

    def keep(self, frame: Print, now: int) -> Held | None:
        """Store a job, durably; None if it is known already."""
        if self._file(frame.job, "job").exists() or self._file(frame.job, "done").exists():
            return None
        expires_at = now + round(frame.expires_s * 1000)
        held = Held(frame.job, expires_at, frame.data, frame.process_id)
        self._write(frame.job, "job", msgspec.json.encode(held))
        return held

    def mark_sent(self, job: str) -> None:
        """Record that the first byte is about to leave."""
        self._write(job, "sent", b"")

    def end(self, job: str, ended: Ended) -> None:
        """Record how a job ended; its data is not needed any more."""
        self._write(job, "done", msgspec.json.encode(ended))
        for suffix in ("job", "sent"):
            self._file(job, suffix).unlink(missing_ok=True)

    def recorded(self, job: str) -> None:
        """Note that the server knows the end of a job."""
        if ended := self._ended(self._file(job, "done")):
            self._write(job, "done", msgspec.json.encode(_known(ended)))

    def ended(self, job: str) -> Settled | None:
        """Return how a job ended, None if it has not or is unknown."""
        ended = self._ended(self._file(job, "done"))
        return Settled(job, ended.outcome, ended.detail) if ended else None

    def unreported(self) -> Iterator[Settled]:
        """Return the ends that the server doesn't know."""
        for path in sorted(self._path.glob("*.done")):
            ended = self._ended(path)
            if ended and not ended.recorded:
                yield Settled(unquote(path.stem), ended.outcome, ended.detail)

    def recover(self, now: int) -> tuple[list[Held], bool]:
        """After a start: settle what was being sent as uncertain.

        Returns what is to be printed, and whether a ticket may be torn. Forgets jobs that ended a
        day ago, and half-written files.
        """
        for path in self._path.glob("*.part"):
            path.unlink()
        for path in self._path.glob("*.done"):
            ended = self._ended(path)
            if ended and ended.recorded and ended.at < now - _KEPT_MS:
                path.unlink()
        torn = False
        for path in self._path.glob("*.sent"):
            job = unquote(path.stem)
            if not self.ended(job):
                detail = "the agent stopped while it printed"
                self.end(job, Ended(Outcome.UNCERTAIN, detail, now))
                torn = True
            path.unlink(missing_ok=True)
        jobs = sorted(self._path.glob("*.job"), key=lambda path: path.stat().st_mtime_ns)
        held = (self._held(path) for path in jobs)
        return [job for job in held if job and not self._file(job.id, "done").exists()], torn

    def _held(self, path: Path) -> Held | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Held)
        except msgspec.DecodeError:
            return None

    def _ended(self, path: Path) -> Ended | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Ended)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def _file(self, job: str, suffix: str) -> Path:
        return self._path / f"{quote(job, safe='')}.{suffix}"

    def _write(self, job: str, suffix: str, data: bytes) -> None:
        """Write a file whole and durably: content, then name, then the folder's entry."""
        target = self._file(job, suffix)
        temporary = target.with_name(target.name + ".part")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        folder = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _known(ended: Ended) -> Ended:
    return msgspec.structs.replace(ended, recorded=True)
