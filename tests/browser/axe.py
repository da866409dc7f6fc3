"""What axe-core finds wrong with a page."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

SOURCE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PROVOKES = "Applying inline style"
"""What the browser complains of while axe-core looks: it styles elements, our policy forbids it."""

SEVEN_TO_ONE = "color-contrast-enhanced"

RUN = """([within, tags, rule, enhanced]) => axe.run(within || document, {
    runOnly: {type: "tag", values: enhanced ? [...tags, "wcag2aaa"] : tags},
    rules: {[rule]: {enabled: enhanced}},
    preload: false,
})"""


AT_REST = """() => Promise.all(
    document.getAnimations()
        .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished.catch(() => null)),
)"""
"""A colour on its way to another has a contrast that nobody sees: wait until it is there."""


async def findings(page: Page, *, enhanced: bool = False, within: str = "") -> list[str]:
    """Violations as "rule: where"; `enhanced` asks for a contrast of 7:1 instead of 4.5:1.

    within: only inside what this selector finds, where the rest of the page is looked at elsewhere.
    """
    await page.evaluate(SOURCE)
    await page.evaluate(f"async () => {{ await ({AT_REST})(); }}")
    result = await page.evaluate(RUN, [within, TAGS, SEVEN_TO_ONE, enhanced])
    return [
        f"{violation['id']}: {node['html'][:120]} ({node['failureSummary'][:200]})"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
