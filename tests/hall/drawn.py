"""Small drawn days for tests: built by hand or by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec import structs

from kiosk.hall.world import (
    DrawnBooking,
    DrawnDay,
    DrawnGroup,
    DrawnTicket,
    DrawnWindow,
    WorldRules,
)


def window(number: int, skills: list[int], **fields: float) -> DrawnWindow:
    """A window that is open from 08:00 to 18:00 unless said otherwise."""
    given = {"start": 480.0, "end": 1080.0, **fields}
    return DrawnWindow(id=number, skills=skills, **given)  # type: ignore[arg-type]


def day(
    windows: list[DrawnWindow],
    tickets: list[DrawnTicket],
    *,
    groups: int = 2,
    number: int = 1,
    bookings: list[DrawnBooking] | None = None,
) -> DrawnDay:
    """A day of a hall with `groups` queues of ten minutes each."""
    return DrawnDay(
        "kiosk-day/1",
        "test",
        number,
        [DrawnGroup(g, f"group {g}", 10.0) for g in range(groups)],
        windows,
        tickets,
        bookings or [],
    )


@st.composite
def days(draw: st.DrawFn, least: int = 0, until: int = 620) -> DrawnDay:
    """Any small day: two to five windows, `least` to thirty visitors, breaks, pauses, no patience.

    until: minute at which the last comes; the earlier, the more have to wait.
    """
    groups = draw(st.integers(1, 3))
    windows = []
    for number in range(draw(st.integers(1, 4))):
        skills = draw(st.lists(st.integers(0, groups - 1), min_size=1, unique=True))
        windows.append(
            window(
                number,
                skills,
                start=draw(st.sampled_from([480.0, 500.0, 540.0])),
                end=draw(st.sampled_from([700.0, 1080.0])),
                speed=draw(st.sampled_from([0.8, 1.0, 1.25])),
                break_at=draw(st.sampled_from([490.0, 560.0, 650.0])),
                break_len=draw(st.sampled_from([1.0, 35.0])),
            )
        )
    # Somebody has to serve every group to the end of the day.
    windows.append(window(len(windows), list(range(groups))))
    count = draw(st.integers(least, 30))
    tickets = [draw(_tickets(number, groups, until)) for number in range(count)]
    tickets.sort(key=lambda t: t.arr)
    return day(windows, tickets, groups=groups)


@st.composite
def _tickets(draw: st.DrawFn, number: int, groups: int, until: int) -> DrawnTicket:
    kind = draw(st.sampled_from([0, 0, 0, 1, 2]))
    arr = draw(st.integers(475 * 60, until * 60)) / 60
    slot = None
    if kind == 2:
        slot = 480 + 15 * draw(st.integers(0, (until - 480) // 15))
        arr = min(max(475.0, slot + draw(st.integers(-30, 25))), float(until))
    return DrawnTicket(
        id=number,
        group=draw(st.integers(0, groups - 1)),
        kind=kind,  # type: ignore[arg-type]
        arr=arr,
        slot=slot,
        base=draw(st.sampled_from([0.5, 4.0, 10.0, 45.0])),
        walk=0.5,
        patience=draw(st.sampled_from([20.0, 1e9])),
        pause=draw(st.sampled_from([0.0, 0.0, 3.0])),
    )


def certain(day: DrawnDay, minutes: float) -> DrawnDay:
    """The same day with nothing left to chance: every service takes so long at any window.

    Windows are moved by odd parts of a minute, so that no two are ever free at the same instant.
    """
    return structs.replace(
        day,
        windows=[
            structs.replace(
                w,
                speed=1.0,
                start=w.start + 0.0137 * w.id,
                break_at=None if w.break_at is None else w.break_at + 0.0311 * (w.id + 1),
                break_len=w.break_len + 0.0553 * (w.id + 1),
            )
            for w in day.windows
        ],
        tickets=[
            structs.replace(t, base=minutes, walk=0.0, patience=1e9, pause=0.0) for t in day.tickets
        ],
        config=WorldRules(secondary_slowdown=1.0),
    )
