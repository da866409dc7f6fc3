"""Logo, pictures and videos on a hall's screens: uploaded by administrators, fetched by screens."""

from __future__ import annotations

import asyncio

from starlette.responses import FileResponse, Response

from kiosk.hall.errors import Unknown
from kiosk.server.access import Permission
from kiosk.server.device_views import MediaView
from kiosk.server.http import Call, Operation, clean, json_response
from kiosk.server.media import LIMIT, TYPES
from kiosk.server.pages import FOR_EVER
from kiosk.server.problems import HttpProblem

STRICT = {
    "Cache-Control": FOR_EVER,
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A file that somebody uploaded is shown and nothing else."""

LONGEST_NAME = 80


async def listing(call: Call) -> Response:
    """What this hall's screens may show."""
    return json_response(call.service.library.view(call.hall.id))


async def upload(call: Call) -> Response:
    """Add the file that is the body, as `use=logo` or, by default, among what takes turns."""
    use = call.query("use") or "slide"
    if use not in ("logo", "slide"):
        raise HttpProblem(422, "invalid_query", field="use", reason="logo or slide")
    name = (clean("name", call.query("name")) or "")[:LONGEST_NAME]
    library, hall = call.service.library, call.hall.id
    view = await asyncio.to_thread(library.add, hall, name, call.raw, logo=use == "logo")
    await call.service.changes.look()
    return json_response(view, 201)


async def remove(call: Call) -> Response:
    """Show a file no longer."""
    library, hall = call.service.library, call.hall.id
    view = await asyncio.to_thread(library.remove, hall, call.path("file"))
    await call.service.changes.look()
    return json_response(view)


async def file(call: Call) -> Response:
    """One file; ranges too, as videos are read."""
    path = call.service.library.path(call.path("hall"), call.path("file"))
    if path is None:
        raise HttpProblem(404, "not_found")
    if call.path("hall") not in call.service.halls:
        raise Unknown("hall", call.path("hall"))
    return FileResponse(path, 200, STRICT, media_type=TYPES[path.suffix[1:]])


_MEDIA = "/api/v1/halls/{hall}/media"
_TAG = "devices"
OPERATIONS = (
    Operation(
        "GET",
        _MEDIA,
        listing,
        "What screens show beside the calls",
        Permission.BOARD,
        answers={200: MediaView},
        tag=_TAG,
    ),
    Operation(
        "POST",
        _MEDIA,
        upload,
        "Add a picture, a video or the logo (the body is the file)",
        Permission.DEVICES,
        answers={201: MediaView},
        query={"use": "slide (default) or logo", "name": "what people call it"},
        tag=_TAG,
        limit=LIMIT,
    ),
    Operation(
        "DELETE",
        f"{_MEDIA}/{{file}}",
        remove,
        "Show a file no longer",
        Permission.DEVICES,
        answers={200: MediaView},
        tag=_TAG,
    ),
)
FILES = (Operation("GET", "/media/{hall}/{file}", file, "A picture or video", Permission.BOARD),)
