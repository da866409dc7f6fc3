"""What a played day must have been, checked against its log; and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean, quantiles

from msgspec import Struct

from kiosk.hall.events import (
    PrintOutcome,
    PrintSending,
    PrintSettled,
    Record,
    TicketCalled,
    TicketIssued,
)

from .day import Visit
from .play import Played

DEEDS = (
    "window_opened",
    "window_paused",
    "service_started",
    "service_finished",
    "ticket_cancelled",
)
"""Events that only the players' own requests cause on a played day."""


class Check(Struct, frozen=True):
    """One thing that must hold, and what was found."""

    what: str
    good: bool
    found: str


def checks(visits: Sequence[Visit], played: Played, log: Sequence[Record]) -> list[Check]:
    """All checks of a played day against the log that it left."""
    issued = {r.event.ticket: r.event.number for r in log if isinstance(r.event, TicketIssued)}
    calls = [r.event for r in log if isinstance(r.event, TicketCalled)]
    order = [(issued[c.ticket], c.window) for c in calls]
    per_ticket = Counter(c.ticket for c in calls)
    acknowledged = {t.id: t.number for t in played.taken}
    told = [(c.number, c.window) for c in played.called]
    return [
        Check(
            "as many tickets as arrivals",
            len(issued) == len(visits) == len(acknowledged),
            f"{len(visits)} arrivals, {len(issued)} tickets",
        ),
        Check(
            "no number twice",
            len(set(issued.values())) == len(issued),
            f"{len(set(issued.values()))} numbers",
        ),
        Check(
            "every ticket that was acknowledged is in the log",
            all(issued.get(t) == n for t, n in acknowledged.items()),
            f"{len(acknowledged)} acknowledged",
        ),
        Check(
            "every call that was acknowledged is in the log, once",
            Counter(told) == Counter(order),
            f"{len(told)} acknowledged, {len(order)} in the log",
        ),
        Check(
            "every other deed that was acknowledged is in the log, once",
            played.deeds == Counter(r.event.kind for r in log if r.event.kind in DEEDS),
            ", ".join(f"{count} {kind}" for kind, count in sorted(played.deeds.items())),
        ),
        Check(
            "nobody called twice",
            max(per_ticket.values(), default=0) <= 1,
            f"{len(per_ticket)} people called",
        ),
        Check(
            "the screen saw each call once and in order",
            played.screen_calls == order,
            f"{len(played.screen_calls)} calls seen, {played.screen_snapshots} snapshot",
        ),
        _papers(played, log, set(issued)),
    ]


def _papers(played: Played, log: Sequence[Record], tickets: set[str]) -> Check:
    """A paper per ticket; after a kill in mid-print a copy, because nobody knows."""
    settled = [r.event for r in log if isinstance(r.event, PrintSettled)]
    printed = {s.ticket for s in settled if s.outcome is PrintOutcome.PRINTED}
    count = Counter(s.outcome for s in settled)
    ended = {(s.ticket, s.copy) for s in settled}
    cut_off = [
        r.event.ticket
        for r in log
        if isinstance(r.event, PrintSending) and (r.event.ticket, r.event.copy) not in ended
    ]
    uncertain = {s.ticket for s in settled if s.outcome is PrintOutcome.UNCERTAIN} | set(cut_off)
    sure, unsure = count[PrintOutcome.PRINTED], count[PrintOutcome.UNCERTAIN] + len(cut_off)
    return Check(
        "as many papers as tickets",
        printed | uncertain == tickets and sure <= played.papers_cut <= sure + unsure,
        f"{played.papers_cut} cut, {len(printed)} tickets printed for certain, {unsure} uncertain "
        f"({played.reprints} printed again as copies), {count[PrintOutcome.EXPIRED]} expired",
    )


def waits(visits: Sequence[Visit], played: Played, log: Sequence[Record]) -> list[str]:
    """The waits of everybody who was called, beside the recorded ones of who was served."""
    issued = {r.event.ticket: r.at for r in log if isinstance(r.event, TicketIssued)}
    groups = {t.id: t.visit.group for t in played.taken}
    here: dict[str, list[float]] = {"all": []}
    for r in log:
        if isinstance(r.event, TicketCalled):
            wait = (r.at - issued[r.event.ticket]) / 1000
            here["all"].append(wait)
            here.setdefault(groups[r.event.ticket], []).append(wait)
    there: dict[str, list[float]] = {"all": []}
    for v in visits:
        if v.service is not None:
            there["all"].append(v.wait)
            there.setdefault(v.group, []).append(v.wait)
    head = f"{'group':<22}{'people':>15}{'mean s':>15}{'median s':>15}{'p90 s':>15}{'max s':>15}"
    rows = [head]
    for group in sorted(set(here) | set(there), key=lambda g: (g != "all", g)):
        a, b = _figures(here.get(group, [])), _figures(there.get(group, []))
        pairs = (f"{x:.0f} ({y:.0f})" for x, y in zip(a, b, strict=True))
        rows.append(f"{group:<22}" + "".join(f"{pair:>15}" for pair in pairs))
    return rows


def _figures(values: list[float]) -> tuple[float, ...]:
    """People, mean, median, p90 and greatest."""
    if not values:
        return (0, 0, 0, 0, 0)
    tenths = quantiles(values, n=10, method="inclusive") if len(values) > 1 else values * 9
    return (len(values), fmean(values), tenths[4], tenths[8], max(values))
