"""A screen that is left on for a week: at its end it holds no more than after the first day.

The page is real, and so are the hub and the server; only time is played: the page's clock is set by
what the frames say.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from display.backlog import PublicEvent
from display.hub import Hub
from display.live import attend
from display.sink import LiveProtocol
from kiosk.server.pages import Pages, static_folder, texts_body
from tests.browser.conftest import watch

DAYS = 7
STEPS_A_DAY = 260
"""Hours of a hall in which two visitors are called every minute; then comes the night."""
STEP_S = 90
NIGHT = timedelta(days=1) - timedelta(seconds=STEPS_A_DAY * STEP_S)
CALLS_A_STEP = 3
WINDOWS = 100
GROWTH_KB = 400
"""What the page may hold more after seven days than after one, garbage collected."""

PLAYED_TIME = """
    let skipped = 0;
    const real = performance.now.bind(performance);
    performance.now = () => real() + skipped;
    const parse = JSON.parse;
    let first = null;
    JSON.parse = (text, ...rest) => {
        const frame = parse(text, ...rest);
        const at = Date.parse(frame?.at ?? frame?.event?.at ?? frame?.board?.now ?? "");
        if (Number.isFinite(at)) {
            first ??= at - performance.now();
            skipped = Math.max(skipped, at - first - real());
        }
        return frame;
    };
"""


class Week:
    """A hall whose windows call, serve and finish, step by step."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
        self.numbers: dict[str, str | None] = {str(n): None for n in range(1, WINDOWS + 1)}
        self.calls: list[dict[str, Any]] = []
        self.called = 0
        self.hub = Hub(0, self.snapshot, self.seconds)

    def seconds(self) -> float:
        return self.now.timestamp()

    def snapshot(self, _topics: frozenset[str]) -> bytes:
        return b'"board":' + msgspec.json.encode(self.board())

    @property
    def at(self) -> str:
        return self.now.isoformat()

    def group(self) -> dict[str, Any]:
        estimate = {"low_s": 60, "median_s": 300, "high_s": 900}
        return {
            "id": "A",
            "prefix": "A",
            "name": {"zh": "综合受理", "en": "General"},
            "zone": "1F",
            "open": True,
            "target_s": 900,
            "waiting": self.called % 40,
            "windows_open": WINDOWS,
            "estimate": estimate,
            "estimate_status": "ok",
        }

    def window(self, window: str) -> dict[str, Any]:
        name = {"zh": f"{window}号窗口", "en": f"Window {window}"}
        number = self.numbers[window]
        return {
            "id": window,
            "name": name,
            "zone": "1F",
            "groups": ["A"],
            "state": "open",
            "number": number,
        }

    def board(self) -> dict[str, Any]:
        zones = [{"id": "1F", "name": {"zh": "一层", "en": "Ground floor"}}]
        return {
            "hall": "main",
            "name": {"zh": "县政务服务中心", "en": "County hall"},
            "now": self.at,
            "clock_rate": 1,
            "open": True,
            "opens_at": None,
            "closes_at": None,
            "zones": zones,
            "groups": [self.group()],
            "windows": [self.window(w) for w in self.numbers],
            "calls": self.calls[:24],
        }

    def step(self) -> None:
        """Some windows finish, some visitors are called and come."""
        self.now += timedelta(seconds=STEP_S)
        events = [event for _ in range(CALLS_A_STEP) for event in self.visit()]
        seq = self.hub.seq
        self.hub.publish(
            [
                PublicEvent(seq + n, frozenset({"board", "zone:1F"}), msgspec.json.encode(event))
                for n, event in enumerate(events, 1)
            ]
        )
        self.hub.beat(self.at)

    def visit(self) -> Iterator[dict[str, Any]]:
        """One visitor at the window whose turn it is: the last one goes, this one comes."""
        window = str(self.called % WINDOWS + 1)
        self.called += 1
        if self.numbers[window] is not None:
            self.numbers[window], gone = None, self.numbers[window]
            yield self.event("service_finished", window, gone)
        number = f"A{self.called % 1000:03}"
        self.numbers[window] = number
        call = {"number": number, "window": window, "zone": "1F", "group": "A", "at": self.at}
        name = {"zh": f"{window}号窗口", "en": f"Window {window}"}
        self.calls = [
            {**call, "window_name": name, "state": "called", "calls": 1},
            *self.calls[:23],
        ]
        yield self.event("ticket_called", window, number)
        yield self.event("service_started", window, number)

    def event(self, kind: str, window: str, number: str | None) -> dict[str, Any]:
        return {
            "type": kind,
            "at": self.at,
            "number": number,
            "window": window,
            "zone": "1F",
            "group": "A",
            "calls": 1,
            "groups": [self.group()],
            "windows": [self.window(window)],
        }


