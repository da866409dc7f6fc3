"""The courier of one channel: sees each message through to an outcome.

Nothing here is durable: the log is. What waits is looked up there again before each try, so a
message that was given up meanwhile, or that another node has sent, is let go.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from kiosk.hall.events_message import MessageOutcome

from .delivery import CalledOff, Channel, Delivery, Letter, Lost, NotNow, Refused, Sent

log = logging.getLogger("kiosk.outbox")

AT_ONCE = 4
"""Letters on their way at the same moment."""

FIRST_S, LONGEST_S = 2.0, 300.0
"""The pause after a failure doubles between these."""

Key = tuple[str, int]
"""A message: its subject, and the seq of the record that asked for it."""


class Pen(Protocol):
    """Whoever reads and writes the log for a courier."""

    async def letter(self, key: Key) -> Letter | None:
        """The letter of a message that is still wanted, else None. A message that nobody can be
        sent is settled here.
        """
        ...

    async def begin(self, key: Key) -> bool:
        """Mark a message as leaving. False: it must not be sent (any more)."""
        ...

    async def settle(self, key: Key, outcome: MessageOutcome, detail: str | None) -> None:
        """Note how a message ended."""
        ...

    async def defer(self, key: Key, detail: str) -> None:
        """Note that a message that was marked did not leave."""
        ...

    async def lost(self, key: Key) -> None:
        """Note that nobody knows whether a message arrived."""
        ...


class Health:
    """How the other end was last seen. Instants are ms of the hall's clock."""

    def __init__(self) -> None:
        self.state = "unknown"
        self.since = 0
        self.detail = ""
        self.sent_at: int | None = None


class Courier:
    """One channel's messages. `clock` gives ms, for what is shown."""

    def __init__(
        self,
        name: str,
        channel: Channel,
        pen: Pen,
        clock: Callable[[], int],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.health = Health()
        self._channel, self._pen, self._clock = channel, pen, clock
        self._changed = changed
        self._heap: list[tuple[float, int, Key]] = []
        self._order = itertools.count()
        self._known: dict[Key, int] = {}
        self._wake = asyncio.Event()
        self._failures = 0
        self._not_before = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    @property
    def waiting(self) -> int:
        """How many messages wait or are on their way here."""
        return len(self._known)

    def start(self) -> None:
        """Begin to work, in the running event loop."""
        self._tasks = [
            asyncio.create_task(self._run(), name=f"{self.name} {n}") for n in range(AT_ONCE)
        ]

    async def close(self, grace_s: float = 5.0) -> None:
        """Stop: what is on its way may end within `grace_s`; the rest stays wanted."""
        self._stopping = True
        self._wake.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._channel.close()

    def submit(self, key: Key, delay_s: float = 0.0) -> None:
        """Queue a message that the log asks for; one that is queued already is queued once."""
        if key in self._known:
            return
        self._known[key] = 0
        self._later(key, delay_s)

    def _later(self, key: Key, delay_s: float) -> None:
        at = asyncio.get_running_loop().time() + delay_s
        heapq.heappush(self._heap, (at, next(self._order), key))
        self._wake.set()

    async def _run(self) -> None:
        while not self._stopping:
            key = await self._next()
            if key is None:
                continue
            try:
                await self._see_through(key)
            except Exception:  # a fault or a store that is away: the log still asks for it
                log.exception("message %s/%d could not be seen through", *key)
                self._again(key, all_alike=False)

    async def _next(self) -> Key | None:
        """The next message whose time has come, waiting for it; None: look again."""
        now = asyncio.get_running_loop().time()
        wait = None
        if self._heap:
            wait = max(self._heap[0][0], self._not_before) - now
            if wait <= 0:
                return heapq.heappop(self._heap)[2]
        self._wake.clear()
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            pass
        return None

    async def _see_through(self, key: Key) -> None:
        letter = await self._pen.letter(key)
        if letter is None:
            self._known.pop(key, None)
            return
        began = False

        async def begin() -> bool:
            nonlocal began
            if self._stopping or not await self._pen.begin(key):
                return False
            began = True
            return True

        try:
            delivery = await self._channel.send(letter, begin)
        except BaseException:  # cancelled, too: stopped or failed in the middle
            if began:
                # Whether it left is not known.
                await asyncio.shield(self._pen.lost(key))
                self._known.pop(key, None)
            raise
        await self._note(key, delivery, began=began)

    async def _note(self, key: Key, delivery: Delivery, *, began: bool) -> None:
        self._seen(delivery)
        match delivery:
            case Sent():
                await self._end(key, lambda: self._pen.settle(key, MessageOutcome.SENT, None))
            case Refused(detail):
                await self._end(key, lambda: self._pen.settle(key, MessageOutcome.FAILED, detail))
            case Lost(_):
                await self._end(key, lambda: self._pen.lost(key))
            case NotNow(detail) if began:
                await self._end(key, lambda: self._pen.defer(key, detail))
            case NotNow(detail, all_alike):
                log.info("message %s/%d later: %s", *key, detail)
                self._again(key, all_alike=all_alike)
            case CalledOff():
                self._known.pop(key, None)

    async def _end(self, key: Key, note: Callable[[], Awaitable[None]]) -> None:
        """Record what came of it, as often as it takes: it is out, the record must follow."""
        # Let go first: a deferred message is asked for anew by the record of it.
        self._known.pop(key, None)
        for tries in itertools.count(1):
            try:
                await note()
            except Exception:  # whatever the store may raise
                log.exception("cannot record what came of message %s/%d", *key)
                if self._stopping:
                    return
                await asyncio.sleep(min(5.0, 0.1 * 2.0 ** min(tries, 10)))
            else:
                return

    def _again(self, key: Key, *, all_alike: bool) -> None:
        """Try later: this one, or all of them when the other end takes none."""
        tries = self._known.get(key, 0) + 1
        self._known[key] = tries
        if all_alike:
            loop = asyncio.get_running_loop()
            # Several failures at the same moment are one.
            if loop.time() >= self._not_before:
                self._failures += 1
                self._not_before = loop.time() + pause(self._failures)
            self._later(key, 0)
        else:
            self._later(key, pause(tries))

    def _seen(self, delivery: Delivery) -> None:
        """Note what a contact has told about the other end."""
        match delivery:
            case CalledOff():
                return
            case NotNow(detail, True):
                state = "trouble"
            case _:
                state, detail = "ready", ""
                if self._failures:
                    self._failures, self._not_before = 0, 0.0
                    self._wake.set()
        health, now = self.health, self._clock()
        if isinstance(delivery, Sent):
            health.sent_at = now
        if state != health.state:
            health.since = now
        health.state, health.detail = state, detail
        self._changed()


def pause(failures: int) -> float:
    """How long to wait after so many failures in a row, seconds."""
    return min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 20))
