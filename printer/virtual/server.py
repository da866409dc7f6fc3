"""The virtual printer on a TCP port: what hangs on the network in place of a real one."""

import asyncio
import contextlib
import io
import os
import re
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec

from printer.raster import Bed
from printer.virtual.machine import Faults, Machine, Piece

BED_80MM = Bed(576, 203)
_BUFFER = 65_536  # what the printer takes without printing; then TCP pushes back
_CHUNK = 4096
_SLOW_CHUNK = 256
_BLANK = (1, 1)  # the darkest and the lightest dot of white paper


class Ticket(msgspec.Struct, frozen=True):
    """A ticket that fell out: its running number, its PNG and the bytes that made it."""

    number: int
    png: bytes
    data: bytes


class VirtualPrinter:
    """An ESC/POS printer on TCP, with faults that can be set while it runs.

    `cut` counts the tickets at the moment they fall, before a host can hear of it. Drawing and
    filing one takes a while longer: `wait_for_tickets` waits for the filed ones. `tickets` holds
    the last `keep` of these; `out` receives each as `NNNN.png` and `NNNN.bin`.
    Like the real ones it serves one connection at a time and prints what it has received even
    when the connection is gone.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        out: Path | None = None,
        bed: Bed = BED_80MM,
        faults: Faults | None = None,
        keep: int = 200,
        slow_bytes_per_s: int = 12_000,
    ) -> None:
        self._host, self._asked_port = host, port
        self._out = out
        self._machine = Machine(bed, faults)
        self._slow = slow_bytes_per_s
        self._server: asyncio.Server | None = None
        self._turn = asyncio.Lock()
        self._writers: set[asyncio.StreamWriter] = set()
        self._served: asyncio.StreamWriter | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._closing = False
        self._changed = asyncio.Condition()
        self._filing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._number = 0
        self._filed = 0
        self.cut = 0
        self.connections = 0
        self.tickets: deque[Ticket] = deque(maxlen=keep)
        self._listeners: list[Callable[[Ticket], None]] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Listen. Raises `OSError` if the port is taken or `out` cannot be written."""
        self._closing = False
        if self._out:
            self._out.mkdir(parents=True, exist_ok=True)
            self._number = _last_number(self._out)
        self._server = await asyncio.start_server(
            self._accept, self._host, self._asked_port, limit=_BUFFER
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        if self._server is None:
            raise RuntimeError("the virtual printer is not started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The address for a hall file."""
        return f"tcp://{self._host}:{self.port}"

    @property
    def faults(self) -> Faults:
        """The present faults."""
        return self._machine.faults

    async def set_faults(self, faults: Faults) -> None:
        """Change what is wrong; a printer that gets paper again prints what it holds."""
        self._machine.faults = faults
        await self._pump()

    async def close(self) -> None:
        """Switch the printer off; what is not cut is lost."""
        if self._server is None:
            return
        self._closing = True
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        async with self._changed:
            self._changed.notify_all()
        await self._server.wait_closed()
        while ending := self._handlers | self._tasks:
            await asyncio.wait(ending)
        self._server = None

    def listen(self, callback: Callable[[Ticket], None]) -> Callable[[], None]:
        """Have each cut ticket told, in the event loop; the result ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    async def wait_for_tickets(self, count: int) -> None:
        """Return once `count` tickets since the start lie in `tickets` and in `out`."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._filed >= count)

    async def wait_until_watched(self) -> None:
        """Return once a host has switched automatic status on."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._machine.pushes)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        handler = asyncio.create_task(self._connected(reader, writer))
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with self._turn:
                await self._serve(reader, writer)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received = 0
        self._served = writer
        try:
            while True:
                async with self._changed:
                    await self._changed.wait_for(self._takes_bytes)
                if self._closing:
                    return
                slow = self.faults.slow
                limit = self.faults.drop_after
                room = _CHUNK if limit is None else min(_CHUNK, max(1, limit - received))
                data = await reader.read(_SLOW_CHUNK if slow else room)
                if not data:
                    return
                received += len(data)
                self._machine.receive(data)
                await self._pump()
                if slow:
                    await asyncio.sleep(len(data) / self._slow)
                if limit is not None and received >= limit:
                    writer.transport.abort()
                    return
        finally:
            self._served = None
            self._machine.hang_up()

    def _takes_bytes(self) -> bool:
        return self._closing or self._machine.queued < _BUFFER

    async def _pump(self) -> None:
        """Count and put away what the machine has cut, and send what it answers."""
        while self._machine.pieces:
            piece = self._machine.pieces.popleft()
            if piece.image.getextrema() == _BLANK:
                continue  # a cut to be safe, not a ticket
            self.cut += 1
            self._number += 1
            task = asyncio.create_task(self._file(self._number, piece))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if (answer := self._machine.answers()) and self._served:
            self._served.write(answer)
        async with self._changed:
            self._changed.notify_all()

    async def _file(self, number: int, piece: Piece) -> None:
        async with self._filing:
            png = await asyncio.to_thread(_save, self._out, number, piece)
            ticket = Ticket(number, png, piece.data)
            self.tickets.append(ticket)
            self._filed += 1
        for callback in list(self._listeners):
            callback(ticket)
        async with self._changed:
            self._changed.notify_all()


def _save(out: Path | None, number: int, piece: Piece) -> bytes:
    buffer = io.BytesIO()
    piece.image.save(buffer, "PNG")
    png = buffer.getvalue()
    if out:
        for suffix, data in (("bin", piece.data), ("png", png)):
            temporary = out / f".{number:04d}.{suffix}.part"
            temporary.write_bytes(data)
            os.replace(temporary, out / f"{number:04d}.{suffix}")
    return png


def _last_number(out: Path) -> int:
    names = (re.fullmatch(r"(\d{4,})\.(png|bin)", path.name) for path in out.iterdir())
    return max((int(match[1]) for match in names if match), default=0)
