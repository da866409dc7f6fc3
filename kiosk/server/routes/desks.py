"""Windows: opening, pausing, closing, and calling visitors to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall import Hall
from kiosk.hall.events import AnyEvent, Record, TicketCalled
from kiosk.server.access import Permission
from kiosk.server.http import Call, Handler, Operation, clean, encode
from kiosk.server.live import LiveHall
from kiosk.server.runtime import Reply
from kiosk.server.views import CallView, WindowView

from .tickets import Id, Note

Staff = Annotated[str, Meta(min_length=1, max_length=64)]


class WindowBody(Struct, forbid_unknown_fields=True, frozen=True):
    """staff: who sits there, when it isn't whoever asks. reason: why it pauses or closes."""

    staff: Staff | None = None
    reason: Note | None = None


class CallNextBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Nothing needs to be said."""


class CallBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Which ticket, and why this one."""

    ticket: Id
    note: Note | None = None


Decide = Callable[[Hall, str, Call], Sequence[AnyEvent]]


def _open(hall: Hall, window: str, call: Call) -> Sequence[AnyEvent]:
    staff = clean("staff", call.body.staff) or call.principal.account
    return hall.open_window(window, staff)


def _pause(hall: Hall, window: str, call: Call) -> Sequence[AnyEvent]:
    return hall.pause_window(window, clean("reason", call.body.reason))


def _close(hall: Hall, window: str, call: Call) -> Sequence[AnyEvent]:
    return hall.close_window(window, clean("reason", call.body.reason))


def _change(decide: Decide) -> Handler:
    async def change(call: Call) -> Response:
        window, live = call.path("window"), call.hall

        def answer(hall: Hall, _records: Sequence[Record]) -> Reply:
            return Reply(200, encode(live.present_of(hall).window(hall.window(window))))

        return await call.run(live, lambda hall, _now: decide(hall, window, call), answer)

    return change


async def call_next(call: Call) -> Response:
    """Finish who is there and call the next; 204 when nobody waits."""
    window, live = call.path("window"), call.hall
    return await call.run(
        live,
        lambda hall, now: hall.call_next(window, now),
        lambda hall, records: called(live, hall, records),
    )


async def call_given(call: Call) -> Response:
    """Call a given ticket; the reason is logged."""
    window, live, body = call.path("window"), call.hall, call.body

    def decide(hall: Hall, now: int) -> Sequence[AnyEvent]:
        hall.window(window)
        return hall.call(window, body.ticket, now, clean("note", body.note))

    return await call.run(
        live, decide, lambda hall, records: called(live, hall, records), in_body=("ticket",)
    )


def called(live: LiveHall, hall: Hall, records: Sequence[Record]) -> Reply:
    """Whom the records call, and why; 204 when they call nobody."""
    for record in records:
        if isinstance(record.event, TicketCalled):
            present = live.present_of(hall)
            view = CallView(
                ticket=present.ticket(hall.ticket(record.event.ticket)),
                reason=present.reason(record.event.reason, live.words),
            )
            return Reply(200, encode(view))
    return Reply(204, b"")


_WINDOW = "/api/v1/halls/{hall}/windows/{window}"
_DESK = Permission.DESK
OPERATIONS = (
    Operation(
        "POST",
        f"{_WINDOW}/open",
        _change(_open),
        "Open a window, or take it over",
        _DESK,
        WindowBody,
        {200: WindowView},
        tag="windows",
    ),
    Operation(
        "POST",
        f"{_WINDOW}/pause",
        _change(_pause),
        "Pause a window",
        _DESK,
        WindowBody,
        {200: WindowView},
        tag="windows",
    ),
    Operation(
        "POST",
        f"{_WINDOW}/close",
        _change(_close),
        "Close a window",
        _DESK,
        WindowBody,
        {200: WindowView},
        tag="windows",
    ),
    Operation(
        "POST",
        f"{_WINDOW}/call-next",
        call_next,
        "Finish who is there and call the next",
        _DESK,
        CallNextBody,
        {200: CallView, 204: None},
        tag="windows",
    ),
    Operation(
        "POST",
        f"{_WINDOW}/call",
        call_given,
        "Call a given ticket",
        _DESK,
        CallBody,
        {200: CallView},
        tag="windows",
    ),
)
