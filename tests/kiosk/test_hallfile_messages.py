"""The tables of messages in a hall file, and trying what they say."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiosk.hallfile import parse_hall
from kiosk.server.outbox.virtual import VirtualPost
from tests.kiosk.hall_text import SMALL, refused
from tests.support.server import kiosk

MESSAGES = """
[messages]
send = ["booked"]
[mail]
url = "smtp://127.0.0.1:2525"
sender = "Hall <hall@example.org>"
[sms]
url = "http://127.0.0.1:8080/sms"
"""


def test_messages_as_written() -> None:
    hall = parse_hall(SMALL + MESSAGES)
    assert hall.messages is not None
    assert hall.messages.send == ("booked",)
    assert hall.mail is not None
    assert hall.sms is not None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["booked"]', '["birthday"]', "send: Invalid enum value 'birthday'"),
        ('["booked"]', '["booked", "booked"]', "send: names a message twice"),
        ("smtp://127", "smtp://a:b@127", "url: a password doesn't belong into the hall file"),
        ("smtp://127.0.0.1:2525", "mail.example.org", "url: write smtp://user@host:587"),
        ("smtp://127.0.0.1:2525", "smtp://a:99999", "url: write smtp://user@host:587"),
        ("Hall <hall@example.org>", "Hall", "sender: write an address"),
        ("http://127", "ftp://127", "url: write https://host/"),
        ('8080/sms"', '8080/sms"\nsecret = "hunter2"', "secret: say where the secret is"),
        ('8080/sms"', '8080/sms"\nbody = "to={to}"', "body: this is no JSON"),
        ('8080/sms"', "8080/sms\"\nbody = '{}'", "body: {to} and {text} must stand in it"),
    ],
)
def test_what_no_message_could_leave_by_is_refused_by_its_line(
    old: str, new: str, message: str
) -> None:
    assert MESSAGES.count(old) == 1
    text = SMALL + MESSAGES.replace(old, new)
    [mistake] = refused(text)
    line, _, said = mistake.partition(": ")
    key = said.partition(".")[2].partition(":")[0]
    assert text.splitlines()[int(line) - 1].startswith(key)
    assert message in mistake


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('url = "erp"\nsecret = "env:X"', "url: write https://host/"),
        ('url = "https://erp"\nsecret = "hush"', "secret: say where the secret is"),
        ('url = "https://erp"\nsecret = "env:X"\nevents = ["coup"]', "'coup' is not offered"),
        ('url = "https://erp"', "secret is missing"),
    ],
)
def test_a_wrong_webhook_is_refused(line: str, message: str) -> None:
    [mistake] = refused(f'{SMALL}\n[[webhooks]]\nid = "erp"\n{line}\n')
    assert message in mistake


def test_messages_without_a_way_are_refused() -> None:
    [mistake] = refused(f"{SMALL}\n[messages]\n")
    assert "without a table [mail] or [sms]" in mistake


async def test_a_test_message_says_what_came_of_it(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"

    def tried(address: str) -> tuple[int, str]:
        done = kiosk("message", "test", address, "--file", str(file), check=False)
        return done.returncode, done.stdout + done.stderr

    async with VirtualPost() as post:
        text = MESSAGES.replace("smtp://127.0.0.1:2525", post.mail_url)
        file.write_text(SMALL + text.replace("http://127.0.0.1:8080/sms", post.sms_url), "utf-8")
        assert (await asyncio.to_thread(tried, "li@example.org"))[0] == 0
        assert (await asyncio.to_thread(tried, "13800138000"))[0] == 0
        assert [m.to for m in post.arrived] == ["li@example.org", "13800138000"]
        post.fault = "refuse"
        code, said = await asyncio.to_thread(tried, "li@example.org")
        assert (code, "refuses the message for good: refused 550" in said) == (1, True)
    code, said = await asyncio.to_thread(tried, "13800138000")
    assert (code, "can't be reached" in said) == (1, True)
    file.write_text(SMALL, "utf-8")
    assert (await asyncio.to_thread(tried, "li@example.org"))[0] == 2
