"""E-mail: handed to the hall's own mail server by SMTP, one connection per letter."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from kiosk.hall.config import Mail

from .delivery import TIMEOUT_S, Begin, CalledOff, Delivery, Letter, Lost, NotNow, Refused, Sent
from .secret import SecretMissing, read_secret

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# No 8BITMIME is asked for: some relays don't have it.
_POLICY = WIRE.clone(cte_type="7bit")


class MailChannel:
    """The way to a mail server."""

    def __init__(self, config: Mail, timeout_s: float = TIMEOUT_S) -> None:
        self._config = config
        self._timeout_s = timeout_s
        self.sender = parseaddr(config.sender)

    async def send(self, letter: Letter, begin: Begin) -> Delivery:
        """Bring a letter there; until the server takes sender and recipient nothing has left."""
        try:
            data = self._written(letter)
        except ValueError:
            return Refused("bad_address")
        try:
            client = self._client()
        except SecretMissing:
            return NotNow("no_secret", all_alike=True)
        try:
            return await self._hand_over(client, letter.to, data, begin)
        finally:
            client.close()

    async def close(self) -> None:
        """Nothing stays open."""

    def _client(self) -> aiosmtplib.SMTP:
        url = urlsplit(self._config.url)
        secret = read_secret(self._config.secret)
        wrapped = url.scheme == "smtps"
        return aiosmtplib.SMTP(
            hostname=url.hostname or "",
            port=url.port or (465 if wrapped else 25),
            username=unquote(url.username) if url.username and secret else None,
            password=secret or None,
            timeout=self._timeout_s,
            use_tls=wrapped,
            # A password doesn't go over an open line; else TLS is used where it is offered.
            start_tls=True if secret and not wrapped and url.hostname not in _LOOPBACK else None,
            local_hostname=self.sender[1].rpartition("@")[2] or "localhost",
        )

    async def _hand_over(
        self, client: aiosmtplib.SMTP, to: str, data: bytes, begin: Begin
    ) -> Delivery:
        try:
            await client.connect()
            await client.mail(self.sender[1])
        except aiosmtplib.SMTPResponseException as error:
            return NotNow(_code(error), all_alike=True)
        except (aiosmtplib.SMTPException, OSError):
            return NotNow("unreachable", all_alike=True)
        try:
            await client.rcpt(to)
        except (aiosmtplib.SMTPException, OSError) as error:
            return _before(error)
        if not await begin():
            return CalledOff()
        return await self._give(client, data)

    async def _give(self, client: aiosmtplib.SMTP, data: bytes) -> Delivery:
        """The letter itself: from here on a cut leaves open whether it arrived."""
        try:
            await client.data(data)
        except aiosmtplib.SMTPResponseException as error:
            return _before(error)
        except (aiosmtplib.SMTPException, OSError, asyncio.IncompleteReadError):
            return Lost("no_answer")
        return Sent()

    def _written(self, letter: Letter) -> bytes:
        """The letter as bytes. Raises ValueError for an address that is none."""
        mail = EmailMessage(policy=_POLICY)
        name, sender = self.sender
        mail["From"] = Address(name, addr_spec=sender)
        mail["To"] = Address(addr_spec=letter.to)
        mail["Subject"] = letter.title
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
        # RFC 3834: no holiday reply is wanted.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text)
        if letter.calendar is not None:
            mail.add_attachment(
                letter.calendar, maintype="text", subtype="calendar", filename="appointment.ics"
            )
        written = mail.as_bytes()
        if not letter.to.isascii():
            raise ValueError(letter.to)
        return written


def _before(error: Exception) -> Delivery:
    """What a refusal means while the letter is still ours: 4yz may pass, 5yz stays (RFC 5321)."""
    if not isinstance(error, aiosmtplib.SMTPResponseException):
        return NotNow("unreachable")
    return (Refused if error.code >= 500 else NotNow)(_code(error))


def _code(error: aiosmtplib.SMTPResponseException) -> str:
    return f"refused {error.code}"
