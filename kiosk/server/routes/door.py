"""The entrance: who comes in is counted, and may take a token that says when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall import Hall, door
from kiosk.hall.counter import MAX_ARRIVALS
from kiosk.hall.events import Record, VisitorsArrived
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, clean, day_of, encode, json_response
from kiosk.server.problems import HttpProblem
from kiosk.server.runtime import Reply
from kiosk.server.views import View

SHARE_DAYS = 7
"""Business days before the one asked for that say how many of the counted take a ticket."""


class DoorBody(Struct, forbid_unknown_fields=True, frozen=True):
    """How many came in since the last count, through which door."""

    count: Annotated[int, Meta(ge=1, le=MAX_ARRIVALS)] = 1
    door: Annotated[str, Meta(max_length=64)] = ""


class DoorView(View, frozen=True):
    """token: for one of those who came in; sent with the ticket it tells how long that took."""

    count: int
    door: str
    at: str
    token: str


async def arrive(call: Call) -> Response:
    """Count who came in, and give a token for one of them."""
    body: DoorBody = call.body
    live = call.hall
    name = clean("door", body.door) or ""

    def answer(hall: Hall, records: Sequence[Record]) -> Reply:
        at = next(r.at for r in records if isinstance(r.event, VisitorsArrived))
        token = call.service.signer.stamp(live.id, at)
        return Reply(201, encode(DoorView(body.count, name, hall.calendar.rfc3339(at), token)))

    return await call.run(live, lambda hall, _now: hall.arrive(body.count, name), answer)


def came_at(call: Call, token: str | None) -> int | None:
    """When the bearer of a door's token came in; None without one, or with that of another day.

    Raises HttpProblem 422 for a token that is none of ours.
    """
    if token is None:
        return None
    live = call.hall
    at = call.service.signer.stamped(live.id, token)
    if at is None:
        raise HttpProblem(422, "invalid_field", field="door", reason="no token of this hall's door")
    calendar = live.hall.calendar
    return at if calendar.day(at) == calendar.day(live.present().now) else None


async def day(call: Call) -> Response:
    """How long visitors took from the door to their ticket."""
    live = call.hall
    today = live.hall.calendar.day(live.present().now)
    asked = date.fromisoformat(day_of(call, "day", today))
    reports = call.service.store.reports
    first = (asked - timedelta(days=SHARE_DAYS)).isoformat()
    share = door.share_of(*await reports.door_share(live.id, first, asked.isoformat()))
    arrivals, tickets = await reports.door(live.id, asked.isoformat())
    return json_response(
        door.report(asked.isoformat(), arrivals, tickets, share, live.hall.calendar)
    )


_DOOR = "/api/v1/halls/{hall}/door"
OPERATIONS = (
    Operation(
        "POST",
        _DOOR,
        arrive,
        "Count who came in; a token for one of them",
        Permission.ISSUE,
        DoorBody,
        {201: DoorView},
        tag="door",
    ),
    Operation(
        "GET",
        _DOOR,
        day,
        "From the door to the ticket, by half hours of a day",
        Permission.STATS,
        answers={200: door.Door},
        query={"day": "business day, YYYY-MM-DD; default: today"},
        tag="door",
    ),
)
