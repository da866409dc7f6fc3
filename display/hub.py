"""The live hub of a hall: every committed event, once, to everyone whom it shows.

Subscribers that ask for the same topics form a *channel*. An event is encoded once; a channel's
frame is prepared once and written to each transport. Nothing here waits: a subscriber whose
connection is full is skipped, marked stale, and given the present state when it has drained.

What a receiver may rely on: after a snapshot with seq S, or a resume after S, each event frame
has `(prev or seq - 1)` equal to the seq that it saw before. Otherwise it has missed something
and asks again with `after`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from display.backlog import Backlog, PublicEvent
from display.frames import beat_frame, event_frames, snapshot_frame, text_frame

# A thousand screens that come back together after a power cut cost one snapshot, not a thousand.
SNAPSHOT_KEPT_S = 1.0

RETURNS_S = 30.0
"""How long a hub that nobody listens to keeps events for who was only cut off."""


class Sink(Protocol):
    """Where a subscriber's frames go; `full` while more bytes wait than the connection may hold."""

    full: bool
    drained: Callable[[], None] | None

    def write(self, frames: bytes, /) -> None:
        """Takes whole frames; never blocks, never raises for a peer that has gone."""


class Subscriber:
    """One live connection: its sink, its topics, and the seq that it has seen.

    `who` is what the connection said of itself, None for most; `taken_at` the time of the last
    beat that it had room for.
    """

    __slots__ = ("beats", "last", "sink", "stale", "taken_at", "topics", "who")

    def __init__(self, sink: Sink, topics: frozenset[str], beats: bool, who: object) -> None:
        self.sink = sink
        self.topics = topics
        self.beats = beats
        self.who = who
        self.taken_at: str | None = None
        self.last = 0
        self.stale = False


