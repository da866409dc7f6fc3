"""What measured weeks propose, and what a new hall file keeps of it."""

from __future__ import annotations

from msgspec import structs

from kiosk.hall.calendar import Calendar
from kiosk.hall.capacity import Proposal, Seen, kept, proposals, taken_over
from kiosk.hall.config import Appointments, HallConfig, Session
from kiosk.hall.slots import Slots
from tests.hall.test_slots import HALL, MONDAY

SHARED = structs.replace(HALL, appointments=Appointments(slot_minutes=60, share=0.5))
SEEN = Seen({"short": (30, 6.0), "long": (2, 40.0)}, {"A": (40, 10)})


def proposed(config: HallConfig, seen: Seen) -> dict[str, Proposal]:
    slots = Slots(config, Calendar.of(config))
    return {p.group: p for p in proposals(config, slots, [MONDAY], seen)}


def test_a_proposal_says_what_fits_at_measured_times_with_those_who_do_not_come() -> None:
    found = proposed(SHARED, SEEN)["A"]
    minutes = (30 * 6 + 2 * 40) / 32
    assert found.minutes == minutes
    assert found.no_show_rate == 0.25
    assert found.proposed == int(0.5 * 2 * 60 / minutes / 0.75)  # windows 1 and 3
    assert (found.seen, found.booked) == (32, 40)


def test_too_few_observations_propose_nothing() -> None:
    found = proposed(SHARED, Seen({"short": (19, 1.0)}, {"A": (19, 19)}))["A"]
    assert (found.minutes, found.no_show_rate) == (None, 0.0)
    assert found.proposed == found.present


def test_a_session_where_all_time_can_be_booked_is_no_measure() -> None:
    evening = Session("eve", {"en": "Evening"}, ("mon",), ("18:00-19:00",), ("1", "3"), ("A",))
    assert proposed(structs.replace(SHARED, sessions=(evening,)), SEEN) == proposed(SHARED, SEEN)


def test_what_is_taken_over_counts_and_outlives_a_new_hall_file() -> None:
    found = list(proposed(SHARED, SEEN).values())
    config = taken_over(SHARED, found, SEEN, ["A"])
    assert config.measured == {"short": 6.0}
    assert config.capacity == {"A": found[0].proposed}
    assert proposed(config, SEEN)["A"].present == found[0].proposed
    again = kept(SHARED, config)
    assert (again.measured, again.capacity) == (config.measured, config.capacity)
    said = structs.replace(HALL, measured={"short": 9.0})
    assert kept(said, config).capacity == {}
    assert kept(said, config).measured == {"short": 9.0}
    assert taken_over(SHARED, found, SEEN, []) == SHARED
