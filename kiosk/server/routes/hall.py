"""What anybody may see of a hall, and what its screens and managers see."""

from __future__ import annotations

from asyncio import to_thread

from starlette.responses import Response

from kiosk.server import present_board
from kiosk.server.access import Permission
from kiosk.server.http import Call, Operation, json_response
from kiosk.server.search import search
from kiosk.server.views import Board, HallView, PrinterView, ServiceView, WindowView
from kiosk.server.views_live import Live
from kiosk.server.views_message import ChannelView


async def halls(call: Call) -> Response:
    """All halls of this server."""
    views = [live.present().hall_view() for live in call.service.halls.values()]
    return json_response(views)


async def hall(call: Call) -> Response:
    """One hall: hours, whether it is open, how many wait, how long it takes per group."""
    return json_response(call.hall.present().hall_view())


async def services(call: Call) -> Response:
    """The catalogue; with `q` what matches, best first."""
    views = {view.id: view for view in call.hall.present().services()}
    found = await to_thread(search, call.hall.hall.state.config, call.query("q") or "")
    return json_response([views[service] for service in found])


async def windows(call: Call) -> Response:
    """All windows."""
    return json_response(call.hall.present().windows())


async def board(call: Call) -> Response:
    """What screens show."""
    return json_response(present_board.board(call.hall.present()))


async def live(call: Call) -> Response:
    """What managers see now."""
    return json_response(call.hall.live_view())


async def channels(call: Call) -> Response:
    """The ways on which messages leave, and how they are."""
    return json_response(call.service.office(call.hall.id).channels())


async def printers(call: Call) -> Response:
    """The printers and their health."""
    return json_response(list(call.hall.printers.values()))


_HALL = "/api/v1/halls/{hall}"
OPERATIONS = (
    Operation("GET", "/api/v1/halls", halls, "All halls", answers={200: list[HallView]}),
    Operation("GET", _HALL, hall, "One hall", answers={200: HallView}),
    Operation(
        "GET",
        f"{_HALL}/services",
        services,
        "The catalogue of services",
        answers={200: list[ServiceView]},
        query={"q": "Chinese, pinyin, initials or English; best match first"},
    ),
    Operation(
        "GET",
        f"{_HALL}/windows",
        windows,
        "All windows",
        Permission.BOARD,
        answers={200: list[WindowView]},
    ),
    Operation(
        "GET", f"{_HALL}/board", board, "What screens show", Permission.BOARD, answers={200: Board}
    ),
    Operation(
        "GET", f"{_HALL}/live", live, "What managers see", Permission.READ, answers={200: Live}
    ),
    Operation(
        "GET",
        f"{_HALL}/channels",
        channels,
        "The ways on which messages leave, and how they are",
        Permission.READ,
        answers={200: list[ChannelView]},
    ),
    Operation(
        "GET",
        f"{_HALL}/printers",
        printers,
        "Printers and their health",
        Permission.BOARD,
        answers={200: list[PrinterView]},
    ),
)
