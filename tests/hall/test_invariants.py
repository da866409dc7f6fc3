"""Random requests, legal and not, on a hall of three windows: what must always hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs

from kiosk.hall.config import RETURNING, Window
from kiosk.hall.core import Events
from kiosk.hall.engine import Hall
from kiosk.hall.errors import HallError, Invalid, Unknown, WrongState
from kiosk.hall.events import PrintOutcome, Record, TicketCalled, TicketIssued, encode
from kiosk.hall.fairness import audit
from kiosk.hall.state import (
    ACTIVE,
    AT_WINDOW,
    ENDED,
    Leg,
    LegState,
    Ticket,
    TicketState,
    WindowStatus,
)
from tests.hall.script import CONFIG, OPENING, Script, loaded, via_bytes
from tests.hall.test_visits import VISITS

LEGAL: dict[str, set[str]] = {
    "recall": {"called"},
    "start": {"called"},
    "finish": {"called", "serving"},
    "no_show": {"called"},
    "requeue": {"called", "serving"},
    "restore": {"no_show", "done", "cancelled"},
    "cancel": {"waiting", "called", "serving", "parked"},
    "leave": {"waiting", "called", "parked"},
    "park": {"called", "serving"},
    "postpone": {"waiting"},
    "resume": {"parked"},
    "transfer": {"waiting", "called", "serving"},
    "rate": {"done"},
    "reprint": {"waiting", "called", "serving", "parked"},
}
"""For each request about a ticket, the states in which it makes sense."""

BY_STAFF = {"picked", "undo"}
"""Codes of calls that a person decided: only these may overtake, and the log says so."""

OTHER_CONFIG = structs.replace(
    VISITS,
    windows=(*CONFIG.windows[:2], Window("4", {"en": "Window 4"}, "2F", ("C", "A"))),
    routing="listed",
)

WINDOWS = st.sampled_from(["1", "2", "3", "4", "9"])
SERVICES = st.sampled_from(["advice", "copy", "passport", "deed-tax", "photo", "card", "nothing"])
PICK = st.integers(0, 10**6)
CROWD = [
    ("advice",),
    ("passport",),
    ("deed-tax",),
    ("copy", "passport"),
    ("deed-tax", "advice"),
    ("card", "photo", "deed-tax"),
]


class Machine(RuleBasedStateMachine):
    """A hall, a twin that only ever sees the log's bytes, and a memory of all numbers given."""

    def __init__(self) -> None:
        super().__init__()
        self.script = Script(VISITS)
        self.twin = Hall(VISITS)
        self.seen = 0
        self.given: dict[str, set[str]] = {}
        self.issued: dict[str, str] = {}

    @property
    def hall(self) -> Hall:
        return self.script.hall

    def ask(self, command: Callable[[], Events], day: str | None = None) -> HallError | None:
        """Make a request: it decides without changing anything; then what it decided happens."""
        before = self.hall.state.copy()
        refused = None
        events: Events = []
        try:
            events = command()
        except HallError as error:
            refused = error
        assert self.hall.state == before
        if refused is not None:
            assert refused.code != "hall_error"
            return refused
        for record in self.hall.stamp(events, self.script.now, "test", day):
            self.witness(record)
            self.hall.apply(record)
            self.script.log.append(record)
        return None

    def witness(self, record: Record) -> None:
        """Check an event against the state that it is about to change."""
        match record.event:
            case TicketIssued(ticket=ticket, number=number):
                numbers = self.given.setdefault(record.day, set())
                assert number not in numbers
                numbers.add(number)
                assert ticket not in self.issued
                self.issued[ticket] = record.day
            case TicketCalled(ticket=ticket, reason=reason) if reason.code not in BY_STAFF:
                called = self.hall.ticket(ticket)
                leg = called.legs[called.leg_of(record.event.service)]
                spot = (lane_of(leg), RETURNING if leg.returning else called.priority)
                assert spot in standing(called)
                for other in self.hall.state.tickets.values():
                    before = (other.ref, other.order) < (called.ref, called.order)
                    assert not (before and spot in standing(other)), f"before {other.number}"

    def some(self, pick: int, states: set[str] | None = None) -> str:
        """A ticket's id; now and then one that doesn't exist."""
        ids = [
            t.id for t in self.hall.state.tickets.values() if states is None or t.state in states
        ]
        return ids[pick % len(ids)] if ids and pick % 17 else "nobody"

    def about(self, verb: str, ticket_id: str, command: Callable[[], Events]) -> None:
        """Make a request about a ticket; it is refused for its state exactly when it should be."""
        known = self.hall.state.tickets.get(ticket_id)
        state = known.state if known else None
        error = self.ask(command)
        if state is None:
            assert isinstance(error, Unknown)
        else:
            assert isinstance(error, WrongState) == (state not in LEGAL[verb]), (verb, state, error)

    @initialize(tickets=st.lists(st.sampled_from(CROWD), min_size=2, max_size=6))
    def morning(self, tickets: list[tuple[str, ...]]) -> None:
        """Two windows open, and some people are there."""
        self.open_window("1", "li")
        self.open_window("2", "wu")
        for services in tickets:
            self.issue(list(services), None, None)

    # ── what may be asked ────────────────────────────────────────────────────────────────────

    @rule(
        services=st.lists(SERVICES, min_size=0, max_size=3),
        priority=st.sampled_from([None, "normal", "senior", "soldier", "appointment", "king"]),
        printer=st.sampled_from([None, "p1", "p9"]),
    )
    def issue(self, services: list[str], priority: str | None, printer: str | None) -> None:
        self.ask(
            lambda: self.hall.issue(
                self.script.now,
                ticket_id=f"t{len(self.issued)}",
                services=services,
                priority=priority,
                printer=printer,
            )
        )

    @rule(
        service=st.sampled_from(["advice", "passport"]), priority=st.sampled_from([None, "senior"])
    )
    def issue_plain(self, service: str, priority: str | None) -> None:
        self.issue([service], priority, None)

    @rule(service=SERVICES, slot=st.integers(-40, 40))
    def check_in(self, service: str, slot: int) -> None:
        self.ask(
            lambda: self.hall.check_in(
                self.script.now,
                ticket_id=f"t{len(self.issued)}",
                services=[service],
                slot=self.script.now + slot * 60_000,
            )
        )

    @rule(window=WINDOWS, staff=st.sampled_from([None, "li", "wu"]))
    def open_window(self, window: str, staff: str | None) -> None:
        self.ask(lambda: self.hall.open_window(window, staff))

    @rule(window=WINDOWS, reason=st.sampled_from([None, "lunch"]))
    def pause_window(self, window: str, reason: str | None) -> None:
        self.ask(lambda: self.hall.pause_window(window, reason))

    @rule(window=WINDOWS)
    def close_window(self, window: str) -> None:
        self.ask(lambda: self.hall.close_window(window))

    @rule(window=WINDOWS)
    def call_next(self, window: str) -> None:
        self.ask(lambda: self.hall.call_next(window, self.script.now))

    @rule(window=st.sampled_from(["1", "2"]), start=st.booleans())
    def serve(self, window: str, start: bool) -> None:
        """What a window does all day long."""
        self.open_window(window, None)
        self.script.now += 60_000
        self.pass_on()
        self.call_next(window)
        present = self.hall.window(window).ticket
        if start and present is not None:
            self.about("start", present, lambda: self.hall.start(present, window))

    @rule(window=WINDOWS, pick=PICK)
    def call(self, window: str, pick: int) -> None:
        ticket = self.some(pick)
        self.ask(lambda: self.hall.call(window, ticket, self.script.now, "asked for"))

    @rule(window=WINDOWS, pick=PICK)
    def undo(self, window: str, pick: int) -> None:
        ticket = self.some(pick, {"done", "no_show"})
        self.ask(lambda: self.hall.undo(ticket, window, self.script.now))

    @rule(
        pick=PICK,
        verb=st.sampled_from(["recall", "start", "finish", "no_show", "requeue"]),
        present=st.booleans(),
        window=st.sampled_from([None, "1", "2"]),
    )
    def at_window(self, pick: int, verb: str, present: bool, window: str | None) -> None:
        ticket = self.some(pick, {"called", "serving"} if present else None)
        command = getattr(self.hall, verb)
        self.about(verb, ticket, lambda: command(ticket, window))

    @rule(pick=PICK, verb=st.sampled_from(["restore", "postpone"]))
    def timed(self, pick: int, verb: str) -> None:
        ticket = self.some(pick)
        self.about(verb, ticket, lambda: getattr(self.hall, verb)(ticket, self.script.now))

    @rule(pick=PICK, verb=st.sampled_from(["cancel", "leave", "resume"]))
    def untimed(self, pick: int, verb: str) -> None:
        ticket = self.some(pick)
        self.about(verb, ticket, lambda: getattr(self.hall, verb)(ticket))

    @rule(pick=PICK, minutes=st.sampled_from([None, 5, 24 * 60, -1, 0]))
    def park(self, pick: int, minutes: float | None) -> None:
        ticket = self.some(pick, {"called", "serving"})
        self.about("park", ticket, lambda: self.hall.park(ticket, self.script.now, minutes=minutes))

    @rule(
        pick=PICK,
        to=st.one_of(st.tuples(SERVICES, st.none()), st.tuples(st.none(), WINDOWS)),
        come_back=st.booleans(),
    )
    def transfer(self, pick: int, to: tuple[str | None, str | None], come_back: bool) -> None:
        ticket = self.some(pick, {"called", "serving", "waiting"})
        service, window = to
        self.ask(
            lambda: self.hall.transfer(
                ticket, service=service, window=window, note="see page 2", come_back=come_back
            )
        )

    @rule(pick=PICK, paid=st.booleans())
    def payment(self, pick: int, paid: bool) -> None:
        ticket = self.some(pick, {"called", "serving", "waiting"})
        if paid:
            self.ask(lambda: self.hall.pay(ticket))
        else:
            self.ask(lambda: self.hall.bill(ticket, self.script.now, item="fee"))

    @rule(
        window=WINDOWS,
        groups=st.sampled_from([(), ("A",), ("C",), ("B", "C"), ("Z",)]),
        minutes=st.sampled_from([0, 5, 60]),
    )
    def lend(self, window: str, groups: tuple[str, ...], minutes: float) -> None:
        self.ask(lambda: self.hall.lend_window(window, groups, minutes, self.script.now))

    @rule(window=WINDOWS)
    def take_back(self, window: str) -> None:
        self.ask(lambda: self.hall.return_window(window))

    @rule(window=WINDOWS, given=st.booleans())
    def assistance(self, window: str, given: bool) -> None:
        command = self.hall.give_assistance if given else self.hall.call_assistance
        self.ask(lambda: command(window))

    @rule(pick=PICK, priority=st.sampled_from(["senior", "urgent", "appointment", "king"]))
    def prioritise(self, pick: int, priority: str) -> None:
        ticket = self.some(pick, {"waiting"})
        self.ask(lambda: self.hall.prioritise(ticket, priority, "asked", "the director"))

    @rule(pick=PICK, score=st.integers(0, 6))
    def rate(self, pick: int, score: int) -> None:
        ticket = self.some(pick)
        self.about("rate", ticket, lambda: self.hall.rate(ticket, score))

    @rule(pick=PICK)
    def reprint(self, pick: int) -> None:
        ticket = self.some(pick)
        self.about("reprint", ticket, lambda: self.hall.reprint(ticket, "p1", self.script.now))

    @rule(pick=PICK, outcome=st.sampled_from([None, *PrintOutcome]))
    def print_on(self, pick: int, outcome: PrintOutcome | None) -> None:
        jobs = list(self.hall.state.prints) or [("nobody", 0)]
        ticket, copy = jobs[pick % len(jobs)]
        if outcome is None:
            self.ask(lambda: self.hall.begin_print(ticket, copy, self.script.now))
        else:
            self.ask(lambda: self.hall.settle_print(ticket, copy, outcome))

    @rule(other=st.booleans())
    def configure(self, other: bool) -> None:
        self.ask(lambda: self.hall.configure(OTHER_CONFIG if other else VISITS))

    @rule(minutes=st.sampled_from([0.1, 1, 3, 10, 45, 120, -30]))
    def pass_time(self, minutes: float) -> None:
        """Minutes pass; sometimes somebody sets the computer's clock back."""
        self.script.now += round(minutes * 60_000)
        self.pass_on()

    @precondition(lambda self: len(self.issued) > 6 * len(self.given))
    @rule(days=st.sampled_from([1, 3]))
    def pass_night(self, days: int) -> None:
        """The next morning, or the one after a long weekend."""
        elapsed = (self.script.now - OPENING) // 86_400_000 + days
        self.script.now = OPENING + elapsed * 86_400_000
        self.pass_on()

    def pass_on(self) -> None:
        for _ in range(100):
            tick = self.hall.tick(self.script.now)
            if not tick.events:
                return
            due = self.hall.next_deadline()
            assert due is not None
            assert due <= self.script.now
            assert self.ask(lambda tick=tick: tick.events, tick.day) is None  # type: ignore[misc]
        pytest.fail("the clock never comes to rest")

    def teardown(self) -> None:
        """Whatever the day was like: what the rule decided stands the audit.

        People who press no key and days that end early are this test's doing.
        """
        found = [v for v in audit(self.script.log) if v.rule not in ("idle", "not_called")]
        assert found == []

    # ── what must hold ───────────────────────────────────────────────────────────────────────

    @invariant()
    def bytes_fold_to_the_same_state(self) -> None:
        for record in self.script.log[self.seen :]:
            copy = via_bytes(record)
            assert encode(copy.event) == encode(record.event)
            self.twin.apply(copy)
        self.seen = len(self.script.log)
        assert self.twin.state == self.hall.state

    @invariant()
    def seqs_have_no_gaps_and_time_never_runs_back(self) -> None:
        assert [r.seq for r in self.script.log] == list(range(1, len(self.script.log) + 1))
        times = [r.at for r in self.script.log]
        assert times == sorted(times)

    @invariant()
    def nobody_is_lost(self) -> None:
        tickets = self.hall.state.tickets
        for ticket, day in self.issued.items():
            assert ticket in tickets or day not in self.hall.state.days
        for ticket_state in tickets.values():
            assert (ticket_state.state in ENDED) == (ticket_state.ended_at is not None)

    @invariant()
    def a_ticket_is_at_one_window_and_a_window_has_one_ticket(self) -> None:
        at_windows = {w.id: w.ticket for w in self.hall.state.windows.values() if w.ticket}
        there = {t.window: t.id for t in self.hall.state.tickets.values() if t.state in AT_WINDOW}
        assert at_windows == there
        assert len(set(at_windows.values())) == len(at_windows)
        for window in at_windows:
            assert self.hall.state.windows[window].status is not WindowStatus.CLOSED

    @invariant()
    def queues_hold_exactly_who_waits(self) -> None:
        tickets = self.hall.state.tickets.values()
        queued = [(spot, place) for spot, line in self.hall.state.queues.items() for place in line]
        waiting = [(spot, (t.ref, t.order, t.id)) for t in tickets for spot in standing(t)]
        assert queued == sorted(waiting)
        assert all(standing(t) for t in tickets if t.state is TicketState.WAITING)
        assert self.hall.state.queues.several == sum(len(standing(t)) > 1 for t in tickets)

    @invariant()
    def what_is_planned_next_can_be_called(self) -> None:
        for ticket in self.hall.state.tickets.values():
            if ticket.state is TicketState.WAITING:
                assert lane_of(ticket.current) in {lane for lane, _ in standing(ticket)}

    @invariant()
    def nobody_waits_for_a_window_at_which_nobody_sits(self) -> None:
        for ticket in self.hall.state.tickets.values():
            for leg in ticket.legs:
                if leg.bound is not None and leg.state is not LegState.DONE:
                    assert self.hall.window(leg.bound).status is not WindowStatus.CLOSED

    @invariant()
    def a_promise_to_keep_a_place_has_an_end(self) -> None:
        for ticket in self.hall.state.tickets.values():
            assert (ticket.state is TicketState.PARKED) == (ticket.parked_until is not None)

    @invariant()
    def a_start_up_reads_the_same_hall(self) -> None:
        log = self.script.log
        open_days = self.hall.state.days
        hall = Hall.replay(loaded(log, lambda r: r.day in open_days))
        state = hall.state
        state.seq, state.at = log[-1].seq, log[-1].at
        assert state == self.hall.state


