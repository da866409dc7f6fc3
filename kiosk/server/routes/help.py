"""A visitor at a kiosk asks for a person."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, clean, encode, json_response
from kiosk.server.views import View

LISTENER = "manager"


class HelpBody(Struct, forbid_unknown_fields=True, frozen=True):
    """place: which kiosk asks, where devices are not paired; else its name is known."""

    place: Annotated[str, Meta(max_length=64)] | None = None


class HelpView(View, frozen=True):
    """heard: whether a manager's board is open, so that somebody sees it."""

    heard: bool


class Wanted(Struct, frozen=True):
    """Where help is wanted, and since when."""

    at: str
    place: str


class HelpFrame(Struct, frozen=True, tag_field="type", tag="status"):
    """What managers' boards are told. It concerns no ticket, so the log doesn't keep it."""

    help: Wanted


async def ask(call: Call) -> Response:
    """Call a person to a kiosk. Says honestly whether anybody was told."""
    live, device = call.hall, call.principal.device
    place = device.name if device else clean("place", call.body.place) or ""
    now = live.hall.calendar.rfc3339(live.clock.now())
    live.staff.tell([LISTENER], encode(HelpFrame(Wanted(now, place))))
    return json_response(HelpView(heard=live.staff.watching(LISTENER) > 0))


OPERATIONS = (
    Operation(
        "POST",
        "/api/v1/halls/{hall}/help",
        ask,
        "Somebody at a kiosk asks for a person",
        Permission.ISSUE,
        HelpBody,
        {200: HelpView},
        tag="devices",
    ),
)
