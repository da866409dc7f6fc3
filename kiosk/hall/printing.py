"""A paper on its way to a printer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from .events import PrintOutcome


class PrintState(StrEnum):
    """Where a print job stands."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    EXPIRED = "expired"


class PrintJob(Struct):
    """A paper on its way, unique by (ticket, copy). since: instant of its present state.

    ticket: the subject's id. day: the business day it belongs to. paper, about: what it says.
    due: instant at which it is given up if nobody reports on it.
    """

    ticket: str
    copy: int
    printer: str
    expires: int
    since: int = 0
    day: str = ""
    paper: str = "ticket"
    about: Mapping[str, str | int | list[str]] = {}
    state: PrintState = PrintState.QUEUED
    detail: str | None = None
    due: int = 0

    @property
    def place(self) -> tuple[int, str, int]:
        """Where it stands among the jobs that have not ended."""
        return (self.due, self.ticket, self.copy)

    def settle(self, outcome: PrintOutcome, detail: str | None, at: int) -> None:
        """End the job."""
        self.state = PrintState(outcome.value)
        self.detail, self.since = detail, at
