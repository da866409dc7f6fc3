"""The entrance: counts, tokens, and what they say of the wait before the ticket."""

from __future__ import annotations

import httpx2

HALL = "/halls/main"


def test_a_token_of_the_door_goes_with_the_ticket(client: httpx2.Client) -> None:
    came = client.post(f"{HALL}/door", json={"count": 3, "door": "south"})
    assert came.status_code == 201, came.text
    assert came.json()["count"] == 3
    taken = {"service": "household-register", "door": came.json()["token"]}
    assert client.post(f"{HALL}/tickets", json=taken).status_code == 201
    found = client.get(f"{HALL}/door").json()
    assert found["share"] == 1
    assert (found["total"]["arrived"], found["total"]["tickets"]) == (3, 1)
    assert found["total"]["tokens"] == 1
    assert 0 <= found["total"]["token_s"] < 3600


def test_a_token_of_elsewhere_is_refused(client: httpx2.Client) -> None:
    token = client.post(f"{HALL}/door", json={}).json()["token"]
    text, _, sign = token.rpartition("-")
    for wrong in (f"{text}-{sign[:-1]}", f"{text}0-{sign}", "door-", "door-1-1", "x", "door-1-门"):
        asked = {"service": "household-register", "door": wrong}
        refused = client.post(f"{HALL}/tickets", json=asked)
        assert (refused.status_code, refused.json()["field"]) == (422, "door")


def test_what_no_counter_can_have_seen(client: httpx2.Client) -> None:
    for count in (0, -1, 1001, "two"):
        assert client.post(f"{HALL}/door", json={"count": count}).status_code in (400, 422)
    assert client.get(f"{HALL}/door?day=yesterday").status_code == 422
    assert client.get(f"{HALL}/door?day=2001-01-01").json()["rows"] == []


def test_one_count_with_one_key_happens_once(client: httpx2.Client) -> None:
    before = client.get(f"{HALL}/door").json()["total"]["arrived"]
    key = {"Idempotency-Key": "count-1"}
    answers = [client.post(f"{HALL}/door", json={"count": 2}, headers=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert client.get(f"{HALL}/door").json()["total"]["arrived"] == before + 2
