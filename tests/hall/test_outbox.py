"""What people outside the hall are told, and the way of each message through the log."""

from __future__ import annotations

import pytest
from msgspec import structs

from kiosk.hall import Hall
from kiosk.hall.booking import BookingState
from kiosk.hall.bookings import Booker
from kiosk.hall.calendar import MINUTE
from kiosk.hall.config import Appointments, HallConfig, Mail, Messages, Service, Sms
from kiosk.hall.core import Events
from kiosk.hall.counter import Wishes
from kiosk.hall.events_message import MessageOutcome, MessageSending, MessageWanted
from kiosk.hall.fold_messages import ANSWER_MS
from kiosk.hall.message import Message, MessageState
from kiosk.hall.outbox import MAX_SENDS
from tests.hall.script import CONFIG, OPENING, Script, at

HOUR = 60 * MINUTE
SEND = ("confirm", "booked", "moved", "cancelled", "informed", "reminder", "soon", "called")
HALL = structs.replace(
    CONFIG,
    appointments=Appointments(capacity={"A": 2}, lead_minutes=0, per_day=0, at_once=0),
    services=(
        Service("advice", "A", {"en": "Advice"}, appointments=True),
        *CONFIG.services[1:],
    ),
    messages=Messages(send=SEND, reminder_hours=3, soon_ahead=1),
    mail=Mail("smtp://127.0.0.1", "hall@example.org"),
    sms=Sms("http://127.0.0.1/sms"),
)
TEN = at("10:00", "2026-11-24")
BOTH = ("mail", "sms")


class Post(Script):
    """A hall that tells people, on a Monday at nine."""

    def __init__(self, config: HallConfig = HALL, **rules: object) -> None:
        appointments = structs.replace(config.appointments or Appointments(), **rules)
        super().__init__(structs.replace(config, appointments=appointments))

    def book(self, start: int = TEN, reach: tuple[str, ...] = BOTH, booking: str = "b") -> None:
        who = Booker(reach=reach)
        self.put(
            self.hall.book(
                self.now, booking_id=booking, seed=7, services=("advice",), start=start, who=who
            )
        )

    def told(self, subject: str = "b") -> list[Message]:
        return list(self.hall.state.messages.get(subject, {}).values())

    def kinds(self, subject: str = "b") -> list[str]:
        return [f"{m.topic} {m.channel} {m.state}" for m in self.told(subject)]

    def last(self) -> Message:
        return self.told()[-1]

    def send(self) -> None:
        """The last message leaves and arrives."""
        seq = self.last().seq
        self.put(self.hall.begin_message("b", seq, self.now))
        self.put(self.hall.settle_message("b", seq, MessageOutcome.SENT))


def test_a_booking_and_its_message_are_one_batch() -> None:
    post = Post()
    post.book()
    made, wanted = post.log[-2:]
    assert (made.event.kind, wanted.event.kind) == ("booking_made", "message_wanted")
    assert (wanted.seq, wanted.day, wanted.actor) == (made.seq + 1, "2026-11-24", made.actor)
    assert wanted.event == MessageWanted("b", "booked", "mail", TEN)


@pytest.mark.parametrize(
    ("config", "reach", "kinds"),
    [
        (HALL, BOTH, ["booked mail wanted"]),
        (HALL, ("sms",), ["booked sms wanted"]),
        (HALL, (), []),
        (structs.replace(HALL, mail=None), BOTH, ["booked sms wanted"]),
        (structs.replace(HALL, mail=None), ("mail",), []),
        (structs.replace(HALL, messages=None), BOTH, []),
        (structs.replace(HALL, messages=Messages(send=("moved",))), BOTH, []),
    ],
)
def test_who_is_told_and_over_which_channel(
    config: HallConfig, reach: tuple[str, ...], kinds: list[str]
) -> None:
    post = Post(config)
    post.book(reach=reach)
    assert post.kinds() == kinds


def test_each_change_of_a_booking_is_told_once() -> None:
    post = Post(confirm_minutes=30)
    post.book()
    assert post.last().expires == OPENING + 30 * MINUTE
    post.send()
    post.put(post.hall.confirm("b"))
    post.send()
    post.put(post.hall.move(post.now, "b", TEN + HOUR))
    post.send()
    post.put(post.hall.inform(["b"], "Sorry"))
    post.send()
    post.put(post.hall.cancel_booking(post.now, "b"))
    post.send()
    assert [m.topic for m in post.told()] == ["confirm", "booked", "moved", "informed", "cancelled"]
    assert {m.state for m in post.told()} == {MessageState.SENT}


def test_who_does_not_confirm_is_told_that_it_is_over() -> None:
    post = Post(confirm_minutes=30)
    post.book()
    post.send()
    post.later(30)
    assert post.hall.state.bookings["b"].state is BookingState.CANCELLED
    assert post.kinds()[1:] == ["cancelled mail wanted"]


def test_what_has_not_left_is_overtaken_by_what_is_newer() -> None:
    post = Post()
    post.book()
    post.put(post.hall.move(post.now, "b", TEN + HOUR))
    assert post.kinds() == ["booked mail expired", "moved mail wanted"]
    assert post.told()[0].detail == "overtaken"


