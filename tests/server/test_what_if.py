"""What managers ask of past days: with another window or rule, what would waits have been?"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from kiosk.hall import draw, simulate
from kiosk.hall.recorded import recorded
from kiosk.hall.replay import Changes, WindowChange
from kiosk.hall.what_if import compare
from tests.browser.played import write
from tests.support.server import RunningServer

PATH = "/halls/small/what-if"
FIRST, SECOND, EMPTY, TODAY = "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"
EXTRA = {"extra": {"groups": ["0"], "opens": "09:00", "closes": "17:00"}}
PLAYED = simulate.play(draw.days("small", 2, seed=5), estimates=False)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A small hall after two days and one on which nobody came."""
    db = f"sqlite:///{tmp_path_factory.mktemp('what-if') / 'hall.db'}"
    write(db, [record for day in PLAYED for record in day.records])
    with RunningServer(db, "--clock-start", f"{TODAY}T09:00:00+00:00") as running:
        yield running


@pytest.fixture
def manager(past: RunningServer) -> Iterator[httpx2.Client]:
    headers = past.auth("manager")
    with httpx2.Client(base_url=past.api, headers=headers, timeout=600) as made:
        yield made


def test_one_more_window_beside_the_days_as_they_were(manager: httpx2.Client) -> None:
    answer = manager.post(PATH, json={"from": FIRST, "to": EMPTY, "windows": EXTRA})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["days"], found["empty"]) == ([FIRST, SECOND], [EMPTY])
    total = found["total"]
    assert total["recorded"] == total["unchanged"]
    assert total["recorded"]["arrivals"] == sum(len(day.visits) for day in PLAYED)
    assert total["changed"]["wait_mean_s"] < total["recorded"]["wait_mean_s"]
    first = next(group for group in found["groups"] if group["id"] == "0")["worlds"]
    assert first["changed"]["wait_mean_s"] < first["recorded"]["wait_mean_s"]
    stats = manager.get("/halls/small/stats", params={"from": FIRST, "to": SECOND}).json()
    assert total["recorded"]["called"] == stats["total"]["called"]


def test_the_server_plays_what_the_engine_plays(manager: httpx2.Client) -> None:
    body = {"from": FIRST, "routing": "fifo", "rules": {"cap_minutes": 30}}
    body |= {"windows": {"1": {"closed": True}}}
    found = manager.post(PATH, json=body).json()
    day = recorded(PLAYED[0].records, FIRST)
    same = Changes("fifo", {"cap_minutes": 30}, {"1": WindowChange(closed=True)})
    changed = compare([day], same).total.changed
    assert found["total"]["changed"]["wait_mean_s"] == changed.wait_mean_s
    assert found["total"]["changed"]["called"] == changed.called


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid_field", "from"),
        ({"from": "yesterday"}, "wrong_date", "from"),
        ({"from": TODAY}, "day_not_over", "from"),
        ({"from": FIRST, "to": TODAY}, "day_not_over", "to"),
        ({"from": SECOND, "to": FIRST}, "too_many_days", "to"),
        ({"from": "2025-12-01", "to": FIRST}, "too_many_days", "to"),
        ({"from": EMPTY}, "nobody_came", "from"),
        ({"from": FIRST, "routing": "best"}, "invalid_field", "routing"),
        ({"from": FIRST, "rules": {"patience": 3}}, "unknown_rule", "rules"),
        ({"from": FIRST, "rules": {"cap_minutes": -1}}, "rule_out_of_bounds", "rules"),
        ({"from": FIRST, "windows": {"x": {"groups": ["1"]}}}, "new_window", "windows"),
        ({"from": FIRST, "windows": {"1": {"groups": ["Z"]}}}, "unknown_group", "windows"),
        (
            {"from": FIRST, "windows": {"1": {"opens": "12:00", "closes": "09:00"}}},
            "closes_before_it_opens",
            "windows",
        ),
    ],
)
def test_what_can_not_be_played_is_said(
    manager: httpx2.Client, body: dict[str, Any], code: str, field: str
) -> None:
    answer = manager.post(PATH, json=body, headers={"Accept-Language": "zh"})
    assert answer.status_code == 422, answer.text
    said = answer.json()
    assert (said["code"], said["field"]) == (code, field)
    assert said["title"] == "内容有误"


def test_it_is_for_managers(past: RunningServer) -> None:
    for role, status in (("staff", 403), ("kiosk", 403), ("auditor", 422)):
        answer = httpx2.post(f"{past.api}{PATH}", json={"from": TODAY}, headers=past.auth(role))
        assert answer.status_code == status, role


def test_one_is_played_at_a_time(manager: httpx2.Client) -> None:
    """The same question is the same play; another one that comes meanwhile has to come again."""
    questions = [{"from": FIRST, "to": SECOND, "windows": EXTRA}, {"from": FIRST}]
    asked = [questions[n % 2] for n in range(8)]
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda body: manager.post(PATH, json=body), asked))
    played = [a for a in answers if a.status_code == 200]
    busy = [a for a in answers if a.status_code == 503]
    assert len(played) + len(busy) == len(answers)
    assert played
    assert busy
    assert {a.json()["code"] for a in busy} == {"what_if_busy"}
    assert all(int(a.headers["Retry-After"]) > 0 for a in busy)
    assert len({a.text for a in played}) <= 2
    assert manager.post(PATH, json=questions[1]).status_code == 200


def test_it_is_described(past: RunningServer) -> None:
    paths = httpx2.get(f"{past.url}/openapi.json").json()["paths"]
    described = paths["/api/v1/halls/{hall}/what-if"]["post"]
    assert "Permission" not in described["summary"]
    assert described["responses"]["200"]
