"""A real server as a child process: started, killed, started again on the same address."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

READY = "kiosk: listening on "
READY_S = 300.0
END_S = 30.0


class ServerFailed(Exception):
    """The server ended before it was ready; the message holds what it said last."""


class ServerProcess:
    """`kiosk serve` on a database. `address` is known after the first start and stays."""

    def __init__(self, db: str, log: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._db = db
        self._log = log
        self._host = host
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        self._drain: asyncio.Task[None] | None = None
        self.address = ""

    async def start(self, clock: int, rate: float) -> None:
        """Serve from the hall's instant `clock` on. Raises ServerFailed."""
        start = datetime.fromtimestamp(clock / 1000, tz=UTC).isoformat()
        with self._log.open("ab") as log:
            self._process = process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "kiosk", "serve", "--db", self._db, "--open-devices"),
                *("--host", self._host, "--port", str(self._port)),
                *("--clock-start", start, "--clock-rate", str(rate)),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        stdout = process.stdout
        if stdout is None:
            raise ServerFailed("the server has no output")
        try:
            line = await asyncio.wait_for(stdout.readline(), READY_S)
        except TimeoutError:
            line = b""
        if not line.startswith(READY.encode()):
            await self.kill()
            raise ServerFailed(f"the server didn't start:\n{self._last_words()}")
        self.address = line.decode().strip().removeprefix(READY)
        self._port = int(self.address.rsplit(":", maxsplit=1)[1])
        self._drain = asyncio.create_task(_read_on(stdout))

    async def kill(self) -> None:
        """SIGKILL: no warning, no clean end."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM and a clean end; SIGKILL when that takes too long. May be called twice."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            await asyncio.wait_for(process.wait(), END_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._drain is not None:
            await self._drain
            self._drain = None

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-12:])


async def _read_on(stdout: asyncio.StreamReader) -> None:
    """Keep the pipe empty, so that the server never waits for us."""
    while await stdout.read(65_536):
        pass
