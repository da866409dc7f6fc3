"""What a way to a printer must be able to do.

A transport is opened for one ticket and closed after it: a connection that was kept open and
that the printer has dropped meanwhile swallows the next ticket without an error.
"""

from enum import StrEnum
from typing import Protocol

FAST = 1e6
"""Bytes per second of a line that is faster than any printer."""


class Acknowledges(StrEnum):
    """What can be known about bytes that were sent this way."""

    PRINTER = "printer"  # the printer can be asked
    WRITE = "write"  # written is done (a file)
    NEVER = "never"  # gone is gone (a print queue of the system)


class Connection(Protocol):
    """An open line to a printer. All methods raise `OSError` when it breaks."""

    async def write(self, data: bytes) -> None:
        """Send all of `data`; returns when the line has taken it, not when it is printed."""

    async def read(self) -> bytes:
        """Return bytes from the printer as soon as there are any; empty at the line's end."""

    async def close(self) -> None:
        """Hang up; never raises."""


class Transport(Protocol):
    """A way to one printer."""

    @property
    def acknowledges(self) -> Acknowledges:
        """What can be known about what was sent."""

    @property
    def bytes_per_s(self) -> float:
        """How fast the line is; `FAST` where the printer is what takes time."""

    async def open(self) -> Connection:
        """Connect; raise `OSError` if the printer cannot be reached."""
