"""E-mail and SMS over real sockets, to other ends that refuse, hang and cut."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.hall.config import Mail, Sms
from kiosk.server.outbox.delivery import (
    CalledOff,
    Channel,
    Delivery,
    Letter,
    Lost,
    NotNow,
    Refused,
    Sent,
)
from kiosk.server.outbox.gateway import GatewayChannel
from kiosk.server.outbox.mail import MailChannel
from kiosk.server.outbox.virtual import Fault, VirtualPost

SENDER = "政务服务中心 <hall@example.org>"
LETTER = Letter(
    id="main.7.1",
    to="li@example.com",
    title="预约成功：11月24日",
    text="您好！\n.一行以点开头\n",
    short='大厅："已预约"\n换行',
    calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
)


@pytest.fixture
async def post() -> AsyncIterator[VirtualPost]:
    async with VirtualPost() as made:
        yield made


def ways(post: VirtualPost) -> dict[str, Channel]:
    """Both ways; what hangs is waited for shortly, what answers however busy the machine is."""
    patience_s = 2 if post.fault == "hang" else 120
    sms = Sms(post.sms_url, '{"to":"{to}","text":"{text}"}')
    return {
        "mail": MailChannel(Mail(post.mail_url, SENDER), timeout_s=patience_s),
        "sms": GatewayChannel(sms, timeout_s=patience_s),
    }


class Asked:
    """Counts how often a channel asks whether it may begin."""

    def __init__(self, *, may: bool = True) -> None:
        self.may = may
        self.times = 0

    async def __call__(self) -> bool:
        self.times += 1
        return self.may


async def sent(channel: Channel, begin: Asked, letter: Letter = LETTER) -> Delivery:
    try:
        return await channel.send(letter, begin)
    finally:
        await channel.close()


async def test_a_letter_arrives_whole(post: VirtualPost) -> None:
    assert await sent(ways(post)["mail"], Asked()) == Sent()
    [came] = post.arrived
    assert (came.to, came.title, came.id) == (LETTER.to, LETTER.title, "<main.7.1@example.org>")
    assert came.text.replace("\r\n", "\n") == LETTER.text
    assert came.calendar.encode() == LETTER.calendar


async def test_a_text_message_arrives_as_the_gateway_wants_it(post: VirtualPost) -> None:
    assert await sent(ways(post)["sms"], Asked()) == Sent()
    assert [(m.to, m.text) for m in post.arrived] == [(LETTER.to, LETTER.short)]


@pytest.mark.parametrize(
    ("way", "fault", "expected", "begun"),
    [
        ("mail", "away", NotNow("unreachable", all_alike=True), 0),
        ("mail", "refuse", Refused("refused 550"), 0),
        ("mail", "later", NotNow("refused 450"), 0),
        ("mail", "full", NotNow("refused 452"), 1),
        ("mail", "hang", Lost("no_answer"), 1),
        ("mail", "cut", Lost("no_answer"), 1),
        ("sms", "away", Lost("no_answer"), 1),
        ("sms", "refuse", Refused("refused 403"), 1),
        ("sms", "later", NotNow("refused 429"), 1),
        ("sms", "full", NotNow("refused 503"), 1),
        ("sms", "hang", Lost("no_answer"), 1),
        ("sms", "cut", Lost("no_answer"), 1),
    ],
)
async def test_what_the_other_end_does_is_told_apart(
    post: VirtualPost, way: str, fault: Fault, expected: Delivery, begun: int
) -> None:
    post.fault = fault
    begin = Asked()
    assert await sent(ways(post)[way], begin) == expected
    assert begin.times == begun


@pytest.mark.parametrize("way", ["mail", "sms"])
async def test_without_another_end_nothing_has_left(way: str) -> None:
    async with VirtualPost() as post:
        channel = ways(post)[way]
    begin = Asked()
    assert await sent(channel, begin) == NotNow("unreachable", all_alike=True)
    assert begin.times == 0


@pytest.mark.parametrize("way", ["mail", "sms"])
async def test_what_must_not_leave_does_not(post: VirtualPost, way: str) -> None:
    assert await sent(ways(post)[way], Asked(may=False)) == CalledOff()
    assert post.arrived == []


@pytest.mark.parametrize("to", ["no address", "a@b.c, d@e.f", "a@b.c\r\nBcc: x@y.z", "李@例.中"])
async def test_what_is_no_address_is_refused(post: VirtualPost, to: str) -> None:
    letter = Letter("1", to, "t", "t", "t")
    assert await sent(ways(post)["mail"], Asked(), letter) == Refused("bad_address")
    assert post.contacts == 0


async def test_a_secret_is_read_where_it_lies(post: VirtualPost, tmp_path: Path) -> None:
    key = tmp_path / "key"
    config = Sms(
        post.sms_url, '{"to":"{to}","text":"{secret}"}', {"X-Key": "{secret}"}, f"file:{key}"
    )
    channel = GatewayChannel(config)
    assert await channel.send(LETTER, Asked()) == NotNow("no_secret", all_alike=True)
    key.write_text("s3cret\n")
    assert await sent(channel, Asked()) == Sent()
    assert post.arrived[0].text == "s3cret"


async def test_a_password_does_not_go_over_an_open_line(
    post: VirtualPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SMTP_PASSWORD", "secret")
    url = post.mail_url.replace("//", "//hall@").replace("127.0.0.1", "127.1")
    channel = MailChannel(Mail(url, SENDER, "env:TEST_SMTP_PASSWORD"))
    assert await sent(channel, Asked()) == NotNow("unreachable", all_alike=True)
    assert post.arrived == []
