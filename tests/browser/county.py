"""The county hall of the sample: 13 groups, 24 windows on two floors, 99 services."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import Page

from tests.support.server import RunningServer, kiosk

SAMPLE = Path(__file__).parents[2] / "kiosk" / "sample"
NOBODY = "tcp://127.0.0.1:1"
MONDAY_MORNING = "2037-11-23T09:00:00+08:00"
"""Time never runs back in a log, and the hall is made in real time: a Monday far ahead."""


def county(
    folder: Path, *, start: str = MONDAY_MORNING, printer: str = "", more: str = ""
) -> RunningServer:
    """A server of the county hall whose devices need no pairing; not started yet.

    Its printers are out of reach, unless `printer` is the address of another `kiosk-1`. more:
    further tables of the hall file.
    """
    db = f"sqlite:///{folder / 'county.db'}"
    text = (SAMPLE / "county.toml").read_text(encoding="utf-8")
    file = folder / "county.toml"
    file.write_text(
        text.replace("tcp://127.0.0.1:9100", printer or NOBODY) + more, encoding="utf-8"
    )
    kiosk("init", "--db", db, "--hall", str(file), "--catalogue", str(SAMPLE / "catalogue.csv"))
    return RunningServer(db, "--open-devices", "--clock-start", start)


async def later(server: RunningServer, minutes: int, *pages: Page) -> None:
    """Go on so many minutes after the morning began; these pages are left before."""
    for page in pages:
        await page.close()
    began = datetime.fromisoformat(MONDAY_MORNING)
    now = (began + timedelta(minutes=minutes)).isoformat()
    server.stop()
    server.options = (*server.options[:-1], now)
    server.start()
