"""Other systems are told what happens: in order, at least once, signed, from where they stopped."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import msgspec
import pytest

from kiosk.hall.config import Webhook
from kiosk.hall.events_booking import BookingMade
from kiosk.server.outbox.offer import OFFERED, told
from kiosk.server.outbox.webhook import signed
from tests.hall.script import at
from tests.hall.test_outbox import HALL, Post
from tests.support.server import HALL as PLAIN
from tests.support.server import RunningServer

KEY = base64.b64encode(b"a key of thirty-two signs, really").decode()


class Receiver:
    """Another system, on a real socket. `bad`: it answers 500."""

    def __init__(self) -> None:
        self.bodies: list[dict] = []
        self.bad = False
        self.refused = 0
        self._news = asyncio.Condition()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in head.splitlines())}
        body = await reader.readexactly(int(fields["content-length"]))
        known, stamp = fields["webhook-id"], fields["webhook-timestamp"]
        digest = hmac.digest(base64.b64decode(KEY), f"{known}.{stamp}.".encode() + body, "sha256")
        assert fields["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
        async with self._news:
            if self.bad:
                self.refused += 1
            else:
                self.bodies.append(msgspec.json.decode(body))
            self._news.notify_all()
        status = b"500 -" if self.bad else b"204 -"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    @property
    def events(self) -> list[dict]:
        return [event for body in self.bodies for event in body["events"]]

    async def until(self, so: Callable[[], object]) -> None:
        async with self._news:
            await self._news.wait_for(so)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    yield made, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
    server.close()


async def test_a_receiver_is_told_all_in_order_over_failures_and_restarts(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    other, url = receiver
    key = tmp_path / "key"
    key.write_text(f"whsec_{KEY}")
    hook = f'\n[[webhooks]]\nid = "erp"\nurl = "{url}"\nsecret = "file:{key}"\n'
    only = 'events = ["ticket_issued", "ticket_called"]\n'
    server = await asyncio.to_thread(RunningServer.make, tmp_path, PLAIN + hook + only)
    await asyncio.to_thread(server.start)
    auth = server.auth()

    async def take(count: int) -> list[str]:
        async with httpx2.AsyncClient(base_url=server.api, headers=auth, timeout=30) as client:
            body = {"service": "household-register", "name": "王敏"}
            made = [await client.post("/halls/main/tickets", json=body) for _ in range(count)]
        return [answer.json()["number"] for answer in made]

    try:
        numbers = await take(3)
        await other.until(lambda: len(other.events) >= 3)
        assert [event["number"] for event in other.events] == numbers
        other.bad = True
        numbers += await take(2)
        await other.until(lambda: other.refused >= 1)
        await asyncio.to_thread(server.kill)
        other.bad = False
        await asyncio.to_thread(server.start)
        numbers += await take(1)
        await other.until(lambda: other.events[-1]["number"] == numbers[-1])
        seqs = [event["seq"] for event in other.events]
        first_told = dict.fromkeys(event["number"] for event in other.events)
        assert list(first_told) == numbers
        assert seqs[seqs.index(seqs[3]) :][-3:] == sorted(set(seqs))[-3:]
        said = msgspec.json.encode(other.bodies).decode()
        assert "王敏" not in said
        assert other.bodies[-1]["through"] >= seqs[-1]
    finally:
        await asyncio.to_thread(server.stop)


def test_what_is_told_holds_nothing_that_people_wrote() -> None:
    post = Post()
    post.book()
    record = next(r for r in post.log if isinstance(r.event, BookingMade))
    said = msgspec.to_builtins(told(post.hall, record))
    assert said == {
        "seq": record.seq,
        "type": "booking_made",
        "at": "2026-11-23T09:00:00.000+08:00",
        "day": "2026-11-24",
        "group": "A",
        "zone": "1F",
        "booking": "b",
        "start": "2026-11-24T10:00:00.000+08:00",
        "end": said["end"],
    }
    assert not {"message_wanted", "person_barred", "print_sending"} & OFFERED


def test_how_far_a_receiver_is_goes_on_into_the_next_day_and_one_node_serves_it() -> None:
    post = Post()
    hook = Webhook("erp", "http://127.0.0.1", "env:X")
    post.put(post.hall.configure(msgspec.structs.replace(HALL, webhooks=(hook,))))
    hall = post.hall
    post.put(hall.take_webhook("erp", "one", None))
    begun = hall.state.webhooks["erp"].through
    assert hall.take_webhook("erp", "two", None) == []
    assert hall.acknowledge("erp", begun + 1, "two") == []
    post.put(hall.acknowledge("erp", begun + 1, "one"))
    post.later(at=at("00:30", "2026-11-25"))
    assert post.log[-1].event == hall.state.webhooks["erp"] or hall.state.days
    carried = [r for r in post.log if r.event == hall.state.webhooks["erp"]]
    assert max(r.day for r in carried) == "2026-11-25"
    post.put(hall.take_webhook("erp", "two", "one"))
    assert hall.state.webhooks["erp"].through == begun + 1
    assert hall.acknowledge("erp", begun + 2, "one") == []


def test_a_signature_is_that_of_the_standard() -> None:
    headers = signed("main.1-2", 1700000000, b"{}", f"whsec_{KEY}")
    key = base64.b64decode(KEY)
    digest = hmac.new(key, b"main.1-2.1700000000.{}", hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
