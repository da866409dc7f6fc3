"""A print job and what can become of it."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol, TypeVar

import msgspec

from printer.health import State
from printer.paper import Paper


class Task(Protocol):
    """What a worker must know of a job: its name, and until when anybody waits for the paper."""

    @property
    def id(self) -> str:
        """Unique by ticket and copy."""

    @property
    def expires_at(self) -> int:
        """Milliseconds of the worker's clock."""


TaskT = TypeVar("TaskT", bound=Task)
_TaskT_contra = TypeVar("_TaskT_contra", bound=Task, contravariant=True)


class Job(msgspec.Struct, frozen=True):
    """One piece of paper for one printer.

    `id` is unique by ticket and copy; `expires_at` is the time, in milliseconds of the spool's
    clock, after which nobody waits for the paper any more.
    """

    id: str
    printer: str
    paper: Paper
    expires_at: int


class Outcome(StrEnum):
    """How a job ended."""

    PRINTED = "printed"  # the printer said so
    UNCERTAIN = "uncertain"  # bytes were sent and nobody knows; never repeated by itself
    FAILED = "failed"  # can't be printed at all, and was not
    EXPIRED = "expired"  # not a byte was sent in time


class Journal(Protocol[_TaskT_contra]):
    """The durable record of jobs, kept by whoever gives them (the hall's log)."""

    async def sending(self, job: _TaskT_contra) -> bool:
        """Record, durably, that the first byte is about to leave.

        False: do not print (called already, cancelled, settled, or taken by another node).
        """

    async def settled(self, job: _TaskT_contra, outcome: Outcome, detail: str) -> None:
        """Record how the job ended; `detail` is for staff and logs, in English."""


Begin = Callable[[], Awaitable[bool]]
"""Called once right before the first byte; False calls the printing off."""


class Sent(msgspec.Struct, frozen=True):
    """Bytes have left: the outcome, why, and the printer's state afterwards."""

    outcome: Outcome
    detail: str
    state: State


class NotSent(msgspec.Struct, frozen=True):
    """Not a byte has left, and it may be tried again: what stood in the way."""

    state: State
    detail: str


class CalledOff(msgspec.Struct, frozen=True):
    """The journal said no."""


Delivery = Sent | NotSent | CalledOff
