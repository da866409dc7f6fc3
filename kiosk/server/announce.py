"""What becomes of the calls of a hall: spoken by its loudspeakers, shown on its screens.

The picture never waits for the sound: screens hear of a call from the hub, and this module is told
afterwards. What a screen reports goes to the console of the window, not into the log.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping

import msgspec

from display.clips import Studio
from display.hub import Hub
from display.loudspeaker import Loudspeakers, Playing
from display.speech import Call, readable_window
from display.voice import voice_of
from kiosk import texts
from kiosk.hall import Hall
from kiosk.hall.config import APPOINTMENT, Occasion, Voice
from kiosk.hall.events import (
    Record,
    ServiceFinished,
    ServiceStarted,
    TicketCalled,
    TicketCancelled,
    TicketMissed,
    TicketParked,
    TicketRecalled,
    TicketRequeued,
    TicketResumed,
    TicketTransferred,
)
from kiosk.hall.state import Ticket, TicketState

from .clock import Clock
from .screens import Here, Screen, Screens
from .views_live import CallAired, LightView, ScreenView

SENIOR = "senior"
"""The priority class that has a phrase of its own."""

SOON_S = 0.2
"""How long news of screens are gathered before staff are told."""

_OVER = (
    ServiceStarted,
    ServiceFinished,
    TicketMissed,
    TicketRequeued,
    TicketParked,
    TicketTransferred,
    TicketCancelled,
)
"""Events after which a call is no longer said."""

_HEARD = frozenset((TicketCalled, TicketRecalled, TicketResumed, *_OVER))
"""Events that change what is said."""

_encode = msgspec.json.Encoder().encode

log = logging.getLogger("kiosk.announce")


class Announcements:
    """The loudspeakers and the screens of one hall. `aired`: the present call of each window.

    hall: as it is now. public, staff: who is told what is no event.
    """

    def __init__(
        self,
        hall: Callable[[], Hall],
        clock: Clock,
        public: Hub,
        staff: Hub,
        studio: Studio,
        screens: Screens,
    ) -> None:
        self._hall, self._clock = hall, clock
        self._public, self._staff = public, staff
        self._screens = screens
        self.aired: dict[str, CallAired] = {}
        self._returning: set[str] = set()
        self._called: dict[str, str] = {}
        self._lights: dict[str, LightView] = {}
        self._news: asyncio.TimerHandle | None = None
        self.speakers = Loudspeakers(
            studio,
            texts.area("voice"),
            self._voices(),
            send=self._send,
            said=self._said,
            local_time=lambda: hall().calendar.local(clock.now()).time(),
            clock=time.monotonic,
        )
        self._begin()
        public.on_known = self._screens_changed

    def restart(self) -> None:
        """The hall was loaded anew: what was called in its old log is over."""
        self.speakers.silence()
        self._returning.clear()
        self.configure()
        self._begin()

    def _begin(self) -> None:
        self.aired.clear()
        for ticket in self._hall().state.tickets.values():
            if ticket.state is TicketState.CALLED and ticket.window:
                self.aired[ticket.window] = CallAired(ticket.id, ticket.number, None, None)

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def configure(self) -> None:
        """The hall has a new configuration."""
        self.speakers.configure(self._voices())
        self._lights.clear()

    def committed(self, records: Iterable[Record]) -> None:
        """Say what was called, and stop saying what is over."""
        for record in records:
            if type(record.event) in _HEARD:
                self._hear_of(record)

    def _hear_of(self, record: Record) -> None:
        event = record.event
        if isinstance(event, TicketCalled):
            if event.reason.code != "undo":
                self._call(record, event.ticket, event.window, None)
        elif isinstance(event, TicketRecalled):
            self._call(record, event.ticket, event.window, "recall")
        elif isinstance(event, TicketResumed):
            self._returning.add(event.ticket)
        elif isinstance(event, _OVER):
            self._over(event.ticket)

    def shown(self, window: str, number: str) -> None:
        """A screen shows the present call of a window. A report about another one is late."""
        aired = self.aired.get(window)
        if aired is not None and aired.number == number and aired.shown_at is None:
            self._aired(window, msgspec.structs.replace(aired, shown_at=self._now()))

    def _call(self, record: Record, ticket_id: str, window: str, occasion: Occasion | None) -> None:
        hall = self._hall()
        ticket = hall.state.tickets.get(ticket_id)
        place = hall.router.windows.get(window)
        if ticket is None or place is None:
            return
        occasion = occasion or self._occasion(ticket)
        self._returning.discard(ticket_id)
        self.aired[window] = CallAired(ticket_id, ticket.number, None, None)
        self._called[window] = hall.calendar.rfc3339(record.at)
        label = readable_window(place.name.get("zh") or place.name.get("en", ""), window)
        age_s = max(0.0, (self._clock.now() - record.at) / 1000 / self._clock.rate)
        group = hall.groups.get(ticket.current.group)
        # Visitors wait in their group's zone, though the window may stand in another.
        for zone in {place.zone, group.zone if group else place.zone}:
            call = Call(ticket.number, label, occasion)
            self.speakers.call(zone, ticket_id, window, call, age_s=age_s)

    def _occasion(self, ticket: Ticket) -> Occasion:
        if ticket.id in self._returning:
            return "returning"
        if ticket.priority == APPOINTMENT:
            return "appointment"
        return "senior" if ticket.priority == SENIOR else "call"

    def _over(self, ticket: str) -> None:
        self.speakers.withdraw(ticket)
        for window, aired in self.aired.items():
            if aired.ticket == ticket:
                del self.aired[window]
                break
        known = self._hall().state.tickets.get(ticket)
        if known is None or known.state in (TicketState.CANCELLED, TicketState.NO_SHOW):
            self._returning.discard(ticket)

    def _send(self, zone: str, playing: Playing) -> bool:
        holds = self._screens.holds(zone)
        return holds and self._public.tell_one(f"speaker:{zone}", _encode(playing))

    def _said(self, ticket: str, _zone: str) -> None:
        for window, aired in self.aired.items():
            if aired.ticket == ticket and aired.spoken_at is None:
                self._aired(window, msgspec.structs.replace(aired, spoken_at=self._now()))
                return

    def _aired(self, window: str, aired: CallAired) -> None:
        self.aired[window] = aired
        payload = _encode({"type": "status", "call": aired})
        self._staff.tell([f"desk:{window}"], payload)

    def _now(self) -> str:
        return self._hall().calendar.rfc3339(self._clock.now())

    def _voices(self) -> dict[str, Voice]:
        config = self._hall().state.config
        return {zone.id: voice_of(config.voice, zone) for zone in config.zones}

    # ── screens ──────────────────────────────────────────────────────────────────────────────

    def screens(self) -> list[ScreenView]:
        """The screens that are connected, here or at another node."""
        return self._screens.views(self._now())

    def here(self) -> bytes:
        """What the other nodes are told at this beat."""
        return _encode(Here(self._screens.tell(), self.aired))

    def hear(self, told: Mapping[str, bytes]) -> None:
        """Take in what the other nodes told, by node."""
        others = {node: here for node, state in told.items() if (here := _here(node, state))}
        if self._screens.hear({node: there.screens for node, there in others.items()}):
            self._screens_changed()
        for there in others.values():
            for window, aired in there.aired.items():
                self._heard(window, aired)

    def _heard(self, window: str, there: CallAired) -> None:
        """A call may be shown or spoken by a screen of another node."""
        mine = self.aired.get(window)
        if mine is None or mine.ticket != there.ticket:
            return
        called = self._called.get(window, "")
        shown = there.shown_at if (there.shown_at or "") >= called else None
        spoken = there.spoken_at if (there.spoken_at or "") >= called else None
        aired = msgspec.structs.replace(
            mine, shown_at=mine.shown_at or shown, spoken_at=mine.spoken_at or spoken
        )
        if aired != mine:
            self._aired(window, aired)

    def light_of(self, window: str) -> LightView:
        """The same for the zone of a window."""
        return self._screens.light(self._hall().router.windows[window].zone)

    def tell_screens(self, frame: dict[str, str]) -> None:
        """Something that all screens should know, and that is no event."""
        self._public.tell_known(lambda who: isinstance(who, Screen), _encode(frame))

    def tell_outdated(self, setups: Mapping[str, str | None]) -> None:
        """Screens that were set up otherwise, or are no longer known, start again.

        setups: of all devices, by id. A screen that has not done so is told again the next time.
        """
        self._public.tell_known(
            lambda who: (
                isinstance(who, Screen) and who.setup != "" and setups.get(who.id) != who.setup
            ),
            _encode({"type": "device"}),
        )

    def _screens_changed(self) -> None:
        """Tell staff soon: a thousand screens that come back together are one piece of news."""
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(SOON_S, self._tell_staff)

    def _tell_staff(self) -> None:
        self._news = None
        config, staff = self._hall().state.config, self._staff
        if staff.watching("manager"):
            staff.tell(["manager"], _encode({"type": "status", "screens": self.screens()}))
        for zone in config.zones:
            light = self._screens.light(zone.id)
            if self._lights.get(zone.id) == light:
                continue
            self._lights[zone.id] = light
            desks = [f"desk:{w.id}" for w in config.windows if w.zone == zone.id]
            staff.tell(desks, _encode({"type": "status", "light": light}))


def _here(node: str, state: bytes) -> Here | None:
    """What another node told; None for one of a version that tells it otherwise."""
    try:
        return msgspec.json.decode(state, type=Here)
    except msgspec.DecodeError as error:
        log.warning("node %s tells of its screens in another way: %s", node, error)
        return None
