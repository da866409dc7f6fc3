"""What screens fetch and report: the sound of a call, and that it was shown and spoken."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from kiosk.hall.errors import Unknown
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation
from kiosk.server.pages import FOR_EVER
from kiosk.server.problems import HttpProblem


class SaidBody(Struct, forbid_unknown_fields=True, frozen=True):
    """turn: from the `say` frame. played: False when the screen could not."""

    turn: int
    played: bool = True


class ShownBody(Struct, forbid_unknown_fields=True, frozen=True):
    """The number that the screen shows as called to the window."""

    number: Annotated[str, Meta(min_length=1, max_length=16)]


async def said(call: Call) -> Response:
    """The holder of a zone's speaker has said something. What is out of date changes nothing."""
    live, zone = call.hall, call.path("zone")
    if zone not in {z.id for z in live.hall.state.config.zones}:
        raise Unknown("zone", zone)
    live.announcements.speakers.report(zone, call.body.turn, played=call.body.played)
    return Response(status_code=204)


async def shown(call: Call) -> Response:
    """A screen shows a call. What is out of date changes nothing."""
    live, window = call.hall, call.path("window")
    if window not in live.hall.state.windows:
        raise Unknown("window", window)
    live.announcements.shown(window, call.body.number)
    return Response(status_code=204)


async def sound(call: Call) -> Response:
    """A sound that a screen was told to play, named by its content."""
    found = call.service.studio.sound(call.path("name"))
    if found is None:
        raise HttpProblem(404, "not_found")
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return Response(found.wav, 200, headers, media_type="audio/wav")


_HALL = "/api/v1/halls/{hall}"
OPERATIONS = (
    Operation(
        "POST",
        f"{_HALL}/zones/{{zone}}/said",
        said,
        "The speaker of a zone has said a call",
        Permission.SCREEN,
        SaidBody,
        {204: None},
        tag="devices",
    ),
    Operation(
        "POST",
        f"{_HALL}/windows/{{window}}/shown",
        shown,
        "A screen shows a call",
        Permission.SCREEN,
        ShownBody,
        {204: None},
        tag="devices",
    ),
)
SOUNDS = (Operation("GET", "/voice/{name}.wav", sound, "The sound of a call", Permission.BOARD),)
