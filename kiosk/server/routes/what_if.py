"""What waits would have been on past days with other windows or rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from kiosk.hall.replay import Changes
from kiosk.hall.what_if import Comparison
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, reply_response
from kiosk.server.problems import HttpProblem
from kiosk.server.what_if import MOST_DAYS

Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]


class WhatIfBody(Changes, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Past business days, `from` to `to` (default: that day alone), and what is different."""

    from_: Day = msgspec.field(name="from")
    to: Day | None = None


def _date(field: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise HttpProblem(422, "wrong_date", field=field) from None


def _days(body: WhatIfBody, today: str) -> tuple[str, ...]:
    """The days asked for. Raises HttpProblem 422 for too many, or one that is not over."""
    first = _date("from", body.from_)
    last = first if body.to is None else _date("to", body.to)
    length = (last - first).days + 1
    if not 1 <= length <= MOST_DAYS:
        raise HttpProblem(422, "too_many_days", field="to", most=MOST_DAYS)
    if last.isoformat() >= today:
        field = "from" if body.to is None else "to"
        raise HttpProblem(422, "day_not_over", field=field, today=today)
    return tuple((first + timedelta(days=n)).isoformat() for n in range(length))


async def play(call: Call) -> Response:
    """Play past days again, with and without the changes."""
    live, body = call.hall, call.body
    days = _days(body, live.hall.calendar.day(live.clock.now()))
    changes = Changes(body.routing, body.rules, body.windows)
    return reply_response(await call.service.what_if.ask(live.id, days, changes, call.language))


OPERATIONS = (
    Operation(
        "POST",
        "/api/v1/halls/{hall}/what-if",
        play,
        "Past days with other windows or rules, beside how they were",
        Permission.STATS,
        WhatIfBody,
        {200: Comparison},
        tag="reports",
    ),
)
