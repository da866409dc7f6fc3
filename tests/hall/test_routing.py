"""The rules by which a window takes a ticket, decided in numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import APPOINTMENT, NORMAL, HallConfig, Routing, Rules
from kiosk.hall.routing import Extra, Option, Router, pick, place_on
from kiosk.hall.state import Place, Queues, State, WindowState, WindowStatus
from tests.hall.script import CONFIG, OPENING

NOW = OPENING + 200 * MINUTE
HOME, OTHER = "B", "A"
"""Window 2 of the test hall serves B at home, then A, then C."""


class Line:
    """Lets tickets wait by lane and class; `minutes` is how long they have waited."""

    def __init__(self) -> None:
        self.queues = Queues()
        self.count = 0

    def wait(self, lane: str, minutes: float, priority: str = NORMAL) -> str:
        self.count += 1
        name = f"{lane}{self.count}"
        lines = self.queues._lanes.setdefault(lane, {}).setdefault(priority, [])
        lines.append((NOW - round(minutes * MINUTE), self.count, name))
        lines.sort()
        return name


def chosen(line: Line, config: HallConfig = CONFIG, window: str = "2") -> str | None:
    choice = Router(config).next_for(window, line.queues, NOW)
    return None if choice is None else choice.ticket


def ruled(routing: Routing) -> HallConfig:
    return structs.replace(CONFIG, routing=routing)


def test_nobody_waits_nobody_is_called() -> None:
    assert chosen(Line()) is None


def test_a_ticket_of_another_skill_is_not_taken() -> None:
    line = Line()
    line.wait("C", 30)
    assert chosen(line, window="1") is None


def test_another_line_must_lead_by_the_help_gap() -> None:
    line = Line()
    home = line.wait(HOME, 5)
    line.wait(OTHER, 14.9)
    assert chosen(line) == home
    helped = line.wait(OTHER, 15.1)
    assert chosen(line) == helped


def test_the_help_gap_is_a_rule_of_the_hall() -> None:
    line = Line()
    line.wait(HOME, 5)
    other = line.wait(OTHER, 5.1)
    assert chosen(line, structs.replace(CONFIG, rules=Rules(help_gap_minutes=0))) == other


def test_a_priority_minute_counts_by_its_rate_and_head_start() -> None:
    line = Line()
    normal = line.wait(HOME, 40)
    line.wait(HOME, 13.3, "senior")  # 1.5 × 13.3 + 20 = 39.95
    assert chosen(line) == normal
    senior = line.wait(HOME, 13.4, "senior")
    assert chosen(line) == senior


def test_an_appointment_at_its_slot_counts_like_twenty_minutes() -> None:
    line = Line()
    booked = line.wait(HOME, 0, APPOINTMENT)
    line.wait(HOME, 19.9)
    assert chosen(line) == booked
    walk_in = line.wait(HOME, 20.1)
    assert chosen(line) == walk_in


def test_an_early_appointment_has_not_earned_its_head_start() -> None:
    line = Line()
    line.wait(HOME, -10, APPOINTMENT)  # 3 × −10 + 20 = −10
    walk_in = line.wait(HOME, 0)
    assert chosen(line) == walk_in


def test_over_the_cap_the_most_overdue_goes_first_and_the_gap_counts_nothing() -> None:
    line = Line()
    line.wait(HOME, 62)
    overdue = line.wait(OTHER, 64)
    line.wait(HOME, 29, APPOINTMENT)
    assert chosen(line) == overdue


def test_the_cap_of_a_class_is_its_own() -> None:
    line = Line()
    line.wait(HOME, 65)
    booked = line.wait(HOME, 36, APPOINTMENT)
    assert chosen(line) == booked


def test_fifo_is_the_longest_wait_whatever_the_class_or_line() -> None:
    line = Line()
    line.wait(HOME, 20, APPOINTMENT)
    line.wait(HOME, 20.5, "senior")
    longest = line.wait(OTHER, 21)
    assert chosen(line, ruled("fifo")) == longest


def test_listed_takes_the_groups_in_their_order() -> None:
    line = Line()
    line.wait("C", 100)
    other = line.wait(OTHER, 50)
    assert chosen(line, ruled("listed")) == other
    home = line.wait(HOME, 1)
    assert chosen(line, ruled("listed")) == home
    bound = line.wait("@2", 0)
    assert chosen(line, ruled("listed")) == bound


@pytest.mark.parametrize("routing", ["fair", "fifo", "listed"])
def test_ties_go_to_whoever_came_first(routing: Routing) -> None:
    line = Line()
    first = line.wait(HOME, 5)
    line.wait(HOME, 5)
    assert chosen(line, ruled(routing)) == first


def test_the_reason_tells_rule_and_numbers() -> None:
    line = Line()
    line.wait(HOME, 5)
    line.wait(OTHER, 30)
    line.wait(OTHER, 20)
    choice = Router(CONFIG).next_for("2", line.queues, NOW)
    assert choice is not None
    reason = choice.reason
    assert (reason.code, reason.rule, reason.group) == ("help", "fair", OTHER)
    assert (reason.waited_s, reason.points, reason.lead, reason.ahead_of) == (1800, 30, 25, 2)
    line.wait(HOME, 70)
    choice = Router(CONFIG).next_for("2", line.queues, NOW)
    assert choice is not None
    assert (choice.reason.code, choice.reason.over_cap_s) == ("over_cap", 600)
    bound = Line()
    bound.wait("@2", 5)
    choice = Router(CONFIG).next_for("2", bound.queues, NOW)
    assert choice is not None
    assert (choice.reason.code, choice.reason.group) == ("bound", HOME)


def test_who_is_about_to_wait_is_chosen_like_who_waits() -> None:
    line = Line()
    line.wait(HOME, 5)
    extra: Place = (NOW - 9 * MINUTE, 99, "next-leg")
    choice = Router(CONFIG).next_for("2", line.queues, NOW, extra=Extra([(HOME, NORMAL)], extra))
    assert choice is not None
    assert choice.ticket == "next-leg"
    assert choice.reason.ahead_of == 1


def test_a_late_appointment_waits_like_a_priority_visitor() -> None:
    router = Router(CONFIG)
    slot = NOW - 10 * MINUTE
    assert router.booked_class(slot, NOW) == APPOINTMENT
    assert router.booked_class(slot - 1, NOW) == "senior"
    plain = Router(structs.replace(CONFIG, priorities=()))
    assert plain.booked_class(slot - 1, NOW) == NORMAL


def test_a_new_ticket_goes_home_then_to_fewest_skills_then_to_least_worked() -> None:
    tiers = [["1"], ["2", "3"], ["4"]]
    worked = {"1": 9.0, "2": 5.0, "3": 4.0, "4": 0.0}
    assert place_on(tiers, {"1", "2", "3", "4"}, worked.__getitem__) == "1"
    assert place_on(tiers, {"2", "3", "4"}, worked.__getitem__) == "3"
    assert place_on(tiers, {"4"}, worked.__getitem__) == "4"
    assert place_on(tiers, set[str](), worked.__getitem__) is None


def test_tiers_put_home_windows_first() -> None:
    router = Router(CONFIG)
    assert router.tiers("A") == [["1"], ["2"]]
    assert router.tiers("C") == [["3"], ["2"]]
    assert router.tiers("@2") == [["2"]]


def test_only_open_windows_with_nobody_there_take_a_new_ticket() -> None:
    windows = {w.id: WindowState(w.id) for w in CONFIG.windows}
    router = Router(CONFIG)
    assert router.place("A", windows) is None
    windows["2"].status = WindowStatus.OPEN
    assert router.place("A", windows) == "2"
    windows["2"].ticket = "somebody"
    assert router.place("A", windows) is None


def test_ahead_counts_who_goes_first_in_the_same_queue() -> None:
    line = Line()
    line.wait(HOME, 30)
    line.wait(HOME, 2)
    line.wait(HOME, 10, "senior")
    line.wait(OTHER, 99)
    state = State(CONFIG, queues=line.queues)
    router = Router(CONFIG)
    assert router.ahead(HOME, NORMAL, NOW, 100, state, NOW) == 3
    assert router.ahead(HOME, "senior", NOW, 100, state, NOW) == 2
    assert router.ahead(HOME, NORMAL, NOW - 5 * MINUTE, 100, state, NOW) == 2


places = st.tuples(st.integers(0, 10**7), st.integers(0, 50), st.just(""))
options = st.builds(
    Option,
    line=st.lists(places, max_size=3).map(sorted),
    rate=st.sampled_from([1 / MINUTE, 2 / MINUTE, 3 / MINUTE]),
    start=st.sampled_from([0.0, -10.0, 5.0, 20.0]),
    cap=st.sampled_from([30.0 * MINUTE, 60.0 * MINUTE, float("inf")]),
    lane=st.just("A"),
    priority=st.just(NORMAL),
    rank=st.just(0),
)


@given(st.lists(options, max_size=6), st.integers(10**7, 2 * 10**7))
def test_pick_is_the_greatest_of_overdue_points_and_age(found: list[Option], now: int) -> None:
    def key(option: Option) -> tuple[float, float, int, int]:
        ref, order, _ = option.line[0]
        waited = now - ref
        return max(0.0, waited - option.cap), option.rate * waited + option.start, -ref, -order

    waiting = [option for option in found if option.line]
    best = pick(found, now)
    if not waiting:
        assert best is None
    else:
        assert best is not None
        assert key(best) == max(key(option) for option in waiting)


@given(st.permutations(range(4)), st.lists(options, min_size=4, max_size=4))
def test_pick_does_not_depend_on_the_order_of_options(
    order: list[int], found: list[Option]
) -> None:
    best, again = pick(found, 10**7), pick([found[i] for i in order], 10**7)
    assert (best and best.line[0]) == (again and again.line[0])
