"""Decide, commit, answer: how requests change a hall.

Requests that wait at the same moment are decided one after another against `_head`, the state
as it will be; committed together in one transaction; and only then answered and folded into
`hall`, the state that everybody reads, printed and shown. Nothing that isn't in the log is ever
seen.

If another node was first, the runtime reads on and decides again. If the outcome of a commit is
unknown, the log is read. If a backup was restored, the hall is loaded anew and decides again. If
the disk fails, `_head` goes back to what the log says and the requests get Unavailable.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from kiosk.hall import Hall, HallError
from kiosk.hall.events import AnyEvent, Record
from kiosk.store.log import (
    Answer,
    Batch,
    Conflict,
    Entry,
    Log,
    Person,
    Restored,
    StoreError,
    Unavailable,
    Uncertain,
)

from .clock import Clock

log = logging.getLogger("kiosk.runtime")

MAX_GROUP = 256
"""Requests committed together at most: bounds the time that the first of them waits."""

GATHERING = 4
"""Turns of the loop without a new request after which those that wait are decided.

Who was answered together asks again together, and a commit for all costs little more than for one.
"""

STOP_S = 5.0
"""How long the loop may take to end by itself, then to be cancelled."""

MAX_WAITING = 2048
"""Requests that may wait for their turn; above it the hall says 503 instead of drowning."""


LONGEST_SLEEP_S = 5.0
"""Also bounds how long a jump of the system's clock goes unnoticed."""


class Reply(Struct, frozen=True, gc=False):
    """What a request is told: an HTTP status and a JSON body."""

    status: int
    body: bytes


