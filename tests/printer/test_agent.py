"""The print agent over a real websocket: loss of network, of power, and of messages."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from printer.agent.agent import Agent
from printer.agent.folder import Folder
from printer.agent.program import Server, connector
from printer.agent.socket import attend
from printer.delivery import Wire
from printer.health import State
from printer.job import Outcome
from printer.profiles import profile
from printer.spool import PrinterConfig, Spool
from printer.template import default
from printer.transport import transport_for
from printer.virtual import Faults, VirtualPrinter
from printer.virtual.page import _Uvicorn

from .conftest import PATIENT, MemoryJournal, clock, job
from .test_spool import body


class Hall:
    """A server with a spool whose agents are attended to, and a network that can fail."""

    def __init__(self, journal: MemoryJournal) -> None:
        self.unclaimed: list[tuple[str, Outcome]] = []
        self.spool = Spool(
            [PrinterConfig("p", "agent://front")],
            journal,
            template=default(),
            clock=clock,
            timing=PATIENT,
            on_unclaimed=self._unclaimed,
        )
        self.hub = self.spool.agents
        self.deaf = False
        self.headers: list[str] = []
        self.say: list[Callable[[str], Awaitable[None]]] = []
        self.port = 0
        self._network: set[asyncio.Task[None]] = set()
        self._server: RunningApp | None = None

    async def _unclaimed(self, task: str, outcome: Outcome, _detail: str) -> None:
        self.unclaimed.append((task, outcome))

    async def start(self) -> None:
        """Listen, on the same port again after a stop."""
        self._server = RunningApp(self._app, self.port)
        self.port = self._server.port

    async def stop(self) -> None:
        """Be gone from the network."""
        if self._server:
            await self.cut()
            await self._server.stop()

    async def cut(self) -> None:
        """Break all connections; agents may come back."""
        for task in list(self._network):
            task.cancel()

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        """The application: the agent's socket, with a frame for others first."""
        task = asyncio.current_task()
        assert task is not None
        self._network.add(task)
        task.add_done_callback(self._network.discard)
        headers = dict(scope["headers"])
        self.headers.append(
            f"{scope['path']}?{scope['query_string'].decode()} {headers[b'authorization'].decode()}"
        )

        async def hear() -> Any:
            while True:
                message = await receive()
                if not (self.deaf and "settled" in (message.get("text") or "")):
                    return message

        async def say(text: str) -> None:
            await send({"type": "websocket.send", "text": text})

        self.say.append(say)
        with contextlib.suppress(asyncio.CancelledError):
            await attend(scope, hear, send, self.hub, "front")


class RunningApp:
    """An ASGI application on uvicorn, as in the real server."""

    def __init__(self, app: Any, port: int) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            log_level="critical",
            lifespan="off",
            interface="asgi3",
            timeout_graceful_shutdown=1,
        )
        self._server = _Uvicorn(config)
        self._task = asyncio.create_task(self._server.serve([self._socket]))

    async def stop(self) -> None:
        """Close the port and all connections."""
        self._server.should_exit = True
        await self._task
        self._socket.close()


@pytest.fixture
async def hall(journal: MemoryJournal) -> AsyncIterator[Hall]:
    """Run a hall."""
    hall = Hall(journal)
    await hall.start()
    hall.spool.start()
    yield hall
    await hall.spool.close(grace_s=0.1)
    await hall.stop()


def agent(hall: Hall, virtual: VirtualPrinter, folder: Path) -> Agent:
    """An agent with the virtual printer."""
    known = profile("generic-80mm")
    return Agent(
        connector(Server(f"http://127.0.0.1:{hall.port}", "secret", "main", "front")),
        Wire(transport_for(virtual.url, known.bed), known, PATIENT),
        Folder(folder),
        clock=clock,
        timing=PATIENT,
        pauses_s=(0.02,),
    )


@contextlib.asynccontextmanager
async def running(program: Agent) -> AsyncIterator[None]:
    """Run an agent; at the end it is stopped as by a power failure."""
    task = asyncio.create_task(program.run())
    yield
    task.cancel()
    await asyncio.wait({task})


async def until_connected(hall: Hall) -> None:
    """Wait for the agent's hello."""
    while hall.hub.state("front") is not State.READY:
        await asyncio.sleep(0.005)


def empty(virtual: VirtualPrinter) -> bool:
    """Let the paper run out as a job is handed over: if it were known before, none would be."""
    virtual._machine.faults = Faults(paper_out=True)
    return True


async def test_prints_and_reports(
    hall: Hall, virtual: VirtualPrinter, journal: MemoryJournal, tmp_path: Path
) -> None:
    async with running(agent(hall, virtual, tmp_path)):
        jobs = [job(f"A{n:03}") for n in range(3)]
        for task in jobs:
            hall.spool.submit(task)
        for task in jobs:
            assert await journal.outcome(task.id) is Outcome.PRINTED
        await virtual.wait_for_tickets(3)
    assert [ticket.data for ticket in virtual.tickets] == [body(task) for task in jobs]
    assert hall.headers[0] == "/ws/v1/halls/main?topics=agent:front Bearer secret"


async def test_without_an_agent_nothing_begins_and_jobs_expire(
    hall: Hall, journal: MemoryJournal
) -> None:
    hall.spool.submit(job("A001", lives_ms=100))
    assert await journal.outcome("A001") is Outcome.EXPIRED
    assert journal.begun == []
    assert hall.spool.health()["p"].state is State.OFFLINE


