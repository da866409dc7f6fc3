"""From a printer's address and profile to something that delivers."""

from collections.abc import Callable
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

    @property
    def pushes(self) -> bool:
        """Whether `watch` tells changes as they happen."""

    async def watch(self, seen: Callable[[State], None], for_s: float) -> None:
        """Tell the printer's state, and where it pushes each change within `for_s` seconds."""

    def torn(self) -> None:
        """A ticket may hang out, half printed: see that it is cut off before the next."""


class Routes:
    """Opens routes by address; `agents` finds the agents that are connected to this server.

    `shared`: other programs drive the same printers, so none is held between tickets.
    """

    def __init__(
        self,
        timing: Timing | None = None,
        agents: AgentHub | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self._timing = timing or Timing()
        self._agents = agents
        self._shared = shared

    def open(self, url: str, profile_key: str) -> tuple[Route, Profile]:
        """Return the route and the profile; raise `AddressError` or `ProfileError`."""
        found = profile(profile_key)
        scheme, _, name = url.partition("://")
        if scheme == "agent" and name:
            if self._agents is None:
                raise AddressError(f"printer address {url!r}: agents connect to a server only")
            return self._agents.route(name), found
        transport = transport_for(url, found.bed)
        return Wire(transport, found, self._timing, shared=self._shared), found
