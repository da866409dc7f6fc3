"""The calibration card is for everybody to see."""

from __future__ import annotations

from http import HTTPStatus

import httpx2
import pytest

from tests.support.server import RunningServer


@pytest.fixture
def anybody(server: RunningServer) -> httpx2.Client:
    return httpx2.Client(base_url=server.api, timeout=30)


def test_a_new_hall_has_nothing_to_show(anybody: httpx2.Client) -> None:
    with anybody:
        answer = anybody.get("/halls/main/calibration")
    assert answer.status_code == HTTPStatus.OK
    card = answer.json()
    assert card["promised"] == 0.9
    assert card["total"]["estimates"] == 0
    assert card["by_hour"] == card["by_wait"] == []


def test_the_first_days_of_all_are_days_too(anybody: httpx2.Client) -> None:
    with anybody:
        answer = anybody.get("/halls/main/calibration?to=0001-01-05")
    assert answer.status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("query", "code"),
    [("from=yesterday", "wrong_date"), ("from=2026-02-01&to=2026-01-01", "invalid_query")],
)
def test_days_that_make_no_sense_are_refused(anybody: httpx2.Client, query: str, code: str) -> None:
    with anybody:
        answer = anybody.get(f"/halls/main/calibration?{query}")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.json()["code"] == code


def test_an_unknown_hall_is_not_found(anybody: httpx2.Client) -> None:
    with anybody:
        assert anybody.get("/halls/nowhere/calibration").status_code == HTTPStatus.NOT_FOUND
