"""The command line: usage, refusals, and what an installer does first."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.support.server import HALL, RunningServer, kiosk, kiosk_process


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hall.db'}"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("serve",),
        ("serve", "--db", "sqlite:///x", "--clock-start", "yesterday"),
        ("serve", "--db", "sqlite:///x", "--clock-rate", "0"),
        ("serve", "--db", "sqlite:///x", "--tls-cert", "x.pem"),
        ("serve", "--db", "sqlite:///x", "--port", "many"),
        ("init", "--db", "sqlite:///x", "--hall", "/nowhere.toml"),
        ("init", "--db", "sqlite:///x", "--admin", "root"),
        ("key", "create", "--db", "sqlite:///x", "--role", "king"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIOSK_DB", raising=False)
    refused(kiosk(*arguments, check=False))


def test_an_unknown_kind_of_database_is_bad_usage() -> None:
    refused(kiosk_process("serve", "--db", "mysql://x", "--port", "0"))


def refused(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 2, done
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["init", "serve", "key", "audit", "rebuild", "printer"])
def test_every_command_explains_itself(command: str) -> None:
    assert "usage:" in kiosk(command, "--help").stdout


def test_init_twice_changes_nothing_the_second_time(db: str, tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(HALL, encoding="utf-8")
    assert "configured" in kiosk("init", "--db", db, "--hall", str(file)).stdout
    again = kiosk("init", "--db", db, "--hall", str(file))
    assert "unchanged" in again.stdout
    assert "1 halls" in kiosk("audit", "verify", "--db", db).stdout


def test_a_wrong_hall_file_is_refused_whole_with_every_mistake(db: str, tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(
        HALL.replace('zone = "1F"', 'zone = "9F"', 1).replace("minutes = 20", 'minutes = "x"'),
        encoding="utf-8",
    )
    done = kiosk("init", "--db", db, "--hall", str(file), check=False)
    assert done.returncode in (1, 2)
    assert "9F" in done.stderr
    assert done.stderr.count("line ") >= 2


def test_a_short_password_makes_no_account(db: str, tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("short")
    done = kiosk(
        *("init", "--db", db, "--admin", "root", "--password-file", str(tmp_path / "pw")),
        check=False,
    )
    assert done.returncode != 0
    assert "characters" in done.stderr


def test_a_second_server_on_the_same_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    with RunningServer.make(tmp_path) as server:
        done = kiosk_process("serve", "--db", server.db, "--port", "0")
        assert done.returncode == 1
        assert str(server.pid) in done.stderr
        assert httpx2.get(f"{server.url}/readyz").status_code == 200
        # Other commands work beside a server.
        assert kiosk("audit", "verify", "--db", server.db).returncode == 0
        assert kiosk("key", "create", "--db", server.db, "--role", "staff").stdout.strip()


def test_a_database_of_a_newer_version_is_refused(db: str, tmp_path: Path) -> None:
    kiosk("init", "--db", db)
    with sqlite3.connect(tmp_path / "hall.db") as connection:
        table = next(
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master")
            if "migration" in name
        )
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        first = connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
        values = [
            9999 if isinstance(value, int) and name in ("number", "version", "id") else value
            for name, value in zip(columns, first, strict=True)
        ]
        marks = ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)
    connection.close()
    done = kiosk_process("serve", "--db", db, "--port", "0")
    assert done.returncode == 1
    assert "newer" in done.stderr


def test_a_database_that_was_not_made_yet_says_what_to_do(db: str) -> None:
    done = kiosk_process("serve", "--db", db, "--port", "0")
    assert done.returncode == 1
    assert "kiosk init" in done.stderr


def test_a_port_that_is_taken_says_so(tmp_path: Path) -> None:
    with RunningServer.make(tmp_path) as server:
        port = server.url.rpartition(":")[2]
        other = f"sqlite:///{tmp_path / 'other.db'}"
        kiosk("init", "--db", other)
        done = kiosk_process("serve", "--db", other, "--port", port)
        assert done.returncode == 1
        assert "--port" in done.stderr


def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    server = RunningServer.make(tmp_path)
    server.start()
    assert server.stop() == 0


def test_a_changed_hall_file_takes_effect_while_serving(tmp_path: Path) -> None:
    """Names, and the rule by which the next visitor is called."""
    hall = "/halls/main"
    with (
        RunningServer.make(tmp_path) as server,
        httpx2.Client(base_url=server.api, headers=server.auth(), timeout=60) as client,
    ):
        wish = {"service": "marriage"}
        ticket, *_ = [client.post(f"{hall}/tickets", json=wish).json() for _ in range(3)]
        client.post(f"{hall}/windows/4/open", json={"staff": "li"}).raise_for_status()
        before = client.post(f"{hall}/windows/4/call-next").json()
        file = tmp_path / "hall.toml"
        changed = HALL.replace("婚姻登记", "结婚登记").replace("[hall]", '[hall]\nrouting = "fifo"')
        file.write_text(changed, encoding="utf-8")
        kiosk("init", "--db", server.db, "--hall", str(file))
        # The next write meets the new configuration and reads on.
        after = client.post(f"{hall}/windows/4/call-next").json()
        names = {s["id"]: s["name"]["zh"] for s in client.get(f"{hall}/services").json()}
        kept = client.get(f"{hall}/tickets/{ticket['id']}").json()
    assert (before["reason"]["rule"], after["reason"]["rule"]) == ("fair", "fifo")
    assert names["marriage"] == "结婚登记"
    assert (kept["number"], kept["state"]) == (ticket["number"], "done")


def test_tampering_is_found(tmp_path: Path) -> None:
    with RunningServer.make(tmp_path) as server:
        for _ in range(3):
            httpx2.post(
                f"{server.api}/halls/main/tickets",
                json={"service": "marriage"},
                headers=server.auth(),
            ).raise_for_status()
    assert kiosk("rebuild", "--db", server.db, "--check").returncode == 0
    with sqlite3.connect(tmp_path / "hall.db") as connection:
        # Who can change the file can also drop what guards it; the chain still tells.
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'G002', 'G009')"
            " AS BLOB) WHERE type = 'ticket_issued'"
        )
    connection.close()
    done = kiosk("audit", "verify", "--db", server.db, check=False)
    assert done.returncode == 1
    assert "broken" in done.stdout


def test_the_module_runs_as_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("kiosk ")
