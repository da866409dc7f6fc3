"""What the nodes of one database tell one another of the present moment: no log, no projection.

Each node keeps a row per hall and counts its beats there. Whoever reads them notices by his own
clock when a count stands still, so that no two clocks are ever compared. Rows of nodes that died
are removed by whoever notices. Where the database has one server only, nothing is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .database import Database

LEASE_S = 6.0
"""A node whose beats stand still for so long is gone; three beats of the server."""


@dataclass(slots=True)
class _Peer:
    """A row of another node as it was last read. fresh: when its beat last moved, own clock."""

    beat: int
    revision: int
    state: bytes
    fresh: float


class Presence:
    """This node's rows, and those of the others.

    node: a name that no other node has. clock: seconds that only go forward.
    """

    def __init__(
        self, database: Database, node: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._node = node
        self._clock = clock
        self._beats = 0
        self._told: dict[str, tuple[int, bytes]] = {}
        self._peers: dict[tuple[str, str], _Peer] = {}

    async def exchange(self, states: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
        """Tell what is here, by hall, and learn what is at others: by hall and node.

        To be called at every beat. Raises Unavailable.
        """
        await self._tell(states)
        await self._listen()
        found: dict[str, dict[str, bytes]] = {hall: {} for hall in states}
        for (hall, node), peer in self._peers.items():
            found.setdefault(hall, {})[node] = peer.state
        return found

    async def leave(self) -> None:
        """Remove this node's rows: others need not wait until its lease is over."""
        for hall in list(self._told):
            await self._database.execute("drop_presence", hall, self._node)
            del self._told[hall]

    async def _tell(self, states: Mapping[str, bytes]) -> None:
        self._beats += 1
        kept = await self._database.execute("beat_presence", self._node, self._beats)
        if kept < len(self._told):
            # The database was restarted, or another node took us for dead.
            self._told.clear()
        for hall, state in states.items():
            revision, before = self._told.get(hall, (self._beats, None))
            if state != before:
                row = (hall, self._node, self._beats, revision + 1, state)
                await self._database.execute("put_presence", *row)
                self._told[hall] = revision + 1, state

    async def _listen(self) -> None:
        now = self._clock()
        there: dict[tuple[str, str], _Peer] = {}
        for hall, node, beat, revision in await self._database.fetch("presence"):
            if node == self._node:
                continue
            peer = self._peers.get((hall, node))
            if peer is None or peer.revision != revision:
                rows = await self._database.fetch("presence_state", hall, node)
                if not rows:
                    continue
                peer = _Peer(beat, revision, bytes(rows[0][0]), now)
            elif peer.beat != beat:
                peer.beat, peer.fresh = beat, now
            if now - peer.fresh > LEASE_S:
                await self._database.execute("drop_presence", hall, node)
            else:
                there[hall, node] = peer
        self._peers = there
