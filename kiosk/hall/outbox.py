"""What people outside the hall are told: which messages what happens asks for, and their way.

A message is asked for in the batch of what it tells of: `stamp` appends it. Sending it is claimed
by `begin_message`, so of many nodes one wins. From then on an SMS is never sent again unless the
gateway said no; an e-mail may be, for a second copy bears the first one's Message-ID.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .booking import EXPECTED
from .bookings import Bookings
from .calendar import MINUTE
from .core import Events
from .events import AnyEvent, Record, TicketCalled
from .events_alert import AlertEnded, AlertEvent, AlertRaised
from .events_booking import BookingCancelled, BookingConfirmed, BookingInformed, BookingMade
from .events_message import (
    MessageDeferred,
    MessageOutcome,
    MessageSending,
    MessageSettled,
    MessageWanted,
)
from .events_webhook import WebhookAcknowledged
from .message import MAIL, OPEN, SMS, URGENT, Message, MessageState, channel_of, subject_of
from .state import Ticket, TicketState

MAX_SENDS = 5
"""After so many refusals at the last moment a message is given up."""

CALLED_MS = 5 * MINUTE
"""How long it is worth something to hear that one is called."""

ALERT_MS = 24 * 60 * MINUTE
"""How long it is worth something to hear of a trouble."""

GIVEN_UP = frozenset({"visitor", "staff", "unconfirmed"})
"""Why bookings end that their people are told of."""


class Outbox(Bookings):
    """Commands of whoever sends messages, and what time brings them."""

    def stamp(
        self, events: Sequence[AnyEvent], now: int, actor: str, day: str | None = None
    ) -> list[Record]:
        """Put events into their places behind the log's end, and after them the messages that
        they ask for. day: the business day that they concern, unless they know it themselves.
        """
        records = self._placed(events, now, actor, day)
        config = self.state.config
        if (config.messages is None and config.alerts is None) or not records:
            return records
        at, seq, hall = records[-1].at, records[-1].seq, config.id
        wishes = [(r.day, wish) for r in records for wish in self._wishes(r.event, at)]
        for number, (concerned, wish) in enumerate(wishes, start=seq + 1):
            records.append(Record(hall, number, at, concerned, actor, wish))
        return records

    # ── who is told what ─────────────────────────────────────────────────────────────────────

    def _wishes(self, event: AnyEvent, at: int) -> Events:
        """The messages that an event asks for; the state is as it was before it."""
        match event:
            case BookingMade(booking=known, confirm_by=confirm_by):
                before = self.state.bookings.get(known)
                moved = before is not None and before.state in EXPECTED
                topic = "moved" if moved else "booked" if confirm_by is None else "confirm"
                return self._tell(known, topic, event.reach, confirm_by or event.start, at)
            case BookingConfirmed(booking=known):
                return self._tell_booked(known, "booked", at)
            case BookingInformed(booking=known):
                return self._tell_booked(known, "informed", at)
            case BookingCancelled(booking=known, reason=reason) if reason in GIVEN_UP:
                return self._tell_booked(known, "cancelled", at)
            case TicketCalled(ticket=known):
                reach = self.state.tickets[known].reach
                return self._tell(known, "called", reach, at + CALLED_MS, at)
        return self._tell_manager(event, at) if isinstance(event, AlertEvent) else []

    def _tell_manager(self, event: AlertEvent, at: int) -> Events:
        """A wish for each address of the hall file that can be reached."""
        config, events = self.state.config, Events()
        topic = "alert" if isinstance(event, AlertRaised) else "alert_over"
        for number, to in enumerate(config.alerts.to if config.alerts else ()):
            channel = MAIL if "@" in to else SMS
            if (config.mail if channel == MAIL else config.sms) is not None:
                subject = subject_of(event.what, event.about, number)
                events += self._want(subject, topic, channel, at + ALERT_MS)
        return events

    def _tell_booked(self, known: str, topic: str, at: int) -> Events:
        booking = self.state.bookings.get(known)
        if booking is None:
            return []
        return self._tell(known, topic, booking.reach, booking.start, at)

    def _tell(
        self, subject: str, topic: str, reach: tuple[str, ...], expires: int, at: int
    ) -> Events:
        """A wish, unless nobody can be told any more."""
        channel = channel_of(self.state.config, topic, reach)
        return (
            [] if channel is None or expires <= at else self._want(subject, topic, channel, expires)
        )

    def _want(self, subject: str, topic: str, channel: str, expires: int) -> Events:
        """A wish, in the place of those about the same that have not left yet."""
        overtaken: Events = [
            MessageSettled(subject, m.seq, MessageOutcome.EXPIRED, "overtaken")
            for m in self.state.messages.get(subject, {}).values()
            if m.state is MessageState.WANTED
        ]
        return [*overtaken, MessageWanted(subject, topic, channel, expires)]

    def soon(self, now: int) -> Events:
        """Tell those who want to be told that few are called before them."""
        rules = self.state.config.messages
        if rules is None or "soon" not in rules.send:
            return []
        at = self._at(now)
        events: Events = []
        for known in sorted(self.state.watched):
            ticket = self.state.tickets[known]
            if ticket.state is TicketState.WAITING and self._ahead_of(ticket, at) <= (
                rules.soon_ahead
            ):
                events += self._tell(known, "soon", ticket.reach, at + 60 * MINUTE, at)
        return events

    def _ahead_of(self, ticket: Ticket, at: int) -> int:
        leg = ticket.current
        return self.router.ahead(
            leg.group, ticket.line(ticket.leg), ticket.ref, ticket.order, self.state, at
        )

    # ── the way of a message ─────────────────────────────────────────────────────────────────

    def begin_message(self, subject: str, seq: int, now: int) -> Events:
        """Mark a message as leaving; settle it as expired when it is worth nothing any more.

        Returns nothing when it isn't wanted (any more): then it must not be sent.
        """
        message = self._message(subject, seq)
        if message is None or message.state is not MessageState.WANTED:
            return []
        if now >= message.expires:
            return [MessageSettled(subject, seq, MessageOutcome.EXPIRED, "late")]
        if message.topic in URGENT and not self._still(message):
            return [MessageSettled(subject, seq, MessageOutcome.EXPIRED, "overtaken")]
        return [MessageSending(subject, seq)]

    def _still(self, message: Message) -> bool:
        """Whether what a message says of a ticket is still so."""
        ticket = self.state.tickets.get(message.subject)
        says = TicketState.WAITING if message.topic == "soon" else TicketState.CALLED
        return ticket is not None and ticket.state is says

    def defer_message(self, subject: str, seq: int, detail: str, now: int) -> Events:
        """Let a message be sent again that certainly did not arrive, or may arrive twice; give it
        up when it was tried often or time is over.
        """
        message = self._message(subject, seq)
        if message is None or message.state is not MessageState.SENDING:
            return []
        if message.sends >= MAX_SENDS or now >= message.expires:
            return [MessageSettled(subject, seq, MessageOutcome.FAILED, detail)]
        return [MessageDeferred(subject, seq, detail)]

    def settle_message(
        self, subject: str, seq: int, outcome: MessageOutcome, detail: str | None = None
    ) -> Events:
        """Note how a message ended. Nothing when it has ended already."""
        message = self._message(subject, seq)
        if message is None or message.state not in OPEN:
            return []
        return [MessageSettled(subject, seq, outcome, detail)]

    def lost_message(self, subject: str, seq: int, now: int) -> Events:
        """Whoever was sending a message is gone: an e-mail is sent again, an SMS is uncertain."""
        message = self._message(subject, seq)
        if message is None or message.state is not MessageState.SENDING:
            return []
        if message.channel == MAIL and now < message.expires and message.sends < MAX_SENDS:
            return [MessageDeferred(subject, seq, "no_answer")]
        return [MessageSettled(subject, seq, MessageOutcome.UNCERTAIN, "no_answer")]

    def _message(self, subject: str, seq: int) -> Message | None:
        return self.state.messages.get(subject, {}).get(seq)

    # ── troubles ─────────────────────────────────────────────────────────────────────────────

    def raise_alert(self, what: str, about: str, since: int, detail: str = "") -> Events:
        """Tell the manager of a trouble; nothing when he has been told of it."""
        known = self.state.alerts.get((what, about))
        if self.state.config.alerts is None or (known and known.ended_at is None):
            return []
        return [AlertRaised(what, about, since, detail)]

    def end_alert(self, what: str, about: str) -> Events:
        """Tell the manager that a trouble is over; nothing when there is none."""
        known = self.state.alerts.get((what, about))
        return [AlertEnded(what, about)] if known and known.ended_at is None else []

    # ── other systems ────────────────────────────────────────────────────────────────────────

    def acknowledge(self, webhook: str, through: int, node: str) -> Events:
        """Note how far a receiver is. Nothing when another node serves it, or it is gone."""
        known = self.state.webhooks.get(webhook)
        if known is None or known.node != node or known.through >= through:
            return []
        return [WebhookAcknowledged(webhook, through, node)]

    def take_webhook(self, webhook: str, node: str, before: str | None) -> Events:
        """Let a node serve a receiver in the place of `before`; a new one from here on.

        Nothing when somebody else was quicker.
        """
        known = self.state.webhooks.get(webhook)
        if (known.node if known else None) != before or before == node:
            return []
        through = known.through if known else self.state.seq
        return [WebhookAcknowledged(webhook, through, node)]

    def _carried_over(self) -> Events:
        """How far the receivers are, noted again in the day that follows one that closes."""
        there = {webhook.id for webhook in self.state.config.webhooks}
        return [known for webhook, known in self.state.webhooks.items() if webhook in there]

    # ── what time brings ─────────────────────────────────────────────────────────────────────

    def _post(self, now: int) -> Events:
        """What is due of messages: those that ran out, those without an answer, reminders."""
        events: Events = []
        for due, subject, seq in self.state.posting:
            if due > now:
                break
            if self.state.messages[subject][seq].state is MessageState.SENDING:
                events += self.lost_message(subject, seq, now)
            else:
                events.append(MessageSettled(subject, seq, MessageOutcome.EXPIRED, "late"))
        return [*events, *self._reminders(now)]

    def _reminders(self, now: int) -> Iterator[AnyEvent]:
        for due, known in self.state.reminders:
            if due > now:
                return
            booking = self.state.bookings[known]
            # Planned for who can be told. One that comes too late is in the log as such.
            channel = channel_of(self.state.config, "reminder", booking.reach) or MAIL
            yield from self._want(known, "reminder", channel, booking.start)
