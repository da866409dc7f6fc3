"""A node without HTTP: the server's runtime and store, fed with commands on stdin.

    python tests/faults/node.py DATABASE

A line is `KEY COMMAND ARGUMENT`: `issue SERVICE`, `open WINDOW`, `next WINDOW`. Each is answered,
once it is durable, by `KEY STATUS BODY`; a failed one by `KEY 503 REASON`. `fill` and `free`
take all space of the database's disk and give it back.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kiosk.hall import Hall, HallError
from kiosk.hall.core import Events
from kiosk.hall.events import Record, TicketCalled, TicketIssued
from kiosk.server.clock import Clock
from kiosk.server.runtime import Command, HallRuntime, Reply
from kiosk.store import Store, StoreError, open_store


def committed(runtime: HallRuntime, records: Sequence[Record]) -> None:
    for record in records:
        runtime.hall.apply(record)


def command(key: bytes, verb: str, argument: str) -> Command:
    ticket = hashlib.sha256(key).hexdigest()[:20]

    def decide(hall: Hall, now: int) -> Events:
        match verb:
            case "issue":
                return hall.issue(now, ticket_id=ticket, services=[argument])
            case "open":
                return hall.open_window(argument, "li")
            case _:
                return hall.call_next(argument, now)

    def answer(hall: Hall, records: Sequence[Record]) -> Reply:
        for record in records:
            match record.event:
                case TicketIssued(ticket=given, number=number):
                    return Reply(201, msgspec.json.encode([given, number]))
                case TicketCalled(ticket=given, window=window):
                    return Reply(200, msgspec.json.encode([given, window]))
        return Reply(204, b"null")

    def refuse(error: HallError) -> Reply:
        return Reply(409, msgspec.json.encode(error.code))

    request = hashlib.sha256(f"{verb} {argument}".encode()).digest()[:16]
    return Command("device:test", decide, answer, refuse, key, request)


async def handle(runtime: HallRuntime, key: str, verb: str, argument: str) -> None:
    try:
        reply = await runtime.submit(command(bytes.fromhex(key), verb, argument))
        say(key, reply.status, reply.body.decode())
    except StoreError as error:
        say(key, 503, str(error).replace("\n", " "))


def say(key: str, status: int, body: str) -> None:
    # One write: what a killed process had said is said whole, or not at all.
    sys.stdout.write(f"{key} {status} {body}\n")
    sys.stdout.flush()


def fill(path: Path) -> None:
    """Take the last byte of the disk."""
    size = 1 << 16
    with path.open("ab", buffering=0) as file:
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2


async def lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader


async def watch(store: Store, runtime: HallRuntime) -> None:
    """Read on when another node has written."""
    woken = asyncio.Event()
    await store.listen(woken.set)
    while True:
        await woken.wait()
        woken.clear()
        runtime.wake()


async def never() -> None:
    raise AssertionError("nothing was restored")


async def main(url: str) -> None:
    store = await open_store(url, serving=True)
    loaded = await store.load("main")
    hall = Hall.replay(entry.record for entry in loaded.entries)
    hall.state.seq, hall.state.at = loaded.seq, loaded.at
    runtime = HallRuntime(store, Clock(), hall, set(loaded.keys), committed, never)
    runtime.start()
    tasks = {asyncio.create_task(watch(store, runtime))}
    say("ready", 200, str(loaded.seq))
    reader = await lines()
    filler = Path(url.removeprefix("sqlite:///")).with_name("filler")
    while line := (await reader.readline()).decode().split():
        match line:
            case ["fill"]:
                fill(filler)
                say("filled", 200, "")
            case ["free"]:
                filler.unlink()
                say("freed", 200, "")
            case [key, verb, argument]:
                task = asyncio.create_task(handle(runtime, key, verb, argument))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
    await runtime.stop()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
