"""A drawn day as a recorded one, as if it had happened: the engine plays it without I/O.

    python -m kiosk.dayplay.convert DAY.json DAY.csv

`kiosk/sample/day.csv` was made so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kiosk.hall.simulate import PlayedDay, play_alone
from kiosk.hall.simulate import Visit as PlayedVisit
from kiosk.hall.state import TicketState
from kiosk.hall.world_file import decode

from .day import Visit, write_day


def recorded(played: PlayedDay) -> list[Visit]:
    """The visits of a played day in order of arrival.

    An appointment counts from its slot, or from its arrival when that is later, but never from
    after its call; whoever was called in vain left when patience ended.
    """
    visits = [_visit(played, visit) for visit in played.visits]
    return sorted(visits, key=lambda visit: visit.arrival)


def _visit(played: PlayedDay, visit: PlayedVisit) -> Visit:
    ticket, drawn = visit.ticket, visit.drawn
    served = ticket.state is TicketState.DONE
    came = min(ticket.ref, visit.called_at or ticket.ref)
    wait = (visit.called_at or 0) - came if served else round(drawn.patience * 60_000)
    length = (ticket.ended_at or 0) - (visit.called_at or 0)
    return Visit(
        arrival=(came - played.midnight) // 1000,
        group=next(g.name for g in played.day.groups if g.id == drawn.group),
        priority=str(drawn.kind),
        wait=wait // 1000,
        service=length // 1000 if served else None,
        server=f"W{visit.window}" if served else None,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    parser = argparse.ArgumentParser(description="Makes a recorded day from a drawn one.")
    parser.add_argument("day", type=Path, metavar="DAY.json")
    parser.add_argument("out", type=Path, metavar="DAY.csv")
    arguments = parser.parse_args(argv)
    try:
        day = decode(arguments.day.read_bytes())
    except (OSError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"convert: {error}\n")
        return 2
    write_day(arguments.out, recorded(play_alone((0, day))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
