"""LED panels over windows, from a call at the desk to the lamps: server, agent, panels."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from display.panels.protocol import named
from display.panels.virtual import VirtualPanels, listen
from kiosk.panel_font import panel_font
from tests.support.server import RunningServer

SECONDS = 60


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def agent(server: RunningServer, file: Path) -> AsyncIterator[None]:
    """`kiosk agent` on a machine that has panels and no printer."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", "agent", "--server", server.url),
        *("--key", server.key("agent"), "--panels", str(file)),
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_panels_show_what_windows_do_and_never_an_old_call(
    fresh: RunningServer, tmp_path: Path
) -> None:
    panels = VirtualPanels(named("rs485-64x16"), (1, 2), panel_font())
    gateway = await listen(panels, "127.0.0.1", 0)
    port = gateway.sockets[0].getsockname()[1]
    file = tmp_path / "panels.toml"
    file.write_text(
        f'[[lines]]\nurl = "tcp://127.0.0.1:{port}"\nprotocol = "rs485-64x16"\n'
        'panels = { "3" = 1, "4" = 2 }\n'
    )

    def last(address: int) -> tuple[str, bool] | None:
        shown = [(text, flash) for at, text, flash in panels.shown if at == address]
        return shown[-1] if shown else None

    base = f"{fresh.api}/halls/main"
    async with (
        gateway,
        agent(fresh, file),
        httpx2.AsyncClient(base_url=base, headers=fresh.auth(), timeout=30) as admin,
    ):
        await until(lambda: last(1) == ("窗口关闭", False))
        await admin.post("/windows/3/open", json={})
        await until(lambda: last(1) == ("空闲", False))
        await admin.post("/tickets", json={"service": "household-register"})
        called = (await admin.post("/windows/3/call-next", json={})).json()["ticket"]
        await until(lambda: last(1) == (f"请{called['number']}号", True))
        await admin.post(f"/tickets/{called['id']}/start", json={})
        await until(lambda: last(1) == (called["number"], False))
        await until(lambda: last(2) == ("窗口关闭", False))
        fresh.kill()
        await until(lambda: last(1) == ("请稍候", False))
        fresh.start()
        await until(lambda: last(1) == (called["number"], False))
