"""What messages read like, in both languages."""

from __future__ import annotations

import pytest
from msgspec import structs

from kiosk.hall.message import Message
from kiosk.server.outbox.letter import letter_of
from kiosk.server.present import Presenter
from kiosk.server.views_message import masked
from tests.hall.test_outbox import HALL, SEND, TEN, Post


class NoForecast:
    """A hall of this test is never asked how long it takes."""


def letter(topic: str, language: str = "en") -> tuple[str, str, str]:
    advice = structs.replace(HALL.services[0], materials=("户口簿",))
    names = {"户口簿": {"en": "Household register"}}
    services = (advice, *HALL.services[1:])
    post = Post(structs.replace(HALL, services=services, materials=names), confirm_minutes=30)
    post.book()
    booking = post.hall.state.bookings["b"]
    booking.language = language
    subject = "b"
    if topic in ("soon", "called"):
        post.put(post.hall.open_window("1", "li"))
        post.put(post.hall.issue(post.now, ticket_id="t", services=["copy"], language=language))
        subject = "t"
        if topic == "called":
            post.put(post.hall.call_next("1", post.now))
    message = Message(subject, 9, topic, "mail", "2026-11-24", post.now, TEN, post.now)
    present = Presenter(post.hall, post.now, NoForecast())  # type: ignore[arg-type]
    made = letter_of(present, message, "li@example.org", "https://h/x", post.now)
    assert made is not None
    assert made.id == f"main.9.{post.now}"
    assert (made.calendar is None) == (topic not in ("booked", "moved", "cancelled"))
    return made.title, made.text, made.short


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("topic", SEND)
def test_every_message_says_where_what_and_its_link(topic: str, language: str) -> None:
    title, text, short = letter(topic, language)
    for said in (title, text, short):
        assert said
        assert "{" not in said
    for said in (text, short):
        assert "https://h/x" in said
    assert title.isascii() == (language == "en")


def test_a_booking_in_words() -> None:
    title, text, short = letter("booked")
    assert "Household register" in text
    assert "户口簿" in letter("booked", "zh")[1]
    assert title == "Booked: Advice, Tuesday 24 November 10:00"
    assert "Where: County Service Hall, Ground floor" in text
    assert "Code: 000007" in text
    assert short.endswith("Code 000007. Change or cancel: https://h/x")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("wang.min@example.com", "w***@example.com"),
        ("13800138000", "138*****000"),
        ("+86 138 0013 8000", "+86 138 **** *000"),
        ("12345", "**345"),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown
