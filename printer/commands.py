"""What the printer commands do. Each takes its arguments and returns the exit code."""

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from printer import calibration, discovery
from printer.agent.agent import Agent
from printer.agent.folder import Folder
from printer.agent.program import Server, connector, only_hall
from printer.delivery import Timing, Wire
from printer.health import PRINTS
from printer.job import CalledOff, NotSent
from printer.profiles import ProfileError, profile
from printer.routes import Route, Routes
from printer.transport import AddressError, transport_for
from printer.virtual import Faults, VirtualPrinter
from printer.virtual.listing import listing
from printer.virtual.page import RollPage

_BAD_USAGE = 2


def virtual(arguments: argparse.Namespace) -> int:
    """Run a virtual printer until interrupted."""
    try:
        faults = Faults.parse(arguments.fault)
        bed = profile(arguments.profile).bed
    except ValueError as error:
        return _refuse("printer virtual", error)
    printer = VirtualPrinter(
        host=arguments.host, port=arguments.port, out=arguments.out, faults=faults, bed=bed
    )
    page = None
    if arguments.page is not None:
        page = RollPage({"printer": printer}, host=arguments.host, port=arguments.page)
    return _run("printer virtual", _serve_virtual(printer, page))


async def _serve_virtual(printer: VirtualPrinter, page: RollPage | None) -> int:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(printer)
        _say(f"kiosk: virtual printer on {printer.url}")
        if page:
            await stack.enter_async_context(page)
            _say(f"kiosk: its paper on {page.url}")
        printer.listen(lambda ticket: _say(f"ticket {ticket.number:04d}"))
        await ended.wait()
    return 0


def test(arguments: argparse.Namespace) -> int:
    """Examine a printer, print the calibration page, propose a profile."""
    try:
        transport = transport_for(arguments.url, profile("generic-80mm").bed)
    except AddressError as error:
        return _refuse("printer test", error)
    return _run("printer test", _examine(transport, arguments.language))


async def _examine(transport: Any, language: Any) -> int:
    findings = await calibration.examine(transport)
    _say(f"state     {findings.state}")
    if findings.state not in PRINTS:
        _say("page      not printed: put the printer in order and test again")
        return 1
    found = findings.profile
    _say(f"model     {findings.model or 'says nothing'}")
    _say(f"answers   {'yes' if findings.answers else 'no: nothing will ever be confirmed'}")
    _say(f"confirms  {'yes' if findings.confirms else 'no'}")
    _say(f"profile   {found.key}  ({found.name})")
    route = Wire(transport, found, Timing())

    async def begin() -> bool:
        return True

    drawn = await asyncio.to_thread(calibration.page, findings, language)
    match await route.send_page(drawn, begin):
        case NotSent(_, detail):
            _say(f"page      not printed: {detail}")
            return 1
        case CalledOff():
            return 1
        case sent:
            _say(f"page      {sent.outcome}: {sent.detail}")
    return 0


def find(arguments: argparse.Namespace) -> int:
    """List printers on USB and at addresses."""
    try:
        hosts = discovery.hosts(arguments.addresses)
    except ValueError as error:
        return _refuse("printer find", error)
    return _run("printer find", _find(hosts, arguments.port))


async def _find(hosts: list[str], port: int) -> int:
    found = 0
    try:
        for printer in await asyncio.to_thread(discovery.usb):
            found += 1
            _say(f"{printer.url}  {printer.name}")
    except OSError as error:
        sys.stderr.write(f"kiosk printer find: USB not searched: {error}\n")
    async for host, model in discovery.scan(hosts, port):
        found += 1
        _say(f"tcp://{host}:{port}  {model or 'answers nothing'}")
    if not found:
        _say("no printer found")
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """List the commands of a file."""
    path: Path = arguments.file
    try:
        data = path.read_bytes()
    except OSError as error:
        return _refuse("printer explain", error)
    for line in listing(data):
        _say(line)
    return 0


def agent(arguments: argparse.Namespace) -> int:
    """Print for a server until interrupted.

    `arguments.beside(server)`, if it is there, gives more work for this machine; then there may be
    no printer.
    """
    name = arguments.name or socket.gethostname()
    if arguments.printer is None and arguments.beside is None:
        return _refuse("agent", ValueError("say which printer: --printer URL"))
    try:
        route = _route(arguments)
        hall = arguments.hall or only_hall(arguments.server, arguments.key, arguments.ca)
    except (AddressError, ProfileError, ValueError) as error:
        return _refuse("agent", error)
    except OSError as error:
        sys.stderr.write(f"kiosk agent: cannot ask {arguments.server} for its hall: {error}\n")
        return 1
    spool = arguments.spool or Path.home() / ".local/state/kiosk-agent"
    server = Server(arguments.server, arguments.key, hall, name, arguments.ca)
    jobs: list[Coroutine[Any, Any, None]] = []
    if route is not None:
        jobs.append(Agent(connector(server), route, Folder(spool / name), clock=_now).run())
    if arguments.beside is not None:
        jobs.append(arguments.beside(server))
    about = f"kiosk: agent {name} works for hall {hall} (agent://{name} in the hall file)"
    return _run("agent", _until_signalled(jobs, about))


def _route(arguments: argparse.Namespace) -> Route | None:
    if arguments.printer is None:
        return None
    return Routes().open(arguments.printer, arguments.profile)[0]


async def _until_signalled(jobs: list[Coroutine[Any, Any, None]], about: str) -> int:
    work = asyncio.gather(*jobs)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    _say(about)
    with contextlib.suppress(asyncio.CancelledError):
        await work
    return 0


def _now() -> int:
    return time.time_ns() // 1_000_000


def _run(command: str, work: Coroutine[Any, Any, int]) -> int:
    try:
        return asyncio.run(work)
    except OSError as error:
        sys.stderr.write(f"kiosk {command}: {error}\n")
        return 1


def _refuse(command: str, error: Exception) -> int:
    sys.stderr.write(f"kiosk {command}: {error}\n")
    return _BAD_USAGE


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
