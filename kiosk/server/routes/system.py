"""What monitors, browsers and curious programs ask at the root."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from kiosk import __version__, texts
from kiosk.server.http import Call, Operation, encode, json_response
from kiosk.server.pages import FOR_EVER, texts_body
from kiosk.server.problems import HttpProblem

PAGES = ("kiosk", "screen", "window", "manager", "admin", "book", "login")


async def alive(call: Call) -> Response:
    """The process lives. `now` is the hall's clock."""
    return json_response(
        {"status": "ok", "version": __version__, "clock_rate": call.service.clock.rate}
    )


async def ready(call: Call) -> Response:
    """Every hall is read and serves."""
    if not call.service.ready:
        raise HttpProblem(503, "unavailable", retry_after=1)
    seqs = {hall_id: live.hall.state.seq for hall_id, live in call.service.halls.items()}
    return json_response({"status": "ready", "halls": seqs})


async def metrics(call: Call) -> Response:
    """Metrics for Prometheus."""
    return Response(
        call.service.metrics.text(), 200, media_type="text/plain; version=0.0.4; charset=utf-8"
    )


async def openapi(call: Call) -> Response:
    """This API, described."""
    return Response(encode(call.service.described), 200, media_type="application/json")


async def catalogue(call: Call) -> Response:
    """The texts of some areas in one language."""
    language = call.path("language")
    if language not in texts.LANGUAGES:
        raise HttpProblem(404, "not_found")
    areas = tuple(a for a in (call.query("areas") or "").split(",") if a)
    return Response(
        texts_body(language, areas), 200, {"Cache-Control": "no-cache"}, "application/json"
    )


async def asset(call: Call) -> Response:
    """A file of the pages."""
    return call.service.pages.asset(call.path("hash"), call.path("path"))


async def page(call: Call) -> Response:
    """The HTML of a page."""
    return call.service.pages.shell(call.scope["path"].strip("/").split("/")[0])


async def front(_call: Call) -> Response:
    """The front door leads to the kiosk."""
    return RedirectResponse("/kiosk", 307)


async def favicon(call: Call) -> Response:
    """The icon that browsers ask for by themselves."""
    return RedirectResponse(
        f"{call.service.pages.prefix}/shared/icon.svg", 308, {"Cache-Control": FOR_EVER}
    )


OPERATIONS = (
    Operation("GET", "/healthz", alive, "The process lives", answers={200: dict}, tag="system"),
    Operation("GET", "/readyz", ready, "All halls serve", answers={200: dict}, tag="system"),
    Operation("GET", "/metrics", metrics, "Metrics for Prometheus", tag="system"),
    Operation("GET", "/openapi.json", openapi, "This document", answers={200: dict}, tag="system"),
)
PAGE_OPERATIONS = (
    Operation("GET", "/", front, "The front door"),
    Operation("GET", "/favicon.ico", favicon, "The icon"),
    Operation("GET", "/texts/{language}.json", catalogue, "Texts of the pages"),
    Operation("GET", "/static/{hash}/{path:path}", asset, "A file of the pages"),
    *(Operation("GET", f"/{name}", page, f"The page /{name}") for name in PAGES),
    Operation("GET", "/rate/{window}", page, "The evaluator of a window"),
)
