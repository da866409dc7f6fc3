"""A hall's outbox: its couriers, and their pen in the hall's log."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Collection, Coroutine, Sequence
from pathlib import Path

from kiosk.hall import Hall
from kiosk.hall.config import HallConfig, Mail, Sms, Webhook
from kiosk.hall.core import Events
from kiosk.hall.events import AnyEvent, HallConfigured, Record
from kiosk.hall.events_message import (
    MessageDeferred,
    MessageOutcome,
    MessageSending,
    MessageWanted,
)
from kiosk.hall.message import MAIL, SMS, Message, MessageState
from kiosk.server.appointments import Contact, decode_contact
from kiosk.server.live import LiveHall
from kiosk.server.problems import refusal
from kiosk.server.runtime import Command, Reply
from kiosk.server.views_message import ChannelView
from kiosk.store.keyring import KeyRing, KeyRingError
from kiosk.store.log import Log, StoreError

from .courier import Courier, Health, Key, pause
from .delivery import Channel, Letter
from .gateway import GatewayChannel
from .letter import alert_of, letter_of
from .mail import MailChannel
from .watch import Watch, full
from .webhook import Pusher

log = logging.getLogger("kiosk.outbox")


def open_channel(config: Mail | Sms) -> Channel:
    """The way that a table of the hall file describes."""
    return MailChannel(config) if isinstance(config, Mail) else GatewayChannel(config)


class Office:
    """The messages of one live hall. Built and used in the event loop.

    ring: the keys as they are now. url: the address of the server's pages. token: of a subject.
    folder: on the disk that is watched. node: this server's name. others: the servers that work on
    the same log beside it; None while that isn't known.
    """

    def __init__(
        self,
        live: LiveHall,
        store: Log,
        ring: Callable[[], KeyRing],
        url: str,
        token: Callable[[str], str],
        folder: Path,
        node: str,
        others: Callable[[], Collection[str] | None],
    ) -> None:
        self._live, self._store, self._ring = live, store, ring
        self._url, self._token = url, token
        self._folder, self._node, self._others = folder, node, others
        self._couriers: dict[str, tuple[Mail | Sms, Courier]] = {}
        self._pushers: dict[str, Pusher] = {}
        self._asking = False
        self._watching: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take up what the log asks for; what another process of ours was sending is lost."""
        await self.configure()
        alone = self._others() == ()
        open_ones = [m for told in self._messages().values() for m in told.values()]
        for message in open_ones:
            if message.state is MessageState.WANTED:
                self._submit(message)
            elif message.state is MessageState.SENDING and alone:
                await self.lost((message.subject, message.seq))

    async def close(self) -> None:
        """Stop sending."""
        for task in self._tasks:
            task.cancel()
        couriers, self._couriers = self._couriers, {}
        pushers, self._pushers = self._pushers, {}
        await asyncio.gather(
            *(courier.close() for _, courier in couriers.values()),
            *(pusher.close() for pusher in pushers.values()),
        )

    async def configure(self) -> None:
        """Take over a changed hall file."""
        config = self._live.hall.state.config
        if config.alerts is not None and self._watching is None:
            self._watching = self._spawn(self._watch())
        wanted = _ways(config) if config.messages or config.alerts else {}
        for name, (before, courier) in list(self._couriers.items()):
            if wanted.get(name) != before:
                del self._couriers[name]
                await courier.close()
        for name, way in wanted.items():
            if name not in self._couriers:
                courier = Courier(name, open_channel(way), self, self._live.clock.now, self._show)
                self._couriers[name] = (way, courier)
                courier.start()
        for told in self._messages().values():
            for message in told.values():
                if message.state is MessageState.WANTED:
                    self._submit(message)
        await self._follow(config.webhooks)

    async def _follow(self, webhooks: Sequence[Webhook]) -> None:
        """Let each receiver of the hall file be told, and no other."""
        wanted = {webhook.id: webhook for webhook in webhooks}
        for known, pusher in list(self._pushers.items()):
            if wanted.get(known) != pusher.config:
                await self._pushers.pop(known).close()
        for known, webhook in wanted.items():
            if known not in self._pushers:
                self._pushers[known] = pusher = Pusher(
                    webhook,
                    self._live,
                    self._store,
                    self._write,
                    self._node,
                    self._others,
                    self._show,
                )
                pusher.start()

    def committed(self, records: Sequence[Record]) -> None:
        """Look at what has just been folded. Returns at once."""
        for record in records:
            match record.event:
                case MessageWanted(subject=subject):
                    self._take(subject, record.seq, 0.0)
                case MessageDeferred(subject=subject, message=seq):
                    self._take(subject, seq, None)
                case HallConfigured():
                    self._spawn(self.configure())
        for pusher in self._pushers.values():
            pusher.wake()
        if self._live.hall.state.watched and not self._asking:
            self._asking = True
            self._spawn(self._tell_soon())

    def channels(self) -> list[ChannelView]:
        """How the ways to other ends are, for administrators."""
        at = self._live.present().at

        def view(kind: str, name: str, health: Health, waiting: int) -> ChannelView:
            since, sent_at = at(health.since or None), at(health.sent_at)
            return ChannelView(kind, name, health.state, health.detail, since, sent_at, waiting)

        return [
            *(view(n, n, c.health, c.waiting) for n, (_, c) in self._couriers.items()),
            *(view("webhook", n, p.health, p.behind) for n, p in self._pushers.items()),
        ]

    def _show(self) -> None:
        """Tell who watches them how the ways are."""
        self._live.tell_managers({"type": "status", "channels": self.channels()})

    def _spawn(self, job: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def _watch(self) -> None:
        """Look at the equipment now and then, as long as somebody wants to hear of it."""
        watch = Watch(socket.gethostname())
        while self._live.hall.state.config.alerts is not None:
            try:
                watch.look(self._live, await asyncio.to_thread(full, self._folder))
                if watch.decide(self._live.hall, self._live.clock.now()):
                    await self._write(watch.decide)
            except (OSError, StoreError) as error:
                log.warning("hall %s: can't look at its equipment: %s", self._live.id, error)
            await asyncio.sleep(WATCH_S)
        self._watching = None

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the outbox of %s failed", self._live.id, exc_info=error)

    def _messages(self) -> dict[str, dict[int, Message]]:
        return self._live.hall.state.messages

    def _find(self, key: Key) -> Message | None:
        return self._messages().get(key[0], {}).get(key[1])

    def _take(self, subject: str, seq: int, delay_s: float | None) -> None:
        message = self._find((subject, seq))
        if message is not None:
            self._submit(message, pause(message.sends + 1) if delay_s is None else delay_s)

    def _submit(self, message: Message, delay_s: float = 0.0) -> None:
        if found := self._couriers.get(message.channel):
            found[1].submit((message.subject, message.seq), delay_s)

    async def _tell_soon(self) -> None:
        """After the requests of the same moment have their answers: who is to be told?"""
        try:
            await asyncio.sleep(SOON_S)
            if self._live.hall.soon(self._live.clock.now()):
                await self._write(lambda hall, now: hall.soon(now))
        finally:
            self._asking = False

    # ── the couriers' pen ────────────────────────────────────────────────────────────────────

    async def letter(self, key: Key) -> Letter | None:
        """The letter of a message that is still wanted. Personal data is opened here alone."""
        message = self._find(key)
        if message is None or message.state is not MessageState.WANTED:
            return None
        to = await self._address(message)
        if to is None:
            await self.settle(key, MessageOutcome.FAILED, "no_address")
            return None
        hall = self._live.hall
        base = (hall.state.config.messages.link if hall.state.config.messages else "") or self._url
        link = f"{base.rstrip('/')}/{self._page(message.subject)}"
        now = self._live.clock.real()
        found = letter_of(self._live.present(), message, to, link, now)
        if found is None:
            await self.settle(key, MessageOutcome.EXPIRED, "overtaken")
        return found

    def _page(self, subject: str) -> str:
        """The page that says more."""
        if alert_of(self._live.hall, subject):
            return "manager"
        page = "t" if subject in self._live.hall.state.tickets else "a"
        return f"{page}/{self._token(subject)}"

    async def _address(self, message: Message) -> str | None:
        """Where a message goes, if that is still known."""
        hall = self._live.hall
        if alert_of(hall, message.subject):
            alerts, number = hall.state.config.alerts, int(message.subject.rpartition("/")[2])
            return alerts.to[number] if alerts and number < len(alerts.to) else None
        contact = await self._contact(message)
        return contact.address(message.channel) if contact is not None else None

    async def _contact(self, message: Message) -> Contact | None:
        """What the person of a message said about himself, while it is kept."""
        ticket = self._live.hall.state.tickets.get(message.subject)
        booked = ticket.booking if ticket is not None else None
        for subject in (message.subject, booked):
            person = await self._store.person(self._live.id, subject) if subject else None
            if person is None or subject is None:
                continue
            try:
                return decode_contact(self._ring().unseal(self._live.id, subject, person.sealed))
            except KeyRingError:
                continue
        return None

    async def begin(self, key: Key) -> bool:
        """Mark a message as leaving."""
        records = await self._write(lambda hall, now: hall.begin_message(*key, now))
        return any(isinstance(event, MessageSending) for event in records)

    async def settle(self, key: Key, outcome: MessageOutcome, detail: str | None) -> None:
        """Note how a message ended."""
        await self._write(lambda hall, _now: hall.settle_message(*key, outcome, detail))

    async def defer(self, key: Key, detail: str) -> None:
        """Note that a message that was marked did not leave."""
        await self._write(lambda hall, now: hall.defer_message(*key, detail, now))

    async def lost(self, key: Key) -> None:
        """Note that nobody knows whether a message arrived."""
        await self._write(lambda hall, now: hall.lost_message(*key, now))

    async def _write(self, decide: Callable[[Hall, int], Events]) -> list[AnyEvent]:
        """Let something happen; the events as they are in the log."""
        written: list[AnyEvent] = []

        def answer(_hall: Hall, records: Sequence[Record]) -> Reply:
            # Decided again when another node was first: the last time counts.
            written[:] = [record.event for record in records]
            return Reply(200, b"")

        await self._live.runtime.submit(
            Command(
                actor="outbox",
                decide=decide,
                answer=answer,
                refuse=lambda error: refusal(error, "en"),
            )
        )
        return written


WATCH_S = 2.0
"""How often the equipment is looked at."""

SOON_S = 0.2
"""So long after a commit those are told whose turn is near: later calls are seen together."""


def _ways(config: HallConfig) -> dict[str, Mail | Sms]:
    found: dict[str, Mail | Sms | None] = {MAIL: config.mail, SMS: config.sms}
    return {name: way for name, way in found.items() if way is not None}
