"""What a paper says of the place."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import httpx2
import pytest
import websockets

from kiosk.server.papers import listed
from printer.virtual import Faults, VirtualPrinter
from tests.support.server import HALL, RunningServer

PATIENCE_S = 30


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["3号窗口"], "3号窗口"),
        (["26号窗口", "27号窗口"], "26、27号窗口"),
        (["1号窗口", "11号窗口", "12号窗口"], "1、11、12号窗口"),
        (["Window 3", "Window 4"], "Window 3, 4"),
        (["Window 1", "Window 11"], "Window 1, 11"),
        (["Cash", "Window 3"], "Cash, Window 3"),
        (["综合窗口", "3号窗口"], "综合、3号窗口"),
    ],
)
def test_windows_are_listed_with_what_they_share_said_once(names: list[str], said: str) -> None:
    assert listed(names) == said


def test_a_hall_has_papers_of_its_own(tmp_path: Path) -> None:
    """The template of the hall file is what is printed."""
    roll = tmp_path / "roll"
    roll.mkdir()
    printer = f'\n[[printers]]\nid = "p"\nurl = "file://{roll}"\nprofile = "generic-80mm-native"\n'
    heading = "\n[paper]\ntemplate = '''\n[ticket.heading]\nzh = \"为民服务\"\n'''\n"
    with (
        RunningServer.make(tmp_path, HALL + printer + heading) as server,
        httpx2.Client(base_url=server.api, headers=server.auth(), timeout=30) as client,
    ):
        body = {"service": "household-register", "printer": "p", "language": "zh"}
        client.post("/halls/main/tickets", json=body).raise_for_status()
        first = roll / "0001.png"
        end = time.monotonic() + PATIENCE_S
        while not first.exists() and time.monotonic() < end:
            time.sleep(0.05)
    assert "为民服务".encode("gbk") in first.with_suffix(".bin").read_bytes()


async def test_a_manager_sees_what_a_printer_pushes(tmp_path: Path) -> None:
    """Over the connection that is open already: a poll would open one of its own."""
    async with VirtualPrinter() as printer:
        entry = f'\n[[printers]]\nid = "p"\nurl = "{printer.url}"\nprofile = "xprinter-80mm"\n'
        server = await asyncio.to_thread(RunningServer.make, tmp_path, HALL + entry)
        await asyncio.to_thread(server.start)
        try:
            headers = await asyncio.to_thread(server.auth)
            url = f"{server.ws}/halls/main?topics=manager"
            async with websockets.connect(url, additional_headers=headers, proxy=None) as manager:
                await printer_is(manager, "ready")
                await printer.wait_until_watched()
                before = printer.connections
                for faults, state in (
                    (Faults(paper_out=True), "paper_out"),
                    (Faults(cover_open=True), "cover_open"),
                    (Faults(), "ready"),
                ):
                    await printer.set_faults(faults)
                    await printer_is(manager, state)
                assert printer.connections == before
        finally:
            await asyncio.to_thread(server.stop)


async def printer_is(manager: websockets.ClientConnection, state: str) -> None:
    """Read a manager's frames until the hall's printer is said to be in a state."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            frame = json.loads(await manager.recv())
            shown = frame.get("live", frame).get("printers", [])
            if [printer["state"] for printer in shown] == [state]:
                return
