"""What is learned of visitors who go on to another service, or are sent away and return."""

from __future__ import annotations

import pickle

import pytest

from kiosk.hall.calendar import MINUTE
from kiosk.hall.events import TicketTransferred
from kiosk.hall.learning import Learner
from kiosk.hall.learning_onward import GoingOn, Onward, Step
from tests.hall.script import CONFIG, Script

SERVICES = [s.id for s in CONFIG.services]


def hall() -> Script:
    script = Script()
    script.open("1", "2", "3")
    return script


def served(script: Script, minutes: float = 10) -> str:
    """Somebody is called at window 1 for advice and is served for so long."""
    ticket = script.issue("advice")
    script.next("1")
    script.later(minutes)
    return ticket.id


def learned(script: Script) -> Learner:
    learner = Learner(CONFIG)
    for record in script.log:
        learner.observe(record)
    return learner


def onward(script: Script) -> dict[str, Onward]:
    return learned(script).onward.onward(SERVICES)


def test_where_nothing_goes_on_nothing_is_expected_to() -> None:
    script = hall()
    script.put(script.hall.finish(served(script)))
    missed = script.issue("advice")
    script.next("1")
    script.put(script.hall.no_show(missed.id))
    assert onward(script) == {}


def test_a_service_that_is_handed_over_is_expected_to_be_again() -> None:
    script = hall()
    for number in range(40):
        ticket = served(script, 3)
        if number % 2:
            script.put(script.hall.finish(ticket))
        else:
            script.put(script.hall.transfer(ticket, service="deed-tax"))
            script.next("3")
            script.put(script.hall.finish(ticket))
    found = onward(script)
    advice, tax = found["advice"], found["deed-tax"]
    assert 0.3 < advice.chance < 0.5
    assert (advice.steps, advice.weights) == ((Step("deed-tax"),), (20,))
    # The tax never went on, but services of this hall do; the more of it is seen, the less.
    assert 0 < tax.chance < 0.15
    assert found["passport"].chance > tax.chance


def test_what_was_done_before_it_went_on_is_a_part_of_a_service() -> None:
    script = hall()
    for _ in range(20):
        script.put(script.hall.finish(served(script, 5)))
        script.put(script.hall.transfer(served(script, 1), service="deed-tax"))
    # A fifth of a service, mixed with ten of the hall, which are mixed with ten that were whole.
    of_hall = (20 * 0.2 + 10 * 1.0) / 30
    expected = (20 * 0.2 + 10 * of_hall) / 30
    assert onward(script)["advice"].part == pytest.approx(expected, rel=0.2)


def test_each_way_to_go_on_is_its_own() -> None:
    script = hall()
    script.put(script.hall.transfer(served(script), service="deed-tax", come_back=True))
    script.put(script.hall.transfer(served(script), window="2"))
    script.put(script.hall.park(served(script), script.now))
    assert set(onward(script)["advice"].steps) == {
        Step("deed-tax", back=True),
        Step("", window="2"),
        Step("", away=True),
    }


def test_who_was_handed_over_while_waiting_has_not_gone_on_from_a_window() -> None:
    script = hall()
    ticket = script.issue("advice")
    events = script.put(script.hall.transfer(ticket.id, service="deed-tax"))
    assert isinstance(events[0].event, TicketTransferred)
    assert onward(script) == {}


def test_how_long_visitors_are_away_and_whether_they_return() -> None:
    script = hall()
    sent = []
    for _ in range(3):
        sent.append(served(script))
        script.put(script.hall.park(sent[-1], script.now))
    script.later(4)
    script.put(script.hall.resume(sent[0]))
    script.put(script.hall.call("1", sent[1], script.now))
    assert script[sent[2]].parked_until is not None
    script.later(at=script[sent[2]].parked_until)
    assert script[sent[2]].state == "no_show"
    learner = learned(script)
    assert list(learner.onward.aways)[-2:] == [24 * MINUTE, 14 * MINUTE]
    assert len(learner.onward.aways) == len(GoingOn().aways) + 2
    assert learner.onward.back_rate == pytest.approx((9 + 2) / (10 + 3))


def test_who_asked_for_more_time_was_not_sent_away() -> None:
    script = hall()
    ticket = script.issue("advice")
    script.put(script.hall.postpone(ticket.id, script.now))
    script.later(5)
    script.put(script.hall.resume(ticket.id))
    learner = learned(script)
    assert list(learner.onward.aways) == list(GoingOn().aways)
    assert learner.onward.onward(SERVICES) == {}


def test_a_habit_that_has_ended_is_forgotten() -> None:
    going = GoingOn()
    for _ in range(500):
        going.went_on("advice", Step("copy"), 1.0)
    at_first = going.onward(SERVICES)["advice"].chance
    for _ in range(4000):
        going.ended("advice")
    assert at_first > 0.9
    assert going.onward(SERVICES).get("advice", Onward(0, 1, (), ())).chance < 0.05
    assert pickle.loads(pickle.dumps(going)).onward(SERVICES) == going.onward(SERVICES)
