"""One ticket, one connection: ask, begin, send, ask whether it is on paper.

Before the first byte every trouble means "not sent, try again"; from the first byte on, whatever
the printer did not confirm is uncertain.
"""

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from printer.health import PRINTS, State, judge
from printer.job import Begin, CalledOff, Delivery, NotSent, Outcome, Sent, Task
from printer.line import Line
from printer.press import Plate
from printer.profiles import Profile
from printer.transport import Acknowledges, Connection, Transport

_MUTE = frozenset({State.OFFLINE, State.UNKNOWN})


class Timing(msgspec.Struct, frozen=True):
    """How long a printer may take, in seconds; `write_s` beside the time of a slow line."""

    connect_s: float = 3.0
    answer_s: float = 1.0
    write_s: float = 20.0
    confirm_s: float = 15.0
    poll_s: float = 10.0


class Wire:
    """A printer at the end of a transport.

    `shared`: other programs drive it too. It serves one connection at a time, so it can't be held
    to be watched.
    """

    def __init__(
        self, transport: Transport, profile: Profile, timing: Timing, *, shared: bool = False
    ) -> None:
        self._transport, self._timing = transport, timing
        self._asks = profile.status == "realtime" and transport.acknowledges is Acknowledges.PRINTER
        self.pushes = self._asks and profile.automatic and not shared
        """Whether `watch` tells changes as they happen."""
        self._has_answered = False
        # Zeros are white in the rest of a picture that broke off and mean nothing otherwise.
        # Whoever ran before us may have been stopped in the middle of one.
        zeros = bytes(profile.strip * -(-profile.dots // 8))
        self._first = zeros if transport.acknowledges is Acknowledges.PRINTER else b""
        # What hangs out is cut off, so that it isn't taken for the head of the next ticket.
        self._after_break = zeros + b"\x1b@" + profile.cut_command

    def torn(self) -> None:
        """A ticket may hang out, half printed: the next contact cuts it off first."""
        if self._transport.acknowledges is Acknowledges.PRINTER:
            self._first = self._after_break

    async def watch(self, seen: Callable[[State], None], for_s: float) -> None:
        """Ask the printer for its state over a connection of its own.

        One that pushes its status is then listened to for `for_s` seconds.
        """
        try:
            connection = await self._open()
        except OSError:
            seen(State.OFFLINE)
            return
        try:
            line = self._line(connection)
            try:
                seen(state := await self._greet(line))
            except OSError:
                seen(State.OFFLINE)
                return
            if self.pushes and state not in _MUTE:
                await self._listen(line, seen, for_s)
        finally:
            await connection.close()

    async def _listen(self, line: Line, seen: Callable[[State], None], for_s: float) -> None:
        # A printer that hangs up has perhaps only grown tired of an idle line: whether more is
        # wrong is asked at the next contact. The end of the time is an OSError too.
        with contextlib.suppress(OSError):
            async with asyncio.timeout(for_s):
                await line.automatic()
                while True:
                    seen(judge(await line.pushed()))

    async def deliver(self, _job: Task, plate: Plate, begin: Begin) -> Delivery:
        """Print, or say why not. `begin` is called once before the first byte."""
        return await self.send_page(plate, begin)

    async def send_page(self, plate: Plate, begin: Begin) -> Delivery:
        """Print a page that is nobody's job, for instance a calibration page."""
        try:
            connection = await self._open()
        except OSError as error:
            return NotSent(State.OFFLINE, f"cannot connect: {error}")
        try:
            line = self._line(connection)
            try:
                state = await self._greet(line)
            except OSError as error:
                return NotSent(State.OFFLINE, f"broke off before the ticket: {error}")
            if state not in PRINTS:
                return NotSent(state, f"printer says {state}")
            if not await begin():
                return CalledOff()
            return await self._send(line, plate, state)
        finally:
            await connection.close()

    async def _open(self) -> Connection:
        async with asyncio.timeout(self._timing.connect_s):
            return await self._transport.open()

    def _line(self, connection: Connection) -> Line:
        return Line(connection, self._timing.answer_s)

    async def _greet(self, line: Line) -> State:
        """Bring the printer to the start of a ticket and ask how it is.

        A printer that has answered before and is silent now has a full buffer or hangs: it is
        not sent a ticket. One that has never answered cannot answer.
        """
        if self._first:
            await self._write(line, self._first)
        if not self._asks:
            self._first = b""
            written = self._transport.acknowledges is Acknowledges.WRITE
            return State.READY if written else State.UNKNOWN
        signals = await line.signals()
        if signals is None and self._has_answered:
            return State.OFFLINE
        self._has_answered = signals is not None
        self._first = b""
        return judge(signals)

    async def _write(self, line: Line, data: bytes) -> None:
        async with asyncio.timeout(self._timing.write_s + len(data) / self._transport.bytes_per_s):
            await line.send(data)

    async def _send(self, line: Line, plate: Plate, state: State) -> Delivery:
        try:
            await self._write(line, plate.data)
            return await self._confirm(line, plate, state)
        except OSError as error:  # TimeoutError is one
            # Even if all was "sent": what the kernel took need not have arrived.
            self.torn()
            detail = str(error) or "the printer stopped taking bytes"
            return Sent(Outcome.UNCERTAIN, f"connection lost: {detail}", State.OFFLINE)

    async def _confirm(self, line: Line, plate: Plate, state: State) -> Sent:
        if self._transport.acknowledges is Acknowledges.WRITE:
            return Sent(Outcome.PRINTED, "written", State.READY)
        if not self._asks:
            return Sent(Outcome.UNCERTAIN, "this printer cannot confirm", State.UNKNOWN)
        if state is State.UNKNOWN:
            return Sent(Outcome.UNCERTAIN, "the printer does not answer", State.UNKNOWN)
        if not await line.confirmed(plate.process_id, self._timing.confirm_s):
            after = await self._after(line)
            return Sent(Outcome.UNCERTAIN, f"not confirmed in time; printer is {after}", after)
        return Sent(Outcome.PRINTED, "confirmed by the printer", await self._after(line))

    async def _after(self, line: Line) -> State:
        """Ask for the state after a ticket; what became of the ticket is known already."""
        try:
            signals = await line.signals()
        except OSError:
            return State.OFFLINE
        return State.OFFLINE if signals is None else judge(signals)
