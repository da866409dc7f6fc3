"""The hall in which a recorded day could have happened: its groups, and a window per server."""

from __future__ import annotations

import re
from collections import Counter

from kiosk.hall.config import (
    Group,
    HallConfig,
    Names,
    Printer,
    Priority,
    Rules,
    Service,
    Window,
    Zone,
)

from .day import Visit

ZONE = "1F"
HEAD_START_MINUTES = 1.5
"""Per step of the recorded priority; what a caller of the high class of the “Anonymous Bank” had
(Mandelbaum, Sakov and Zeltyn 2000, Empirical Analysis of a Call Center)."""


def hall_of(visits: list[Visit], printer: str) -> HallConfig:
    """A hall that is open all day. printer: the address of its only printer.

    Papers never expire: printers work in real time while the hall's clock runs fast.
    """
    groups = sorted({v.group for v in visits})
    served: dict[str, Counter[str]] = {}
    for visit in visits:
        if visit.server is not None:
            served.setdefault(visit.server, Counter())[visit.group] += 1
    return HallConfig(
        id="day",
        name=_name("Recorded day"),
        timezone="Asia/Shanghai",
        hours={"mon-sun": ["00:00-24:00"]},
        zones=(Zone(ZONE, _name("Hall")),),
        groups=tuple(
            Group(_id(g), prefix, _name(g), ZONE)
            for g, prefix in zip(groups, _prefixes(groups), strict=True)
        ),
        services=tuple(Service(_id(g), _id(g), _name(g), minutes=3) for g in groups),
        windows=tuple(
            Window(_id(s), _name(s), ZONE, tuple(_id(g) for g, _ in counts.most_common()))
            for s, counts in sorted(served.items())
        ),
        priorities=tuple(
            Priority(_priority(p), _name(p), credit_minutes=HEAD_START_MINUTES * step)
            for step, p in enumerate(sorted({v.priority for v in visits} - {"0"}), start=1)
        ),
        printers=(Printer("kiosk-1", printer),),
        rules=Rules(help_gap_minutes=0, print_expiry_minutes=24 * 60),
    )


def service_of(visit: Visit) -> str:
    """The service that a visitor takes a ticket for."""
    return _id(visit.group)


def window_of(server: str) -> str:
    """The window of a recorded server."""
    return _id(server)


def priority_of(visit: Visit) -> str | None:
    """The priority class of a visitor."""
    return None if visit.priority == "0" else _priority(visit.priority)


def _priority(recorded: str) -> str:
    return f"class-{_id(recorded)}"


def _id(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)


def _name(text: str) -> Names:
    return {"zh": text, "en": text}


def _prefixes(groups: list[str]) -> list[str]:
    """The groups' own names where they are short enough to say, else letters."""
    if all(re.fullmatch(r"[A-Z]{1,3}", g) for g in groups):
        return groups
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [letters[n // 26 - 1 : n // 26] + letters[n % 26] for n in range(len(groups))]
