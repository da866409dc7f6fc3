"""What processes of the server do that work in the background: give way to requests."""

from __future__ import annotations

import os
from contextlib import suppress


def give_way(niceness: int) -> None:
    """Let whoever answers requests go first.

    niceness: 10 gets a tenth of what a server gets that wants the same processor, 3 a half.
    """
    os.nice(niceness)
    if hasattr(os, "sched_setscheduler"):  # Linux; sandboxes may forbid it.
        with suppress(OSError):
            # Work in the background: it never interrupts who is running when it wakes up.
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
