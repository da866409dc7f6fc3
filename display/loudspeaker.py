"""The loudspeakers of a hall: calls in, sounds for the screen that holds each zone's speaker out.

The screen is told what to play (`Playing`) and reports when it has played it. Where no screen
holds a zone's speaker, and in quiet hours, nothing waits: a call that nobody could hear is not
made up for later.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import time

import msgspec

from display.announcer import Announcement, Announcer, Turn
from display.clips import Sound, Studio
from display.speech import Call, Phrases, caption, plan
from display.voice import audible
from kiosk.hall.config import Voice


class Playing(msgspec.Struct, frozen=True, tag_field="type", tag="say"):
    """What the holder of a speaker should play now; a frame without seq on `speaker:ZONE`.

    `turn` goes back in the report. `sound` names the file, `volume` is per cent, `captions` are
    the sentences by language.
    """

    zone: str
    turn: int
    ticket: str
    window: str
    sound: str
    length_s: float
    volume: int
    captions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken(Announcement):
    """A call with its two sounds: with the chime, and without for the second pass."""

    call: Call
    first: Sound
    again: Sound


class _Zone:
    """One speaker: its voice, its queue, and what it says now."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.queue: Announcer[_Spoken] = Announcer(repeats=voice.repeats, max_age_s=voice.max_age_s)
        self.turn: Turn[_Spoken] | None = None


class Loudspeakers:
    """All speakers of a hall.

    `send(zone, playing)` reaches the one screen that holds the zone's speaker, False if none
    does; `local_time()` is the hall's time of day; `clock()` counts seconds;
    `said(ticket, zone)` hears of each call that was played for the first time.
    """

    def __init__(
        self,
        studio: Studio,
        phrases: Phrases,
        voices: Mapping[str, Voice],
        *,
        send: Callable[[str, Playing], bool],
        said: Callable[[str, str], None],
        local_time: Callable[[], time],
        clock: Callable[[], float],
    ) -> None:
        self._studio = studio
        self._phrases = phrases
        self._zones = {zone: _Zone(voice) for zone, voice in voices.items()}
        self._send = send
        self._said = said
        self._local_time = local_time
        self._clock = clock
        self._news = asyncio.Event()

    def configure(self, voices: Mapping[str, Voice]) -> None:
        """Zones and voices are these from now on; where nothing changed, nothing is interrupted."""
        before = self._zones
        self._zones = {
            zone: before[zone] if zone in before and before[zone].voice == voice else _Zone(voice)
            for zone, voice in voices.items()
        }

    def call(self, zone: str, ticket: str, window: str, call: Call, *, age_s: float = 0.0) -> None:
        """A window called (or called again, by the call's occasion) a visitor of this zone."""
        place = self._zones.get(zone)
        if place is None or not audible(place.voice, self._local_time()):
            return
        rows = plan(call, self._phrases, place.voice, self._studio.has)
        first = self._studio.join(rows, place.voice.chime)
        place.queue.call(
            _Spoken(
                ticket=ticket,
                window=window,
                at=self._clock() - age_s,
                length_s=first.length_s,
                recall=call.occasion == "recall",
                call=call,
                first=first,
                again=self._studio.join(rows, None),
            )
        )
        self._news.set()

    def withdraw(self, ticket: str) -> None:
        """The visitor is being served, or gone: not said, or not again."""
        for place in self._zones.values():
            place.queue.withdraw(ticket)

    def silence(self) -> None:
        """Nothing that was called so far is said any more."""
        for place in self._zones.values():
            place.queue.clear()

    def report(self, zone: str, turn: int, *, played: bool) -> bool:
        """The screen has played a turn, or could not; False if that turn is not the present one."""
        place = self._zones.get(zone)
        if place is None or place.turn is None or place.turn.number != turn:
            return False
        if played and not place.turn.again:
            self._said(place.turn.announcement.ticket, zone)
        place.turn = None
        place.queue.done(turn, self._clock())
        self._news.set()
        return True

    def sound(self, name: str) -> Sound | None:
        """A sound that a screen was told to play."""
        return self._studio.sound(name)

    def pump(self) -> float | None:
        """Starts what can start; when to come again on `clock`, None if only news can change it."""
        wakes = [self._pump_zone(zone, place) for zone, place in self._zones.items()]
        return min((at for at in wakes if at is not None), default=None)

    async def run(self) -> None:
        """Pumps until cancelled."""
        while True:
            self._news.clear()
            wake = self.pump()
            pause = None if wake is None else max(0.0, wake - self._clock())
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._news.wait()

    def _pump_zone(self, zone: str, place: _Zone) -> float | None:
        now = self._clock()
        turn = place.queue.next(now)
        if turn is not None:
            place.turn = turn
            heard = audible(place.voice, self._local_time())
            if not heard or not self._send(zone, self._playing(zone, place, turn)):
                place.queue.clear()
                place.queue.done(turn.number, now)
                place.turn = None
        return place.queue.wake_at(now)

    def _playing(self, zone: str, place: _Zone, turn: Turn[_Spoken]) -> Playing:
        spoken = turn.announcement
        sound = spoken.again if turn.again else spoken.first
        return Playing(
            zone=zone,
            turn=turn.number,
            ticket=spoken.ticket,
            window=spoken.window,
            sound=sound.name,
            length_s=round(sound.length_s, 2),
            volume=place.voice.volume,
            captions={
                language: caption(spoken.call, language, self._phrases, place.voice)
                for language in place.voice.languages
            },
        )