async def test_the_printers_trouble_is_the_halls(
    hall: Hall, virtual: VirtualPrinter, journal: MemoryJournal, tmp_path: Path
) -> None:
    await virtual.set_faults(Faults(paper_out=True))
    async with running(agent(hall, virtual, tmp_path)):
        hall.spool.submit(job("A001"))
        while hall.spool.health()["p"].state is not State.PAPER_OUT:
            await asyncio.sleep(0.005)
        assert journal.begun == []
        await virtual.set_faults(Faults())
        assert await journal.outcome("A001") is Outcome.PRINTED


async def test_prints_on_when_the_network_is_gone_and_reports_when_it_is_back(
    hall: Hall, virtual: VirtualPrinter, journal: MemoryJournal, tmp_path: Path
) -> None:
    async with running(agent(hall, virtual, tmp_path)):
        await until_connected(hall)
        journal.allow = lambda _job: empty(virtual)
        hall.spool.submit(job("A001"))
        while not list(tmp_path.glob("*.job")):
            await asyncio.sleep(0.005)
        await hall.stop()
        await virtual.set_faults(Faults())
        await virtual.wait_for_tickets(1)
        assert journal.ended == {}
        await hall.start()
        assert await journal.outcome("A001") is Outcome.PRINTED
    assert virtual.cut == 1


async def test_a_report_that_is_lost_is_repeated_and_the_ticket_is_not(
    hall: Hall, virtual: VirtualPrinter, journal: MemoryJournal, tmp_path: Path
) -> None:
    hall.deaf = True
    async with running(agent(hall, virtual, tmp_path)):
        hall.spool.submit(job("A001"))
        await virtual.wait_for_tickets(1)
        while not list(tmp_path.glob("*.done")):
            await asyncio.sleep(0.005)
        hall.deaf = False
        await hall.cut()  # the server hands the job over once more
        assert await journal.outcome("A001") is Outcome.PRINTED
    assert virtual.cut == 1


async def test_a_power_failure_before_the_first_byte_loses_nothing(
    hall: Hall, virtual: VirtualPrinter, journal: MemoryJournal, tmp_path: Path
) -> None:
    async with running(agent(hall, virtual, tmp_path)):
        await until_connected(hall)
        journal.allow = lambda _job: empty(virtual)
        hall.spool.submit(job("A001"))
        while not list(tmp_path.glob("*.job")):
            await asyncio.sleep(0.005)
    await virtual.set_faults(Faults())
    async with running(agent(hall, virtual, tmp_path)):
        assert await journal.outcome("A001") is Outcome.PRINTED
    assert virtual.cut == 1


async def test_a_power_failure_while_printing_is_uncertain_and_never_repeated(
    hall: Hall, virtual: VirtualPrinter, journal: MemoryJournal, tmp_path: Path
) -> None:
    async with running(agent(hall, virtual, tmp_path)):
        await until_connected(hall)
        await virtual.set_faults(Faults(slow=True))
        hall.spool.submit(job("A001"))
        while not list(tmp_path.glob("*.sent")):
            await asyncio.sleep(0.002)
    await virtual.set_faults(Faults())
    async with running(agent(hall, virtual, tmp_path)):
        assert await journal.outcome("A001") is Outcome.UNCERTAIN
        hall.spool.submit(job("A002"))
        assert await journal.outcome("A002") is Outcome.PRINTED
    assert journal.begun == ["A001", "A002"]
    await virtual.wait_for_tickets(virtual.cut)
    papers = [ticket.data for ticket in virtual.tickets]
    assert papers.count(body(job("A001"))) <= 1
    assert papers.count(body(job("A002"))) == 1


async def test_after_a_restart_of_the_server_late_outcomes_still_come(
    hall: Hall, virtual: VirtualPrinter, tmp_path: Path
) -> None:
    """The new server has settled the job as uncertain; the agent knows better."""
    hall.deaf = True
    async with running(agent(hall, virtual, tmp_path)):
        hall.spool.submit(job("A001"))
        await virtual.wait_for_tickets(1)
        while not list(tmp_path.glob("*.done")):
            await asyncio.sleep(0.005)
        await hall.spool.close(grace_s=0)
        hall.deaf = False
        await hall.cut()
        while not hall.unclaimed:
            await asyncio.sleep(0.005)
    assert set(hall.unclaimed) == {("A001", Outcome.PRINTED)}  # an agent in doubt says it again


async def test_a_frame_that_is_none_ends_the_connection_only(
    hall: Hall, virtual: VirtualPrinter, journal: MemoryJournal, tmp_path: Path
) -> None:
    async with running(agent(hall, virtual, tmp_path)):
        await until_connected(hall)
        await hall.say[0]('{"type": "print", "job": 7}')
        hall.spool.submit(job("A001"))
        assert await journal.outcome("A001") is Outcome.PRINTED


@pytest.mark.parametrize("garbage", ["", "{", '{"type": "settled"}', b"\xff\x00"])
async def test_garbage_from_an_agent_closes_its_socket_and_nothing_else(
    hall: Hall, journal: MemoryJournal, tmp_path: Path, garbage: str | bytes
) -> None:
    headers = {"Authorization": "Bearer x"}
    address = f"ws://127.0.0.1:{hall.port}/"
    async with connect(address, additional_headers=headers, proxy=None) as websocket:
        await websocket.send(garbage)
        with pytest.raises(ConnectionClosed) as closed:
            await websocket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
    hall.spool.submit(job("A001", lives_ms=50))
    assert await journal.outcome("A001") is Outcome.EXPIRED
