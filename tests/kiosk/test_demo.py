from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.server import kiosk, kiosk_process

PATIENCE_S = 90
SPEED = "120"


class Demo:
    """`kiosk demo` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "kiosk", "demo", "--port", "0"),
                *("--speed", SPEED, "--dir", str(folder)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = self._until_open()
        self.address = re.search(r"(http://\S+)/kiosk\n", self.said)[1]  # type: ignore[index]
        db = f"sqlite:///{folder / 'demo.db'}"
        key = kiosk("key", "create", "--db", db, "--role", "manager").stdout.strip()
        self.client = httpx2.Client(
            base_url=f"{self.address}/api/v1/halls/main",
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
        )

    def _until_open(self) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if "the hall opens" in line:
                return said
        raise AssertionError(f"the demo ended:\n{said}")

    def tickets(self, state: str = "") -> list[dict[str, Any]]:
        answer = self.client.get("/tickets", params={"state": state})
        answer.raise_for_status()
        return list(answer.json())

    def window(self, name: str) -> dict[str, Any]:
        return next(w for w in self.client.get("/windows").json() if w["id"] == name)

    def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return self.client.post(path, json=body)

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Look until it holds."""
        give_up = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < give_up, f"never came: {what}"
            assert self.process.poll() is None, "the demo ended"

    def end(self) -> int:
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo") / "hall")
    yield running
    assert running.end() == 0


def test_it_says_where_to_look_and_who_may_log_in(demo: Demo) -> None:
    for page in ("/kiosk", "/screen", "/window", "/manager"):
        assert httpx2.get(demo.address + page, trust_env=False).status_code == 200
        assert demo.address + page in demo.said
    name, password = re.search(r"account (manager) +password (\S+)", demo.said).groups()  # type: ignore[union-attr]
    entered = httpx2.post(
        f"{demo.address}/api/v1/session",
        json={"account": name, "password": password},
        trust_env=False,
    )
    assert entered.json()["roles"] == ["manager"]
    roll = re.search(r"printed tickets +(http\S+)", demo.said)[1]  # type: ignore[index]
    assert httpx2.get(roll, trust_env=False).status_code == 200


def test_robots_fill_the_hall_and_serve_it(demo: Demo) -> None:
    demo.until(lambda: len(demo.tickets("done")) >= 5, "five people served")
    demo.until(
        lambda: sum(w["state"] == "open" for w in demo.client.get("/windows").json()) >= 20,
        "windows open",
    )
    papers = demo.folder / "papers"
    demo.until(lambda: len(list(papers.glob("*/*.png"))) >= 5, "five papers")
    assert {p.parent.name for p in papers.glob("*/*.png")} == {"kiosk-1", "kiosk-2"}


def test_a_persons_ticket_is_called_by_a_robot(demo: Demo) -> None:
    taken = demo.post(
        "/tickets", {"service": "pay-fees-against-a-payment-notice", "priority": "illness"}
    )
    assert taken.status_code == 201
    number = taken.json()["number"]
    demo.until(
        lambda: any(t["number"] == number for t in demo.tickets("called,serving,done")),
        "a robot calls a person",
    )


def test_a_robot_keeps_away_from_a_window_that_a_person_took(demo: Demo) -> None:
    demo.until(lambda: demo.window("11")["state"] == "open", "the robot sits at 11")
    assert demo.post("/windows/11/open", {"staff": "a person"}).status_code == 200
    demo.until(
        lambda: demo.post("/windows/11/call-next", {}).status_code == 200, "somebody to call"
    )
    called = demo.window("11")["ticket"]
    served = len(demo.tickets("done"))
    demo.until(lambda: len(demo.tickets("done")) >= served + 15, "others are served meanwhile")
    window = demo.window("11")
    assert (window["staff"], window["ticket"]["number"]) == ("a person", called["number"])
    assert window["ticket"]["state"] == "called"


def test_a_folder_of_another_demo_is_left_alone(demo: Demo) -> None:
    done = kiosk_process("demo", "--port", "0", "--dir", str(demo.folder))
    assert done.returncode == 2
    assert "holds a demo already" in done.stderr


def test_a_taken_port_is_one_line(demo: Demo) -> None:
    port = demo.address.rpartition(":")[2]
    done = kiosk_process("demo", "--port", port)
    assert done.returncode == 1
    assert "choose another --port" in done.stderr
    assert "Traceback" not in done.stderr
