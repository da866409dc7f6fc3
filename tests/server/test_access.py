"""Who may do what: keys, log-ins, devices, origins, and the limits of a request."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import httpx2
import pytest
import websockets

from tests.support.server import RunningServer, kiosk

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def account(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A clerk who can log in."""
    file = tmp_path_factory.mktemp("pw") / "pw"
    file.write_text(PASSWORD + "\n")
    kiosk(
        *("account", "create", "li", "--db", server.db, "--role", "staff"),
        *("--password-file", str(file)),
    )
    return "li"


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        ("screen", "POST", "/halls/main/tickets", 403),
        ("screen", "GET", "/halls/main/board", 200),
        ("kiosk", "POST", "/halls/main/tickets", 201),
        ("kiosk", "GET", "/halls/main/tickets", 403),
        ("kiosk", "POST", "/halls/main/payments", 403),
        ("integrator", "POST", "/halls/main/payments", 422),
        ("kiosk", "POST", "/halls/main/windows/3/open", 403),
        ("staff", "GET", "/halls/main/stats", 403),
        ("manager", "GET", "/halls/main/stats", 200),
        ("auditor", "POST", "/halls/main/windows/3/open", 403),
        ("auditor", "GET", "/halls/main/live", 200),
    ],
)
def test_roles(server: RunningServer, role: str, method: str, path: str, status: int) -> None:
    answer = httpx2.request(
        method, server.api + path, headers=server.auth(role), json={"service": "marriage"}
    )
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic abc", "Bearer", "nonsense"])
def test_a_wrong_key_is_refused(server: RunningServer, header: str) -> None:
    answer = httpx2.get(f"{server.api}/halls/main/board", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert "WWW-Authenticate" in answer.headers


def test_no_key_is_refused(server: RunningServer) -> None:
    assert httpx2.get(f"{server.api}/halls/main/board").status_code == 401
    assert httpx2.get(f"{server.api}/halls/main").status_code == 200


def test_log_in_work_log_out(server: RunningServer, account: str) -> None:
    with httpx2.Client(base_url=server.api) as browser:
        assert browser.get("/session").status_code == 401
        entered = browser.post("/session", json={"account": account, "password": PASSWORD})
        assert entered.json()["roles"] == ["staff"]
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert browser.get("/session").json()["account"] == account
        opened = browser.post("/halls/main/windows/4/open").json()
        assert opened["staff"] == account
        browser.post("/halls/main/windows/4/close").raise_for_status()
        assert browser.delete("/session").status_code == 204
        assert browser.get("/session").status_code == 401


def test_five_wrong_passwords_lock_the_account(server: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(PASSWORD)
    kiosk(
        *("account", "create", "victim", "--db", server.db, "--role", "staff"),
        *("--password-file", str(tmp_path / "pw")),
    )
    answers = [
        httpx2.post(f"{server.api}/session", json={"account": "victim", "password": f"wrong {n}"})
        for n in range(5)
    ]
    assert [a.status_code for a in answers] == [401] * 5
    locked = httpx2.post(f"{server.api}/session", json={"account": "victim", "password": PASSWORD})
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 60


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_make_a_browser_act(
    server: RunningServer, account: str, headers: dict[str, str]
) -> None:
    with httpx2.Client(base_url=server.api) as browser:
        browser.post("/session", json={"account": account, "password": PASSWORD})
        answer = browser.post("/halls/main/windows/4/open", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
        own = browser.post("/halls/main/windows/4/open", headers={"Origin": server.url})
        assert own.status_code == 200


def test_a_device_is_paired_by_its_code(server: RunningServer) -> None:
    with httpx2.Client(base_url=server.api) as screen:
        assert screen.get("/devices/me").json()["state"] == "none"
        asked = screen.post("/devices", json={"kind": "screen"}).json()
        assert screen.get("/devices/me").json()["code"] == asked["code"]
        assert screen.get("/halls/main/board").status_code == 401
        body = {"name": "east", "hall": "main", "settings": {"zones": ["1F"]}}
        approved = httpx2.post(
            f"{server.api}/devices/{asked['code']}/approve", json=body, headers=server.auth()
        )
        assert approved.status_code == 204
        mine = screen.get("/devices/me").json()
        assert (mine["state"], mine["settings"]["zones"]) == ("paired", ["1F"])
        assert screen.get("/halls/main/board").status_code == 200
        again = httpx2.post(
            f"{server.api}/devices/{asked['code']}/approve", json=body, headers=server.auth()
        )
        assert again.status_code == 404


def test_the_same_key_gives_the_same_answer_and_happens_once(server: RunningServer) -> None:
    headers = {**server.auth(), "Idempotency-Key": "once-1"}
    body = {"service": "household-register"}
    first = httpx2.post(f"{server.api}/halls/main/tickets", json=body, headers=headers)
    second = httpx2.post(f"{server.api}/halls/main/tickets", json=body, headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    other = httpx2.post(
        f"{server.api}/halls/main/tickets", json={"service": "marriage"}, headers=headers
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    spaced = {**server.auth(), "Idempotency-Key": "a b"}
    assert (
        httpx2.post(f"{server.api}/halls/main/tickets", json=body, headers=spaced).status_code
        == 400
    )


async def test_the_same_key_at_the_same_moment_happens_once(server: RunningServer) -> None:
    headers = {**server.auth(), "Idempotency-Key": "once-2"}
    async with httpx2.AsyncClient(base_url=server.api, headers=headers) as client:
        answers = await asyncio.gather(
            *(client.post("/halls/main/tickets", json={"service": "marriage"}) for _ in range(16))
        )
    assert len({a.content for a in answers}) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_field"),
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b"[]", 422, "invalid_field"),
        (b'{"service":' + b"[" * 30_000, 422, "invalid_field"),
        (b'{"service":"marriage","name":"' + b"x" * 10_000 + b'"}', 422, "invalid_field"),
        (b'{"service":"marriage","name":"a\\u0000b"}', 422, "invalid_field"),
        (b'{"service":"marriage","name":"\\u202egnp"}', 422, "invalid_field"),
        (b'{"service":"marriage","name":"\\ud800"}', 400, "malformed_json"),
        (b"x" * 70_000, 413, "too_large"),
    ],
)
def test_hostile_bodies(server: RunningServer, body: bytes, status: int, code: str) -> None:
    answer = httpx2.post(f"{server.api}/halls/main/tickets", content=body, headers=server.auth())
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.parametrize("name", ["🎉👩‍👩‍👧 王", "שלום עולם", "王𠮷𬎆𰻝", "  trimmed  "])
def test_names_of_all_scripts_are_welcome(server: RunningServer, name: str) -> None:
    answer = httpx2.post(
        f"{server.api}/halls/main/tickets",
        json={"service": "marriage", "name": name},
        headers=server.auth(),
    )
    assert answer.status_code == 201
    assert name.strip() not in answer.text


def test_a_body_that_grows_for_ever_is_cut(server: RunningServer) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        head = (
            "POST /api/v1/halls/main/tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            f"Authorization: Bearer {server.key()}\r\n\r\n"
        )
        connection.sendall(head.encode())
        chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
        for _ in range(17):
            connection.sendall(chunk)
        assert b" 413 " in connection.recv(4096).split(b"\r\n")[0]
    assert httpx2.get(f"{server.url}/healthz").status_code == 200


def test_pages_come_with_a_strict_policy(server: RunningServer) -> None:
    page = httpx2.get(f"{server.url}/kiosk")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    asset = page.text.partition('stylesheet" href="')[2].partition('"')[0]
    cached = httpx2.get(server.url + asset)
    assert "immutable" in cached.headers["cache-control"]


def test_system_routes(server: RunningServer) -> None:
    assert httpx2.get(f"{server.url}/readyz").json()["status"] == "ready"
    assert "kiosk_tickets" in httpx2.get(f"{server.url}/metrics").text
    described = httpx2.get(f"{server.url}/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/halls/{hall}/windows/{window}/call-next" in described["paths"]


async def test_no_token_and_no_name_comes_into_the_log(server: RunningServer) -> None:
    ticket = httpx2.post(
        f"{server.api}/halls/main/tickets",
        json={"service": "marriage", "name": "欧阳娜娜", "phone": "13900001111"},
        headers=server.auth(),
    ).json()
    httpx2.get(f"{server.url}/t/{ticket['token']}")
    httpx2.get(f"{server.api}/tickets/{ticket['token']}X")
    async with websockets.connect(
        f"{server.ws}/halls/main?topics=ticket:{ticket['token']}", proxy=None
    ) as phone:
        await phone.recv()
    said = "".join(server.log)
    assert all(json.loads(line) for line in server.log if not line.startswith("kiosk:"))
    assert ticket["token"] not in said
    assert "欧阳" not in said
    assert "13900001111" not in said