def app(week: Week) -> Starlette:
    """As much of the server as a screen asks of it."""
    pages = Pages(static_folder())

    async def shell(_request: Request) -> Response:
        return pages.shell("screen")

    async def asset(request: Request) -> Response:
        return pages.asset(request.path_params["hash"], request.path_params["path"])

    async def texts(request: Request) -> Response:
        areas = tuple(request.query_params["areas"].split(","))
        body = texts_body(request.path_params["language"], areas)
        return Response(body, media_type="application/json")

    async def me(_request: Request) -> Response:
        return JSONResponse({"state": "open"})

    async def media(_request: Request) -> Response:
        return JSONResponse({"logo": None, "slides": []})

    async def shown(_request: Request) -> Response:
        return Response(status_code=204)

    class Live:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await attend(scope, receive, send, week.hub, frozenset({"board"}), beats=True)

    return Starlette(
        routes=[
            Route("/screen", shell),
            Route("/static/{hash}/{path:path}", asset),
            Route("/texts/{language}.json", texts),
            Route("/api/v1/devices/me", me),
            Route("/api/v1/halls/main/media", media),
            Route("/api/v1/halls/main/windows/{window}/shown", shown, methods=["POST"]),
            WebSocketRoute("/ws/v1/halls/main", Live()),
        ]
    )


@pytest_asyncio.fixture(loop_scope="session")
async def week() -> Week:
    return Week()


@pytest_asyncio.fixture(loop_scope="session")
async def address(week: Week) -> AsyncIterator[str]:
    config = uvicorn.Config(
        app(week), ws=LiveProtocol, ws_per_message_deflate=False, log_level="critical"
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


async def held(page: Page) -> dict[str, float]:
    """What the page holds: kilobytes of JavaScript, nodes of the document, listeners."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.enable")
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    heap = await session.send("Runtime.getHeapUsage")
    counters = await session.send("Memory.getDOMCounters")
    await session.detach()
    return {
        "kB": heap["usedSize"] / 1024,
        "nodes": counters["nodes"],
        "listeners": counters["jsEventListeners"],
    }


async def play_a_day(week: Week, page: Page) -> None:
    for step in range(STEPS_A_DAY):
        week.step()
        if step % 20 == 0:
            # Lets the page take what was sent: also a slow machine must not fall behind.
            await page.evaluate("() => new Promise(requestAnimationFrame)")
        else:
            await asyncio.sleep(0)
    week.now += NIGHT
    last = week.calls[0]["number"]
    await expect(page.locator(".call .number").first).to_have_text(last)


async def test_a_week_leaves_nothing_behind(browser: Browser, week: Week, address: str) -> None:
    page = await browser.new_page(viewport={"width": 1920, "height": 1080})
    complaints: list[str] = []
    watch(page, complaints)
    await page.add_init_script(PLAYED_TIME)
    await page.goto(f"{address}/screen?hall=main&sound=0")
    await page.locator("main-board").wait_for()
    await play_a_day(week, page)
    monday = await held(page)
    for _ in range(DAYS - 1):
        await play_a_day(week, page)
    sunday = await held(page)
    assert week.called == DAYS * STEPS_A_DAY * CALLS_A_STEP
    assert sunday["kB"] - monday["kB"] < GROWTH_KB, (monday, sunday)
    assert sunday["nodes"] - monday["nodes"] < 200, (monday, sunday)
    assert sunday["listeners"] - monday["listeners"] < 20, (monday, sunday)
    assert complaints == []
    await page.close()
