"""The server's half of `agent://NAME`: who is connected, and what was handed to whom."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from printer.agent.protocol import (
    FromServer,
    Hello,
    Print,
    Recorded,
    Settled,
    encode,
    from_agent,
)
from printer.health import PRINTS, State
from printer.job import Begin, CalledOff, Delivery, NotSent, Outcome, Sent, Task
from printer.press import Plate

_GRACE_S = 30.0  # an agent that prints at the last moment still has to confirm

Send = Callable[[str], Awaitable[None]]
"""Sends a text frame to one agent; may raise `OSError` when it is gone."""

OnUnclaimed = Callable[[str, Outcome, str], Awaitable[None]]
"""Called with a job's id, outcome and detail when nobody here waits for it any more, for instance
after a restart of the server. When it returns, the outcome counts as recorded; an agent whose
connection broke meanwhile may tell it again."""


class _Waiting(NamedTuple):
    task: Task
    plate: Plate
    end: asyncio.Future[Sent]


class AgentLink:
    """One connected agent. The websocket's route feeds it and detaches it at the end."""

    def __init__(self, hub: "AgentHub", name: str, send: Send) -> None:
        self._hub, self.name, self._send = hub, name, send
        self.state = State.OFFLINE  # until its hello
        self._greeted = False

    async def receive(self, text: str | bytes) -> None:
        """Take a frame; raise `ProtocolError` for a bad one, on which the socket is closed."""
        match from_agent(text):
            case Hello(state):
                first, self._greeted = not self._greeted, True
                self.state = state
                self._hub.tell(self.name)
                if first:
                    await self._hub.hand_over_again(self)
            case Settled(job, outcome, detail):
                await self._hub.settled(self.name, job, outcome, detail)
                await self.send(Recorded(job))

    async def send(self, frame: FromServer) -> None:
        """Send a frame."""
        await self._send(encode(frame))

    async def detach(self) -> None:
        """The websocket is closed."""
        await self._hub.detach(self)


class AgentHub:
    """All agents of a server. An agent that connects again takes the place of its old link.

    `clock` is the spool's, in milliseconds.
    """

    def __init__(self, clock: Callable[[], int], on_unclaimed: OnUnclaimed | None = None) -> None:
        self._clock = clock
        self._links: dict[str, AgentLink] = {}
        self._waiting: dict[tuple[str, str], _Waiting] = {}
        self._told: dict[str, asyncio.Event] = {}
        self._on_unclaimed = on_unclaimed

    def attach(self, name: str, send: Send) -> AgentLink:
        """Take in an agent whose websocket has just opened."""
        link = AgentLink(self, name, send)
        self._links[name] = link
        return link

    async def detach(self, link: AgentLink) -> None:
        """Forget a link, unless a newer one has taken its place."""
        if self._links.get(link.name) is link:
            del self._links[link.name]
            self.tell(link.name)

    def tell(self, name: str) -> None:
        """Wake who waits for an agent's report."""
        if told := self._told.pop(name, None):
            told.set()

    async def reported(self, name: str) -> None:
        """Wait until an agent reports a state, or is gone."""
        await self._told.setdefault(name, asyncio.Event()).wait()

    async def hand_over_again(self, link: AgentLink) -> None:
        """After an agent's first hello: hand over what it has not settled."""
        for (name, _job), waiting in list(self._waiting.items()):
            if name == link.name:
                await link.send(self._frame(waiting))

    async def settled(self, name: str, job: str, outcome: Outcome, detail: str) -> None:
        """Give an outcome to whoever waits for it."""
        waiting = self._waiting.get((name, job))
        if waiting and not waiting.end.done():
            state = self._links[name].state if name in self._links else State.UNKNOWN
            waiting.end.set_result(Sent(outcome, detail, state))
        elif self._on_unclaimed:
            await self._on_unclaimed(job, outcome, detail)

    def route(self, name: str) -> "AgentRoute":
        """Return the route to an agent's printer."""
        return AgentRoute(self, name)

    def state(self, name: str) -> State:
        """Return the state that an agent reported, `OFFLINE` if it isn't connected."""
        link = self._links.get(name)
        return link.state if link else State.OFFLINE

    async def hand_over(self, name: str, task: Task, plate: Plate) -> Sent:
        """Send a job and wait for its end, over any number of reconnections."""
        end: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        waiting = self._waiting[name, task.id] = _Waiting(task, plate, end)
        try:
            async with asyncio.timeout(self._frame(waiting).expires_s + _GRACE_S):
                if link := self._links.get(name):
                    await self._try(link, waiting)
                return await end
        except TimeoutError:
            return Sent(Outcome.UNCERTAIN, "the agent did not report in time", self.state(name))
        finally:
            del self._waiting[name, task.id]

    async def _try(self, link: AgentLink, waiting: _Waiting) -> None:
        """Send; what does not arrive is sent again after the agent's next hello."""
        try:
            await link.send(self._frame(waiting))
        except OSError:
            await self.detach(link)

    def _frame(self, waiting: _Waiting) -> Print:
        left_s = max(0, waiting.task.expires_at - self._clock()) / 1000
        plate = waiting.plate
        return Print(waiting.task.id, plate.data, plate.process_id, left_s)


class AgentRoute:
    """The way to a printer that hangs on a kiosk PC."""

    pushes = True

    def __init__(self, hub: AgentHub, name: str) -> None:
        self._hub, self._name = hub, name

    async def deliver(self, job: Task, plate: Plate, begin: Begin) -> Delivery:
        """Hand a job to the agent, which from then on is the one that prints it or not."""
        state = self._hub.state(self._name)
        if state not in PRINTS:
            return NotSent(state, f"agent {self._name} says {state}")
        if not await begin():
            return CalledOff()
        return await self._hub.hand_over(self._name, job, plate)

    async def watch(self, seen: Callable[[State], None], for_s: float) -> None:
        """Tell what the agent has last reported, and what it reports meanwhile."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                while True:
                    seen(self._hub.state(self._name))
                    await self._hub.reported(self._name)

    def torn(self) -> None:
        """The agent sees to that itself."""