def test_a_reminder_is_wanted_when_its_time_comes_once() -> None:
    post = Post()
    post.book()
    post.send()
    assert post.hall.state.reminders == [(TEN - 3 * HOUR, "b")]
    post.later(at=TEN - 3 * HOUR - 1)
    assert len(post.told()) == 1
    post.later(at=TEN - 3 * HOUR)
    assert post.kinds()[1:] == ["reminder mail wanted"]
    post.later(at=TEN)
    assert post.kinds()[1:] == ["reminder mail expired"]
    assert len(post.told()) == 2


def test_a_reminder_moves_with_its_booking_and_goes_with_it() -> None:
    post = Post()
    post.book()
    post.put(post.hall.move(post.now, "b", TEN + HOUR))
    assert post.hall.state.reminders == [(TEN - 2 * HOUR, "b")]
    other = structs.replace(HALL, messages=structs.replace(HALL.messages, reminder_hours=1))
    post.put(post.hall.configure(structs.replace(post.hall.state.config, messages=other.messages)))
    assert post.hall.state.reminders == [(TEN, "b")]
    post.put(post.hall.cancel_booking(post.now, "b"))
    assert post.hall.state.reminders == []


def test_nobody_is_reminded_of_what_he_has_just_booked_or_will_not_be_kept() -> None:
    post = Post()
    post.book(at("11:30", "2026-11-23"))
    assert post.hall.state.reminders == []
    post.book(booking="c")
    post.put(post.hall.inform(["c"]))
    assert post.hall.state.reminders == []


def test_a_reminder_after_a_long_stop_is_in_the_log_as_late() -> None:
    post = Post()
    post.book()
    post.send()
    post.now = TEN + MINUTE
    post.later()
    assert post.kinds()[1:] == ["reminder mail expired"]
    assert post.hall.next_deadline() is None or post.hall.next_deadline() > post.now


def test_of_two_who_would_send_one_may() -> None:
    post = Post()
    post.book()
    seq = post.last().seq
    assert post.put(post.hall.begin_message("b", seq, post.now))[0].event == MessageSending(
        "b", seq
    )
    assert post.hall.begin_message("b", seq, post.now) == []


def test_what_was_refused_for_now_is_sent_again_and_given_up_in_the_end() -> None:
    post = Post()
    post.book()
    seq = post.last().seq
    for _ in range(MAX_SENDS):
        assert post.last().state is MessageState.WANTED
        post.put(post.hall.begin_message("b", seq, post.now))
        post.put(post.hall.defer_message("b", seq, "refused 429", post.now))
    assert (post.last().state, post.last().detail) == (MessageState.FAILED, "refused 429")


@pytest.mark.parametrize(
    ("reach", "state"),
    [(("mail",), MessageState.WANTED), (("sms",), MessageState.UNCERTAIN)],
)
def test_without_an_answer_an_email_is_sent_again_and_an_sms_is_not(
    reach: tuple[str, ...], state: MessageState
) -> None:
    post = Post()
    post.book(reach=reach)
    post.put(post.hall.begin_message("b", post.last().seq, post.now))
    post.later(at=post.now + ANSWER_MS)
    assert (post.last().state, post.last().detail) == (state, "no_answer")


def test_a_message_that_ended_stays_as_it_is() -> None:
    post = Post()
    post.book()
    post.send()
    seq, hall = post.last().seq, post.hall
    nothing: list[Events] = [
        hall.begin_message("b", seq, post.now),
        hall.defer_message("b", seq, "x", post.now),
        hall.lost_message("b", seq, post.now),
        hall.settle_message("b", seq, MessageOutcome.FAILED),
        hall.settle_message("b", seq + 1, MessageOutcome.FAILED),
        hall.settle_message("c", seq, MessageOutcome.FAILED),
    ]
    assert nothing == [[]] * 6


def test_messages_leave_memory_with_their_day_and_a_replay_is_the_same() -> None:
    post = Post()
    post.book()
    post.send()
    post.put(post.hall.inform(["b"]))
    state = post.hall.state
    assert Hall.replay(post.log).state == state
    assert post.hall.fork().state == state
    post.later(at=at("23:59", "2026-11-24"))
    post.later(10)
    assert (state.messages, state.posting, state.reminders) == ({}, [], [])


def test_a_visitor_with_a_number_is_told_that_it_is_soon_and_that_he_is_called() -> None:
    post = Post()
    hall = post.hall
    post.put(hall.open_window("1", "li"))
    for ticket in ("t1", "t2", "t3"):
        reach = ("sms",) if ticket == "t3" else ()
        wishes = Wishes(reach=reach)
        post.put(hall.issue(post.now, ticket_id=ticket, services=["copy"], wishes=wishes))
    assert hall.soon(post.now) == []
    post.put(hall.call_next("1", post.now))
    post.put(hall.soon(post.now))
    assert post.kinds("t3") == ["soon sms wanted"]
    assert hall.soon(post.now) == []
    for _ in range(2):
        post.later(1)
        post.put(hall.call_next("1", post.now))
    assert post.kinds("t3") == ["soon sms expired", "called sms wanted"]
    seq = post.told("t3")[-1].seq
    post.put(hall.start("t3", "1"))
    [settled] = hall.begin_message("t3", seq, post.now)
    assert settled.detail == "overtaken"
