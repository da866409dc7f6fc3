"""Takes the pictures of README from a living demo hall: `make screenshots`.

Starts `kiosk demo`, waits until the hall is busy, opens each page as its reader would, and writes
`docs/screenshots/*.png`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from playwright.async_api import Browser, Page, async_playwright

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
SETTLE_MS = 2500
BUSY_WAITING = 30
CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--no-first-run", "--disable-component-update", "--disable-sync"),
]


@asynccontextmanager
async def opened(browser: Browser, width: int, height: int, language: str) -> AsyncIterator[Page]:
    """A page of this size in this language."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale=language
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def take(page: Page, name: str) -> None:
    """Wait until the page stands, then save it."""
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=str(OUT / f"{name}.png"))


async def log_in(page: Page, url: str, account: str, password: str) -> None:
    """Log in on a staff page."""
    await page.goto(url)
    fields = page.locator("input")
    await fields.nth(0).fill(account)
    await fields.nth(1).fill(password)
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(SETTLE_MS)


async def public_pages(browser: Browser, base: str) -> None:
    """The kiosk from start to ticket, the screen, the phone."""
    async with opened(browser, 1080, 1920, "zh-CN") as page:
        await page.goto(f"{base}/kiosk")
        await take(page, "kiosk")
    for language, name in (("zh-CN", "screen"), ("en-GB", "screen-portrait")):
        size = (1920, 1080) if name == "screen" else (1080, 1920)
        async with opened(browser, *size, language) as page:
            await page.goto(f"{base}/screen")
            await take(page, name)
    async with httpx2.AsyncClient(base_url=base) as client:
        services = (await client.get("/api/v1/halls/main/services")).json()
        busy = max(services, key=lambda s: s["waiting"])
        answer = await client.post(
            "/api/v1/halls/main/tickets", json={"service": busy["id"], "language": "zh"}
        )
        token = answer.json()["token"]
    async with opened(browser, 360, 740, "zh-CN") as page:
        await page.goto(f"{base}/t/{token}")
        await take(page, "phone")


async def staff_pages(browser: Browser, base: str, passwords: dict[str, str]) -> None:
    """The console with a visitor, the manager's board now and over a day, the administration."""
    async with opened(browser, 1366, 768, "zh-CN") as page:
        await log_in(page, f"{base}/window", "staff", passwords["staff"])
        await page.locator("button", has_text="3号窗口").first.click()
        await page.wait_for_timeout(SETTLE_MS)
        await page.keyboard.press("Space")
        await take(page, "window")
    async with opened(browser, 1440, 900, "zh-CN") as page:
        await log_in(page, f"{base}/manager", "manager", passwords["manager"])
        await take(page, "manager")
        await page.locator("button, a", has_text="历史").first.click()
        await take(page, "manager-history")
    async with opened(browser, 1366, 768, "zh-CN") as page:
        await log_in(page, f"{base}/admin", "admin", passwords["admin"])
        await take(page, "admin")


async def until_busy(base: str) -> None:
    """Until enough people wait."""
    async with httpx2.AsyncClient(base_url=base) as client:
        while (await client.get("/api/v1/halls/main")).json()["waiting"] < BUSY_WAITING:
            await asyncio.sleep(1)


async def shoot(base: str, passwords: dict[str, str]) -> None:
    """All pictures."""
    await until_busy(base)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM
        )
        await public_pages(browser, base)
        await staff_pages(browser, base, passwords)
        await browser.close()


def main() -> int:
    """Start the demo, take the pictures, end the demo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", default="40")
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = subprocess.Popen(
            [
                *(sys.executable, "-m", "kiosk", "demo", "--port", "0"),
                *("--speed", arguments.speed, "--seed", "4", "--dir", folder),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert demo.stdout is not None
        base, passwords = "", {}
        for line in demo.stdout:
            if found := re.search(r"(http://\S+)/manager", line):
                base = found.group(1)
            if found := re.search(r"account (\w+)\s+password (\S+)", line):
                passwords[found.group(1)] = found.group(2)
            if "Ctrl-C" in line:
                break
        try:
            asyncio.run(shoot(base, passwords))
            papers = sorted(Path(folder).glob("papers/*/*.png"))
            shutil.copy(papers[-1], OUT / "ticket.png")
        finally:
            demo.terminate()
            demo.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
