"""The other end, for demos and tests: a mail server and an SMS gateway on real sockets.

    async with VirtualPost() as post:
        post.mail_url, post.sms_url       # for the hall file
        post.arrived                      # what came, in order

With a `fault` it behaves as the other ends of this world sometimes do. `url` shows what came.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal, Self, cast

import msgspec
from msgspec import Struct

Fault = Literal["", "away", "refuse", "later", "full", "hang", "cut"]
"""away: takes nobody. refuse: for good. later: for now. full: for now, after it has it all. hang:
takes it and never answers. cut: takes it and hangs up.
"""

KEPT = 500
"""Messages that are kept; the oldest go first."""

_PAGE = """<!doctype html><html><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Outbox</title><style>
body{font:16px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1c2330;margin:0 auto;
max-width:44rem;padding:1.5rem}article{background:#fff;border-radius:.75rem;padding:1rem 1.25rem;
margin:0 0 1rem;box-shadow:0 1px 3px #0002}h2{font-size:1.05rem;margin:.25rem 0}
pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}p{color:#5b6472;margin:0}
</style><h1>Outbox</h1>"""


class Arrived(Struct, frozen=True):
    """A message as it came. id: of an e-mail, its Message-ID."""

    channel: str
    to: str
    title: str
    text: str
    id: str = ""
    calendar: str = ""


class VirtualPost:
    """Mail server and gateway, from `__aenter__` to `__aexit__`."""

    def __init__(self, host: str = "127.0.0.1", mail_port: int = 0, http_port: int = 0) -> None:
        self.arrived: list[Arrived] = []
        self.fault: Fault = ""
        self.contacts = 0
        """Connections so far."""
        self._host = host
        self._ports = [mail_port, http_port]
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        for number, serve in enumerate((self._mail, self._http)):
            server = await asyncio.start_server(
                self._guarded(serve), self._host, self._ports[number]
            )
            self._ports[number] = server.sockets[0].getsockname()[1]
            self._servers.append(server)
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        for writer in list(self._open):
            writer.close()

    @property
    def mail_url(self) -> str:
        """For `[mail]`."""
        return f"smtp://{self._host}:{self._ports[0]}"

    @property
    def sms_url(self) -> str:
        """For `[sms]`."""
        return f"{self.url}/sms"

    @property
    def url(self) -> str:
        """The page that shows what came."""
        return f"http://{self._host}:{self._ports[1]}"

    async def until(self, so: Callable[[VirtualPost], object]) -> None:
        """Wait until something is so; asked again after each contact and arrival."""
        async with self._changed:
            await self._changed.wait_for(lambda: so(self))

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _keep(self, message: Arrived) -> None:
        self.arrived = [*self.arrived[-KEPT + 1 :], message]
        await self._notify()

    def _guarded(
        self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.contacts += 1
            self._open.add(writer)
            await self._notify()
            try:
                if self.fault != "away":
                    await serve(reader, writer)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                pass  # who hangs up or talks nonsense is let go
            finally:
                self._open.discard(writer)
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

        return run

    # ── SMTP (RFC 5321), as much as a client needs ───────────────────────────────────────────

    async def _mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        to = ""
        await say("220 virtual post")
        while line := (await reader.readline()).decode("latin-1").strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                break
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                answers = {"refuse": f"550 no {to}", "later": f"450 {to} later"}
                await say(answers.get(self.fault, "250 ok"))
            elif verb == "DATA":
                await say("354 go on")
                data = await reader.readuntil(b"\r\n.\r\n")
                if not await self._took(data[:-3].replace(b"\r\n..", b"\r\n."), to):
                    break
                await say("452 disk full" if self.fault == "full" else "250 taken")
            else:
                await say("250 ok")

    async def _took(self, data: bytes, to: str) -> bool:
        """Keep a letter; False: nothing is answered."""
        if self.fault == "full":
            return True
        mail = cast("EmailMessage", message_from_bytes(data, policy=cast("Any", default)))
        body = mail.get_body(("plain",))
        calendars = [
            part.get_payload(decode=True).decode()  # type: ignore[union-attr]
            for part in mail.iter_attachments()
            if part.get_content_type() == "text/calendar"
        ]
        text = body.get_content() if body else ""
        await self._keep(
            Arrived("mail", to, mail["Subject"], text, mail["Message-ID"], "".join(calendars))
        )
        return await self._answers()

    async def _answers(self) -> bool:
        if self.fault == "hang":
            await asyncio.Event().wait()
        return self.fault != "cut"

    # ── the gateway ──────────────────────────────────────────────────────────────────────────

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
        }
        body = await reader.readexactly(int(lines.get("content-length", "0")))
        if head.startswith("GET"):
            return await _reply(writer, 200, self._page(), "text/html; charset=utf-8")
        refused = {"refuse": 403, "later": 429, "full": 503}.get(self.fault)
        if refused is None:
            told = msgspec.json.decode(body, type=dict[str, str])
            to, text = told.get("to", ""), told.get("text", "")
            await self._keep(Arrived("sms", to, "", text, told.get("id", "")))
            if not await self._answers():
                return None
        return await _reply(writer, refused or 200, b"{}", "application/json")

    def _page(self) -> bytes:
        entries = [
            f"<article><p>{m.channel} → {html.escape(m.to)}</p>"
            f"<h2>{html.escape(m.title)}</h2><pre>{html.escape(m.text)}</pre></article>"
            for m in reversed(self.arrived)
        ]
        return (_PAGE + "".join(entries)).encode()


async def _reply(writer: asyncio.StreamWriter, status: int, body: bytes, kind: str) -> None:
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
    await writer.drain()
