import pytest
from msgspec import structs

from kiosk.hall.config import Window
from kiosk.hall.engine import Hall
from kiosk.hall.errors import Invalid, Unknown, WindowBusy
from tests.hall.script import CONFIG, OPENING, Script, at, loaded

ROUND_THE_CLOCK = structs.replace(
    CONFIG, hours={"mon-sun": ["00:00-24:00"]}, groups=(*CONFIG.groups[:2],),
    services=CONFIG.services[:3], windows=CONFIG.windows[:1],
)  # fmt: skip


# ── the close of the day ─────────────────────────────────────────────────────────────────────


def test_at_midnight_everything_ends_with_a_reason() -> None:
    script = Script()
    script.open("1", "2")
    serving, twofold = script.issue(), script.issue("passport", "advice")
    assert script.next("1") is serving
    assert script.next("2") is twofold
    waiting = script.issue()
    parked = script.issue()
    script.put(script.hall.postpone(parked.id, script.now, 1000))
    assert script.hall.next_deadline() == at("00:00", "2026-11-24")
    script.later(at=at("00:00", "2026-11-24"))
    ends = {
        r.event.ticket: r.event.kind  # type: ignore[union-attr]
        for r in script.log
        if r.event.kind in ("service_finished", "ticket_cancelled")
    }
    assert ends == {
        serving.id: "service_finished",
        twofold.id: "ticket_cancelled",
        waiting.id: "ticket_cancelled",
        parked.id: "ticket_cancelled",
    }
    finished = [r.event.ticket for r in script.log if r.event.kind == "service_finished"]  # type: ignore[union-attr]
    assert finished == [serving.id, twofold.id], "a service that was given counts"
    assert {r.day for r in script.log} == {"2026-11-23"}
    assert script.hall.state.tickets == {}
    assert {w.status for w in script.hall.state.windows.values()} == {"closed"}
    assert script.hall.next_deadline() is None
    with pytest.raises(Unknown):
        script.hall.restore(waiting.id, script.now)


def test_a_server_that_slept_closes_each_day_by_itself() -> None:
    script = Script()
    script.open("1")
    script.issue()
    script.now = at("10:00", "2026-11-26")
    assert script.hall.tick(script.now).day == "2026-11-23"
    script.tick()
    assert script.log[-1].event.kind == "day_closed"
    assert script.log[-1].day == "2026-11-23"
    assert script.issue().number == "A001"


def test_a_late_midnight_spares_who_came_after_it() -> None:
    script = Script(ROUND_THE_CLOCK, now=at("23:50"))
    script.open("1")
    old = script.issue("passport")
    script.now = at("00:01", "2026-11-24")
    new = script.issue("advice")
    assert new.number == "A001"
    script.put(script.hall.call("1", new.id, script.now))
    script.tick()
    assert old.id not in script.hall.state.tickets
    assert script.hall.window("1").ticket == new.id
    assert script.hall.window("1").status == "open"


def test_nothing_is_due_where_nothing_happened() -> None:
    script = Script()
    assert script.hall.next_deadline() is None
    assert script.hall.tick(script.now + 10**10).events == []


# ── a new configuration while the hall runs ──────────────────────────────────────────────────


def test_running_tickets_survive_a_new_hall_file() -> None:
    script = Script()
    script.open("1")
    ticket, other = script.issue(), script.issue("passport")
    renamed = structs.replace(
        CONFIG, windows=(*CONFIG.windows, Window("4", {"en": "Window 4"}, "1F", ("B",)))
    )
    script.put(script.hall.configure(renamed))
    assert script.hall.configure(renamed) == []
    script.open("4")
    assert script.next("4") is other
    assert script.next("1") is ticket


def test_a_window_with_a_visitor_cannot_be_taken_away() -> None:
    script = Script()
    script.open("3")
    ticket = script.issue("deed-tax")
    script.next("3")
    smaller = structs.replace(CONFIG, windows=CONFIG.windows[:2])
    with pytest.raises(WindowBusy):
        script.hall.configure(smaller)
    script.put(script.hall.requeue(ticket.id))
    script.put(script.hall.configure(smaller))
    with pytest.raises(Unknown):
        script.hall.open_window("3")
    script.open("2")
    assert script.next("2") is ticket


def test_who_was_promised_to_a_removed_window_waits_in_the_group() -> None:
    script = Script()
    script.open("1", "3")
    ticket = script.issue("advice")
    script.put(script.hall.transfer(ticket.id, window="3"))
    script.put(script.hall.configure(structs.replace(CONFIG, windows=CONFIG.windows[:2])))
    assert script.next("1") is ticket


def test_a_service_that_somebody_waits_for_cannot_be_taken_away() -> None:
    script = Script()
    ticket = script.issue("advice", "passport")
    fewer = structs.replace(
        CONFIG, services=tuple(s for s in CONFIG.services if s.id != "passport")
    )
    with pytest.raises(Invalid, match=ticket.number):
        script.hall.configure(fewer)
    script.put(script.hall.leave(ticket.id))
    script.put(script.hall.configure(fewer))


def test_a_priority_taken_away_leaves_its_tickets_in_line() -> None:
    script = Script()
    script.open("1")
    ticket = script.issue("advice", priority="senior")
    script.put(script.hall.configure(structs.replace(CONFIG, priorities=())))
    assert script.next("1") is ticket


# ── the fold ─────────────────────────────────────────────────────────────────────────────────


def test_a_log_must_begin_with_a_configuration() -> None:
    script = Script()
    script.issue()
    with pytest.raises(ValueError, match="hall_configured"):
        Hall.replay(script.log[1:])
    with pytest.raises(ValueError, match="empty"):
        Hall.replay([])


def test_a_start_up_at_noon_reads_the_morning_under_the_mornings_configuration() -> None:
    script = Script()
    script.later(at=at("09:00", "2026-11-24"))
    script.open("3")
    ticket = script.issue("deed-tax")
    script.next("3")
    script.put(script.hall.finish(ticket.id))
    script.put(script.hall.configure(structs.replace(CONFIG, windows=CONFIG.windows[:2])))
    script.issue()
    today = loaded(script.log, lambda r: r.day == "2026-11-24")
    assert Hall.replay(today).state == script.hall.state


def test_a_fork_decides_ahead_without_touching_the_hall() -> None:
    script = Script()
    script.open("1")
    script.issue("advice", "passport")
    before = script.hall.state.copy()
    fork = script.hall.fork()
    for events in (fork.call_next("1", script.now), fork.configure(ROUND_THE_CLOCK)):
        for record in fork.stamp(events, script.now, "test"):
            fork.apply(record)
        assert script.hall.state == before
    assert fork.calendar.is_open(at("23:00"))
    assert not script.hall.calendar.is_open(at("23:00"))


def test_waiting_counts_a_group_with_those_bound_to_a_window() -> None:
    script = Script()
    script.open("2")
    script.issue("passport")
    bound = script.issue("passport")
    script.put(script.hall.transfer(bound.id, window="2"))
    assert script.hall.waiting("B") == 2
    assert script.hall.waiting("A") == 0


def test_stamps_follow_the_logs_end() -> None:
    script = Script()
    ticket = script.issue()
    record = script.hall.stamp(script.hall.leave(ticket.id), OPENING - 5, "visitor")[0]
    assert (record.seq, record.at, record.day) == (script.log[-1].seq + 1, OPENING, "2026-11-23")
    assert (record.hall, record.actor) == ("main", "visitor")