class Hub:
    """Fans a hall's events out; single-threaded, called from the event loop.

    `seq` is the last event already in the log; `snapshot(topics)` gives the present state as
    JSON members; `clock()` counts seconds.
    """

    def __init__(
        self,
        seq: int,
        snapshot: Callable[[frozenset[str]], bytes],
        clock: Callable[[], float],
        *,
        max_events: int = 4096,
        max_bytes: int = 4 << 20,
    ) -> None:
        self._backlog = Backlog(seq, max_events=max_events, max_bytes=max_bytes)
        self._snapshot = snapshot
        self._clock = clock
        self._channels: dict[frozenset[str], dict[Subscriber, None]] = {}
        self._by_topic: dict[str, dict[frozenset[str], None]] = {}
        self._snapshots: dict[frozenset[str], tuple[float, bytes]] = {}
        self._doubtful = -1
        self._known: dict[Subscriber, None] = {}
        self._left_at = clock()
        self.on_known: Callable[[], None] = lambda: None
        """Called when somebody who said who it is came or went."""
        self.skipped = 0
        """How often a frame was withheld from a subscriber whose connection was full."""

    @property
    def seq(self) -> int:
        """The newest event published."""
        return self._backlog.head

    def publish(self, events: Sequence[PublicEvent]) -> None:
        """Shows events that were committed together; ValueError if one does not follow `seq`."""
        shown: dict[frozenset[str], list[PublicEvent]] = {}
        for event in events:
            self._backlog.append(event)
            for topics in self._channels_of(event.topics):
                shown.setdefault(topics, []).append(event)
        self._snapshots.clear()
        for topics, of_channel in shown.items():
            self._send(topics, of_channel)

    def subscribe(
        self,
        sink: Sink,
        topics: frozenset[str],
        after: int | None = None,
        *,
        beats: bool = False,
        who: object = None,
    ) -> Subscriber:
        """Adds a connection; writes what it missed since `after`, or a snapshot."""
        subscriber = Subscriber(sink, topics, beats, who)
        if topics not in self._channels:
            self._channels[topics] = {}
            for topic in topics:
                self._by_topic.setdefault(topic, {})[topics] = None
        self._channels[topics][subscriber] = None
        sink.drained = lambda: self._drained(subscriber)
        if who is not None:
            self._known[subscriber] = None
            self.on_known()
        missed = None if after is None or after <= self._doubtful else self._backlog.since(after)
        if after is None or missed is None:
            self._send_snapshot(subscriber)
            return subscriber
        subscriber.last = after
        self._replay(subscriber, [e for e in missed if not topics.isdisjoint(e.topics)])
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forgets a connection; harmless if it is already forgotten."""
        subscriber.sink.drained = None
        if subscriber in self._known:
            del self._known[subscriber]
            self.on_known()
        channel = self._channels.get(subscriber.topics, {})
        channel.pop(subscriber, None)
        if channel or subscriber.topics not in self._channels:
            return
        del self._channels[subscriber.topics]
        self._left_at = self._clock()
        self._snapshots.pop(subscriber.topics, None)
        for topic in subscriber.topics:
            self._by_topic[topic].pop(subscriber.topics)
            if not self._by_topic[topic]:
                del self._by_topic[topic]

    def refresh(self, topics: Iterable[str]) -> None:
        """Sends the present state to all who watch a topic, where no event announced it."""
        self._snapshots.clear()
        for channel in self._channels_of(topics):
            for subscriber in self._channels[channel]:
                self._send_snapshot(subscriber)

    def refresh_all(self) -> None:
        """Sends the present state to everybody."""
        self.refresh(list(self._by_topic))

    def skip_to(self, seq: int) -> None:
        """Goes on at `seq` without the events before it: who resumes from there gets a snapshot."""
        self._backlog.skip_to(seq)
        self._snapshots.clear()

    def begin_anew(self, seq: int) -> None:
        """The events are others from now on: everybody gets a snapshot of what is after `seq`.

        So does whoever resumes later from a place among the old events.
        """
        self._doubtful = max(self._doubtful, self.seq)
        self.skip_to(seq)
        self.refresh_all()

    def beat(self, at: str) -> None:
        """Sends the server's time (RFC 3339) to all who asked for beats."""
        frame = beat_frame(at)
        for channel in self._channels.values():
            for subscriber in channel:
                if subscriber.beats and not subscriber.sink.full:
                    subscriber.sink.write(frame)
                    subscriber.taken_at = at

    def tell(self, topics: Iterable[str], payload: bytes) -> None:
        """Sends a JSON object that is no event (a printer's health, fresh estimates), without seq.

        It is not kept: who has no room for it now, or comes later, does without.
        """
        frame = text_frame(payload)
        for channel in self._channels_of(topics):
            for subscriber in self._channels[channel]:
                if not subscriber.sink.full:
                    subscriber.sink.write(frame)

    def tell_one(self, topic: str, payload: bytes) -> bool:
        """The same to only one who watches the topic, and to that one as long as it stays.

        False if nobody does, or nobody has room.
        """
        frame = text_frame(payload)
        for channel in self._by_topic.get(topic, ()):
            for subscriber in self._channels[channel]:
                if not subscriber.sink.full:
                    subscriber.sink.write(frame)
                    return True
        return False

    def tell_known(self, meant: Callable[[object], bool], payload: bytes) -> None:
        """The same to those whose `who` is meant."""
        frame = text_frame(payload)
        for subscriber in self._known:
            if meant(subscriber.who) and not subscriber.sink.full:
                subscriber.sink.write(frame)

    def known(self) -> Iterator[Subscriber]:
        """The connections that said who they are, oldest first."""
        return iter(self._known)

    def watching(self, topic: str) -> int:
        """How many connections watch a topic."""
        return sum(len(self._channels[topics]) for topics in self._by_topic.get(topic, ()))

    def subscribers(self) -> int:
        """How many connections there are."""
        return sum(map(len, self._channels.values()))

    def expects(self) -> bool:
        """Whether events are worth their bytes: somebody listens, or may soon again.

        The hub itself counts as somebody who has just left: after a restart all come back.
        """
        return bool(self._channels) or self._clock() < self._left_at + RETURNS_S

    def _channels_of(self, topics: Iterable[str]) -> dict[frozenset[str], None]:
        found: dict[frozenset[str], None] = {}
        for topic in topics:
            found.update(self._by_topic.get(topic, ()))
        return found

    def _send(self, topics: frozenset[str], events: list[PublicEvent]) -> None:
        newest = events[-1].seq
        prepared: dict[int, bytes] = {}
        for subscriber in self._channels[topics]:
            if subscriber.sink.full:
                subscriber.stale = True
                self.skipped += 1
                continue
            frames = prepared.get(subscriber.last)
            if frames is None:
                frames = prepared[subscriber.last] = event_frames(events, subscriber.last)
            subscriber.last = newest
            subscriber.sink.write(frames)

    def _replay(self, subscriber: Subscriber, missed: list[PublicEvent]) -> None:
        if missed:
            subscriber.sink.write(event_frames(missed, subscriber.last))
            subscriber.last = missed[-1].seq

    def _send_snapshot(self, subscriber: Subscriber) -> None:
        if subscriber.sink.full:
            subscriber.stale = True
            return
        now = self._clock()
        made, frame = self._snapshots.get(subscriber.topics, (now - SNAPSHOT_KEPT_S, b""))
        if now - made >= SNAPSHOT_KEPT_S:
            frame = snapshot_frame(self.seq, self._snapshot(subscriber.topics))
            self._snapshots[subscriber.topics] = now, frame
        subscriber.stale = False
        subscriber.last = self.seq
        subscriber.sink.write(frame)

    def _drained(self, subscriber: Subscriber) -> None:
        if subscriber.stale:
            self._send_snapshot(subscriber)
