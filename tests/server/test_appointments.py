"""Appointments over HTTP: offered, booked, changed, checked in, refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from tests.support.server import HALL as PLAIN
from tests.support.server import RunningServer, kiosk

HALL = "/halls/main"
PHONE = "13800000002"
BOOKABLE = (
    PLAIN.replace("\nminutes = 12\n", "\nminutes = 12\nappointments = true\n").replace(
        "\nminutes = 20\n", "\nminutes = 20\nappointments = true\n"
    )
    + """
[appointments]
slot_minutes = 30
capacity = { B = 1, G = 1 }
days_ahead = 7
lead_minutes = 0
cancel_until_minutes = 0
early_minutes = 1440
per_day = 0
at_once = 0
"""
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer.make(tmp_path_factory.mktemp("booked"), BOOKABLE) as running:
        yield running


@pytest.fixture
def visitor(server: RunningServer) -> Iterator[httpx2.Client]:
    """Somebody without a key."""
    with httpx2.Client(base_url=server.api, timeout=30) as made:
        yield made


def free(visitor: httpx2.Client, service: str = "household-register") -> list[str]:
    answer = visitor.get(f"{HALL}/slots", params={"service": service})
    assert answer.status_code == 200, answer.text
    return [slot["start"] for slot in answer.json() if slot["free"]]


def book(client: httpx2.Client, start: str, **more: object) -> httpx2.Response:
    body = {"start": start} | more
    if "services" not in body:
        body.setdefault("service", "household-register")
    return client.post(f"{HALL}/appointments", json=body)


def booked(client: httpx2.Client, start: str | None = None, **more: object) -> dict:
    answer = book(client, start or free(client)[20], **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_slots_have_the_fields_of_the_contract(visitor: httpx2.Client) -> None:
    [first, *_] = visitor.get(f"{HALL}/slots", params={"service": "marriage"}).json()
    assert set(first) == {"start", "end", "capacity", "free"}
    assert datetime.fromisoformat(first["start"]).utcoffset()
    days = visitor.get(f"{HALL}/days", params={"from": "2026-11-23", "to": "2026-11-24"}).json()
    assert [day["open"] for day in days] == [["00:00-24:00"]] * 2


def test_a_booking_has_the_fields_of_the_contract_and_fills_its_slot(
    visitor: httpx2.Client,
) -> None:
    start = free(visitor)[3]
    made = booked(visitor, start, name="王𠮷", phone="138 0000 0000")
    assert set(made) >= {"id", "code", "token", "start", "end"}
    assert made["start"] == start
    assert "name" not in made
    assert start not in free(visitor)
    assert code_of(book(visitor, start)) == (409, "slot_full")
    shown = visitor.get(f"/appointments/{made['token']}").json()
    assert (shown["state"], shown["materials"]) == ("booked", ["身份证原件", "户口簿"])


def test_what_is_refused_has_a_code_and_a_sentence(
    visitor: httpx2.Client, client: httpx2.Client
) -> None:
    start = free(visitor)[5]
    wrong_minute = start.replace(":00.000", ":01.000")
    for body, expected in (
        ({"start": "2020-01-01T09:00:00+08:00"}, (409, "past_slot")),
        ({"start": "2099-01-01T09:00:00+08:00"}, (409, "too_far")),
        ({"start": wrong_minute}, (409, "no_slot")),
        ({"start": start, "service": "night"}, (409, "not_bookable")),
        ({"start": start, "service": "nothing"}, (422, "unknown_service")),
        ({"start": start, "service": None}, (422, "invalid_field")),
        ({"start": start, "overbook": "please"}, (409, "reason_needed")),
        ({"start": start, "hold": "A" * 28}, (404, "unknown_appointment")),
        ({"start": start, "sudo": True}, (422, "invalid_field")),
    ):
        answer = book(visitor, **body)
        assert code_of(answer) == expected, body
        assert answer.json()["detail"]
    for query in (
        {},
        {"service": "marriage", "from": "x"},
        {"service": "marriage", "to": "2020-01-01"},
    ):
        assert visitor.get(f"{HALL}/slots", params=query).status_code == 422
    assert visitor.get(f"{HALL}/slots", params={"service": "night"}).status_code == 409
    assert visitor.get(f"{HALL}/appointments").status_code == 401
    assert client.post(f"{HALL}/check-ins", json={"code": "x"}).json()["code"] == "wrong_code"


def test_a_token_opens_its_own_booking_and_a_forged_one_nothing(visitor: httpx2.Client) -> None:
    mine, other = booked(visitor), booked(visitor)
    forged = mine["token"][:12] + other["token"][12:]
    for path in ("", ".ics"):
        assert visitor.get(f"/appointments/{forged}{path}").status_code == 404
    for act in ("cancel", "confirm", "check-in"):
        assert visitor.post(f"/appointments/{forged}/{act}").status_code == 404
    assert visitor.get(f"/tickets/{mine['token']}").status_code == 404
    assert visitor.get(f"/appointments/{mine['token']}").json()["id"] == mine["id"]


def test_a_slot_is_held_booked_moved_and_given_up(visitor: httpx2.Client) -> None:
    start = free(visitor)[8]
    body = {"service": "household-register", "start": start}
    held = visitor.post(f"{HALL}/holds", json=body)
    assert held.status_code == 201
    token = held.json()["token"]
    assert code_of(book(visitor, start)) == (409, "slot_full")
    made = booked(visitor, start, hold=token)
    assert made["token"] == token
    assert code_of(book(visitor, start, hold=token)) == (409, "hold_over")
    later = free(visitor)[30]
    moved = visitor.post(f"/appointments/{token}/reschedule", json={"start": later}).json()
    assert (moved["start"], moved["code"]) == (later, made["code"])
    assert visitor.post(f"/appointments/{token}/cancel").json()["state"] == "cancelled"
    assert code_of(visitor.post(f"/appointments/{token}/cancel")) == (409, "booking_over")
    again = visitor.post(f"{HALL}/holds", json=body).json()["token"]
    assert visitor.post(f"{HALL}/holds/{again}/release").status_code == 204
    assert start in free(visitor)


def test_the_calendar_file_is_what_calendars_read(visitor: httpx2.Client) -> None:
    made = booked(visitor)
    answer = visitor.get(f"/appointments/{made['token']}.ics?lang=zh")
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    text = answer.text.replace("\r\n ", "")
    assert "SUMMARY:户口登记" in text
    assert f"预约码：{made['code']}" in text
    assert "身份证原件、户口簿" in text
    english = visitor.get(f"/appointments/{made['token']}.ics?lang=en").text
    assert "ID card (original)\\, Household register" in english.replace("\r\n ", "")
    begins = re.search(r"DTSTART:(\d{8}T\d{6})Z", text)
    assert begins is not None
    when = datetime.strptime(begins[1] + "+0000", "%Y%m%dT%H%M%S%z")
    assert when == datetime.fromisoformat(made["start"])
    answer.content.replace(b"\r\n", b"").decode()  # no sign is cut in two
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    versions = [version_of(text)]
    link = f"/appointments/{made['token']}"
    moved = visitor.post(f"{link}/reschedule", json={"start": free(visitor)[30]}).json()
    text = visitor.get(f"{link}.ics").text
    uid = re.search(r"UID:(\S+)", text)
    assert uid is not None
    assert uid[0] in answer.text
    assert moved["start"] != made["start"]
    assert "STATUS:CONFIRMED" in text
    versions.append(version_of(text))
    visitor.post(f"{link}/cancel").raise_for_status()
    text = visitor.get(f"{link}.ics").text
    assert "STATUS:CANCELLED" in text
    versions.append(version_of(text))
    assert versions == sorted(versions)
    assert versions[-1] > versions[0]


def version_of(text: str) -> int:
    found = re.search(r"SEQUENCE:(\d+)", text)
    assert found is not None
    return int(found[1])


def test_checked_in_by_code_by_token_and_by_staff(
    visitor: httpx2.Client, client: httpx2.Client
) -> None:
    soon = free(visitor)[:3]
    by_code, by_token, by_staff = (booked(visitor, start) for start in soon)
    answer = client.post(f"{HALL}/check-ins", json={"code": by_code["code"]})
    assert answer.status_code == 201, answer.text
    ticket = answer.json()
    assert (ticket["priority"], ticket["state"]) == ("appointment", "waiting")
    assert code_of(client.post(f"{HALL}/check-ins", json={"code": by_code["code"]})) == (
        409,
        "already_checked_in",
    )
    shown = visitor.get(f"/appointments/{by_code['token']}").json()
    assert (shown["state"], shown["ticket"]) == ("checked_in", ticket["token"])
    qr = f"http://hall/a/{by_token['token']}"
    assert client.post(f"{HALL}/check-ins", json={"code": qr}).status_code == 201
    path = f"{HALL}/appointments/{by_staff['id']}/check-in"
    assert client.post(path, json={}).status_code == 201
    far = booked(visitor, free(visitor)[-1])
    assert code_of(visitor.post(f"/appointments/{far['token']}/check-in")) == (
        409,
        "check_in_too_early",
    )


def test_staff_see_who_comes_and_may_go_beyond_the_capacity(
    visitor: httpx2.Client, client: httpx2.Client
) -> None:
    made = booked(visitor, name="李雷", phone="13800000001", note="wheelchair")
    listed = client.get(f"{HALL}/appointments", params={"day": made["start"][:10]}).json()
    mine = next(a for a in listed if a["id"] == made["id"])
    assert (mine["name"], mine["phone"], mine["note"]) == ("李雷", "13800000001", "wheelchair")
    assert "token" not in mine
    over = booked(client, made["start"], overbook="came from far")
    assert over["overbooked"] == "came from far"
    cancelled = client.post(f"{HALL}/appointments/{over['id']}/cancel").json()
    assert cancelled["reason"] == "staff"
    path = f"{HALL}/appointments/{made['id']}/cancel"
    assert client.post(path, headers={"Idempotency-Key": "gone"}).json()["name"] == "李雷"
    person = {"phone": "+86 138-0000-0001"}
    assert client.post(f"{HALL}/persons/look-up", json=person).json() == {
        "strikes": [],
        "barred_until": None,
        "limit": 3,
    }
    pardon = client.post(f"{HALL}/persons/pardon", json=person | {"note": "was ill"})
    assert pardon.status_code == 200
    assert client.post(f"{HALL}/persons/look-up", json={}).status_code == 422
    path = f"{HALL}/appointments/load"
    slots = {
        s["start"]: s
        for s in client.get(path, params={"day": made["start"][:10]}).json()[0]["slots"]
    }
    assert (slots[made["start"]]["booked"], slots[made["start"]]["capacity"]) == (0, 1)
    assert client.get(f"{HALL}/appointments", params={"state": "odd"}).status_code == 422


def test_names_and_numbers_are_in_no_event(
    visitor: httpx2.Client, client: httpx2.Client, server: RunningServer
) -> None:
    who = {"name": "韩梅梅独名", "phone": "13987654321", "id_number": "110101199003071234"}
    made = booked(visitor, **who)
    cancel = f"{HALL}/appointments/{made['id']}/cancel"
    answer = client.post(cancel, headers={"Idempotency-Key": "kept-for-a-retry"})
    assert answer.json()["phone"] == who["phone"]
    file = Path(server.db.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in file.parent.glob("hall.db*"))
    for private in ("韩梅梅独名", "13987654321", "110101199003071234"):
        assert private.encode() not in kept


def test_the_same_idempotency_key_books_once(visitor: httpx2.Client) -> None:
    body = {"service": "marriage", "start": free(visitor, "marriage")[9]}
    headers = {"Idempotency-Key": "one-and-the-same"}
    answers = [visitor.post(f"{HALL}/appointments", json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].content == answers[1].content


def test_sixty_four_clients_get_one_booking_of_one_slot(
    visitor: httpx2.Client, server: RunningServer
) -> None:
    start = free(visitor)[40]

    def one(_: int) -> tuple[int, str]:
        with httpx2.Client(base_url=server.api, timeout=60) as client:
            return code_of(book(client, start))

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(one, range(64)))
    assert sum(status == 201 for status, _ in answers) == 1
    assert {answer for answer in answers if answer[0] != 201} == {(409, "slot_full")}


def test_conflicts_are_listed_and_rebooked(tmp_path: Path) -> None:
    with (
        RunningServer.make(tmp_path, BOOKABLE) as server,
        httpx2.Client(base_url=server.api, timeout=30) as visitor,
        httpx2.Client(base_url=server.api, headers=server.auth(), timeout=30) as client,
    ):
        made = booked(visitor, free(visitor)[60], name="李雷", phone=PHONE)
        assert client.get(f"{HALL}/appointments/conflicts").json() == []
        day = made["start"][:10]
        changed = tmp_path / "closed.toml"
        changed.write_text(f'{BOOKABLE}\n[[days]]\nday = "{day}"\nhours = []\n', "utf-8")
        kiosk("init", "--db", server.db, "--hall", str(changed))
        while not (listed := client.get(f"{HALL}/appointments/conflicts").json()):
            pass  # until the server has read on
        [found] = listed
        assert (found["why"], found["appointment"]["id"]) == ("hours", made["id"])
        assert (found["appointment"]["name"], found["appointment"]["phone"]) == ("李雷", PHONE)
        path = f"{HALL}/appointments/conflicts"
        told = {"action": "inform", "note": "power cut"}
        informed = client.post(path, json=told).json()
        assert [a["informed_note"] for a in informed["settled"]] == ["power cut"]
        assert informed["open"][0]["appointment"]["informed_at"]
        assert client.post(path, json=told).json()["settled"] == []  # all were told
        other = client.post(path, json=told | {"ids": [made["id"]], "note": "again"}).json()
        assert other["settled"][0]["informed_note"] == "again"
        settled = client.post(path, json={"action": "rebook"}).json()
        assert settled["open"] == []
        assert settled["settled"][0]["moved_from"] == made["start"]
        for action in ("rebook", "inform"):
            refused = client.post(path, json={"action": action, "ids": [made["id"]]})
            assert code_of(refused) == (409, "booking_over")
        now = visitor.get(f"/appointments/{made['token']}").json()
        assert now["start"] == found["next_free"]
        assert (now["start"][:10] > day, now["moved_from"]) == (True, made["start"])
        later = free(visitor)[70]
        own = visitor.post(f"/appointments/{made['token']}/reschedule", json={"start": later})
        assert "moved_from" not in own.json()


def test_capacities_are_proposed_with_a_reason(client: httpx2.Client) -> None:
    found = client.get(f"{HALL}/capacity").json()
    assert {p["group"] for p in found} == {"B", "G"}
    assert all(p["present"] == p["proposed"] == 1 and p["reason"]["zh"] for p in found)
    assert client.post(f"{HALL}/capacity", json={"groups": ["B"]}).json() == found


def test_guessing_is_slowed_down_for_who_guesses_alone(tmp_path: Path) -> None:
    def guess(visitor: httpx2.Client, address: str) -> httpx2.Response:
        headers = {"X-Forwarded-For": address}
        return visitor.get(f"/appointments/{'A' * 28}", headers=headers)

    with (
        RunningServer.make(tmp_path, BOOKABLE, "--proxy", "127.0.0.0/8") as server,
        httpx2.Client(base_url=server.api, timeout=30) as visitor,
    ):
        answers = [guess(visitor, "192.0.2.7") for _ in range(40)]
        assert {a.status_code for a in answers[:30]} == {404}
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert guess(visitor, "192.0.2.8").status_code == 404
        server.stop()
        server.options = ()  # nobody in front: what anybody may write is not believed
        server.start()
        for n in range(40):
            last = guess(visitor, f"192.0.2.{n}")
        assert last.status_code == 429