class KeyReused(HallError):
    """The idempotency key was used before, for another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key belongs to another request; use a new one.")


class Command(Struct, frozen=True):
    """A request to change a hall.

    decide: (hall, now) → events; pure, may run more than once. answer: (hall as it is
    committed, the records) → reply. refuse: reply to a broken rule. key, request: digests, 16
    bytes each. people: personal data that is stored with the events, if there are any.
    """

    actor: str
    decide: Callable[[Hall, int], Sequence[AnyEvent]]
    answer: Callable[[Hall, Sequence[Record]], Reply]
    refuse: Callable[[HallError], Reply]
    key: bytes | None = None
    request: bytes = b""
    people: tuple[Person, ...] = ()
    day: str | None = None


class _Decided(Struct):
    """A command and what became of it, before the commit.

    key: what its answer is remembered under, if it is to be. twin: an earlier command of the same
    group with the same key. reply: None until all are decided, an exception if it could not be.
    """

    command: Command
    future: asyncio.Future[Reply]
    key: bytes | None
    records: Sequence[Record] = ()
    twin: _Decided | None = None
    reply: Reply | Exception | None = None

    def tell(self) -> None:
        """Let whoever waits have it, unless they gave up."""
        if self.future.done():
            return
        if isinstance(self.reply, Reply):
            self.future.set_result(self.reply)
        elif self.reply is not None:
            self.future.set_exception(self.reply)


class HallRuntime:
    """One hall, live. `hall` is what the log says; readers use it and never change it."""

    def __init__(
        self,
        store: Log,
        clock: Clock,
        hall: Hall,
        keys: set[bytes],
        committed: Callable[[HallRuntime, Sequence[Record]], None],
        load_anew: Callable[[], Awaitable[None]],
    ) -> None:
        """load_anew: reads the log again from its beginning and calls `restart` with its state."""
        self.hall = hall
        self.clock = clock
        self._head = hall.fork()
        self._store = store
        self._keys = keys
        self._committed = committed
        self._load_anew = load_anew
        self._replaced = False
        self._waiting: list[tuple[Command, asyncio.Future[Reply]]] = []
        self._wake = asyncio.Event()
        self._behind = False
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def id(self) -> str:
        """The hall's id."""
        return self.hall.state.config.id

    def start(self) -> None:
        """Begin to serve."""
        self._task = asyncio.create_task(self._run(), name=f"hall {self.id}")

    async def stop(self) -> None:
        """Finish what waits, then end. May be called twice."""
        task, self._task = self._task, None
        if task is None:
            return
        while self._waiting:
            await asyncio.wait([future for _, future in self._waiting])
        # Asked to end, so that what it is doing is done.
        self._stopping = True
        self._wake.set()
        done, _ = await asyncio.wait([task], timeout=STOP_S)
        if not done:
            task.cancel()
            await asyncio.wait([task], timeout=STOP_S)

    async def submit(self, command: Command) -> Reply:
        """Decide, commit, answer. Raises StoreError when it couldn't be written.

        `hall` follows within the same turn of the loop: who goes on from here looks at the reply.
        """
        if command.key is not None and command.key in self._keys:
            return await self._remembered(command, command.key)
        if len(self._waiting) >= MAX_WAITING:
            raise Unavailable("too many requests wait for this hall")
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, future))
        self._wake.set()
        return await future

    def wake(self) -> None:
        """Another node may have written: read on."""
        self._behind = True
        self._wake.set()

    def replaced(self) -> None:
        """A backup was restored: what is in memory is of another log."""
        self._replaced = True
        self._wake.set()

    def restart(self, hall: Hall, keys: set[bytes]) -> None:
        """Go on with another state. keys: the idempotency keys that its log remembers."""
        self.hall, self._head, self._keys = hall, hall.fork(), keys
        self._replaced = self._behind = False

    async def _remembered(self, command: Command, key: bytes) -> Reply:
        answer = await self._store.answer(self.id, key)
        if answer is None:
            raise Unavailable("the answer to this request is not readable now")
        if answer.request != command.request:
            return command.refuse(KeyReused())
        return Reply(answer.status, answer.body)

    # ── the loop ─────────────────────────────────────────────────────────────────────────────

    async def _run(self) -> None:
        while not self._stopping:
            await self._sleep()
            if self._behind or self._replaced:
                await self._guarded_read_on()
            while self._waiting or self._due():
                await self._gather()
                group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
                try:
                    await self._serve(group)
                except Exception as error:
                    # Guards the loop: whatever one group met, its requests are told and the
                    # hall goes on from what the log says.
                    if not isinstance(error, StoreError):
                        log.exception("hall %s: a group of requests failed", self.id)
                    self._rewind()
                    for _, future in group:
                        if not future.done():
                            future.set_exception(error)
                # Lets readers and the answered requests run between two groups.
                await asyncio.sleep(0)

    async def _gather(self) -> None:
        """Let requests that are on their way come along."""
        known = quiet = 0
        while quiet < GATHERING and len(self._waiting) < MAX_GROUP:
            quiet = quiet + 1 if len(self._waiting) == known else 0
            known = len(self._waiting)
            await asyncio.sleep(0)

    async def _sleep(self) -> None:
        """Until a request comes, or time itself has something to do."""
        if not self._wake.is_set():
            deadline = self.hall.next_deadline()
            wait = LONGEST_SLEEP_S
            if deadline is not None:
                wait = min(wait, self.clock.real_seconds(deadline))
            alarm = asyncio.get_running_loop().call_later(max(wait, 0.001), self._wake.set)
            try:
                await self._wake.wait()
            finally:
                alarm.cancel()
        self._wake.clear()

    def _due(self) -> bool:
        deadline = self.hall.next_deadline()
        return deadline is not None and deadline <= self.clock.now()

    async def _serve(self, group: list[tuple[Command, asyncio.Future[Reply]]]) -> None:
        while True:
            now = self.clock.now()
            ticks = self._tick(now)
            decided = self._decide(group, now)
            entries = (*ticks, *(Entry(r, d.command.key) for d in decided for r in d.records))
            batch = Batch(
                hall=self.id,
                expected=self.hall.state.seq,
                entries=entries,
                answers=self._answers(decided),
                people=tuple(p for d in decided if d.records for p in d.command.people),
            )
            if not entries and not batch.answers:
                break
            try:
                await self._store.append(batch)
                break
            except Conflict as conflict:
                self._replaced |= isinstance(conflict, Restored)
                await self._read_on()
                rest = await self._unanswered(group)
                # Who came meanwhile goes along; in place, so that the caller knows all of them.
                late, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
                group[:] = [*rest, *late]
            except Uncertain:
                if await self._find_out(entries):
                    self._finish(decided)
                    return
                group[:] = await self._unanswered(group)
        self._finish(decided)
        # All that are told write their answers now, in a row, before anything new is read from a
        # connection: who asks again finds the hall settled, and nobody has waited for that.
        await asyncio.sleep(0)
        self._settle([e.record for e in entries])

    def _tick(self, now: int) -> list[Entry]:
        """What time alone brings comes before any request of a new moment."""
        entries: list[Entry] = []
        while True:
            day, events = self._head.tick(now)
            if not events:
                return entries
            records = self._head.stamp(events, now, "clock", day)
            for record in records:
                self._head.apply(record)
            entries += [Entry(r) for r in records]

    def _decide(
        self, group: list[tuple[Command, asyncio.Future[Reply]]], now: int
    ) -> list[_Decided]:
        """Decide each command on top of those before it, then answer them.

        Answers are made in a row, from the state after the group, which is what is committed:
        the processor keeps at hand what it needs for one kind of work.
        """
        decided: list[_Decided] = []
        seen: dict[bytes, _Decided] = {}
        for command, future in group:
            outcome = _Decided(command, future, command.key)
            if outcome.key is not None and seen.setdefault(outcome.key, outcome) is not outcome:
                outcome.twin, outcome.key = seen[outcome.key], None
            else:
                self._decide_one(outcome, now)
            decided.append(outcome)
        for outcome in decided:
            if outcome.reply is None:
                outcome.reply = self._answer(outcome)
        return decided

    def _decide_one(self, outcome: _Decided, now: int) -> None:
        command = outcome.command
        try:
            events = command.decide(self._head, now)
        except HallError as error:
            outcome.reply = command.refuse(error)
            return
        except Exception as error:
            # Guards the others of the group: deciding changes nothing, so only this one fails.
            log.exception("hall %s: a request could not be decided", self.id)
            outcome.reply, outcome.key = error, None
            return
        outcome.records = self._head.stamp(events, now, command.actor, command.day)
        for record in outcome.records:
            self._head.apply(record)

    def _answer(self, outcome: _Decided) -> Reply | Exception:
        command, twin = outcome.command, outcome.twin
        if twin is None or twin.reply is None:
            return command.answer(self._head, outcome.records)
        if twin.command.request != command.request:
            return command.refuse(KeyReused())
        return twin.reply

    def _answers(self, decided: list[_Decided]) -> tuple[Answer, ...]:
        now = self.clock.now()
        return tuple(
            Answer(self.id, d.key, d.command.request, now, d.reply.status, d.reply.body)
            for d in decided
            if d.key is not None and isinstance(d.reply, Reply)
        )

    def _settle(self, records: Sequence[Record]) -> None:
        """Fold what is in the log into what everybody reads, and tell the hubs and printers."""
        if records:
            self._committed(self, records)

    def _finish(self, decided: list[_Decided]) -> None:
        self._keys.update(d.key for d in decided if d.key is not None)
        for d in decided:
            d.tell()

    # ── when it wasn't that simple ───────────────────────────────────────────────────────────

    def _rewind(self) -> None:
        """Forget what was decided but not committed."""
        self._head = self.hall.fork()

    async def _unanswered(
        self, group: list[tuple[Command, asyncio.Future[Reply]]]
    ) -> list[tuple[Command, asyncio.Future[Reply]]]:
        """Answer what another node has answered meanwhile; the rest is decided again."""
        rest = []
        for command, future in group:
            answer = None
            if command.key is not None:
                answer = await self._store.answer(self.id, command.key)
            if answer is None or command.key is None:
                rest.append((command, future))
                continue
            self._keys.add(command.key)
            same = answer.request == command.request
            reply = Reply(answer.status, answer.body) if same else command.refuse(KeyReused())
            if not future.done():
                future.set_result(reply)
        return rest

    async def _guarded_read_on(self) -> None:
        try:
            await self._read_on()
        except StoreError as error:
            log.warning("hall %s: can't read on: %s", self.id, error)

    async def _read_on(self) -> list[Entry]:
        """Take in what other nodes wrote, or all if the log is another one."""
        if self._replaced:
            await self._load_anew()
            return []
        self._behind = False
        entries = await self._store.after(self.id, self.hall.state.seq)
        decided = self._head.state.seq != self.hall.state.seq
        self._settle([e.record for e in entries])
        self._keys.update(e.key for e in entries if e.key is not None)
        if decided:
            self._rewind()
        else:
            for entry in entries:
                self._head.apply(entry.record)
        return entries

    async def _find_out(self, entries: tuple[Entry, ...]) -> bool:
        """After a cut commit: whether our entries are in the log. Keeps asking until it knows."""
        while True:
            try:
                found = await self._read_on()
            except Unavailable:
                await asyncio.sleep(0.5)
                continue
            return bool(entries) and tuple(found[: len(entries)]) == entries
