"""Clients that never give up: each retries with its key until it is answered, then asks again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk.hall import Hall
from kiosk.hall.events import TicketCalled, TicketIssued
from kiosk.store import Store, open_store
from kiosk.store.audit import verify

NODE = Path(__file__).with_name("node.py")
ROOT = NODE.parents[2]


class Request(NamedTuple):
    key: str
    verb: str
    argument: str


class Node:
    """One process. `said` wakes whoever waits for a line of it."""

    def __init__(self, url: str, wrapper: tuple[str, ...] = ()) -> None:
        self._url = url
        self._wrapper = wrapper
        self.process: asyncio.subprocess.Process | None = None
        self.sent: dict[str, Request] = {}

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *self._wrapper,
            sys.executable,
            str(NODE),
            self._url,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            # A group of its own, so that a wrapper's children end with it.
            start_new_session=True,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
        )
        key, _, _ = await self.read() or ("", 0, "")
        assert key == "ready"

    async def read(self) -> tuple[str, int, str] | None:
        """The next line, or None when the process has ended."""
        assert self.process is not None
        assert self.process.stdout is not None
        line = (await self.process.stdout.readline()).decode()
        if not line.endswith("\n"):
            return None
        key, status, body = line.rstrip("\n").split(" ", 2)
        return key, int(status), body

    def send(self, request: Request) -> None:
        self.sent[request.key] = request
        self.write(" ".join(request))

    def write(self, line: str) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        # A node that was killed takes no more: its requests are sent again by the next one.
        with contextlib.suppress(ConnectionError, RuntimeError):
            self.process.stdin.write(f"{line}\n".encode())

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    async def end(self) -> int:
        """Close its stdin, which ends it cleanly."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.close()
        return await self.process.wait()


class Hammer:
    """So many clients over some nodes, and what they were told."""

    def __init__(
        self, url: str, *, nodes: int, clients: int, seed: int, wrapper: tuple[str, ...] = ()
    ) -> None:
        self.url = url
        self.draw = random.Random(seed)
        self.nodes = [Node(url, wrapper) for _ in range(nodes)]
        self.requests: dict[str, Request] = {}
        self.told: dict[str, tuple[int, str]] = {}
        self.failures: list[str] = []
        self.notes: asyncio.Queue[str] = asyncio.Queue()
        self._clients = clients
        self._answers = asyncio.Condition()
        self._readers: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    async def start(self) -> None:
        for index, node in enumerate(self.nodes):
            await node.start()
            self._listen(index)
            node.send(self._new("open", str(index + 1)))
        for n in range(self._clients):
            self._next(self.nodes[n % len(self.nodes)])

    async def answers(self, count: int) -> None:
        """Wait for so many more answers."""
        target = len(self.told) + count
        async with self._answers:
            await self._answers.wait_for(lambda: len(self.told) >= target)

    async def kill(self, index: int) -> None:
        """SIGKILL, start anew, send again what was not answered."""
        node = self.nodes[index]
        node.signal(signal.SIGKILL)
        assert node.process is not None
        await self._readers.pop(index)
        await node.process.wait()
        await node.start()
        self._listen(index)
        for request in list(node.sent.values()):
            node.send(request)

    async def finish(self) -> None:
        """Answer everybody, then end all nodes."""
        self._stopping = True
        async with self._answers:
            await self._answers.wait_for(lambda: not any(node.sent for node in self.nodes))
        for index, node in enumerate(self.nodes):
            assert await node.end() == 0
            await self._readers.pop(index)

    async def abandon(self) -> None:
        """End what still runs; for a test that failed."""
        for node in self.nodes:
            if node.process is not None and node.process.returncode is None:
                os.killpg(node.process.pid, signal.SIGKILL)
                await node.process.wait()
        await asyncio.gather(*self._readers.values(), return_exceptions=True)

    def _listen(self, index: int) -> None:
        self._readers[index] = asyncio.create_task(self._read(self.nodes[index]))

    async def _read(self, node: Node) -> None:
        while line := await node.read():
            key, status, body = line
            if key not in self.requests:
                self.notes.put_nowait(key)
                continue
            request = node.sent.pop(key, None)
            if request is None:
                continue
            if status == 503:
                self.failures.append(body)
                asyncio.get_running_loop().call_later(0.02, node.send, request)
                node.sent[key] = request
                continue
            # Whoever asks again hears the same.
            assert self.told.setdefault(key, (status, body)) == (status, body), key
            async with self._answers:
                self._answers.notify_all()
            if not self._stopping:
                self._next(node)

    def _new(self, verb: str, argument: str) -> Request:
        request = Request(self.draw.randbytes(16).hex(), verb, argument)
        self.requests[request.key] = request
        return request

    def _next(self, node: Node) -> None:
        if self.told and self.draw.random() < 0.05:
            node.send(self.requests[self.draw.choice(list(self.told))])
        elif self.draw.random() < 0.4:
            node.send(self._new("next", self.draw.choice("123")))
        else:
            node.send(self._new("issue", self.draw.choice(["tax", "card", "register"])))

    # ── afterwards ───────────────────────────────────────────────────────────────────────────

    async def check(self) -> None:
        """Every acknowledged ticket and call is in the log once, and the log is whole."""
        store = await open_store(self.url)
        try:
            await self.check_in(store)
        finally:
            await store.close()

    async def check_in(self, store: Store) -> None:
        assert (await verify(store)).broken is None
        assert await store.rebuild(check=True) == []
        log = [entry async for entry in store.walk("main")]
        Hall.replay(entry.record for entry in log)
        done: dict[str, list[list[str]]] = {}
        numbers = []
        for entry in log:
            match entry.record.event:
                case TicketIssued(ticket=ticket, number=number):
                    numbers.append((entry.record.day, number))
                    assert entry.key is not None
                    done.setdefault(entry.key.hex(), []).append([ticket, number])
                case TicketCalled(ticket=ticket, window=window):
                    assert entry.key is not None
                    done.setdefault(entry.key.hex(), []).append([ticket, window])
        assert len(set(numbers)) == len(numbers)
        assert set(done) <= set(self.requests)
        for key, (status, body) in self.told.items():
            expected = [msgspec.json.decode(body)] if status in (200, 201) else []
            assert done.get(key, []) == expected, (self.requests[key], status, body)
            kept = await store.answer("main", bytes.fromhex(key))
            assert kept is not None
            assert (kept.status, kept.body.decode()) == (status, body)
        assert sum(status == 201 for status, _ in self.told.values()) > 0
