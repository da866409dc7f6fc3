"""A conversation with a printer over an open connection: questions with answers in time."""

import asyncio

from printer.status import (
    QUERIES,
    Automatic,
    Info,
    InTurn,
    ProcessId,
    RealTime,
    Report,
    Signals,
    StatusReader,
    after_real_time,
    from_automatic,
)
from printer.transport import Connection

_ON_OFF_LINE, _ERROR, _PAPER = 0x02, 0x04, 0x08  # what `GS a` may watch


class Line:
    """Reads everything that a printer says, and keeps its last signals.

    `answer_s` is how long a printer may take to answer a real-time question, in seconds. All
    methods raise `OSError` when the connection breaks.
    """

    def __init__(self, connection: Connection, answer_s: float) -> None:
        self._connection = connection
        self._answer_s = answer_s
        self._reader = StatusReader()
        self._heard: list[Report] = []
        self._signals: Signals | None = None

    async def signals(self) -> Signals | None:
        """Ask for all sensors, one question after the other; None if the printer is mute.

        A printer that knows only the first questions is believed in those.
        """
        asked = self._signals or Signals()
        for query in QUERIES:
            self._heard.clear()
            await self._connection.write(b"\x10\x04" + bytes([query]))
            answer = await self._await(RealTime, self._answer_s)
            if not isinstance(answer, RealTime):
                return asked if query > QUERIES[0] else None
            asked = after_real_time(asked, query, answer.byte)
        self._signals = asked
        return asked

    async def name(self, query: int) -> str:
        """Ask for a name by `GS I`: 66 the maker, 67 the model; empty if it has none."""
        self._heard.clear()
        await self._connection.write(b"\x1dI" + bytes([query]))
        answer = await self._await(Info, self._answer_s)
        return answer.text if isinstance(answer, Info) else ""

    async def send(self, data: bytes) -> None:
        """Send a ticket's bytes."""
        self._heard.clear()
        await self._connection.write(data)

    async def automatic(self) -> None:
        """Have the printer tell of itself what changes, by `GS a`, and once how it is now."""
        await self.send(b"\x1da" + bytes([_ON_OFF_LINE | _ERROR | _PAPER]))

    async def pushed(self) -> Signals:
        """Wait for what the printer tells of itself."""
        while True:
            report = await self._next(Automatic)
            if isinstance(report, Automatic):
                return from_automatic(report.data)

    async def confirmed(self, process_id: bytes, within_s: float) -> bool:
        """Wait for the answer to the question at a ticket's end; False if none came in time."""
        kind = ProcessId if process_id else InTurn
        try:
            async with asyncio.timeout(within_s):
                while True:
                    report = await self._next(kind)
                    if not isinstance(report, ProcessId) or report.data == process_id:
                        return True
        except TimeoutError:
            return False

    async def _await(self, kind: type[Report], within_s: float) -> Report | None:
        try:
            async with asyncio.timeout(within_s):
                return await self._next(kind)
        except TimeoutError:
            return None

    async def _next(self, kind: type[Report]) -> Report:
        while True:
            while self._heard:
                report = self._heard.pop(0)
                if isinstance(report, Automatic):
                    self._signals = from_automatic(report.data)
                if isinstance(report, kind):
                    return report
            data = await self._connection.read()
            if not data:
                raise ConnectionResetError("the printer hung up")
            self._heard.extend(self._reader.feed(data))
