"""Every call of a day and why the window took that ticket, as the log has it."""

from __future__ import annotations

from starlette.responses import Response

from kiosk.hall.called import calls
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, day_of, json_response
from kiosk.server.views_calls import CalledView, CallsView


async def of_day(call: Call) -> Response:
    """The calls of a day; of one number or window if that is asked."""
    live = call.hall
    day = day_of(call, "day", live.hall.calendar.day(live.clock.now()))
    number, window = call.query("number"), call.query("window")
    present = live.present()
    records = [entry.record async for entry in call.service.store.walk(live.id, day)]
    found = [
        CalledView(
            seq=one.seq,
            at=present.at(one.at) or "",
            ticket=one.event.ticket,
            number=one.number,
            window=one.event.window,
            staff=one.event.staff,
            reason=present.reason(one.event.reason, live.words),
        )
        for one in calls(records)
        if number in (None, one.number) and window in (None, one.event.window)
    ]
    return json_response(CallsView(day, found))


OPERATIONS = (
    Operation(
        "GET",
        "/api/v1/halls/{hall}/calls",
        of_day,
        "Every call of a day, and why",
        Permission.STATS,
        answers={200: CallsView},
        query={
            "day": "business day, YYYY-MM-DD; default: today",
            "number": "only the calls of this number",
            "window": "only those of this window",
        },
        tag="reports",
    ),
)
