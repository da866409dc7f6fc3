"""A test message over a channel, and what came of it in words."""

from __future__ import annotations

import secrets
from typing import NamedTuple, assert_never
from urllib.parse import urlsplit

from kiosk.hall.config import HallConfig, Mail, Sms
from kiosk.server.slips import name

from .delivery import CalledOff, Delivery, Letter, Lost, NotNow, Refused, Sent
from .gateway import GatewayChannel
from .letter import sample
from .mail import MailChannel
from .secret import SecretMissing, read_secret


class Said(NamedTuple):
    """Whether a test message was taken, and a sentence."""

    sent: bool
    text: str


async def try_way(config: HallConfig, way: Mail | Sms, to: str) -> Said:
    """Send a test message."""
    try:
        read_secret(way.secret)
    except SecretMissing as error:
        return Said(False, f"the secret can't be read: {error}")
    language = config.languages[0]
    title, text = sample(language, name(config.name, language))
    letter = Letter(f"test.{secrets.token_hex(8)}", to, title, f"{text}\n", text)
    channel = MailChannel(way) if isinstance(way, Mail) else GatewayChannel(way)
    try:
        delivery = await channel.send(letter, _yes)
    finally:
        await channel.close()
    where = urlsplit(way.url)
    there = f"{where.scheme}://{where.hostname}" + (f":{where.port}" if where.port else "")
    return Said(isinstance(delivery, Sent), f"{there} {_said(delivery)}")


def _said(delivery: Delivery) -> str:
    match delivery:
        case Sent():
            said = "took the message"
        case Refused("bad_address"):
            said = "was not asked: this is no e-mail address"
        case Refused(detail):
            said = f"refuses the message for good: {detail}"
        case NotNow("unreachable"):
            said = "can't be reached: nobody answers, or TLS or log-in fails"
        case NotNow(detail):
            said = f"doesn't take it now: {detail}"
        case Lost(detail):
            said = f"got the message but didn't confirm it: {detail}"
        case CalledOff():
            said = "was not asked"
        case never:
            assert_never(never)
    return said


async def _yes() -> bool:
    return True
