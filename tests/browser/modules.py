"""The pages' own modules, imported in the page as the page imports them."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page


async def run(page: Page, module: str, body: str, argument: Any = None) -> Any:
    """Run JavaScript with a module of `static/` as `m` and an argument as `x`."""
    return await page.evaluate(
        f"""async ({{x}}) => {{
            const entry = document.querySelector("script[type=module]").src;
            const m = await import(new URL("../{module}", entry).href);
            {body}
        }}""",
        {"x": argument},
    )
