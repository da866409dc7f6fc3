"""Bad input of appointments and visits: each has its own code, and a sentence in both languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import httpx2
import pytest
from msgspec import structs

from kiosk import texts
from kiosk.hall.booking import BookingState
from kiosk.hall.errors import HallError
from kiosk.hall.state import TicketState
from kiosk.server import problems
from tests.hall.script import CONFIG, OPENING, Script
from tests.server.test_appointments import BOOKABLE, booked, free
from tests.support.server import RunningServer, kiosk

HALL = "/halls/main"
HAN = re.compile(r"[\u4e00-\u9fff]")
RAW = re.compile(
    r"[{}]|\b(" + "|".join({*TicketState, *BookingState} - {"done", "booked"}) + r")\b"
)
"""What a program calls a state, or a sentence that was not filled in."""

STRICT = (
    BOOKABLE.replace("per_day = 0", "per_day = 1")
    .replace("lead_minutes = 0", "lead_minutes = 60")
    .replace('id = "passport"', 'id = "passport"\nappointments = true')
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A hall in which a visitor may book once a day, an hour ahead."""
    with RunningServer.make(tmp_path_factory.mktemp("bad"), STRICT) as running:
        yield running


def refused(client: httpx2.Client, method: str, path: str, body: object = None) -> tuple[int, str]:
    """Status and code of a refusal, which must be said well in both languages."""
    said = {}
    for language in texts.LANGUAGES:
        answer = client.request(method, path, json=body, headers={"Accept-Language": language})
        problem = answer.json()
        said[language] = problem["detail"]
        assert answer.headers["content-type"] == "application/problem+json", answer.text
    well_said(said["zh"], said["en"])
    return answer.status_code, problem["code"]


def well_said(zh: str, en: str) -> None:
    assert HAN.search(zh), zh
    assert not RAW.search(zh), zh
    assert en, zh
    assert not HAN.search(en), en


def of_one_day(starts: list[str]) -> tuple[str, str]:
    """Two times on the same day, whatever the hour is now."""
    return next((a, b) for a, b in itertools.pairwise(starts) if a[:10] == b[:10])


def test_wrong_dates_and_slots(client: httpx2.Client) -> None:
    start, other = of_one_day(free(client)[60:])
    booked(client, start, phone="13800000001")
    path = f"{HALL}/appointments"
    order = {"service": "household-register"}
    # Half an hour to an hour ahead.
    soon = client.get(f"{HALL}/slots", params={**order, "by": "staff"}).json()[1]["start"]
    with httpx2.Client(base_url=str(client.base_url), timeout=30) as visitor:
        for more, expected in (
            ({"start": "tomorrow"}, (422, "wrong_date")),
            ({"start": "2026-13-41T09:00:00+08:00"}, (422, "wrong_date")),
            ({"start": "2026-12-01T09:00:00"}, (422, "wrong_date")),
            ({"start": 5}, (422, "wrong_date")),
            ({"start": "2020-01-01T09:00:00+08:00"}, (409, "past_slot")),
            ({"start": "2099-01-01T09:00:00+08:00"}, (409, "too_far")),
            ({"start": soon}, (409, "too_soon")),
            ({"start": start.replace(":00.000", ":07.000")}, (409, "no_slot")),
            ({"start": start}, (409, "slot_full")),
            ({"start": other, "phone": "13800000001"}, (409, "person_day_limit")),
            ({"start": other, "phone": "abc"}, (422, "wrong_phone")),
            ({"start": other, "email": "abc"}, (422, "wrong_email")),
            ({"start": other, "overbook": "please"}, (409, "reason_needed")),
            ({"start": other, "service": "passport"}, (422, "real_name_needed")),
            ({"start": other, "service": "night"}, (409, "not_bookable")),
        ):
            assert refused(visitor, "POST", path, order | more) == expected, more
    assert refused(client, "POST", path, {"start": start, "service": "passport"})[1] == (
        "real_name_needed"
    )
    for query in ("day=x", "day=2026-02-30"):
        assert refused(client, "GET", f"{path}?{query}") == (422, "wrong_date")
    for query in ("from=x", "to=2026-02-30"):
        asked = f"{HALL}/slots?service=marriage&{query}"
        assert refused(client, "GET", asked) == (422, "wrong_date")


