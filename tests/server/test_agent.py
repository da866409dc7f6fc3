"""The print agent against the real server, both as they are started in a hall."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from printer.virtual import Faults, VirtualPrinter
from tests.support.server import HALL, RunningServer

AGENT_HALL = HALL + '\n[[printers]]\nid = "kiosk-1"\nurl = "agent://front"\n'
PATIENCE_S = 120


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    """A hall whose printer hangs on a kiosk PC."""
    server = await asyncio.to_thread(RunningServer.make, tmp_path, AGENT_HALL)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


def agent(server: RunningServer, printer: VirtualPrinter, folder: Path) -> subprocess.Popen[bytes]:
    """`kiosk agent` for the hall's only printer."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "kiosk", "agent", "--server", server.url),
            *("--key", server.key("agent"), "--printer", printer.url),
            *("--name", "front", "--spool", str(folder / "spool")),
        ],
        stdout=subprocess.DEVNULL,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End an agent as a power cut would."""
    process.kill()
    process.wait()


async def take(client: httpx2.AsyncClient) -> str:
    """Take a ticket on paper; its id."""
    answer = await client.post(
        "halls/main/tickets", json={"service": "household-register", "printer": "kiosk-1"}
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


async def until(client: httpx2.AsyncClient, ticket: str, state: str) -> None:
    """Wait until a ticket's paper is said to be in a state."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            listed = (await client.get("halls/main/tickets")).json()
            said = {each["id"]: (each.get("print") or {}).get("state") for each in listed}
            if said[ticket] == state:
                return
            await asyncio.sleep(0.05)


async def test_a_ticket_is_printed_at_the_kiosk_pc_and_the_hall_knows(
    server: RunningServer, tmp_path: Path
) -> None:
    headers = await asyncio.to_thread(server.auth)
    async with (
        VirtualPrinter() as printer,
        httpx2.AsyncClient(base_url=f"{server.api}/", headers=headers, timeout=30) as client,
    ):
        process = await asyncio.to_thread(agent, server, printer, tmp_path)
        try:
            ticket = await take(client)
            async with asyncio.timeout(PATIENCE_S):
                await printer.wait_for_tickets(1)
            await until(client, ticket, "printed")
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            again = await take(client)
            await until(client, again, "printed")
            assert printer.cut == 2
        finally:
            await asyncio.to_thread(end, process)


@pytest.mark.parametrize(
    ("fault", "file", "state", "fewest"),
    [
        (Faults(paper_out=True), "*.job", "printed", 2),  # taken over, not a byte sent
        (Faults(slow=True), "*.sent", "uncertain", 1),  # in the middle of the ticket
    ],
)
async def test_an_agent_that_loses_power_prints_once_or_says_that_nobody_knows(
    server: RunningServer, tmp_path: Path, fault: Faults, file: str, state: str, fewest: int
) -> None:
    headers = await asyncio.to_thread(server.auth)
    async with (
        VirtualPrinter(slow_bytes_per_s=4_000) as printer,
        httpx2.AsyncClient(base_url=f"{server.api}/", headers=headers, timeout=30) as client,
    ):
        process = await asyncio.to_thread(agent, server, printer, tmp_path)
        try:
            await ready(client)
            process.send_signal(signal.SIGSTOP)  # what is wrong it learns after the hand-over
            await printer.set_faults(fault)
            ticket = await take(client)
            await until(client, ticket, "sending")
            process.send_signal(signal.SIGCONT)
            async with asyncio.timeout(PATIENCE_S):
                while not any((tmp_path / "spool" / "front").glob(file)):
                    await asyncio.sleep(0.01)
            await asyncio.to_thread(end, process)
            await printer.set_faults(Faults())
            process = await asyncio.to_thread(agent, server, printer, tmp_path)
            await until(client, ticket, state)
            after = await take(client)
            await until(client, after, "printed")
            # A torn ticket is cut off before the next; if its first byte had not left, nothing is.
            assert fewest <= printer.cut <= 2
            await printer.wait_for_tickets(printer.cut)
            assert len({piece.data for piece in printer.tickets}) == printer.cut
        finally:
            await asyncio.to_thread(end, process)


async def ready(client: httpx2.AsyncClient) -> None:
    """Wait until the hall knows its printer."""
    async with asyncio.timeout(PATIENCE_S):
        while (await client.get("halls/main/printers")).json()[0]["state"] != "ready":
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("role", "topic", "status"),
    [("screen", "agent:front", 403), ("agent", "agent:other", 404), ("agent", "manager", 403)],
)
async def test_only_an_agent_of_the_hall_is_let_in(
    server: RunningServer, role: str, topic: str, status: int
) -> None:
    headers = await asyncio.to_thread(server.auth, role)
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{server.ws}/halls/main?topics={topic}", additional_headers=headers)
    assert refused.value.response.status_code == status
