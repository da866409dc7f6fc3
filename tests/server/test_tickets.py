"""Tickets over HTTP: taking, calling, serving, and what is refused."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.server import RunningServer

HALL = "/halls/main"


def take(client: httpx2.Client, service: str = "household-register", **more: object) -> dict:
    answer = client.post(f"{HALL}/tickets", json={"service": service, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def act(client: httpx2.Client, ticket: str, action: str, **body: object) -> httpx2.Response:
    return client.post(f"{HALL}/tickets/{ticket}/{action}", json=body)


@pytest.fixture
def window(client: httpx2.Client):
    """Window 3, open with nobody there and nobody waiting."""
    client.post(f"{HALL}/windows/3/open", json={"staff": "li"}).raise_for_status()
    while client.post(f"{HALL}/windows/3/call-next").status_code == 200:
        pass
    return "3"


def test_a_ticket_has_all_fields_of_the_contract(client: httpx2.Client) -> None:
    ticket = take(client, priority="senior", name="王𠮷", language="en")
    assert set(ticket) >= {
        *("id", "number", "token", "state", "services", "priority", "ahead", "estimate"),
        *("window", "zone", "issued_at", "called_at", "started_at", "finished_at", "calls"),
    }
    assert ticket["state"] == "waiting"
    assert ticket["number"].startswith("B")
    assert ticket["services"][0] | {"name": None} == {
        "id": "household-register",
        "state": "waiting",
        "group": "B",
        "name": None,
        "ready": True,
        "bound": None,
        "quantity": 1,
    }
    assert ticket["issued_at"].endswith("+08:00")


def test_papers_are_listed_by_their_text_and_the_hall_says_what_they_are_called(
    client: httpx2.Client,
) -> None:
    listed = client.get(f"/tickets/{take(client, language='en')['token']}").json()["materials"]
    assert listed == ["身份证原件", "户口簿"]
    called = client.get(HALL).json()["materials"]
    assert [called[paper] for paper in listed] == [
        {"en": "ID card (original)"},
        {"en": "Household register"},
    ]


def test_the_token_appears_only_to_who_took_the_ticket(client: httpx2.Client) -> None:
    ticket = take(client)
    listed = client.get(f"{HALL}/tickets", params={"state": "waiting"}).json()
    assert ticket["id"] in {t["id"] for t in listed}
    assert all("token" not in t for t in listed)
    own = client.get(f"/tickets/{ticket['token']}", headers={"Authorization": ""})
    assert own.status_code == 401  # an empty key is a wrong key
    with httpx2.Client(base_url=client.base_url) as visitor:
        shown = visitor.get(f"/tickets/{ticket['token']}").json()
    assert shown["ticket"]["token"] == ticket["token"]


def test_numbers_run_per_group(client: httpx2.Client) -> None:
    first, second = take(client), take(client)
    other = take(client, "marriage")
    assert int(second["number"][1:]) == int(first["number"][1:]) + 1
    assert other["number"].startswith("G")


def test_call_next_says_whom_and_why(client: httpx2.Client, window: str) -> None:
    ticket = take(client)
    called = client.post(f"{HALL}/windows/{window}/call-next").json()
    assert called["ticket"]["id"] == ticket["id"]
    assert called["ticket"]["state"] == "called"
    assert called["ticket"]["window"] == window
    assert called["reason"]["text"]["zh"]
    assert called["reason"]["text"]["en"]


def test_call_next_finishes_who_is_there_and_says_204_when_nobody_waits(
    client: httpx2.Client, window: str
) -> None:
    ticket = take(client)
    client.post(f"{HALL}/windows/{window}/call-next").raise_for_status()
    assert client.post(f"{HALL}/windows/{window}/call-next").status_code == 204
    shown = client.get(f"{HALL}/tickets/{ticket['id']}").json()
    assert shown["state"] == "done"


def test_a_whole_visit(client: httpx2.Client, window: str) -> None:
    ticket = take(client, services=["household-register", "marriage"], service=None)
    client.post(f"{HALL}/windows/{window}/call-next").raise_for_status()
    assert act(client, ticket["id"], "recall", window=window).json()["calls"] == 2
    assert act(client, ticket["id"], "start").json()["state"] == "serving"
    parked = act(client, ticket["id"], "park", note="复印身份证", minutes=10).json()
    assert parked["state"] == "parked"
    assert parked["note"] == "复印身份证"
    assert act(client, ticket["id"], "resume").json()["state"] == "waiting"
    client.post(f"{HALL}/windows/{window}/call", json={"ticket": ticket["id"]}).raise_for_status()
    next_leg = act(client, ticket["id"], "finish").json()
    assert next_leg["state"] == "waiting"
    assert [leg["state"] for leg in next_leg["services"]] == ["done", "waiting"]
    assert next_leg["group"] == "G"


def test_a_miss_can_be_restored_and_an_early_next_undone(
    client: httpx2.Client, window: str
) -> None:
    ticket = take(client)
    client.post(f"{HALL}/windows/{window}/call-next").raise_for_status()
    assert act(client, ticket["id"], "no-show").json()["state"] == "no_show"
    assert act(client, ticket["id"], "restore").json()["state"] == "waiting"
    client.post(f"{HALL}/windows/{window}/call-next").raise_for_status()
    assert client.post(f"{HALL}/windows/{window}/call-next").status_code == 204
    undone = act(client, ticket["id"], "restore", window=window).json()
    assert (undone["state"], undone["window"]) == ("serving", window)


def test_the_visitor_may_leave_and_ask_for_more_time_once(client: httpx2.Client) -> None:
    token = take(client)["token"]
    more = client.post(f"/tickets/{token}/more-time", json={"minutes": 5}).json()
    assert more["ticket"]["state"] == "parked"
    assert client.post(f"/tickets/{token}/back").json()["ticket"]["state"] == "waiting"
    again = client.post(f"/tickets/{token}/more-time")
    assert (again.status_code, again.json()["code"]) == (409, "already_postponed")
    assert client.post(f"/tickets/{token}/leave").json()["ticket"]["state"] == "cancelled"


def test_a_finished_ticket_is_rated_once(client: httpx2.Client, window: str) -> None:
    token = take(client)["token"]
    early = client.post(f"/tickets/{token}/rating", json={"score": 5})
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    client.post(f"{HALL}/windows/{window}/call-next").raise_for_status()
    client.post(f"{HALL}/windows/{window}/call-next").raise_for_status()
    rated = client.post(f"/tickets/{token}/rating", json={"score": 4, "dimensions": {"skill": 5}})
    assert rated.json()["ticket"]["rating"] == 4
    twice = client.post(f"/tickets/{token}/rating", json={"score": 1})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_rated")
    wrong = client.post(f"/tickets/{token}/rating", json={"score": 6})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "score")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/halls/nowhere", None, 404, "unknown_hall"),
        ("POST", "/halls/nowhere/tickets", {"service": "x"}, 404, "unknown_hall"),
        ("POST", "/halls/main/tickets", {"service": "nothing"}, 422, "unknown_service"),
        ("POST", "/halls/main/tickets", {}, 422, "invalid_field"),
        ("POST", "/halls/main/tickets", {"service": 7}, 422, "invalid_field"),
        ("POST", "/halls/main/tickets", {"services": []}, 422, "invalid_field"),
        ("POST", "/halls/main/tickets", {"services": ["marriage"] * 2}, 422, "invalid_field"),
        ("POST", "/halls/main/tickets", {"service": "marriage", "x": 1}, 422, "invalid_field"),
        (
            *("POST", "/halls/main/tickets"),
            {"service": "marriage", "priority": "king"},
            *(422, "unknown_priority"),
        ),
        (
            *("POST", "/halls/main/tickets"),
            {"service": "marriage", "printer": "none"},
            *(422, "unknown_printer"),
        ),
        ("POST", "/halls/main/tickets", {"service": "passport"}, 422, "real_name_needed"),
        ("POST", "/halls/main/tickets", {"service": "night"}, 409, "group_closed"),
        ("POST", "/halls/main/windows/99/open", {}, 404, "unknown_window"),
        ("POST", "/halls/main/windows/99/call-next", {}, 404, "unknown_window"),
        ("POST", "/halls/main/windows/4/call-next", {}, 409, "window_closed"),
        ("POST", "/halls/main/tickets/NOBODY/start", {}, 404, "unknown_ticket"),
        ("GET", "/tickets/NOTATOKEN", None, 404, "unknown_ticket"),
        ("GET", "/halls/main/tickets?state=asleep", None, 422, "invalid_query"),
        ("GET", "/halls/main/stats?from=yesterday", None, 422, "wrong_date"),
        ("GET", "/nothing", None, 404, "not_found"),
        ("DELETE", "/halls/main/tickets", None, 405, "method_not_allowed"),
    ],
)
def test_bad_requests_are_told_what_to_do(
    client: httpx2.Client, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = client.request(method, path, json=body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["detail"]


def test_problems_speak_the_language_of_who_asks(client: httpx2.Client) -> None:
    answer = client.get("/halls/nowhere", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "没有大厅" in answer.json()["detail"]


def test_a_service_without_an_open_window_gives_a_ticket_that_says_so(
    client: httpx2.Client, window: str
) -> None:
    client.post(f"{HALL}/windows/{window}/close").raise_for_status()
    ticket = take(client, "marriage")
    assert ticket["estimate"] is None
    assert ticket["estimate_status"] == "no_window"


def test_a_called_ticket_cannot_be_called_again(client: httpx2.Client, window: str) -> None:
    ticket = take(client, "marriage")
    client.post(f"{HALL}/windows/{window}/call", json={"ticket": ticket["id"]}).raise_for_status()
    client.post(f"{HALL}/windows/4/open").raise_for_status()
    again = client.post(f"{HALL}/windows/4/call", json={"ticket": ticket["id"]})
    assert (again.status_code, again.json()["code"]) == (409, "already_called")
    client.post(f"{HALL}/windows/4/close").raise_for_status()


def test_services_are_found_by_chinese_pinyin_initials_and_english(server: RunningServer) -> None:
    for query in ("户口", "hukou", "hkdj", "household", "登记"):
        found = httpx2.get(f"{server.api}/halls/main/services", params={"q": query}).json()
        assert "household-register" in [s["id"] for s in found], query
    assert httpx2.get(f"{server.api}/halls/main/services", params={"q": "zzzz"}).json() == []
