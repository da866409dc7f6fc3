"""The demo's LED panels: virtual ones over every window, driven as an agent drives real ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from display.panels.follow import Source, follow
from display.panels.protocol import named
from display.panels.rig import LineConfig, Rig, RigConfig
from display.panels.virtual import VirtualPanels, listen
from kiosk import texts
from kiosk.hall.config import HallConfig
from kiosk.panel_font import panel_font

PROTOCOL = "rs485-64x16"


@asynccontextmanager
async def window_panels(
    address: str, key: str, config: HallConfig, out: Path
) -> AsyncIterator[VirtualPanels]:
    """A panel over each window of the hall; what it shows is `out/panel-NNN.png`."""
    addresses = {window.id: n for n, window in enumerate(config.windows, 1)}
    font = panel_font()
    panels = VirtualPanels(named(PROTOCOL), addresses.values(), font, out=out)
    async with await listen(panels, "127.0.0.1", 0) as gateway:
        port = gateway.sockets[0].getsockname()[1]
        wire = LineConfig(f"tcp://127.0.0.1:{port}", PROTOCOL, addresses)
        rig = Rig(RigConfig([wire]), out, texts.area("panel"), font)
        following = asyncio.create_task(follow(Source(address, key, config.id), rig))
        try:
            yield panels
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