def lane_of(leg: Leg) -> str:
    return leg.group if leg.bound is None else f"@{leg.bound}"


def standing(ticket: Ticket) -> set[tuple[str, str]]:
    """The (lane, line) of every queue that a ticket must stand in, worked out anew."""
    if ticket.state is not TicketState.WAITING:
        return set()
    todo = [leg for leg in ticket.legs if leg.state is not LegState.DONE]
    found: dict[str, str] = {}
    for index, leg in enumerate(ticket.legs):
        held = leg.follows and ticket.legs[index - 1].state is not LegState.DONE
        blocked = {other.service for other in todo} & set(leg.after)
        if leg.state is LegState.WAITING and not held and not blocked:
            found.setdefault(lane_of(leg), RETURNING if leg.returning else ticket.priority)
    return set(found.items())


TestInvariants = Machine.TestCase
TestInvariants.settings = settings(max_examples=80, stateful_step_count=60)


def test_every_state_of_a_ticket_stands_in_the_table() -> None:
    named = set().union(*LEGAL.values())
    assert named == {state.value for state in TicketState}
    assert {s.value for s in ACTIVE} == LEGAL["cancel"]


def test_a_configuration_of_another_hall_is_refused() -> None:
    script = Script()
    with pytest.raises(Invalid, match="id"):
        script.hall.configure(structs.replace(CONFIG, id="other"))
