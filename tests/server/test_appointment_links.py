"""What hangs on an appointment beside its booking: the link that confirms it, its slip on paper."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from kiosk.server.qr import qr_svg
from tests.server.test_appointments import BOOKABLE, HALL, booked, code_of, free
from tests.support.server import RunningServer

PATIENCE_S = 120
BANK = """
[[services]]
id = "fees"
group = "G"
kind = "payment"
name = { zh = "缴费", en = "Fees" }

[[printers]]
id = "p"
url = "file://{roll}"
profile = "generic-80mm-native"
"""


@pytest.fixture(scope="module")
def roll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roll")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, roll: Path) -> Iterator[RunningServer]:
    """A hall that wants its bookings confirmed, with a printer that writes into a folder."""
    hall = BOOKABLE.replace("lead_minutes = 0", "lead_minutes = 120")
    hall += "confirm_minutes = 30\n" + BANK.replace("{roll}", str(roll))
    with RunningServer.make(tmp_path_factory.mktemp("links"), hall) as running:
        yield running


@pytest.fixture
def visitor(server: RunningServer) -> Iterator[httpx2.Client]:
    """Somebody without a key."""
    with httpx2.Client(base_url=server.api, timeout=30) as made:
        yield made


def paper(roll: Path, number: int) -> str:
    """What stands on the paper that came out as the n-th, in the printer's own characters."""
    file = roll / f"{number:04}.bin"
    end = time.monotonic() + PATIENCE_S
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.05)
    return file.read_bytes().decode("gbk", "replace")


def test_a_link_confirms_once_and_changes_nothing_more(visitor: httpx2.Client) -> None:
    made = booked(visitor)
    assert made["state"] == "unconfirmed"
    assert made["made_at"] < made["confirm_by"] <= made["start"]
    path = f"/appointments/{made['token']}/confirm"
    first = visitor.post(path)
    assert (first.status_code, first.json()["state"]) == (200, "booked")
    assert "confirm_by" not in first.json()
    assert visitor.post(path).json() == first.json()
    visitor.post(f"/appointments/{made['token']}/cancel")
    assert code_of(visitor.post(path)) == (409, "booking_over")


def test_the_page_confirms_by_a_plain_form(server: RunningServer, visitor: httpx2.Client) -> None:
    made = booked(visitor)
    page = f"{server.url}/a/{made['token']}"
    asked = visitor.get(page).text
    assert f'action="/a/{made["token"]}/confirm?lang=' in asked
    answer = visitor.post(f"{page}/confirm?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/a/{made['token']}?lang=en",
    )
    after = visitor.get(f"{page}?lang=en").text
    assert "<h1>Booked</h1>" in after
    assert "<li>Household register</li>" in after
    assert "户口簿" not in after
    assert "<li>户口簿</li>" in visitor.get(f"{page}?lang=zh").text.replace(' lang="zh-CN"', "")
    assert "/confirm" not in after


def test_what_staff_book_needs_no_link(client: httpx2.Client) -> None:
    assert booked(client)["state"] == "booked"


def test_staff_are_offered_what_has_not_begun(
    visitor: httpx2.Client, client: httpx2.Client
) -> None:
    asked = {"service": "marriage"}
    offered = visitor.get(f"{HALL}/slots", params=asked).json()
    for by_staff, status in ((visitor, 401), (client, 200)):
        answer = by_staff.get(f"{HALL}/slots", params=asked | {"by": "staff"})
        assert answer.status_code == status
    more = [slot["start"] for slot in answer.json()]
    assert more[-len(offered) :] == [slot["start"] for slot in offered]
    assert len(more) >= len(offered) + 3
    booked(client, more[0], service="marriage")


def test_who_has_not_confirmed_may_come_all_the_same(visitor: httpx2.Client) -> None:
    made = booked(visitor, free(visitor)[0])
    answer = visitor.post(f"/appointments/{made['token']}/check-in")
    assert answer.status_code == 201, answer.text
    seen = visitor.get(f"/tickets/{answer.json()['token']}").json()
    assert seen["booked"] == {"start": made["start"], "arrival": "on_time"}


def test_staff_print_the_slip_of_an_appointment_that_is_ahead(
    visitor: httpx2.Client, client: httpx2.Client, roll: Path
) -> None:
    made = booked(client, language="zh")
    path = f"{HALL}/appointments/{made['id']}/print"
    assert visitor.post(path, json={"printer": "p"}).status_code == 401
    assert code_of(client.post(path, json={"printer": "x"})) == (422, "unknown_printer")
    printed = client.post(path, json={"printer": "p"})
    assert (printed.status_code, printed.json()["id"]) == (200, made["id"])
    said = paper(roll, 1)
    for words in ("预约凭证", made["code"], "户口登记", made["start"][11:16]):
        assert words in said
    client.post(path, json={"printer": "p"})
    assert "补打" in paper(roll, 2)
    client.post(f"{HALL}/appointments/{made['id']}/cancel")
    assert code_of(client.post(path, json={"printer": "p"})) == (409, "booking_over")


def test_a_payment_notice_has_a_code_of_its_own(
    server: RunningServer, visitor: httpx2.Client, client: httpx2.Client
) -> None:
    ticket = client.post(f"{HALL}/tickets", json={"service": "household-register"}).json()
    code = f"{server.url}/t/{ticket['token']}/notice.svg"
    assert code_of(visitor.get(code)) == (404, "unknown_notice")
    elsewhere = client.post(f"{HALL}/payments", json={"notice": "JF404"})
    assert code_of(elsewhere) == (422, "unknown_notice")
    client.post(f"{HALL}/windows/3/open", json={"staff": "li"})
    client.post(f"{HALL}/windows/3/call", json={"ticket": ticket["id"]})
    bill = {"window": "3", "item": "工本费"}
    client.post(f"{HALL}/tickets/{ticket['id']}/bill", json=bill).raise_for_status()
    number = client.get(f"{HALL}/tickets/{ticket['id']}").json()["notice"]["number"]
    shown = visitor.get(code)
    assert shown.headers["content-type"].startswith("image/svg+xml")
    assert shown.text == qr_svg(number)
    assert (
        f"/t/{ticket['token']}/notice.svg?of={number}"
        in visitor.get(f"{server.url}/t/{ticket['token']}").text
    )
