"""A real server in a process of its own, with a database of its own."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Self

from kiosk.cli import main

HALL = """
[hall]
id = "main"
name = { zh = "县政务服务中心", en = "County Service Hall" }
timezone = "Asia/Shanghai"
hours = { mon-sun = ["00:00-24:00"] }

[[zones]]
id = "1F"
name = { zh = "一层大厅", en = "Ground floor" }

[[zones]]
id = "2F"
name = { zh = "二层大厅", en = "First floor" }

[[groups]]
id = "B"
prefix = "B"
name = { zh = "公安综合", en = "Police" }
zone = "1F"
target_minutes = 15

[[groups]]
id = "G"
prefix = "G"
name = { zh = "民生服务", en = "Civil affairs" }
zone = "2F"

[[groups]]
id = "N"
prefix = "N"
name = { zh = "夜间服务", en = "Night service" }
zone = "2F"
hours = {}

[[services]]
id = "household-register"
group = "B"
name = { zh = "户口登记", en = "Household registration" }
minutes = 12
materials = ["身份证原件", "户口簿"]

[[services]]
id = "marriage"
group = "G"
name = { zh = "婚姻登记", en = "Marriage registration" }
minutes = 20

[[services]]
id = "night"
group = "N"
name = { zh = "夜间办理", en = "Night matter" }

[[services]]
id = "passport"
group = "B"
name = { zh = "普通护照申领", en = "Ordinary passport" }
real_name = true

[materials]
"身份证原件" = { en = "ID card (original)" }
"户口簿" = { en = "Household register" }

[[windows]]
id = "3"
name = { zh = "3号窗口", en = "Window 3" }
zone = "1F"
groups = ["B", "G"]

[[windows]]
id = "4"
name = { zh = "4号窗口", en = "Window 4" }
zone = "1F"
groups = ["G"]

[[priorities]]
id = "senior"
name = { zh = "老年人", en = "Senior" }
credit_minutes = 20
"""

_LISTENING = re.compile(r"kiosk: listening on (\S+)")
START_S = 180


def kiosk(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command `kiosk` to its end.

    It runs in this process, where the product is imported already: most jobs take a tenth of
    the time that a new Python needs to start. In a thread, for a test's event loop may be running.
    """
    said, wrong = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(wrong), ThreadPoolExecutor(1) as thread:
        code = thread.submit(_exit_code, arguments).result(START_S)
    done = subprocess.CompletedProcess(
        ("kiosk", *arguments), code, said.getvalue(), wrong.getvalue()
    )
    if check:
        assert code == 0, done
    return done


def _exit_code(arguments: Sequence[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)


def kiosk_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command `kiosk` to its end in a process of its own, as a shell does."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=START_S,
    )


class RunningServer:
    """`kiosk serve` on a database. Used as a context manager; `restart` keeps the port."""

    def __init__(self, db: str, *options: str) -> None:
        self.db = db
        self.options = options
        self.url = ""
        self.log: list[str] = []
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._keys: dict[str, str] = {}
        self._said = threading.Condition()

    @classmethod
    def make(cls, folder: Path, hall: str = HALL, *options: str) -> Self:
        """A server on a new SQLite database with one hall; not started yet."""
        db = f"sqlite:///{folder / 'hall.db'}"
        file = folder / "hall.toml"
        file.write_text(hall, encoding="utf-8")
        kiosk("init", "--db", db, "--hall", str(file))
        return cls(db, *options)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def api(self) -> str:
        """The base of the API."""
        return f"{self.url}/api/v1"

    @property
    def ws(self) -> str:
        """The base of live connections."""
        return self.url.replace("http", "ws", 1) + "/ws/v1"

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    def key(self, role: str = "admin") -> str:
        """An API key of a role."""
        if role not in self._keys:
            done = kiosk("key", "create", "--db", self.db, "--role", role)
            self._keys[role] = done.stdout.strip()
        return self._keys[role]

    def auth(self, role: str = "admin") -> dict[str, str]:
        """The header of a role's key."""
        return {"Authorization": f"Bearer {self.key(role)}"}

    def start(self) -> None:
        """Start, and wait until it listens. Raises RuntimeError with its output if it won't."""
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "kiosk", "serve", "--db", self.db),
                *("--port", self._port, *self.options),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(self._process, ready), daemon=True)
        self._reader.start()
        if not ready.wait(START_S) or not self.url:
            self.kill()
            raise RuntimeError("the server didn't start:\n" + "".join(self.log))
        self._port = self.url.rpartition(":")[2]

    def _read(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._said:
                self.log.append(line)
                self._said.notify_all()
            if found := _LISTENING.search(line):
                self.url = found.group(1)
                ready.set()
        ready.set()

    def says(self, text: str) -> None:
        """Return when a line of its output holds `text`. Raises TimeoutError."""
        with self._said:
            if not self._said.wait_for(lambda: any(text in line for line in self.log), START_S):
                raise TimeoutError(f"the server doesn't say {text!r}")

    def stop(self) -> int:
        """End it cleanly; its exit code."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(START_S)
        finally:
            process.kill()
            self._finish(process)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        self._finish(process)

    def _finish(self, process: subprocess.Popen[str]) -> None:
        process.wait()
        if self._reader is not None:
            self._reader.join(START_S)
        if process.stdout is not None:
            process.stdout.close()
