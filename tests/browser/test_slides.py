"""A hall's own pictures and videos take turns beside the calls."""

from __future__ import annotations

import asyncio
import base64
import io

import httpx2
from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.conftest import CUT, Visit
from tests.browser.line import Line
from tests.support.server import RunningServer

MEDIA = "/halls/main/media"
TURNS_S = 120
"""A busy machine may take its time."""

RECORD = """async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
    const pen = canvas.getContext("2d");
    let turns = 0;
    const paint = setInterval(() => {
        pen.fillStyle = ["teal", "gold"][(turns += 1) % 2];
        pen.fillRect(0, 0, 160, 120);
    }, 40);
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((resolve) => { recorder.onstop = resolve; });
    recorder.start();
    while (turns < 40) await new Promise((resolve) => setTimeout(resolve, 40));
    recorder.stop();
    clearInterval(paint);
    await ended;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""

HASTE = """
const wait = window.setTimeout.bind(window);
window.setTimeout = (act, ms, ...rest) => wait(act, ms === 12_000 ? 600 : ms, ...rest);
"""
"""A picture's twelve seconds are soon over."""

WATCH = """
window.seen = [];
for (const event of ["load", "playing", "ended", "error"]) {
    document.addEventListener(event, ({ target }) => {
        if (!target.closest?.("hall-slides")) return;
        const name = target.alt ?? `${target.ariaLabel} ${target.videoWidth} ${target.muted}`;
        window.seen.push(`${name} ${event}`);
    }, true);
}"""

FIRST = """count => new Promise((resolve) => {
    const look = () => {
        if (window.seen.length >= count) resolve(window.seen.slice(0, count));
        else setTimeout(look, 50);
    };
    look();
})"""

ROUND = ["guide load", "welcome 160 true playing", "welcome 160 true ended"]


async def recorded(page: Page) -> bytes:
    """A short video, made by the browser itself."""
    return base64.b64decode(await page.evaluate(RECORD))


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (400, 300), "seagreen").save(drawn, "PNG")
    return drawn.getvalue()


async def test_a_screen_that_was_cut_off_shows_what_was_added_meanwhile(
    visit: Visit, api: httpx2.AsyncClient, server: RunningServer
) -> None:
    with Line(server.url) as line:
        path = "/screen?sound=0&beside=media"
        screen = await visit(path, url=line.url, width=1920, height=1080, allow=CUT)
        await screen.locator("main-board .groups").wait_for()
        line.cut()
        slide = (await api.post(MEDIA, content=picture())).json()["slides"][0]
        line.restore()
        shown = screen.locator("hall-slides img")
        await expect(shown).to_have_js_property("naturalWidth", 400)
        await api.delete(f"{MEDIA}/{slide['file']}")
        await expect(screen.locator("main-board .groups")).to_be_visible()


async def test_pictures_and_videos_take_turns(visit: Visit, api: httpx2.AsyncClient) -> None:
    video = await recorded(await visit("/screen?sound=0"))
    slides = []
    for name, content in (("guide", picture()), ("welcome", video)):
        answer = await api.post(MEDIA, params={"name": name}, content=content)
        assert answer.status_code == 201, answer.text
        slides = answer.json()["slides"]
    assert [slide["kind"] for slide in slides] == ["image/png", "video/webm"]
    try:
        path = "/screen?sound=0&beside=media"
        screen = await visit(path, width=1920, height=1080, script=HASTE + WATCH)
        async with asyncio.timeout(TURNS_S):
            assert await screen.evaluate(FIRST, 5) == [*ROUND, *ROUND[:2]]
        await screen.close()
    finally:
        for slide in slides:
            await api.delete(f"{MEDIA}/{slide['file']}")
