"""From a printer's address and profile to something that delivers."""

from typing import Protocol

from printer.agent.hub import AgentHub
from printer.delivery import Timing, Wire
from printer.health import State
from printer.job import Begin, Delivery, Task
from printer.press import Plate
from printer.profiles import Profile, profile
from printer.transport import AddressError, transport_for


class Route(Protocol):
    """A way to one printer that can say what became of a ticket."""

    async def deliver(self, job: Task, plate: Plate, begin: Begin) -> Delivery:
        """Print; `begin` is called once before the first byte."""

    async def probe(self) -> State:
        """Return the printer's state."""

    def torn(self) -> None:
        """A ticket may hang out, half printed: see that it is cut off before the next."""


class Routes:
    """Opens routes by address; `agents` finds the agents that are connected to this server."""

    def __init__(self, timing: Timing | None = None, agents: AgentHub | None = None) -> None:
        self._timing = timing or Timing()
        self._agents = agents

    def open(self, url: str, profile_key: str) -> tuple[Route, Profile]:
        """Return the route and the profile; raise `AddressError` or `ProfileError`."""
        found = profile(profile_key)
        scheme, _, name = url.partition("://")
        if scheme == "agent" and name:
            if self._agents is None:
                raise AddressError(f"printer address {url!r}: agents connect to a server only")
            return self._agents.route(name), found
        return Wire(transport_for(url, found.bed), found, self._timing), found
