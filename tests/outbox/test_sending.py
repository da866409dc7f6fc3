"""Messages of a running server, to other ends on real sockets; the server is killed meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from kiosk.server.outbox.virtual import VirtualPost
from tests.support.server import HALL as PLAIN
from tests.support.server import RunningServer

HALL = "/halls/main"
ADDRESS = "wang.min@example.com"
PHONE = "13800138000"


def hall_text(post: VirtualPost, *, slots: int = 3) -> str:
    return (
        PLAIN.replace("\nminutes = 12\n", "\nminutes = 12\nappointments = true\n")
        + f"""
[appointments]
slot_minutes = 30
capacity = {{ B = {slots} }}
lead_minutes = 0
cancel_until_minutes = 0
per_day = 0
at_once = 0

[messages]
send = ["booked", "moved", "cancelled", "informed", "reminder", "soon", "called"]
link = "https://hall.example.org"

[mail]
url = "{post.mail_url}"
sender = "Hall <hall@example.org>"

[sms]
url = "{post.sms_url}"
body = '{{"to": "{{to}}", "text": "{{text}}", "id": "{{id}}"}}'
"""
    )


class Desk:
    """A server and who uses it."""

    def __init__(self, server: RunningServer, client: httpx2.AsyncClient) -> None:
        self.server, self.client = server, client

    async def book(self, **contact: str) -> dict:
        slots = await self.client.get(f"{HALL}/slots", params={"service": "household-register"})
        start = [s["start"] for s in slots.json() if s["free"]][30]
        body = {"service": "household-register", "start": start, "language": "en", **contact}
        made = await self.client.post(f"{HALL}/appointments", json=body)
        assert made.status_code == 201, made.text
        return made.json()

    async def messages(self, booking: str) -> list[dict]:
        listed = await self.client.get(f"{HALL}/appointments", headers=self.server.auth())
        return next(a.get("messages", []) for a in listed.json() if a["id"] == booking)

    async def until(self, booking: str, so: Callable[[list[dict]], bool]) -> list[dict]:
        """The messages about a booking, once they are as expected."""
        while not so(found := await self.messages(booking)):
            await asyncio.sleep(0.02)
        return found

    async def restart(self) -> None:
        await asyncio.to_thread(self.server.kill)
        await asyncio.to_thread(self.server.start)


@asynccontextmanager
async def desk_of(folder: Path, post: VirtualPost) -> AsyncIterator[Desk]:
    server = await asyncio.to_thread(RunningServer.make, folder, hall_text(post))
    await asyncio.to_thread(server.start)
    try:
        async with httpx2.AsyncClient(base_url=server.api, timeout=30) as client:
            yield Desk(server, client)
    finally:
        await asyncio.to_thread(server.stop)


def states(found: list[dict]) -> list[str]:
    return [f"{m['topic']} {m['channel']} {m['state']}" for m in found]


def ended(count: int) -> Callable[[list[dict]], bool]:
    return lambda found: sum(m["state"] not in ("wanted", "sending") for m in found) == count


async def test_a_booking_is_told_of_from_first_to_last(tmp_path: Path) -> None:
    async with VirtualPost() as post, desk_of(tmp_path, post) as desk:
        made = await desk.book(email=ADDRESS, phone=PHONE)
        assert "messages" not in made
        await desk.until(made["id"], ended(1))
        [letter] = post.arrived
        assert (letter.channel, letter.to) == ("mail", ADDRESS)
        assert made["code"] in letter.text
        assert f"https://hall.example.org/a/{made['token']}" in letter.text
        assert "Household register" in letter.text
        assert f"UID:{made['id']}@main.kiosk" in letter.calendar
        link = f"/appointments/{made['token']}"
        assert (await desk.client.post(f"{link}/cancel", json={})).status_code == 200
        found = await desk.until(made["id"], ended(2))
        assert states(found) == ["booked mail sent", "cancelled mail sent"]
        assert "STATUS:CANCELLED" in post.arrived[1].calendar
        page = await desk.client.get(f"{desk.server.url}/a/{made['token']}")
        assert "w***@example.com" in page.text
        assert ADDRESS not in page.text
        by_phone = await desk.book(phone=PHONE)
        await desk.until(by_phone["id"], ended(1))
        assert (post.arrived[2].channel, post.arrived[2].to) == ("sms", PHONE)
        assert by_phone["code"] in post.arrived[2].text
        ways = await desk.client.get(f"{HALL}/channels", headers=desk.server.auth())
        assert [(way["id"], way["state"]) for way in ways.json()] == [
            ("mail", "ready"),
            ("sms", "ready"),
        ]
        written = await asyncio.to_thread(ask, desk.server.db, "SELECT payload FROM events")
        assert any(b"message_settled" in payload for (payload,) in written)
        assert not [p for (p,) in written if ADDRESS.encode() in p or PHONE.encode() in p]
        assert not [line for line in desk.server.log if ADDRESS in line or PHONE in line]


async def test_a_waiting_visitor_is_told_that_it_is_soon_and_that_he_is_called(
    tmp_path: Path,
) -> None:
    async with VirtualPost() as post, desk_of(tmp_path, post) as desk:
        headers = desk.server.auth()
        for contact in ({}, {}, {}, {}, {"phone": PHONE}):
            body = {"service": "household-register", "language": "en", **contact}
            taken = await desk.client.post(f"{HALL}/tickets", json=body, headers=headers)
            assert taken.status_code == 201, taken.text
        number = taken.json()["number"]
        window = f"{HALL}/windows/3"
        await desk.client.post(f"{window}/open", json={}, headers=headers)
        for calls in range(5):
            called = await desk.client.post(f"{window}/call-next", json={}, headers=headers)
            assert called.status_code == 200, called.text
            if calls == 0:
                await post.until(lambda post: len(post.arrived) == 1)
        await post.until(lambda post: len(post.arrived) == 2)
        near, now = post.arrived
        assert f"{number} is called soon" in near.text
        assert f"{number}, please go to Window 3" in now.text
        assert f"https://hall.example.org/t/{taken.json()['token']}" in now.text


async def test_killed_in_the_middle_an_email_is_sent_again_and_an_sms_is_uncertain(
    tmp_path: Path,
) -> None:
    async with VirtualPost() as post, desk_of(tmp_path, post) as desk:
        post.fault = "hang"
        mailed, phoned = await desk.book(email=ADDRESS), await desk.book(phone=PHONE)
        await post.until(lambda post: len(post.arrived) == 2)
        post.fault = ""
        await desk.restart()
        desk.client.base_url = desk.server.api
        assert states(await desk.until(phoned["id"], ended(1))) == ["booked sms uncertain"]
        assert states(await desk.until(mailed["id"], ended(1))) == ["booked mail sent"]
        ids = [m.id for m in post.arrived if m.channel == "mail"]
        assert len(ids) == 2
        assert len(set(ids)) == 1
        assert sum(m.channel == "sms" for m in post.arrived) == 1


async def test_what_could_not_leave_leaves_after_a_restart(tmp_path: Path) -> None:
    async with VirtualPost() as post, desk_of(tmp_path, post) as desk:
        post.fault = "later"
        made = await desk.book(email=ADDRESS)
        await post.until(lambda post: post.contacts >= 1)
        assert states(await desk.messages(made["id"])) == ["booked mail wanted"]
        post.fault = ""
        await desk.restart()
        assert states(await desk.until(made["id"], ended(1))) == ["booked mail sent"]
        assert len(post.arrived) == 1


async def test_whose_address_was_deleted_meanwhile_gets_nothing(tmp_path: Path) -> None:
    async with VirtualPost() as post, desk_of(tmp_path, post) as desk:
        post.fault = "later"
        made = await desk.book(email=ADDRESS)
        await post.until(lambda post: post.contacts >= 1)
        await asyncio.to_thread(desk.server.kill)
        await asyncio.to_thread(ask, desk.server.db, "DELETE FROM people")
        post.fault = ""
        await asyncio.to_thread(desk.server.start)
        [message] = await desk.until(made["id"], ended(1))
        assert (message["state"], message["detail"]) == ("failed", "no_address")
        assert post.arrived == []


def ask(db: str, statement: str) -> list[tuple]:
    """Look into a database behind the server's back."""
    with contextlib.closing(sqlite3.connect(db.removeprefix("sqlite:///"))) as database:
        rows = database.execute(statement).fetchall()
        database.commit()
    return rows