def test_foreign_tokens_forged_codes_and_double_check_ins(client: httpx2.Client) -> None:
    made, other = booked(client, free(client)[60]), booked(client, free(client)[61])
    ticket = client.post(f"{HALL}/tickets", json={"service": "marriage"}).json()
    forged = made["token"][:12] + other["token"][12:]
    for token in (forged, ticket["token"], "x", "A" * 28):
        assert refused(client, "GET", f"/appointments/{token}") == (404, "unknown_appointment")
        cancel = f"/appointments/{token}/cancel"
        assert refused(client, "POST", cancel) == (404, "unknown_appointment")
    assert refused(client, "GET", f"/tickets/{made['token']}") == (404, "unknown_ticket")
    code = "000000" if made["code"] != "000000" != other["code"] else "111111"
    path = f"{HALL}/check-ins"
    assert refused(client, "POST", path, {"code": code}) == (409, "wrong_code")
    early = refused(client, "POST", path, {"code": other["code"]})
    assert early == (409, "check_in_too_early")
    now = booked(client, free_now(client), overbook="test")
    assert client.post(path, json={"code": now["code"]}).status_code == 201
    again = refused(client, "POST", path, {"code": now["code"]})
    assert again == (409, "already_checked_in")
    by_token = refused(client, "POST", f"/appointments/{now['token']}/check-in")
    assert by_token == (409, "already_checked_in")
    client.post(f"/appointments/{made['token']}/cancel").raise_for_status()
    over = refused(client, "POST", f"/appointments/{made['token']}/cancel")
    assert over == (409, "booking_over")
    body = {"service": "marriage", "start": free(client, "marriage")[5], "hold": made["token"]}
    assert refused(client, "POST", f"{HALL}/appointments", body) == (409, "hold_over")


def free_now(client: httpx2.Client) -> str:
    """A slot that begins in half an hour to an hour."""
    query = {"service": "household-register", "by": "staff"}
    return str(client.get(f"{HALL}/slots", params=query).json()[1]["start"])


def test_transfers_to_nowhere_and_parks_without_end(client: httpx2.Client) -> None:
    client.post(f"{HALL}/windows/3/open", json={"staff": "li"}).raise_for_status()
    ticket = client.post(f"{HALL}/tickets", json={"service": "household-register"}).json()
    path = f"{HALL}/tickets/{ticket['id']}"
    waiting = refused(client, "POST", f"{path}/park", {"minutes": 5})
    assert waiting == (409, "wrong_state")
    client.post(f"{HALL}/windows/3/call", json={"ticket": ticket["id"]}).raise_for_status()
    for minutes in (0, -1, 1441, 1e9):
        parked = refused(client, "POST", f"{path}/park", {"minutes": minutes})
        assert parked == (422, "endless_park"), minutes
    for body, expected in (
        ({}, (422, "transfer_nowhere")),
        ({"service": "marriage", "window": "4"}, (422, "transfer_nowhere")),
        ({"service": "night"}, (409, "nobody_serves")),
        ({"service": "nothing"}, (422, "unknown_service")),
        ({"window": "99"}, (422, "unknown_window")),
        ({"window": "4"}, (409, "window_closed")),
    ):
        assert refused(client, "POST", f"{path}/transfer", body) == expected, body


def test_services_that_wait_for_one_another(tmp_path_factory: pytest.TempPathFactory) -> None:
    advice, passport, *others = CONFIG.services
    circle = (
        structs.replace(advice, after=(passport.id,)),
        structs.replace(passport, after=(advice.id,)),
        *others,
    )
    hall = Script(structs.replace(CONFIG, services=circle)).hall
    with pytest.raises(HallError) as caught:
        hall.issue(OPENING, ticket_id="t", services=(advice.id, passport.id))
    assert caught.value.code == "circular_services"
    well_said(*(problems.of_hall_error(caught.value, lang).detail for lang in texts.LANGUAGES))
    file = tmp_path_factory.mktemp("circle") / "hall.toml"
    text = STRICT.replace('id = "marriage"', 'id = "marriage"\nafter = ["passport"]')
    file.write_text(
        text.replace('id = "passport"', 'id = "passport"\nafter = ["marriage"]'), encoding="utf-8"
    )
    done = kiosk("init", "--db", f"sqlite:///{file.parent}/x.db", "--hall", str(file), check=False)
    assert done.returncode != 0
    assert "would come after itself" in done.stdout + done.stderr
