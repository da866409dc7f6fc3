"""The calibration card is for everybody to see."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec import structs

from kiosk.hall import draw, simulate
from kiosk.hall.events import Estimate, Record, TicketIssued
from tests.browser.played import write
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


def told(record: Record) -> Record:
    """A ticket of a played day as if it had been told a wait; by its place in the log."""
    if not isinstance(record.event, TicketIssued) or record.seq % 5 == 0:
        return record
    median = record.seq * 37 % 2000
    estimate = Estimate(median // 3, median, median * 2 + 60)
    return structs.replace(record, event=structs.replace(record.event, estimate=estimate))


def recomputed(db: Path, day: str) -> dict[str, Any]:
    """The card by plain arithmetic over the rows of the log, nothing of ours in between."""
    waits: list[tuple[int, dict[str, int], float]] = []
    asked: dict[str, tuple[int, dict[str, int]]] = {}
    with closing(sqlite3.connect(db)) as log:
        rows = log.execute(
            "SELECT at, type, payload FROM events WHERE day = ? ORDER BY seq", (day,)
        )
        for at, kind, payload in rows:
            event = json.loads(payload)
            if kind == "ticket_issued" and event.get("estimate"):
                asked[event["ticket"]] = (at, event["estimate"])
            elif kind == "ticket_called" and event["ticket"] in asked:
                issued, estimate = asked.pop(event["ticket"])
                waits.append((issued, estimate, (at - issued) / 1000))
    at_nine = [w for w in waits if datetime.fromtimestamp(w[0] / 1000, UTC).hour == 9]
    return {
        "estimates": len(waits),
        "inside": sum(e["low_s"] <= wait <= e["high_s"] for _, e, wait in waits) / len(waits),
        "mean_error_s": sum(abs(e["median_s"] - wait) for _, e, wait in waits) / len(waits),
        "late_at_nine": sum(wait > e["high_s"] for _, e, wait in at_nine) / len(at_nine),
        "long": sum(e["median_s"] >= 20 * 60 for _, e, _ in waits),
    }


def test_anybody_can_recompute_the_card_from_the_log(tmp_path: Path) -> None:
    (played,) = simulate.play(draw.days("small", 1, seed=9), estimates=False)
    records = [told(record) for record in played.records]
    file = tmp_path / "played.db"
    write(f"sqlite:///{file}", records)
    day = played.records[1].day
    clock = f"{day}T18:30:00+00:00"
    with RunningServer(f"sqlite:///{file}", "--clock-start", clock) as server:
        card = httpx2.get(f"{server.api}/halls/small/calibration", timeout=30).json()
    mine = recomputed(file, day)
    total = card["total"]
    (nine,) = [score for score in card["by_hour"] if score["key"] == "09"]
    (long,) = [score for score in card["by_wait"] if score["key"] == "20+"]
    assert total["estimates"] == mine["estimates"] > 200
    assert total["inside"] == pytest.approx(mine["inside"], abs=1e-4)
    assert total["mean_error_s"] == pytest.approx(mine["mean_error_s"], abs=0.06)
    assert nine["too_late"] == pytest.approx(mine["late_at_nine"], abs=1e-4)
    assert long["estimates"] == mine["long"]
