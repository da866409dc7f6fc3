"""A recorded day: who came when and for what, who served them how long, who left.

Columns: `arrival` (HH:MM:SS), `group`, `priority`, `service_s` (empty where the visitor left),
`server`, `wait_s`, `outcome` (`served` or `left`).
"""

from __future__ import annotations

import csv
from pathlib import Path

from msgspec import Struct

COLUMNS = ("arrival", "group", "priority", "service_s", "server", "wait_s", "outcome")


class DayError(ValueError):
    """The file is no recorded day; the message names the line."""


class Visit(Struct, frozen=True):
    """One visitor. arrival, wait: seconds since midnight and since the arrival.

    service: seconds at the window, None for who left after `wait`.
    """

    arrival: int
    group: str
    priority: str
    wait: int
    service: int | None
    server: str | None

    @property
    def starts(self) -> int:
        """When the service began, or the visitor left: seconds since midnight."""
        return self.arrival + self.wait


def read_day(path: Path) -> list[Visit]:
    """The visits in order of arrival. Raises DayError or OSError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise DayError(f"{path}: line 1: the columns must be {','.join(COLUMNS)}")
        visits = []
        for row in reader:
            try:
                visits.append(_visit(row))
            except (ValueError, TypeError, AttributeError) as error:
                raise DayError(f"{path}: line {reader.line_num}: {error}") from None
    if not visits:
        raise DayError(f"{path}: nobody came on this day")
    return sorted(visits, key=lambda visit: visit.arrival)


def _visit(row: dict[str, str]) -> Visit:
    served = {"served": True, "left": False}.get(row["outcome"])
    if served is None:
        raise ValueError(f"outcome must be served or left, not {row['outcome']!r}")
    return Visit(
        arrival=seconds(row["arrival"]),
        group=row["group"],
        priority=row["priority"],
        wait=int(row["wait_s"]),
        service=int(row["service_s"]) if served else None,
        server=row["server"] if served else None,
    )


def seconds(clock: str) -> int:
    """`HH:MM` or `HH:MM:SS` as seconds since midnight. Raises ValueError."""
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + (rest[0] if rest else 0)


def clock(second: int) -> str:
    """A second since midnight as `HH:MM:SS`."""
    minute, second = divmod(second, 60)
    return f"{minute // 60:02}:{minute % 60:02}:{second:02}"


def write_day(path: Path, visits: list[Visit]) -> None:
    """Write visits as a recorded day."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for v in visits:
            outcome = "left" if v.service is None else "served"
            service = "" if v.service is None else v.service
            arrival = clock(v.arrival)
            writer.writerow(
                (arrival, v.group, v.priority, service, v.server or "", v.wait, outcome)
            )


BREAK_S = 300
"""A server who served nobody for so long was away."""


def shifts(visits: list[Visit]) -> dict[str, list[tuple[int, int]]]:
    """When each server was there: from the first to the last service between two breaks."""
    served: dict[str, list[tuple[int, int]]] = {}
    for visit in sorted(visits, key=lambda visit: visit.starts):
        if visit.server is None or visit.service is None:
            continue
        there = served.setdefault(visit.server, [])
        end = visit.starts + visit.service
        if there and visit.starts - there[-1][1] < BREAK_S:
            there[-1] = (there[-1][0], max(there[-1][1], end))
        else:
            there.append((visit.starts, end))
    return served


def median_service(visits: list[Visit]) -> dict[str, int]:
    """The median service time of each group, for whoever is called here but had left then."""
    times: dict[str, list[int]] = {}
    for visit in visits:
        times.setdefault(visit.group, [])
        if visit.service is not None:
            times[visit.group].append(visit.service)
    return {g: sorted(t)[len(t) // 2] if t else 60 for g, t in times.items()}
