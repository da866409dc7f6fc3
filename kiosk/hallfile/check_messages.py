"""What the tables of messages must be to the other ends: addresses, senders, where secrets are."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec

from kiosk.server.outbox.offer import OFFERED
from kiosk.server.outbox.secret import PLACES

from .tables import Reader


def check_messages(reader: Reader) -> None:
    """Report what no message could leave by."""
    _field(reader, "messages", "link", _web)
    _field(reader, "messages", "send", _once)
    _field(reader, "mail", "url", _mail_server)
    _field(reader, "mail", "sender", _sender)
    _field(reader, "mail", "secret", _place)
    _field(reader, "sms", "url", _web)
    _field(reader, "sms", "body", _json)
    _field(reader, "sms", "secret", _place)
    _field(reader, "alerts", "to", _addresses(reader))
    for path, table in reader.entries("webhooks"):
        for name, check in (("url", _web), ("secret", _place), ("events", _events)):
            if name in table and (wrong := check(table[name])):
                reader.report.add((*path, name), wrong)
    if "messages" in reader.document and not {"mail", "sms"} & reader.document.keys():
        reader.report.add(("messages",), "nothing can be sent without a table [mail] or [sms]")


def _field(reader: Reader, section: str, name: str, check: Callable[[Any], str | None]) -> None:
    table = reader.document.get(section)
    if isinstance(table, dict) and name in table and (wrong := check(table[name])):
        reader.report.add((section, name), wrong)


def _split(value: Any) -> SplitResult | None:
    """An address with a host and, if it has one, a port that is a number."""
    try:
        url = urlsplit(value) if isinstance(value, str) else None
        port = url.port if url is not None else None
    except ValueError:
        return None
    return url if url is not None and url.hostname and port != 0 else None


def _web(value: Any) -> str | None:
    url = _split(value)
    if url is None or url.scheme not in ("http", "https"):
        return "write https://host/… or http://host/…"
    return _NO_PASSWORD if url.password is not None else None


def _mail_server(value: Any) -> str | None:
    url = _split(value)
    if url is None or url.scheme not in ("smtp", "smtps") or url.path.strip("/"):
        return "write smtp://user@host:587 or smtps://user@host:465"
    return _NO_PASSWORD if url.password is not None else None


_NO_PASSWORD = "a password doesn't belong into the hall file; say in `secret` where it is"  # noqa: S105


def _sender(value: Any) -> str | None:
    _, address = parseaddr(value) if isinstance(value, str) else ("", "")
    local, _, domain = address.rpartition("@")
    good = local and domain and address.isascii()
    return None if good else "write an address, as hall@example.org or Hall <hall@example.org>"


def _place(value: Any) -> str | None:
    good = isinstance(value, str) and PLACES.fullmatch(value)
    return None if good else "say where the secret is: env:NAME or file:/path"


def _json(value: Any) -> str | None:
    try:
        msgspec.json.decode(value) if isinstance(value, str) else None
    except msgspec.DecodeError as error:
        return f"this is no JSON: {error}"
    if isinstance(value, str) and ("{to}" not in value or "{text}" not in value):
        return "{to} and {text} must stand in it"
    return None


def _addresses(reader: Reader) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        for to in value if isinstance(value, list) else ():
            table = "mail" if "@" in str(to) else "sms"
            if table == "sms" and sum(sign.isdigit() for sign in str(to)) < 5:
                return f"{to!r} is neither an e-mail address nor a phone number"
            if table not in reader.document:
                return f"nothing can go to {to!r} without a table [{table}]"
        return None

    return check


def _events(value: Any) -> str | None:
    unknown = [kind for kind in value if kind not in OFFERED] if isinstance(value, list) else []
    if unknown:
        return f"{unknown[0]!r} is not offered; there are {', '.join(sorted(OFFERED))}"
    return None


def _once(value: Any) -> str | None:
    if isinstance(value, list) and len(set(map(str, value))) != len(value):
        return "names a message twice"
    return None
