"""A drawn day from its file: read, and checked beyond the types of its fields, so that it plays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from .world import DrawnDay, DrawnTicket, DrawnWindow

LONGEST = 24 * 60
"""Minutes of a day: nobody comes, and no window opens, after it."""


_decoder = msgspec.json.Decoder(DrawnDay)


def decode(payload: bytes) -> DrawnDay:
    """The day behind a JSON text. Raises msgspec.ValidationError or DecodeError."""
    day = _decoder.decode(payload)
    for mistake in mistakes(day):
        raise msgspec.ValidationError(mistake)
    return day


def mistakes(day: DrawnDay) -> Iterator[str]:
    """One sentence for each mistake, first those of groups, then of windows, then of visitors."""
    groups = {group.id for group in day.groups}
    if not groups:
        yield "A day needs groups."
    for name, ids in (
        ("groups", [group.id for group in day.groups]),
        ("windows", [window.id for window in day.windows]),
        ("tickets", [ticket.id for ticket in day.tickets]),
    ):
        yield from (f"{name}: the id {twice} stands there twice." for twice in _twice(ids))
    for group in day.groups:
        if group.catalogue <= 0:
            yield f"groups: catalogue of {group.id} must be more than 0 minutes."
    for window in day.windows:
        yield from (f"windows: {window.id} {what}." for what in _of_window(window, groups))
    for ticket in day.tickets:
        yield from (f"tickets: {ticket.id} {what}." for what in _of_ticket(ticket, groups))
    for booking in day.bookings:
        if booking.group not in groups:
            yield f"bookings: there is no group {booking.group}."


def _of_window(window: DrawnWindow, groups: set[int]) -> Iterator[str]:
    if not window.skills:
        yield "needs at least one group in its skills"
    yield from (f"serves group {s}, which doesn't exist" for s in window.skills if s not in groups)
    if not window.closed and not 0 <= window.start < window.end <= 2 * LONGEST:
        yield "must start after 0 and before its end"
    if window.speed <= 0:
        yield "must have a speed above 0"
    if any(length < 0 for _, length in window.rests):
        yield "has a break that is shorter than nothing"


def _of_ticket(ticket: DrawnTicket, groups: set[int]) -> Iterator[str]:
    more = [*ticket.then, *ticket.found]
    wanted = [ticket.group, *(leg.group for leg in more)]
    yield from (f"is for group {g}, which doesn't exist" for g in wanted if g not in groups)
    if not 0 <= ticket.arr < LONGEST:
        yield f"comes at minute {ticket.arr:g}, which isn't within the day"
    times = (ticket.base, ticket.walk, ticket.patience, ticket.pause)
    if min(*times, *(leg.base for leg in more)) < 0:
        yield "has a time below 0"


def _twice(ids: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for one in ids:
        if one in seen:
            yield one
        seen.add(one)
