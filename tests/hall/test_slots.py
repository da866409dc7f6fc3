"""Which slots there are, and how many bookings each takes."""

from __future__ import annotations

from msgspec import structs

from kiosk.hall.calendar import Calendar
from kiosk.hall.config import (
    Appointments,
    Group,
    HallConfig,
    Service,
    Session,
    SpecialDay,
    Window,
)
from kiosk.hall.events import LegPlan
from kiosk.hall.slots import Slot, Slots

MONDAY = "2026-11-23"
NAME = {"en": "x"}
HALL = HallConfig(
    id="main",
    name=NAME,
    timezone="Asia/Shanghai",
    hours={"mon-fri": ["09:00-11:00", "14:00-15:00"]},
    groups=(
        Group("A", "A", NAME, "1F"),
        Group("B", "B", NAME, "1F", hours={"mon": ["10:00-15:00"]}),
    ),
    services=(
        Service("short", "A", NAME, minutes=10, appointments=True),
        Service("long", "A", NAME, minutes=50, appointments=True),
        Service("other", "B", NAME, minutes=20, appointments=True, after=("short",)),
    ),
    windows=(
        Window("1", NAME, "1F", ("A",)),
        Window("2", NAME, "1F", ("B", "A")),
        Window("3", NAME, "1F", ("A",), hours={"mon-fri": ["10:00-11:00"]}),
    ),
    appointments=Appointments(slot_minutes=30, capacity={"A": 2, "B": 1}),
)


def slots(config: HallConfig) -> Slots:
    return Slots(config, Calendar.of(config))


def legs(*services: str) -> list[LegPlan]:
    return [LegPlan(s, "B" if s == "other" else "A") for s in services]


def times(config: HallConfig, found: list[Slot]) -> list[str]:
    calendar = Calendar.of(config)
    return [
        f"{calendar.local(s.start):%H:%M}-{calendar.local(s.end):%H:%M} {s.free}/{s.capacity}"
        for s in found
    ]


def day(config: HallConfig, *services: str, on: str = MONDAY) -> list[str]:
    return times(config, slots(config).day(on, legs(*services), {}))


def shared(**changes: object) -> HallConfig:
    rules = Appointments(slot_minutes=30, share=0.5)
    return structs.replace(HALL, appointments=rules, **changes)  # type: ignore[arg-type]


def test_slots_lie_within_the_open_spans_and_the_hours_of_the_group() -> None:
    assert day(HALL, "short") == [
        "09:00-09:30 2/2",
        "09:30-10:00 2/2",
        "10:00-10:30 2/2",
        "10:30-11:00 2/2",
        "14:00-14:30 2/2",
        "14:30-15:00 2/2",
    ]
    assert [text[:5] for text in day(HALL, "other")] == ["10:00", "10:30", "14:00", "14:30"]
    assert day(HALL, "short", on="2026-11-22") == []


def test_a_long_service_takes_several_slots_and_never_reaches_over_a_break() -> None:
    assert day(HALL, "long") == [
        "09:00-10:00 2/2",
        "09:30-10:30 2/2",
        "10:00-11:00 2/2",
        "14:00-15:00 2/2",
    ]
    calendar = Calendar.of(HALL)
    ten = calendar.starts(MONDAY) + 10 * 3600_000
    found = slots(HALL).day(MONDAY, legs("long"), {("A", ten): 2})
    assert [text[-3:] for text in times(HALL, found)] == ["2/2", "0/2", "0/2", "2/2"]


def test_several_services_follow_one_another() -> None:
    assert day(HALL, "short", "other") == [
        "09:00-10:30 1/1",
        "09:30-10:30 1/1",
        "10:00-11:00 1/1",
        "14:00-15:00 1/1",
    ]
    ten = Calendar.of(HALL).starts(MONDAY) + 10 * 3600_000
    found = slots(HALL).day(MONDAY, legs("short", "other"), {("B", ten): 1})
    assert times(HALL, found)[:2] == ["09:00-11:00 1/1", "09:30-11:00 1/1"]


def test_the_share_counts_home_windows_that_are_manned_and_carries_fractions_over() -> None:
    # A: minutes (10 + 50) / 2 = 30; a half of one window and, from 10:00, of two.
    assert day(shared(), "short") == [
        "09:30-10:00 1/1",
        "10:00-10:30 1/1",
        "10:30-11:00 1/1",
        "14:30-15:00 1/1",
    ]
    assert sum(int(text[-1]) for text in day(shared(), "other")) == 3  # 4 × ½ × 30/20


def test_a_group_that_is_home_nowhere_gets_its_part_of_each_window() -> None:
    windows = (Window("1", NAME, "1F", ("A", "B")),)
    found = slots(shared(windows=windows)).cells(MONDAY, "B")
    assert sum(cell.capacity for cell in found) == 1  # 4 × ½ × ½ × 30/20 = 1.5


def test_measured_minutes_come_before_the_catalogues() -> None:
    config = shared(measured={"other": 10.0})
    assert sum(int(text[-1]) for text in day(config, "other")) == 6


def test_special_days_and_sessions() -> None:
    config = structs.replace(
        shared(),
        days=(SpecialDay(MONDAY), SpecialDay("2026-11-28", ("09:00-10:00",))),
        sessions=(Session("eve", NAME, ("tue",), ("18:00-19:00",), ("2",), ("A",)),),
    )
    assert day(config, "short") == []
    assert len(slots(config).cells("2026-11-28", "A")) == 2
    tuesday = day(config, "short", on="2026-11-24")
    assert tuesday[-2:] == ["18:00-18:30 1/1", "18:30-19:00 1/1"]  # all of the window
    assert not [text for text in day(config, "other", on="2026-11-24") if text >= "18"]


def test_without_appointments_there_are_no_slots() -> None:
    assert day(structs.replace(HALL, appointments=None), "short") == []
