"""One receiver of events: told in order, at least once, by one node, from where it stopped.

Nothing is queued: what comes next is read from the log, so a receiver that is away costs nobody
anything. Signed as the Standard Webhooks say (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence

import httpx2
import msgspec

from kiosk.hall import Hall
from kiosk.hall.config import Webhook
from kiosk.hall.core import Events
from kiosk.hall.events import AnyEvent, Record, WebhookAcknowledged
from kiosk.server.live import LiveHall
from kiosk.store.log import Log, StoreError

from .courier import Health, pause
from .delivery import TIMEOUT_S
from .offer import OFFERED, Told, told
from .secret import SecretMissing, read_secret

log = logging.getLogger("kiosk.outbox")

READ = 500
"""Records that are read from the log at once."""

BATCH = 100
"""Events that are told at once."""

NOTE_S = 30.0
"""How often at most it is noted in the log how far a receiver is."""

LOOK_S = 2.0
"""How often a node looks whether the one that serves a receiver is still there."""

Write = Callable[[Callable[[Hall, int], Events]], Awaitable[list[AnyEvent]]]


class Body(msgspec.Struct, frozen=True):
    """What is POSTed: events in order. through: with these the receiver has all up to this seq."""

    type: str
    timestamp: str
    hall: str
    through: int
    events: list[Told]


class Pusher:
    """Tells one receiver. node: this server's name. others: the nodes that live beside it, or None
    while that isn't known.
    """

    def __init__(
        self,
        config: Webhook,
        live: LiveHall,
        store: Log,
        write: Write,
        node: str,
        others: Callable[[], Collection[str] | None],
        changed: Callable[[], None],
    ) -> None:
        self.config = config
        self.health = Health()
        self._live, self._store, self._write = live, store, write
        self._node, self._others, self._changed = node, others, changed
        self._wake = asyncio.Event()
        self._stopping = False
        self._position: int | None = None
        self._delivered = 0
        self._noted_at = 0.0
        self._failures = 0
        self._client = httpx2.AsyncClient(timeout=TIMEOUT_S)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name=f"webhook {self.config.id}")

    def wake(self) -> None:
        """The log has grown."""
        self._wake.set()

    async def close(self) -> None:
        """Stop, and note how far the receiver is."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._mine():
            try:
                await self._note()
            except StoreError as error:
                log.warning("webhook %s: not noted how far it is: %s", self.config.id, error)
        await self._client.aclose()

    @property
    def behind(self) -> int:
        """How many records this receiver has still to be told of, at this node."""
        known, seq = self._known(), self._live.hall.state.seq
        if known is None or known.node != self._node:
            return 0
        return max(0, seq - (known.through if self._position is None else self._position))

    def _known(self) -> WebhookAcknowledged | None:
        return self._live.hall.state.webhooks.get(self.config.id)

    def _mine(self) -> bool:
        known = self._known()
        return known is not None and known.node == self._node

    async def _run(self) -> None:
        while not self._stopping:
            try:
                wait = await self._step()
            except Exception:  # a fault or a store that is away: the log still holds what comes
                log.exception("webhook %s", self.config.id)
                wait = LOOK_S
            if wait is None:
                continue
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _step(self) -> float | None:
        """Do what there is to do; seconds until the next look, None: at once."""
        self._wake.clear()
        known = self._known()
        if known is None or known.node != self._node:
            self._position = None
            return None if await self._take(known) else LOOK_S
        if self._position is None or self._position > self._live.hall.state.seq:
            # New here, or a backup was restored.
            self._position, self._delivered = known.through, 0
        entries = await self._store.some_after(self._live.id, self._position, READ)
        wanted = self.config.events or OFFERED
        chosen = [e.record for e in entries if e.record.event.kind in wanted][:BATCH]
        last = chosen[-1].seq if len(chosen) == BATCH else entries[-1].record.seq if entries else 0
        if chosen and not await self._tell(chosen, last):
            self._failures += 1
            await asyncio.sleep(pause(self._failures))
            return None
        self._failures = 0
        if entries:
            self._position = last
        if chosen:
            self._delivered = last
        if self._delivered and time.monotonic() - self._noted_at >= NOTE_S:
            await self._note()
        return NOTE_S if last >= self._live.hall.state.seq or not entries else None

    async def _take(self, known: WebhookAcknowledged | None) -> bool:
        """Serve the receiver if nobody does."""
        others = self._others()
        before = known.node if known else None
        if others is None or before in others:
            return False
        await self._write(lambda hall, _now: hall.take_webhook(self.config.id, self._node, before))
        self._noted_at = time.monotonic()
        return self._mine()

    async def _note(self) -> None:
        """Note in the log how far the receiver is."""
        through, self._delivered = self._delivered, 0
        self._noted_at = time.monotonic()
        if through:
            await self._write(
                lambda hall, _now: hall.acknowledge(self.config.id, through, self._node)
            )

    async def _tell(self, records: Sequence[Record], through: int) -> bool:
        hall = self._live.hall
        body = Body(
            type="events",
            timestamp=hall.calendar.rfc3339(self._live.clock.now()),
            hall=self._live.id,
            through=through,
            events=[told(hall, record) for record in records],
        )
        content = msgspec.json.encode(body)
        known = f"{self._live.id}.{records[0].seq}-{records[-1].seq}"
        try:
            headers = signed(known, int(time.time()), content, read_secret(self.config.secret))
            answer = await self._client.post(self.config.url, content=content, headers=headers)
        except SecretMissing:
            return self._seen("no_secret")
        except (httpx2.HTTPError, OSError):
            return self._seen("unreachable")
        good = 200 <= answer.status_code < 300
        return self._seen("" if good else f"refused {answer.status_code}")

    def _seen(self, trouble: str) -> bool:
        state, now = "trouble" if trouble else "ready", self._live.clock.now()
        if state != self.health.state:
            self.health.since = now
        if not trouble:
            self.health.sent_at = now
        self.health.state, self.health.detail = state, trouble
        self._changed()
        return not trouble


def signed(known: str, at: int, content: bytes, secret: str) -> dict[str, str]:
    """The headers of a body: who it is, when (s), and a signature over all three."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    digest = hmac.digest(key, f"{known}.{at}.".encode() + content, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": known,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
