"""What a paper says of the place."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
import websockets

from kiosk.server.slips import listed
from printer.virtual import Faults, VirtualPrinter
from tests.support.server import HALL, RunningServer

PATIENCE_S = 120


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


class Counter:
    """A hall whose printer writes into a folder, and a member of staff."""

    def __init__(self, folder: Path) -> None:
        self.roll = folder / "roll"
        self.roll.mkdir()
        profile = 'profile = "generic-80mm-native"'
        entry = f'\n[[printers]]\nid = "p"\nurl = "file://{self.roll}"\n{profile}\n'
        self.server = RunningServer.make(folder, HALL + entry)

    def post(self, path: str, body: object = None, status: int = 200) -> dict[str, Any]:
        """Ask; the answer."""
        answer = httpx2.post(
            f"{self.server.api}/halls/main/{path}", headers=self.server.auth(), json=body or {}
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    def paper(self, number: int) -> str:
        """What stands on the paper that came out as the n-th, in the printer's own characters."""
        file = self.roll / f"{number:04}.bin"
        end = time.monotonic() + PATIENCE_S
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.05)
        return file.read_bytes().decode("gbk", "replace")


def test_a_list_of_materials_is_printed_without_a_ticket(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    with counter.server:
        body = {"paper": "notice", "service": "household-register", "printer": "p"}
        whole = counter.post("papers", body, 201)
        said = counter.paper(1)
        for words in ("一次性告知单", "户口登记", "身份证原件", "户口簿", whole["edition"]):
            assert words in said
        assert "补打" not in said
        part = counter.post("papers", {**body, "missing": ["户口簿"], "language": "en"}, 201)
        assert (part["edition"], part["materials"]) == (whole["edition"], ["户口簿"])
        assert part["id"] != whole["id"]
        said = counter.paper(2)
        assert "Household registration" in said
        assert "Household register" in said
        assert "身份证原件" not in said
        assert "户口簿" not in said
        body_of = {"service": "household-register", "printer": "p", "language": "en"}
        counter.post("tickets", body_of, 201)
        said = counter.paper(3)
        for words in ("ID card (original)", "Household register"):
            assert words in said
        other = counter.post("papers", {**body, "service": "marriage"}, 201)
        assert other["edition"] != whole["edition"]
        counter.post("papers", {**body, "service": "nothing"}, 422)
        counter.post("papers", {**body, "printer": "nothing"}, 422)


def test_who_was_served_gets_a_receipt_and_copies_are_counted_by_paper(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    with counter.server:
        taken = counter.post("tickets", {"service": "household-register", "printer": "p"}, 201)
        counter.paper(1)
        receipt = f"tickets/{taken['id']}/receipt"
        counter.post(receipt, {"printer": "p"}, 409)
        counter.post("windows/3/open")
        counter.post("windows/3/call-next")
        counter.post(f"tickets/{taken['id']}/start")
        counter.post(f"tickets/{taken['id']}/finish")
        counter.post(receipt, {"printer": "p"})
        first = counter.paper(2)
        for words in (taken["number"], "户口登记", "办结时间", "身份证原件"):
            assert words in first
        assert "补打" not in first
        counter.post(receipt, {"printer": "p"})
        assert "补打" in counter.paper(3)


async def test_a_paper_without_a_ticket_disturbs_nobody_who_looks_on(tmp_path: Path) -> None:
    counter = await asyncio.to_thread(Counter, tmp_path)
    await asyncio.to_thread(counter.server.start)
    try:
        headers = await asyncio.to_thread(counter.server.auth)
        url = f"{counter.server.ws}/halls/main?topics=manager,board"
        async with websockets.connect(url, additional_headers=headers, proxy=None) as manager:
            body = {"paper": "notice", "service": "marriage", "printer": "p"}
            await asyncio.to_thread(counter.post, "papers", body, 201)
            await asyncio.to_thread(counter.paper, 1)
            await asyncio.to_thread(counter.post, "tickets", {"service": "marriage"}, 201)
            async with asyncio.timeout(PATIENCE_S):
                while "ticket_issued" not in str(await manager.recv()):
                    pass
    finally:
        await asyncio.to_thread(counter.server.stop)
